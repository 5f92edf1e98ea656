//! `verify_table`: where the table is another one than its types and settings say.

use std::fmt;
use std::future::poll_fn;

use super::difference::{Aspect, Difference};
use super::live::{Live, Scope, describe};
use super::wanted::Wanted;
use super::{awaited, with_settings};
use crate::error::Error;
use crate::handle::{TableHandle, Target};
use crate::op::Capacity;
use crate::op::pages::PageStream;
use crate::op::rate::Rate;
use crate::op::reading::Reading;
use crate::op::reindex::{Stored, WrongKey};
use crate::schema::Table;

/// How many keys are named of each index, if it is not said.
const NAMED: usize = 10;

/// Compares the table with its types; made by [`TableHandle::verify_table`].
#[must_use = "nothing is sent until it is awaited"]
pub struct VerifyTable<T: Table> {
    target: Target,
    wanted: Wanted,
    scan: Option<Reading<Stored<T::Items>>>,
    max_named: usize,
}

/// Where a table is another one than its types and settings say.
///
/// `Display` has a line for each difference: table, what, expected, found.
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    differences: Vec<Difference>,
    items: Option<Items>,
}

/// What was found of the items of a table.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Items {
    /// How many were read.
    pub seen: u64,
    /// How many were passed over: of no entity, if that was asked for, and the library's own.
    pub skipped: u64,
    /// The indexes of which items lack keys or have others than their fields make.
    pub indexes: Vec<IndexItems>,
    /// How many are of no entity, or cannot be read as what they are.
    pub unread: u64,
    /// The first of these: why.
    pub unread_reasons: Vec<String>,
}

/// The items whose keys of one index are not what their fields make.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct IndexItems {
    /// The index.
    pub index: &'static str,
    /// How many lack a key, and so are not in the index.
    pub missing: u64,
    /// How many have another key than their fields make, or one that they should not have.
    pub stale: u64,
    /// The keys of the first of both, as stored: `1/Details`.
    pub keys: Vec<String>,
}

impl<T: Table> TableHandle<T> {
    /// Compares the table with its declaration and with the [settings](VerifyTable::with) given; returns
    /// the differences. Nothing is changed.
    ///
    /// It finds another key or type, a missing index, another key or projection of one, TTL that is off
    /// or on another attribute; and of what the settings say another class, stream, billing mode or most
    /// units on demand, less warm throughput, deletion protection, point-in-time recovery and tags. It
    /// notes what the types do not mind: indexes that are not declared, TTL where no entity declares
    /// one, and other provisioned units, which autoscaling may have set. [`items`](VerifyTable::items)
    /// looks at the items too.
    ///
    /// # Errors
    ///
    /// [`is_table_not_found`](Error::is_table_not_found) if there is none; or if a request fails.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use aws_sdk_dynamodb::types::StreamViewType;
    /// use entity_core::op::{Aspect, TableSettings};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// assert!(songs.verify_table().await?.matches());
    ///
    /// let settings = TableSettings::new().stream(StreamViewType::NewImage);
    /// let verified = songs.verify_table().with(&settings).await?;
    /// assert_eq!(*verified.differences()[0].aspect(), Aspect::Stream);
    /// assert_eq!(verified.to_string(), "Songs: stream: expected NEW_IMAGE, found off\n");
    /// # Ok(())
    /// # }
    /// ```
    pub fn verify_table(&self) -> VerifyTable<T> {
        let wanted = Wanted::of::<T>();
        VerifyTable { target: self.target(), wanted, scan: None, max_named: NAMED }
    }
}

with_settings!(VerifyTable<T>);
awaited!(VerifyTable<T>, Verified);

impl<T: Table> VerifyTable<T> {
    /// Reads all items too, in a consistent scan, and finds those that lack a key of an index or have
    /// another than their fields make: [`reindex`](TableHandle::reindex) mends them. Items that cannot
    /// be read are counted.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/books.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// // Another program has filled the table, and does not know the index.
    /// let books = books().await?;
    /// books.ensure_table().await?;
    /// let verified = books.verify_table().items().max_named(1).await?;
    /// let index = &verified.items().unwrap().indexes[0];
    /// assert_eq!((index.index, index.missing, index.stale), ("ByAuthor", 3, 0));
    /// assert_eq!(index.keys.len(), 1);
    /// assert!(!verified.matches());
    ///
    /// books.reindex().run().await?;
    /// assert!(books.verify_table().items().await?.matches());
    /// # Ok(())
    /// # }
    /// ```
    pub fn items(self) -> Self {
        self.scanning(|_| {})
    }

    /// Reads the items in this many segments at once.
    pub fn segments(self, segments: u32) -> Self {
        self.scanning(|reading| reading.ask.segments = segments.clamp(1, 1_000_000))
    }

    /// Reads the items at this many capacity units a second; see
    /// [`Scan::units_per_second`](crate::op::Scan::units_per_second).
    pub fn units_per_second(self, units: u32) -> Self {
        self.scanning(|reading| reading.ask.rate = Some(Rate::new(units)))
    }

    /// Passes over items that are of none of the table's entities.
    pub fn skip_unknown(self) -> Self {
        self.scanning(|reading| reading.ask.skip_unknown = true)
    }

    /// How many keys are named of each index, and how many reasons of items that cannot be read, at
    /// most; 10 if it is not said.
    pub fn max_named(mut self, keys: usize) -> Self {
        self.max_named = keys;
        self
    }

    fn scanning(mut self, change: impl FnOnce(&mut Reading<Stored<T::Items>>)) -> Self {
        let reading = self.scan.get_or_insert_with(|| {
            let mut reading = Reading::new(self.target.clone(), None);
            reading.ask.consistent = true;
            reading
        });
        change(reading);
        self
    }

    async fn run(self) -> Result<Verified, Error> {
        let Self { target, wanted, scan, max_named } = self;
        let table = describe(&target).await?;
        let live = Live::read(&target, table, &wanted, Scope::All).await?;
        let mut differences = live.differences(&target.table, &wanted, Scope::All)?;
        let items = match scan {
            Some(reading) => Some(look_at::<T>(reading, max_named).await?),
            None => None,
        };
        differences.extend(items.iter().flat_map(|items| items.differences(&target.table)));
        Ok(Verified { differences, items })
    }
}

async fn look_at<T: Table>(
    reading: Reading<Stored<T::Items>>,
    max_named: usize,
) -> Result<Items, Error> {
    let (mut pages, mut items) = (PageStream::new(reading, Capacity::Untold), Items::default());
    while let Some(opened) = poll_fn(|cx| pages.poll_open(cx)).await {
        opened?;
        for item in pages.take_all().flatten() {
            items.seen += 1;
            match item.keys {
                Ok(keys) => items.wrong(&item.shown, &keys.wrong, max_named),
                Err(reason) => {
                    items.unread += 1;
                    if items.unread_reasons.len() < max_named {
                        items.unread_reasons.push(reason.to_string());
                    }
                }
            }
        }
    }
    items.skipped = pages.spent(()).skipped;
    Ok(items)
}

impl Items {
    /// Counts an item once for each index that it has a wrong key of.
    fn wrong(&mut self, shown: &str, wrong: &[WrongKey], max_named: usize) {
        let mut counted: Vec<&str> = Vec::new();
        for name in wrong.iter().map(|key| key.index.name) {
            if counted.contains(&name) {
                continue;
            }
            counted.push(name);
            let of_index = || wrong.iter().filter(|key| key.index.name == name);
            let missing = of_index().all(|key| key.found.is_none());
            let index = match self.indexes.iter().position(|known| known.index == name) {
                Some(position) => self.indexes.get_mut(position),
                None => {
                    let none = IndexItems { index: name, missing: 0, stale: 0, keys: Vec::new() };
                    self.indexes.push(none);
                    self.indexes.last_mut()
                }
            };
            let Some(index) = index else { continue };
            *(if missing { &mut index.missing } else { &mut index.stale }) += 1;
            if index.keys.len() < max_named {
                index.keys.push(shown.to_owned());
            }
        }
    }

    fn differences(&self, table: &str) -> Vec<Difference> {
        let indexes = self.indexes.iter().map(|index| {
            let IndexItems { missing, stale, keys, .. } = index;
            let more = if keys.len() as u64 == missing + stale { "" } else { ", and more" };
            let found = format!("{missing} missing, {stale} stale: {}{more}", keys.join(", "));
            let aspect = Aspect::ItemKeys(index.index.to_owned());
            Difference::new(table, aspect, "those that fields make", found)
        });
        let unread = (self.unread > 0).then(|| {
            let found =
                format!("{} that cannot be read: {}", self.unread, self.unread_reasons.join(", "));
            Difference::new(table, Aspect::Items, "those of the table's entities", found)
        });
        indexes.chain(unread).collect()
    }
}

impl Verified {
    /// Whether the table is what the types and the settings say; notes do not count.
    #[must_use]
    pub fn matches(&self) -> bool {
        self.differences.iter().all(Difference::is_note)
    }

    /// The differences, notes among them.
    #[must_use]
    pub fn differences(&self) -> &[Difference] {
        &self.differences
    }

    /// What was found of the items, if that was asked for.
    #[must_use]
    pub fn items(&self) -> Option<&Items> {
        self.items.as_ref()
    }
}

/// A line for each difference.
impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.differences.iter().try_for_each(|difference| writeln!(f, "{difference}"))
    }
}
