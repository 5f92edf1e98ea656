//! `scan`: every item of the table.

use super::reading::Reading;
use super::{All, ItemStream, PageOf};
use crate::cursor::Cursor;
use crate::handle::TableHandle;
use crate::schema::Table;

/// A scan, in the making; made by [`TableHandle::scan`].
///
/// It reads, and is charged for, the whole table; items come in no order that means something.
#[must_use = "a scan is ended with `all`, `page` or `stream`"]
#[derive(Debug)]
pub struct Scan<R>(Reading<R>);

impl<T: Table> TableHandle<T> {
    /// Reads every item of the table, as the table's collection.
    ///
    /// An item that is of none of the table's entities is an error of that item.
    pub fn scan(&self) -> Scan<T::Items> {
        Scan(Reading::new(self.target(), None))
    }
}

impl<R: crate::item::Readable> Scan<R> {
    /// At most this many items are returned.
    pub fn limit(mut self, items: usize) -> Self {
        self.0.limit = Some(items);
        self
    }

    /// Goes on where a page ended; `None` begins at the beginning.
    pub fn after<'c>(mut self, cursor: impl Into<Option<&'c Cursor>>) -> Self {
        self.0.after = cursor.into().cloned();
        self
    }

    /// Reads what was written last, at twice the capacity.
    pub fn consistent(mut self) -> Self {
        self.0.consistent = true;
        self
    }

    /// Passes over items that are of none of the table's entities, instead of giving an error for
    /// each; [`Response::skipped`](crate::Response::skipped) counts them.
    pub fn skip_unknown(mut self) -> Self {
        self.0.skip_unknown = true;
        self
    }

    /// Every item, in as many requests as it takes, all in memory.
    pub fn all(self) -> All<R> {
        All(self.0)
    }

    /// Some items, and a cursor to go on with.
    pub fn page(self) -> PageOf<R> {
        PageOf(self.0)
    }

    /// The items as they come; the next request is sent when those of the last are used up.
    pub fn stream(self) -> ItemStream<R> {
        ItemStream::new(self.0)
    }
}
