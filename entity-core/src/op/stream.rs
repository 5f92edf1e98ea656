//! `ItemStream`: items as they come, a request at a time.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::Capacity;
use super::pages::PageStream;
use super::reading::Reading;
use crate::cursor::Cursor;
use crate::error::Error;
use crate::item::Readable;

/// The items of a query or of a scan; made by their `stream`.
///
/// Each is a result, so that an item that cannot be read does not hide the others. A request that
/// fails is the last element, and so is [`ReadStopped`](crate::error::ReadStopped), if a bound of the
/// cost was met. Dropping the stream stops it; nothing is requested ahead of a query, and of a scan in
/// segments or of an index in shards a page of each.
#[must_use = "nothing is sent until it is polled"]
pub struct ItemStream<R>(PageStream<R>);

impl<R: Readable> ItemStream<R> {
    pub(super) fn new(mut reading: Reading<R>) -> Self {
        reading.ask.traced = true;
        Self(PageStream::new(reading, Capacity::Untold))
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
        self.0.cursor()
    }
}

impl<R: Readable> Stream for ItemStream<R> {
    type Item = Result<R, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.0.take() {
                return Poll::Ready(Some(item));
            }
            match ready!(self.0.poll_open(cx)) {
                None => return Poll::Ready(self.0.stopped().map(Err)),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(())) => {}
            }
        }
    }
}

impl<R> Unpin for ItemStream<R> {}

impl<R> fmt::Debug for ItemStream<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ItemStream").field(&self.0).finish()
    }
}
