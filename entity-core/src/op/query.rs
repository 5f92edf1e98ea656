//! `query`: the items of one partition, or a part of them.

use std::fmt;
use std::marker::PhantomData;

use super::count::Counted;
use super::plan::{Cost, Plan};
use super::rate::Rate;
use super::reading::Reading;
use super::{Capacity, ItemStream, PageStream, sendable};
use crate::cursor::Cursor;
use crate::error::{Bound, Error, PartialRead};
use crate::expr::{Condition, Place};
use crate::handle::TableHandle;
use crate::item::{AllOf, ByItem, ItemOf, Readable};
use crate::page::{Page, Response};
use crate::query::{ConsistentReads, IntoQuery};
use crate::request::Request;
use crate::schema::check::readable;
use crate::schema::{Entity, Projection, Table};

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
/// | [`pages`](Self::pages) | pages as they come |
///
/// # Shards
///
/// An index that an entity declares [in shards](macro@crate::Entity#shards) is queried as if it had none,
/// for more requests:
///
/// - Each shard is asked, all at once, and asked again when its items are used up. Reading little takes
///   a request of each, of half a unit at least, where it would take one.
/// - With a [`limit`](Self::limit), each request asks for the share of the shard and a few items more; what is
///   more than wanted has been read and paid for.
/// - A page of each shard is in memory, 1 MB at most and what the items make of it.
/// - A cursor names the last item of each shard, so it is as many times as long.
/// - [`count`](Self::count) needs no order, and takes pages as they come.
#[must_use = "a query is ended with `all`, `first`, `count`, `page`, `stream` or `pages`"]
pub struct Query<R, Q> {
    reading: Reading<R>,
    source: PhantomData<fn() -> Q>,
}

impl<T: Table> TableHandle<T> {
    /// Reads the items of one partition, of the table or of an index.
    ///
    /// What is queried is what an entity's `partition` or index function returned, narrowed by the
    /// methods that are named after the parts of the sort key.
    ///
    /// Nothing is sent before the query is ended. A value that cannot stand in the key is an error
    /// of the operation that ends it.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// // One entity's items in a partition of the table.
    /// let months = songs.query(MonthlyCount::partition("1")).all().await?;
    /// assert_eq!(months.len(), 3);
    ///
    /// // Narrowed by the parts of the sort key.
    /// let spring = MonthlyCount::partition("1").download_month("2018-02"..="2018-04");
    /// assert_eq!(songs.query(spring).count().await?, 2);
    ///
    /// // Everything in the partition.
    /// let all = songs.query(SongItem::partition("1")).all().await?;
    /// assert_eq!(all[0], SongItem::Song(song("1")));
    /// assert_eq!(all.len(), 4);
    ///
    /// // A partition of an index.
    /// let top = songs.query(MonthlyCount::downloads_by_month("2018-03")).descending().first();
    /// assert_eq!(top.await?.unwrap().downloads, 30);
    /// # Ok(())
    /// # }
    /// ```
    pub fn query<Q: IntoQuery>(&self, query: Q) -> Query<Q::Output, Q>
    where
        Q::Output: ItemOf<T>,
    {
        let reading = Reading::new(self.target(), Some(query.into_key_condition()));
        Query { reading, source: PhantomData }
    }
}

impl<R: Readable, Q: IntoQuery> Query<R, Q> {
    /// Reads a part of the items' attributes: a [`Projection`] of the entity.
    ///
    /// The service reads whole items, and charges for them; less is sent. An index that lacks
    /// attributes of the entity can be read so, or not at all.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use entity_core::Projection;
    ///
    /// #[derive(Deserialize, Projection)]
    /// #[serde(rename_all = "PascalCase")]
    /// #[projection(entity = Song)]
    /// struct Title { title: String }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let titles = songs.query(Song::partition("1")).project::<Title>().all().await?;
    /// assert_eq!(titles[0].title, "Song 1");
    /// # Ok(())
    /// # }
    /// ```
    pub fn project<P: Projection<Entity = R>>(self) -> Query<P, Q>
    where
        R: Entity,
    {
        Query { reading: self.reading.cast(), source: PhantomData }
    }

    /// The last in the order of the sort key first.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let latest = songs.query(MonthlyCount::partition("1")).descending().first().await?;
    /// assert_eq!(latest.unwrap().download_month, "2018-03");
    /// # Ok(())
    /// # }
    /// ```
    pub fn descending(mut self) -> Self {
        self.reading.ask.descending = true;
        self
    }

    /// At most this many items are returned, however many are passed over on the way.
    ///
    /// It does not bound what is read: items of other entities are read, and charged for, too.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let two = songs.query(MonthlyCount::partition("1")).limit(2).all().await?;
    /// assert_eq!(two.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn limit(mut self, items: usize) -> Self {
        self.reading.ask.limit = Some(items);
        self
    }

    /// At most this many items are looked at by the service: returned, filtered out or passed over.
    ///
    /// Each shard of an index in shards has its share of them, and one at least.
    ///
    /// A read that comes to it before its end says so: [`Page::stopped`], or the error
    /// [`ReadStopped`](crate::error::ReadStopped).
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let rare = || songs.query(MonthlyCount::partition("1")).filter(|m| m.downloads.gt(25));
    /// let page = rare().max_scanned(2).page().await?;
    /// assert!(page.items().is_empty() && page.stopped().is_some());
    /// assert_eq!(rare().after(page.cursor()).all().await?.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn max_scanned(mut self, items: u64) -> Self {
        self.reading.ask.max_scanned = Some(items);
        self
    }

    /// One request looks at this many items at most, between 1 and what is 1 MB, which is also what it
    /// looks at if it is not said.
    ///
    /// Smaller pages take more requests, come sooner, hold less memory, and spend capacity more evenly.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let response = songs.query(MonthlyCount::partition("1")).page_size(2).all().response().await?;
    /// assert_eq!((response.value.len(), response.requests), (3, 2));
    /// # Ok(())
    /// # }
    /// ```
    pub fn page_size(mut self, items: u32) -> Self {
        self.reading.ask.page_size = Some(items.max(1));
        self
    }

    /// At most this many requests are sent, the SDK's retries not counted. Each shard of an index in
    /// shards has its share of them, and one at least.
    ///
    /// A read that comes to it before its end says so: [`Page::stopped`], or the error
    /// [`ReadStopped`](crate::error::ReadStopped).
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let months = songs.query(MonthlyCount::partition("1")).max_requests(5).all().await?;
    /// assert_eq!(months.len(), 3);
    /// # Ok(())
    /// # }
    /// ```
    pub fn max_requests(mut self, requests: usize) -> Self {
        self.reading.ask.max_requests = Some(requests);
        self
    }

    /// Consumes this many capacity units a second, on the average, and at least 1.
    ///
    /// What a request consumes is known once it is answered: up to 128 units, or 256 if it is
    /// consistent, as a page is up to 1 MB. The next request waits until these have come in.
    ///
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html>
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let months = songs.query(MonthlyCount::partition("1")).units_per_second(100).all().await?;
    /// assert_eq!(months.len(), 3);
    /// # Ok(())
    /// # }
    /// ```
    pub fn units_per_second(mut self, units: u32) -> Self {
        self.reading.ask.rate = Some(Rate::new(units));
        self
    }

    /// Goes on where a page of the same query ended; `None` begins at the beginning.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use entity_core::Cursor;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let months = || songs.query(MonthlyCount::partition("1")).limit(2);
    /// let page = months().page().await?;
    /// assert_eq!(page.items().len(), 2);
    ///
    /// // A cursor travels as text.
    /// let text = page.cursor().unwrap().to_string();
    /// let cursor: Cursor = text.parse()?;
    /// let rest = months().after(&cursor).all().await?;
    /// assert_eq!(rest[0].download_month, "2018-03");
    ///
    /// // To another query it is an error, before anything is sent.
    /// let error = songs.query(Song::partition("2")).after(&cursor).all().await.unwrap_err();
    /// assert!(error.to_string().starts_with("cursor for `Songs`: it belongs to another read"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn after<'c>(mut self, cursor: impl Into<Option<&'c Cursor>>) -> Self {
        self.reading.ask.after = cursor.into().cloned();
        self
    }

    /// Reads what was written last, at twice the capacity; not on a global index.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// songs.delete(MonthlyCount::key("1", "2018-01")).await?;
    /// let left = songs.query(MonthlyCount::partition("1")).consistent().count().await?;
    /// assert_eq!(left, 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn consistent(mut self) -> Self
    where
        Q::Consistency: ConsistentReads,
    {
        self.reading.ask.consistent = true;
        self
    }

    /// Passes over items that are of none of the table's entities, instead of giving an error for
    /// each; [`Response::skipped`](crate::Response::skipped) counts them.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use aws_sdk_dynamodb::types::AttributeValue;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// // Another program keeps items of its own in the partition.
    /// let text = |text: &str| AttributeValue::S(text.to_owned());
    /// let put = songs.client().put_item().table_name("Songs");
    /// put.item("Id", text("1")).item("Metadata", text("Lyrics")).send().await?;
    ///
    /// assert!(songs.query(SongItem::partition("1")).all().await.is_err());
    /// let response = songs.query(SongItem::partition("1")).skip_unknown().all().response().await?;
    /// assert_eq!((response.value.len(), response.skipped), (4, 1));
    /// # Ok(())
    /// # }
    /// ```
    pub fn skip_unknown(mut self) -> Self {
        self.reading.ask.skip_unknown = true;
        self
    }

    /// Returns items that meet a condition; several must hold together.
    ///
    /// The service reads all items, and charges for them. It does not filter by the keys of what is
    /// read: these are what a query is narrowed by.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let rare = songs.query(MonthlyCount::partition("1")).filter(|m| m.downloads.lt(15));
    /// assert_eq!(rare.all().await?.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn filter(mut self, condition: impl FnOnce(&R::Paths) -> Condition<R>) -> Self
    where
        R: Entity,
    {
        self.reading.ask.and_filter(condition(R::Paths::PATHS).test);
        self
    }

    /// Leaves out items whose time has come, by the clock of this machine: those of an entity with
    /// `ttl` that the service has not removed yet.
    ///
    /// An index that does not project the time leaves none out.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/accounts.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let accounts = accounts().await?;
    /// let old = Account { id: "2".into(), expires: Some(1), ..account("2") };
    /// accounts.create(&old).await?;
    /// let found = accounts.query(Account::partition("2"));
    /// assert_eq!(found.skip_expired().all().await?, []);
    /// # Ok(())
    /// # }
    /// ```
    pub fn skip_expired(mut self) -> Self {
        self.reading.ask.skip_expired = true;
        self
    }

    /// What [`all`](Self::all) would do and cost, by the service's published rules; nothing is sent.
    ///
    /// # Errors
    ///
    /// If the request cannot be made.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// use entity_core::op::Expense;
    ///
    /// let rare = songs.query(MonthlyCount::partition("1")).filter(|m| m.downloads.gt(25));
    /// let plan = rare.explain()?;
    /// assert_eq!(plan.units().at_most, None);
    /// assert_eq!(plan.expenses(), [Expense::Filter, Expense::Unbounded]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn explain(&self) -> Result<Plan, Error> {
        self.reading.explain()
    }

    /// Every item, in as many requests as it takes.
    ///
    /// # Errors
    ///
    /// [`PartialRead`], which carries the items that were read: if one cannot be read, or if a
    /// request fails. `?` makes an [`Error`] of it, and drops them.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let months = songs.query(MonthlyCount::partition("1")).all().await?;
    /// let downloads: Vec<u64> = months.iter().map(|month| month.downloads).collect();
    /// assert_eq!(downloads, [10, 20, 30]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn all(self) -> All<R> {
        const { readable::<R, Q>() };
        All(self.reading)
    }

    /// The first item, if there is one.
    ///
    /// # Errors
    ///
    /// If that item cannot be read, or a request fails.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let first = songs.query(MonthlyCount::partition("1")).first().await?;
    /// assert_eq!(first.unwrap().download_month, "2018-01");
    /// assert!(songs.query(MonthlyCount::partition("2")).first().await?.is_none());
    /// # Ok(())
    /// # }
    /// ```
    pub fn first(self) -> First<R>
    where
        R::Form: ByItem<R>,
    {
        const { readable::<R, Q>() };
        First(self.limit(1).reading)
    }

    /// How many items there are, read by their keys.
    ///
    /// The service reads whole items for it, and charges for them.
    ///
    /// # Errors
    ///
    /// If a request fails. An item that cannot be read is counted if its key is of the entity.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// assert_eq!(songs.query(MonthlyCount::partition("1")).count().await?, 3);
    /// assert_eq!(songs.query(SongItem::partition("1")).count().await?, 4);
    /// # Ok(())
    /// # }
    /// ```
    pub fn count(self) -> Count<R> {
        let mut reading = self.reading.cast();
        reading.ask.in_order = false;
        Count(reading)
    }

    /// Some items, and a cursor to go on with: as many as [`limit`](Self::limit) says, or else what
    /// one request gives, or one of each shard.
    ///
    /// # Errors
    ///
    /// If a request fails. An item that cannot be read is an element of the page.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let months = || songs.query(MonthlyCount::partition("1")).limit(2);
    /// let page = months().page().await?;
    /// assert_eq!(page.items().len(), 2);
    ///
    /// let last = months().after(page.cursor()).page().await?;
    /// assert_eq!(last.items().len(), 1);
    /// assert!(last.cursor().is_none());
    /// # Ok(())
    /// # }
    /// ```
    pub fn page(self) -> PageOf<R>
    where
        R::Form: ByItem<R>,
    {
        const { readable::<R, Q>() };
        PageOf(self.reading)
    }

    /// The items as they come; the next request is sent when those of the last are used up.
    ///
    /// It is a [`Stream`](futures_core::Stream); `StreamExt` of the futures crates has `next` and
    /// more.
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
    /// let mut downloads = 0;
    /// while let Some(month) = poll_fn(|cx| Pin::new(&mut months).poll_next(cx)).await {
    ///     downloads += month?.downloads;
    /// }
    /// assert_eq!(downloads, 60);
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream(self) -> ItemStream<R>
    where
        R::Form: ByItem<R>,
    {
        const { readable::<R, Q>() };
        ItemStream::new(self.reading)
    }

    /// The pages as they come, each what one request gave, or what is left of the
    /// [`limit`](Self::limit); of an index in shards, what can be told to be next.
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
    /// let mut pages = songs.query(MonthlyCount::partition("1")).pages();
    /// let mut months = Vec::new();
    /// while let Some(page) = poll_fn(|cx| Pin::new(&mut pages).poll_next(cx)).await {
    ///     months.extend(page?.into_items()?);
    /// }
    /// assert_eq!(months.len(), 3);
    /// # Ok(())
    /// # }
    /// ```
    pub fn pages(self) -> PageStream<R>
    where
        R::Form: ByItem<R>,
    {
        const { readable::<R, Q>() };
        PageStream::new(self.reading, Capacity::Untold)
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

    fn cost(&self) -> Result<Cost, Error> {
        self.0.cost(self.0.ask.max_requests)
    }

    async fn run(self, capacity: Capacity) -> Result<Response<AllOf<R>>, PartialRead<AllOf<R>>> {
        let (mut pages, mut items) = (PageStream::new(self.0, capacity), Vec::new());
        let failed = pages.read_all(&mut items).await.err().or_else(|| pages.stopped());
        let value = PartialRead::check(items, failed)?;
        Ok(pages.spent(value))
    }
}

sendable!(All<R: Readable>, AllOf<R>, PartialRead<AllOf<R>>);

/// The first item of a query; made by [`Query::first`].
#[must_use = "nothing is sent until it is awaited"]
#[derive(Debug)]
pub struct First<R>(Reading<R>);

impl<R: Readable> First<R> {
    fn build(&self, capacity: Capacity) -> Result<Request, Error> {
        self.0.request(capacity)
    }

    fn cost(&self) -> Result<Cost, Error> {
        self.0.cost(self.0.ask.max_requests)
    }

    async fn run(self, capacity: Capacity) -> Result<Response<Option<R>>, Error> {
        let (mut pages, mut items) = (PageStream::new(self.0, capacity), Vec::new());
        pages.read_all(&mut items).await?;
        let first = match (items.into_iter().next(), pages.stopped()) {
            (Some(first), _) => Some(first?),
            (None, Some(stopped)) => return Err(stopped),
            (None, None) => None,
        };
        Ok(pages.spent(first))
    }
}

sendable!(First<R: Readable>, Option<R>, Error);

/// How many items a query finds; made by [`Query::count`].
#[must_use = "nothing is sent until it is awaited"]
#[derive(Debug)]
pub struct Count<R>(pub(super) Reading<Counted<R>>);

impl<R: Readable> Count<R> {
    fn build(&self, capacity: Capacity) -> Result<Request, Error> {
        self.0.request(capacity)
    }

    fn cost(&self) -> Result<Cost, Error> {
        self.0.cost(self.0.ask.max_requests)
    }

    async fn run(self, capacity: Capacity) -> Result<Response<u64>, Error> {
        let (mut pages, mut items) = (PageStream::new(self.0, capacity), Vec::new());
        pages.read_all(&mut items).await?;
        match pages.stopped() {
            Some(stopped) => Err(stopped),
            None => Ok(pages.spent(items.len() as u64)),
        }
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

    fn cost(&self) -> Result<Cost, Error> {
        let own = self.0.ask.limit.map_or(Some(self.requests()), |_| None);
        self.0.cost(self.0.ask.max_requests.or(own))
    }

    /// A page without a limit is what one request gives, or one of each segment or shard.
    fn requests(&self) -> usize {
        self.0.ask.lanes()
    }

    async fn run(mut self, capacity: Capacity) -> Result<Response<Page<R>>, Error> {
        let (asked, limit) = (self.0.ask.max_requests, self.0.ask.limit);
        if limit.is_none() && asked.is_none_or(|requests| requests > 0) {
            self.0.ask.max_requests = Some(self.requests());
        }
        let own = limit.is_none() && asked != Some(0);
        let (mut pages, mut items) = (PageStream::new(self.0, capacity), Vec::new());
        pages.read_all(&mut items).await?;
        let bound = pages.bound().filter(|bound| !own || *bound != Bound::MaxRequests);
        let page = Page::new(items, pages.rest(), bound);
        Ok(pages.spent(page))
    }
}

sendable!(PageOf<R: Readable>, Page<R>, Error);

impl<R, Q> fmt::Debug for Query<R, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Query").field(&self.reading).finish()
    }
}
