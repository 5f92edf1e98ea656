//! `PageStream`: pages as they come, of one read or of the segments of a scan.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::reading::{Items, Leg, Reading};
use super::{BoxFuture, Capacity};
use crate::cursor::{Binding, Cursor, Place};
use crate::error::{Bound, Error, ReadStopped};
use crate::handle::Target;
use crate::item::Readable;
use crate::page::{Page, Response};
use crate::schema::Table;

/// The pages of a query or of a scan; made by their `pages`.
///
/// Each page is what one request gave, and its cursor says where to go on after it. A request that
/// fails is the last element, and so is [`ReadStopped`], if a bound of the cost was met. Dropping the
/// stream stops it. Nothing is requested ahead of a query; of a scan in segments, a page of each
/// segment may be on its way.
#[must_use = "nothing is sent until it is polled"]
pub struct PageStream<R> {
    target: Target,
    binding: Binding,
    lanes: Vec<Lane<R>>,
    /// The lane that is asked first.
    next: usize,
    /// How many items are still to be returned.
    limit: Option<usize>,
    capacity: Capacity,
    /// Why it could not begin.
    failed: Option<Error>,
    /// What stopped a lane before its end.
    bound: Option<Bound>,
}

/// One segment, or the whole of a query.
struct Lane<R> {
    /// Up to where the caller has had it.
    place: Place,
    state: State<R>,
}

enum State<R> {
    Idle(Box<Reading<R>>),
    Asking(BoxFuture<Stepped<R>>),
    Ended,
}

/// A read after one request, and what that answered.
type Stepped<R> = (Box<Reading<R>>, Result<Response<Leg<R>>, Error>);

/// A page that has come, and is not yet the caller's.
pub(super) struct Arrived<R> {
    pub(super) lane: usize,
    pub(super) step: Response<Leg<R>>,
    /// Where its segment goes on after it.
    pub(super) end: Place,
}

impl<R: Readable> PageStream<R> {
    pub(super) fn new(mut reading: Reading<R>, capacity: Capacity) -> Self {
        let (target, limit) = (reading.ask.target.clone(), reading.ask.limit);
        // Of several segments' items, some may be more than wanted.
        reading.ask.traced |= reading.ask.segments > 1 && limit.is_some();
        let begun = reading.ask.binding().map_err(Error::from);
        let begun = begun.and_then(|binding| Ok((binding, reading.segments()?)));
        let (binding, lanes, failed) = match begun {
            Ok((binding, lanes)) => (binding, lanes, None),
            Err(error) => (Binding::default(), Vec::new(), Some(error)),
        };
        let mut pages = Self {
            target,
            binding,
            lanes: Vec::new(),
            next: 0,
            limit,
            capacity,
            failed,
            bound: None,
        };
        pages.lanes = lanes.into_iter().map(|reading| pages.lane(reading)).collect();
        pages
    }

    fn lane(&mut self, reading: Reading<R>) -> Lane<R> {
        let place =
            if reading.ask.finds_nothing() { Place::End } else { reading.ask.place.clone() };
        Lane { place, state: self.next_state(Box::new(reading)) }
    }

    /// Whether another request is to be sent.
    fn next_state(&mut self, reading: Box<Reading<R>>) -> State<R> {
        match (reading.ask.bound(), reading.ask.goes_on()) {
            (None, true) => State::Idle(reading),
            (bound, _) => {
                self.bound = self.bound.or(bound);
                State::Ended
            }
        }
    }

    /// Where to go on, after the pages that were taken.
    ///
    /// It is another than [`Page::cursor`] in that there always is one: at the beginning it is one that
    /// reads everything, and at the end one that reads nothing.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        self.cursor_with(None)
    }

    /// The same, if one lane is elsewhere.
    pub(super) fn cursor_with(&self, at: Option<(usize, Place)>) -> Cursor {
        let mut places: Vec<Place> = self.lanes.iter().map(|lane| lane.place.clone()).collect();
        if let Some((lane, place)) = at
            && let Some(other) = places.get_mut(lane)
        {
            *other = place;
        }
        Cursor::new(&self.binding, places, self.target.cursor_key.as_deref())
    }

    /// The cursor, if something is left.
    pub(super) fn rest(&self) -> Option<Cursor> {
        let left = self.lanes.iter().any(|lane| lane.place != Place::End);
        left.then(|| self.cursor())
    }

    /// What stopped it before its end, if something did.
    pub(super) fn bound(&self) -> Option<Bound> {
        self.bound.filter(|_| self.limit != Some(0))
    }

    /// Says that the caller has had a lane up to there.
    pub(super) fn taken(&mut self, lane: usize, place: Place) {
        if let Some(lane) = self.lanes.get_mut(lane) {
            lane.place = place;
        }
    }

    fn end(&mut self) {
        self.lanes.iter_mut().for_each(|lane| lane.state = State::Ended);
    }

    /// Takes the next page that arrives; the caller says when it was [`taken`](Self::taken).
    pub(super) fn poll_page(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Arrived<R>, Error>>> {
        if let Some(error) = self.failed.take() {
            return Poll::Ready(Some(Err(error)));
        }
        let count = self.lanes.len();
        let mut pending = false;
        for lane in (self.next..count).chain(0..self.next.min(count)) {
            match self.poll_lane(lane, cx) {
                Poll::Ready(None) => {}
                Poll::Pending => pending = true,
                Poll::Ready(Some(arrived)) => {
                    self.next = lane + 1;
                    return Poll::Ready(Some(arrived));
                }
            }
        }
        if pending { Poll::Pending } else { Poll::Ready(None) }
    }

    fn poll_lane(
        &mut self,
        at: usize,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Arrived<R>, Error>>> {
        let (limit, capacity) = (self.limit, self.capacity);
        let Some(lane) = self.lanes.get_mut(at) else { return Poll::Ready(None) };
        let state = std::mem::replace(&mut lane.state, State::Ended);
        let mut asking = match state {
            State::Ended => return Poll::Ready(None),
            State::Asking(asking) => asking,
            State::Idle(mut reading) => Box::pin(async move {
                reading.ask.limit = limit;
                let step = reading.step(capacity).await;
                (reading, step)
            }),
        };
        match asking.as_mut().poll(cx) {
            Poll::Pending => {
                lane.state = State::Asking(asking);
                Poll::Pending
            }
            Poll::Ready((_, Err(error))) => {
                self.end();
                Poll::Ready(Some(Err(error)))
            }
            Poll::Ready((reading, Ok(step))) => {
                Poll::Ready(Some(Ok(self.arrived(at, reading, step))))
            }
        }
    }

    /// Takes no more of a page than is still wanted.
    fn arrived(
        &mut self,
        at: usize,
        reading: Box<Reading<R>>,
        mut step: Response<Leg<R>>,
    ) -> Arrived<R> {
        let mut end = reading.ask.place.clone();
        let Leg { items, trail } = &mut step.value;
        if let Some(limit) = &mut self.limit {
            if items.len() > *limit {
                items.truncate(*limit);
                let last = limit.checked_sub(1);
                let key = last.and_then(|last| trail.key(last, R::Table::SCHEMA));
                let before = self.lanes.get(at).map_or(Place::Start, |lane| lane.place.clone());
                end = key.map_or(before, Place::After);
            }
            *limit -= items.len();
        }
        match self.limit {
            Some(0) => self.end(),
            _ => {
                let state = self.next_state(reading);
                if let Some(lane) = self.lanes.get_mut(at) {
                    lane.state = state;
                }
            }
        }
        Arrived { lane: at, step, end }
    }

    /// The last element of a stream, if a bound of the cost was met.
    pub(super) fn stopped(&mut self) -> Option<Error> {
        let bound = self.bound();
        self.bound = None;
        Some(ReadStopped::new(&self.target.table, bound?, self.cursor()).into())
    }

    /// Reads to the end, or to the limit, or to a bound of the cost; on an error, `sum` has what came
    /// before it.
    pub(super) async fn read_all(&mut self, sum: &mut Response<Items<R>>) -> Result<(), Error> {
        while let Some(arrived) = poll_fn(|cx| self.poll_page(cx)).await {
            let Arrived { lane, step, end } = arrived?;
            self.taken(lane, end);
            match sum.value.is_empty() {
                true => sum.value = step.value.items,
                false => sum.value.extend(step.value.items),
            }
            sum.consumed += step.consumed;
            sum.requests += 1;
            sum.scanned += step.scanned;
            sum.skipped += step.skipped;
        }
        Ok(())
    }
}

impl<R: Readable> Stream for PageStream<R> {
    type Item = Result<Page<R>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let arrived = std::task::ready!(self.poll_page(cx));
        Poll::Ready(match arrived {
            None => self.stopped().map(Err),
            Some(Err(error)) => Some(Err(error)),
            Some(Ok(Arrived { lane, step, end })) => {
                self.taken(lane, end);
                Some(Ok(Page::new(step.value.items, self.rest(), None)))
            }
        })
    }
}

impl<R> Unpin for PageStream<R> {}

impl<R> fmt::Debug for PageStream<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageStream")
            .field("table", &self.target.table)
            .field("segments", &self.lanes.len())
            .finish_non_exhaustive()
    }
}
