//! `query`: the items of one partition, or a part of them.

use std::fmt;
use std::marker::PhantomData;

use super::count::Counted;
use super::reading::{Items, Reading};
use super::{Capacity, ItemStream, sendable};
use crate::cursor::Cursor;
use crate::error::{Error, PartialRead};
use crate::handle::TableHandle;
use crate::item::{ItemOf, Readable};
use crate::page::{Page, Response};
use crate::query::{ConsistentReads, IntoQuery};
use crate::request::Request;
use crate::schema::Table;

/// A query, in the making; made by [`TableHandle::query`].
///
/// It returns the items of the entity, or of the collection, in the order of the sort key. Items
/// of other entities in the same partition are passed over and counted.
///
/// | end it with | and get |
/// |---|---|
/// | [`all`](Self::all) | every item, up to [`limit`](Self::limit) |
/// | [`first`](Self::first) | the first item |
/// | [`count`](Self::count) | how many there are |
/// | [`page`](Self::page) | some items, and a cursor |
/// | [`stream`](Self::stream) | items as they come, a request at a time |
#[must_use = "a query is ended with `all`, `first`, `count`, `page` or `stream`"]
pub struct Query<R, C> {
    reading: Reading<R>,
    consistency: PhantomData<fn() -> C>,
}

impl<T: Table> TableHandle<T> {
    /// Reads the items of one partition, of the table or of an index.
    ///
    /// What is queried is what an entity's `partition` or index function returned, narrowed by the
    /// methods that are named after the parts of the sort key.
    pub fn query<Q: IntoQuery>(&self, query: Q) -> Query<Q::Output, Q::Consistency>
    where
        Q::Output: ItemOf<T>,
    {
        let reading = Reading::new(self.target(), Some(query.into_key_condition()));
        Query { reading, consistency: PhantomData }
    }
}

impl<R: Readable, C> Query<R, C> {
    /// The last first.
    pub fn descending(mut self) -> Self {
        self.reading.descending = true;
        self
    }

    /// At most this many items are returned, however many are passed over on the way.
    pub fn limit(mut self, items: usize) -> Self {
        self.reading.limit = Some(items);
        self
    }

    /// Goes on where a page of the same query ended; `None` begins at the beginning.
    pub fn after<'c>(mut self, cursor: impl Into<Option<&'c Cursor>>) -> Self {
        self.reading.after = cursor.into().cloned();
        self
    }

    /// Reads what was written last, at twice the capacity; not on a global index.
    pub fn consistent(mut self) -> Self
    where
        C: ConsistentReads,
    {
        self.reading.consistent = true;
        self
    }

    /// Passes over items that are of none of the table's entities, instead of giving an error for
    /// each; [`Response::skipped`](crate::Response::skipped) counts them.
    pub fn skip_unknown(mut self) -> Self {
        self.reading.skip_unknown = true;
        self
    }

    /// Every item, in as many requests as it takes.
    pub fn all(self) -> All<R> {
        All(self.reading)
    }

    /// The first item, if there is one.
    pub fn first(self) -> First<R> {
        First(self.limit(1).reading)
    }

    /// How many items there are, read by their keys.
    ///
    /// The service reads whole items for it, and charges for them.
    pub fn count(self) -> Count<R> {
        let mut reading = self.reading.cast::<Counted<R>>();
        reading.keys_only = true;
        Count(reading)
    }

    /// Some items, and a cursor to go on with: as many as [`limit`](Self::limit) says, or else what
    /// one request gives.
    pub fn page(self) -> PageOf<R> {
        PageOf(self.reading)
    }

    /// The items as they come; the next request is sent when those of the last are used up.
    pub fn stream(self) -> ItemStream<R> {
        ItemStream::new(self.reading)
    }
}

/// Every item of a query or of a scan; made by their `all`.
#[must_use = "nothing is sent until it is awaited"]
#[derive(Debug)]
pub struct All<R>(pub(super) Reading<R>);

impl<R: Readable> All<R> {
    fn build(&self, capacity: Capacity) -> Result<Request, Error> {
        self.0.request(capacity)
    }

    async fn run(mut self, capacity: Capacity) -> Result<Response<Vec<R>>, PartialRead<R>> {
        let mut sum = Reading::nothing();
        let stopped = self.0.read_all(capacity, &mut sum).await.err();
        let Response { value, consumed, requests, scanned, skipped } = sum;
        let results = value.into_iter().chain(stopped.map(Err)).collect();
        let value = Page::new(results, None).into_items()?;
        Ok(Response { value, consumed, requests, scanned, skipped })
    }
}

sendable!(All<R: Readable>, Vec<R>, PartialRead<R>);

/// The first item of a query; made by [`Query::first`].
#[must_use = "nothing is sent until it is awaited"]
#[derive(Debug)]
pub struct First<R>(Reading<R>);

impl<R: Readable> First<R> {
    fn build(&self, capacity: Capacity) -> Result<Request, Error> {
        self.0.request(capacity)
    }

    async fn run(mut self, capacity: Capacity) -> Result<Response<Option<R>>, Error> {
        let mut sum = Reading::nothing();
        self.0.read_all(capacity, &mut sum).await?;
        let first = |items: Items<R>| items.into_iter().next();
        let Response { value, consumed, requests, scanned, skipped } = sum.map(first);
        Ok(Response { value: value.transpose()?, consumed, requests, scanned, skipped })
    }
}

sendable!(First<R: Readable>, Option<R>, Error);

/// How many items a query finds; made by [`Query::count`].
#[must_use = "nothing is sent until it is awaited"]
#[derive(Debug)]
pub struct Count<R>(Reading<Counted<R>>);

impl<R: Readable> Count<R> {
    fn build(&self, capacity: Capacity) -> Result<Request, Error> {
        self.0.request(capacity)
    }

    async fn run(mut self, capacity: Capacity) -> Result<Response<u64>, Error> {
        let mut sum = Reading::nothing();
        self.0.read_all(capacity, &mut sum).await?;
        Ok(sum.map(|items| items.len() as u64))
    }
}

sendable!(Count<R: Readable>, u64, Error);

/// Some items and a cursor; made by [`Query::page`].
#[must_use = "nothing is sent until it is awaited"]
#[derive(Debug)]
pub struct PageOf<R>(pub(super) Reading<R>);

impl<R: Readable> PageOf<R> {
    fn build(&self, capacity: Capacity) -> Result<Request, Error> {
        self.0.request(capacity)
    }

    async fn run(mut self, capacity: Capacity) -> Result<Response<Page<R>>, Error> {
        let mut sum = Reading::nothing();
        if self.0.limit.is_some() || self.0.is_empty() {
            self.0.read_all(capacity, &mut sum).await?;
        } else {
            sum = self.0.step(capacity).await?;
        }
        Ok(sum.map(|items| Page::new(items, self.0.after)))
    }
}

sendable!(PageOf<R: Readable>, Page<R>, Error);

impl<R, C> fmt::Debug for Query<R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Query").field(&self.reading).finish()
    }
}
