//! `ItemStream`: items as they come, a request at a time.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::Capacity;
use super::pages::{Arrived, PageStream};
use super::reading::{Reading, Trail};
use crate::cursor::{Cursor, Place};
use crate::error::Error;
use crate::item::Readable;
use crate::schema::Table;

/// The items of a query or of a scan; made by their `stream`.
///
/// Each is a result, so that an item that cannot be read does not hide the others. A request that
/// fails is the last element, and so is [`ReadStopped`](crate::error::ReadStopped), if a bound of the
/// cost was met. Dropping the stream stops it; nothing is requested ahead of a query, and of a scan in
/// segments a page of each.
#[must_use = "nothing is sent until it is polled"]
pub struct ItemStream<R> {
    pages: PageStream<R>,
    /// The page that items are taken from.
    page: Option<Opened<R>>,
}

struct Opened<R> {
    lane: usize,
    items: std::vec::IntoIter<Result<R, Error>>,
    /// How many of its items were taken.
    taken: usize,
    trail: Trail,
    end: Place,
}

impl<R: Readable> ItemStream<R> {
    pub(super) fn new(mut reading: Reading<R>) -> Self {
        reading.ask.traced = true;
        Self { pages: PageStream::new(reading, Capacity::Untold), page: None }
    }

    /// Where to go on, after the items that were taken; there always is such a place, also at the
    /// beginning and at the end.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use std::future::poll_fn;
    /// use std::pin::Pin;
    /// use futures_core::Stream;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let mut months = songs.query(MonthlyCount::partition("1")).stream();
    /// poll_fn(|cx| Pin::new(&mut months).poll_next(cx)).await.unwrap()?;
    /// let rest = songs.query(MonthlyCount::partition("1")).after(&months.cursor()).all().await?;
    /// assert_eq!(rest.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        let place = self.page.as_ref().and_then(|page| {
            let last = page.taken.checked_sub(1)?;
            let key = page.trail.key(last, R::Table::SCHEMA)?;
            Some((page.lane, Place::After(key)))
        });
        self.pages.cursor_with(place)
    }
}

impl<R: Readable> Stream for ItemStream<R> {
    type Item = Result<R, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(page) = &mut self.page {
                if let Some(item) = page.items.next() {
                    page.taken += 1;
                    return Poll::Ready(Some(item));
                }
                let (lane, end) = (page.lane, page.end.clone());
                self.pages.taken(lane, end);
                self.page = None;
            }
            match ready!(self.pages.poll_page(cx)) {
                None => return Poll::Ready(self.pages.stopped().map(Err)),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(Arrived { lane, step, end })) => {
                    let (items, trail) = (step.value.items.into_iter(), step.value.trail);
                    self.page = Some(Opened { lane, items, taken: 0, trail, end });
                }
            }
        }
    }
}

impl<R> Unpin for ItemStream<R> {}

impl<R> fmt::Debug for ItemStream<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let buffered = self.page.as_ref().map_or(0, |page| page.items.len());
        f.debug_struct("ItemStream").field("buffered", &buffered).finish_non_exhaustive()
    }
}
