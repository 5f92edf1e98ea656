//! `ItemStream`: items as they come, a request at a time.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::reading::{Items, Reading};
use super::{BoxFuture, Capacity};
use crate::error::Error;
use crate::item::Readable;
use crate::page::Response;

/// The items of a query or of a scan; made by their `stream`.
///
/// Each is a result, so that an item that cannot be read does not hide the others. A request that
/// fails is the last element. Dropping the stream stops it; nothing is requested ahead.
#[must_use = "nothing is sent until it is polled"]
pub struct ItemStream<R> {
    state: State<R>,
    items: VecDeque<Result<R, Error>>,
}

enum State<R> {
    Idle(Box<Reading<R>>),
    Reading(BoxFuture<Stepped<R>>),
    Ended,
}

/// A read after one request, and what that answered.
type Stepped<R> = (Box<Reading<R>>, Result<Response<Items<R>>, Error>);

impl<R: Readable> ItemStream<R> {
    pub(super) fn new(reading: Reading<R>) -> Self {
        let state = if reading.is_empty() { State::Ended } else { State::Idle(Box::new(reading)) };
        Self { state, items: VecDeque::new() }
    }

    fn begin(&mut self, mut reading: Box<Reading<R>>) {
        self.state = State::Reading(Box::pin(async move {
            let step = reading.step(Capacity::Untold).await;
            (reading, step)
        }));
    }

    fn end(&mut self, reading: Box<Reading<R>>, step: Result<Response<Items<R>>, Error>) {
        self.state = match step {
            Ok(response) => {
                self.items.extend(response.value);
                if reading.goes_on() { State::Idle(reading) } else { State::Ended }
            }
            Err(error) => {
                self.items.push_back(Err(error));
                State::Ended
            }
        };
    }
}

impl<R: Readable> Stream for ItemStream<R> {
    type Item = Result<R, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.items.pop_front() {
                return Poll::Ready(Some(item));
            }
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return Poll::Ready(None),
                State::Idle(reading) => self.begin(reading),
                State::Reading(mut step) => match step.as_mut().poll(cx) {
                    Poll::Ready((reading, step)) => self.end(reading, step),
                    Poll::Pending => {
                        self.state = State::Reading(step);
                        return Poll::Pending;
                    }
                },
            }
        }
    }
}

impl<R> Unpin for ItemStream<R> {}

impl<R> fmt::Debug for ItemStream<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ItemStream").field("buffered", &self.items.len()).finish_non_exhaustive()
    }
}
