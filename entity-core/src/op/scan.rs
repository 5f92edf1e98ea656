//! `scan`: every item of the table.

use super::plan::Plan;
use super::rate::Rate;
use super::reading::Reading;
use super::{All, Capacity, Count, ItemStream, PageOf, PageStream};
use crate::cursor::Cursor;
use crate::error::Error;
use crate::expr::{Condition, Place};
use crate::handle::TableHandle;
use crate::item::{ItemOf, Readable};
use crate::schema::{Collection, Entity, Projection, Table};

/// A scan, in the making; made by [`TableHandle::scan`].
///
/// It reads, and is charged for, the whole table; items come in no order that means something.
#[must_use = "a scan is ended with `all`, `count`, `page`, `stream` or `pages`"]
#[derive(Debug)]
pub struct Scan<R>(Reading<R>);

impl<T: Table> TableHandle<T> {
    /// Reads every item of the table, as the table's collection.
    ///
    /// An item that is of none of the table's entities is an error of that item.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let mut months = 0;
    /// for item in songs.scan().all().await? {
    ///     match item {
    ///         SongItem::Song(song) => assert_eq!(song.artist, "Metallica"),
    ///         SongItem::MonthlyCount(_) => months += 1,
    ///     }
    /// }
    /// assert_eq!(months, 3);
    /// # Ok(())
    /// # }
    /// ```
    pub fn scan(&self) -> Scan<T::Items> {
        Scan(Reading::new(self.target(), None))
    }
}

impl<C: Collection> Scan<C> {
    /// Reads the items of one entity only; others are passed over, and counted.
    ///
    /// The service reads them all the same, and charges for them: a table that is asked often for one
    /// entity should have an index for it.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let months = songs.scan().only::<MonthlyCount>().all().response().await?;
    /// assert_eq!((months.value.len(), months.skipped), (3, 3));
    /// # Ok(())
    /// # }
    /// ```
    pub fn only<E: Entity + ItemOf<C::Table>>(self) -> Scan<E> {
        Scan(self.0.cast())
    }
}

impl<R: Readable> Scan<R> {
    /// Returns items that meet a condition, on any attribute; several must hold together.
    ///
    /// The service reads all items, and charges for them.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let rare = songs.scan().only::<MonthlyCount>().filter(|m| m.downloads.lt(15));
    /// assert_eq!(rare.all().await?.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn filter(mut self, condition: impl FnOnce(&R::Paths) -> Condition<R>) -> Self
    where
        R: Entity,
    {
        self.0.ask.and_filter(condition(R::Paths::PATHS).test);
        self
    }

    /// Reads a part of the items' attributes: a [`Projection`] of the entity.
    ///
    /// The service reads whole items, and charges for them; less is sent.
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
    /// let titles = songs.scan().only::<Song>().project::<Title>().all().await?;
    /// assert!(titles.iter().any(|song| song.title == "Song 1"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn project<P: Projection<Entity = R>>(self) -> Scan<P>
    where
        R: Entity,
    {
        Scan(self.0.cast())
    }

    /// Reads the table in this many segments at once, between 1 and a million, as one stream.
    ///
    /// A page of each segment is on its way or waits to be taken, so the memory is at most 1 MB for
    /// each and what the items make of it. A cursor is of all segments, and goes on with as many.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let page = songs.scan().segments(4).limit(4).page().await?;
    /// assert_eq!(page.items().len(), 4);
    /// let rest = songs.scan().segments(4).after(page.cursor()).all().await?;
    /// assert_eq!(rest.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn segments(mut self, segments: u32) -> Self {
        self.0.ask.segments = segments.clamp(1, 1_000_000);
        self
    }

    /// At most this many items are looked at by the service: returned, filtered out or passed over.
    /// Each segment has its share of them.
    ///
    /// A scan that comes to it before its end says so: [`Page::stopped`](crate::Page::stopped), or the
    /// error [`ReadStopped`](crate::error::ReadStopped).
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let page = songs.scan().max_scanned(4).page().await?;
    /// assert_eq!(page.items().len(), 4);
    /// assert!(page.stopped().is_some());
    /// # Ok(())
    /// # }
    /// ```
    pub fn max_scanned(mut self, items: u64) -> Self {
        self.0.ask.max_scanned = Some(items);
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
    /// let response = songs.scan().page_size(4).all().response().await?;
    /// assert_eq!((response.value.len(), response.requests), (6, 2));
    /// # Ok(())
    /// # }
    /// ```
    pub fn page_size(mut self, items: u32) -> Self {
        self.0.ask.page_size = Some(items.max(1));
        self
    }

    /// At most this many requests are sent, the SDK's retries not counted. Each segment has its share of
    /// them.
    ///
    /// A scan that comes to it before its end says so: [`Page::stopped`](crate::Page::stopped), or the
    /// error [`ReadStopped`](crate::error::ReadStopped).
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// assert_eq!(songs.scan().max_requests(1).all().await?.len(), 6);
    /// # Ok(())
    /// # }
    /// ```
    pub fn max_requests(mut self, requests: usize) -> Self {
        self.0.ask.max_requests = Some(requests);
        self
    }

    /// Consumes this many capacity units a second, on the average and all segments together, and at
    /// least 1; so a scan leaves the rest of the table's capacity to others.
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
    /// assert_eq!(songs.scan().segments(2).units_per_second(100).all().await?.len(), 6);
    /// # Ok(())
    /// # }
    /// ```
    pub fn units_per_second(mut self, units: u32) -> Self {
        self.0.ask.rate = Some(Rate::new(units));
        self
    }

    /// At most this many items are returned.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// assert_eq!(songs.scan().limit(4).all().await?.len(), 4);
    /// # Ok(())
    /// # }
    /// ```
    pub fn limit(mut self, items: usize) -> Self {
        self.0.ask.limit = Some(items);
        self
    }

    /// Goes on where a page ended; `None` begins at the beginning.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let page = songs.scan().limit(4).page().await?;
    /// let rest = songs.scan().after(page.cursor()).all().await?;
    /// assert_eq!(page.items().len() + rest.len(), 6);
    /// # Ok(())
    /// # }
    /// ```
    pub fn after<'c>(mut self, cursor: impl Into<Option<&'c Cursor>>) -> Self {
        self.0.ask.after = cursor.into().cloned();
        self
    }

    /// Reads what was written last, at twice the capacity.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// songs.put(&song("4")).await?;
    /// assert_eq!(songs.scan().consistent().all().await?.len(), 7);
    /// # Ok(())
    /// # }
    /// ```
    pub fn consistent(mut self) -> Self {
        self.0.ask.consistent = true;
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
    /// // Another program keeps items of its own in the table.
    /// let text = |text: &str| AttributeValue::S(text.to_owned());
    /// let put = songs.client().put_item().table_name("Songs");
    /// put.item("Id", text("1")).item("Metadata", text("Lyrics")).send().await?;
    ///
    /// assert!(songs.scan().all().await.is_err());
    /// assert_eq!(songs.scan().skip_unknown().all().await?.len(), 6);
    /// # Ok(())
    /// # }
    /// ```
    pub fn skip_unknown(mut self) -> Self {
        self.0.ask.skip_unknown = true;
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
    /// assert_eq!(accounts.scan().all().await?.len(), 2);
    /// assert_eq!(accounts.scan().skip_expired().all().await?.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn skip_expired(mut self) -> Self {
        self.0.ask.skip_expired = true;
        self
    }

    /// What [`all`](Self::all) would do and cost, by the service's published rules; nothing is sent.
    ///
    /// # Errors
    ///
    /// If the request cannot be made.
    pub fn explain(&self) -> Result<Plan, Error> {
        self.0.explain()
    }

    /// Every item, in as many requests as it takes, all in memory.
    ///
    /// # Errors
    ///
    /// [`PartialRead`](crate::error::PartialRead), which carries the items that were read: if one
    /// cannot be read, or if a request fails.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// assert_eq!(songs.scan().all().await?.len(), 6);
    /// # Ok(())
    /// # }
    /// ```
    pub fn all(self) -> All<R> {
        All(self.0)
    }

    /// How many items there are, read by their keys.
    ///
    /// The service reads whole items for it, and charges for them.
    ///
    /// # Errors
    ///
    /// If a request fails. An item that cannot be read is counted if its key is of an entity that is
    /// asked for.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// assert_eq!(songs.scan().count().await?, 6);
    /// assert_eq!(songs.scan().only::<Song>().count().await?, 3);
    /// # Ok(())
    /// # }
    /// ```
    pub fn count(self) -> Count<R> {
        Count(self.0.cast())
    }

    /// Some items, and a cursor to go on with: as many as [`limit`](Self::limit) says, or else what one
    /// request gives, or one of each segment.
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
    /// let page = songs.scan().limit(4).page().await?;
    /// assert_eq!(page.items().len(), 4);
    /// assert!(page.cursor().is_some());
    /// # Ok(())
    /// # }
    /// ```
    pub fn page(self) -> PageOf<R> {
        PageOf(self.0)
    }

    /// The items as they come; the next request is sent when those of the last are used up.
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
    /// let mut items = songs.scan().stream();
    /// let mut count = 0;
    /// while let Some(item) = poll_fn(|cx| Pin::new(&mut items).poll_next(cx)).await {
    ///     item?;
    ///     count += 1;
    /// }
    /// assert_eq!(count, 6);
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream(self) -> ItemStream<R> {
        ItemStream::new(self.0)
    }

    /// The pages as they come, each what one request gave, or what is left of the
    /// [`limit`](Self::limit).
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
    /// let mut pages = songs.scan().segments(4).pages();
    /// let mut items = Vec::new();
    /// while let Some(page) = poll_fn(|cx| Pin::new(&mut pages).poll_next(cx)).await {
    ///     items.extend(page?.into_items()?);
    /// }
    /// assert_eq!(items.len(), 6);
    /// # Ok(())
    /// # }
    /// ```
    pub fn pages(self) -> PageStream<R> {
        PageStream::new(self.0, Capacity::Untold)
    }
}
