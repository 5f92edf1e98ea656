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

impl<R: crate::item::Readable> Scan<R> {
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
        self.0.limit = Some(items);
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
        self.0.after = cursor.into().cloned();
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
        self.0.consistent = true;
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
        self.0.skip_unknown = true;
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
        self.0.skip_expired = true;
        self
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

    /// Some items, and a cursor to go on with.
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
}
