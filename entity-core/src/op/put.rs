//! `put`, `create`, `replace`: writing a whole item.

use std::fmt;
use std::marker::PhantomData;

use super::expected::{Expected, Presence};
use super::returned::{Nothing, Old, Returned};
use super::transact_write::{Collected, Writes};
use super::writing::{Kind, Writing, Writings, debug, written};
use crate::error::{ITEM_BYTES, LimitError, UpdateError, UpdateReason, WriteError};
use crate::expr::{Condition, Place};
use crate::handle::{TableHandle, Target};
use crate::item::{Item, ItemOf, item_size};
use crate::schema::{ByItem, Entity, Returning, Table};

/// Writes a whole item; made by [`TableHandle::put`], [`create`](TableHandle::create) and
/// [`replace`](TableHandle::replace).
#[must_use = "nothing is sent until it is awaited"]
pub struct Put<I, R = Nothing> {
    writings: Writings,
    of: PhantomData<fn() -> (I, R)>,
}

impl<T: Table> TableHandle<T> {
    /// Writes the item, whether or not one with its key is there; what was there is replaced
    /// whole, with attributes that the entity does not know.
    ///
    /// # Errors
    ///
    /// If a key or a value cannot be written, which is found before anything is sent; or if the
    /// request fails.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let one = Song { id: "4".into(), title: "One".into(), artist: "Metallica".into() };
    /// songs.put(&one).await?;
    /// assert_eq!(songs.get(Song::key("4")).await?, Some(one));
    ///
    /// // An id that is empty makes no key; nothing is sent.
    /// let error = songs.put(&song("")).await.unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "key `Id` of `Song`: the key is empty, which DynamoDB refuses",
    /// );
    /// # Ok(())
    /// # }
    /// ```
    pub fn put<I: Item + ItemOf<T>>(&self, item: &I) -> Put<I>
    where
        I::Lock: ByItem,
    {
        Put::new(self, item, "put", Presence::Any)
    }

    /// Writes the item if none with its key is there.
    ///
    /// If the answer to a write is lost and the SDK sends it again, the second attempt finds the
    /// item of the first: the condition fails, though this call wrote the item.
    ///
    /// # Errors
    ///
    /// As [`put`](Self::put), and [`is_condition_failed`](crate::Error::is_condition_failed) if an item
    /// is there.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// songs.create(&song("4")).await?;
    ///
    /// let error = songs.create(&song("4")).await.unwrap_err();
    /// assert!(error.is_condition_failed());
    /// assert_eq!(error.to_string(), "create `Song` 4/Details in `Songs`: an item with its key exists");
    /// # Ok(())
    /// # }
    /// ```
    pub fn create<I: Item + ItemOf<T>>(&self, item: &I) -> Put<I> {
        Put::new(self, item, "create", Presence::Absent)
    }

    /// Writes the item if one with its key is there; that one is replaced whole.
    ///
    /// # Errors
    ///
    /// As [`put`](Self::put), and [`is_condition_failed`](crate::Error::is_condition_failed) if none is
    /// there.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// songs.replace(&Song { title: "One".into(), ..song("1") }).await?;
    /// assert_eq!(songs.get(Song::key("1")).await?.unwrap().title, "One");
    ///
    /// let error = songs.replace(&song("4")).await.unwrap_err();
    /// assert!(error.is_condition_failed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn replace<I: Item + ItemOf<T>>(&self, item: &I) -> Put<I>
    where
        I::Lock: ByItem,
    {
        Put::new(self, item, "replace", Presence::Present)
    }
}

impl<I: Item> Put<I> {
    fn new<T: Table>(
        table: &TableHandle<T>,
        item: &I,
        operation: &'static str,
        presence: Presence,
    ) -> Self {
        let writings = writings(table.target(), item, operation, presence);
        Self { writings, of: PhantomData }
    }

    /// Returns the item that was replaced; `None` if there was none.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let two = Song { title: "Two".into(), ..song("1") };
    /// assert_eq!(songs.put(&two).return_old().await?, Some(song("1")));
    /// # Ok(())
    /// # }
    /// ```
    pub fn return_old(self) -> Put<I, Old<I>>
    where
        I::Lock: Returning,
    {
        Put { writings: self.writings, of: PhantomData }
    }
}

impl<I: Item, R: Returned> Put<I, R> {
    /// Writes the item only if the stored one meets a condition; several must hold together.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let two = Song { title: "Two".into(), ..song("1") };
    /// let put = songs.put(&two).when(|s| s.title.eq("Three").or(s.title.not_exists()));
    /// assert!(put.await.unwrap_err().is_condition_failed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn when(self, condition: impl FnOnce(&I::Paths) -> Condition<I>) -> Self
    where
        I: Entity,
    {
        self.expecting(|expected| expected.and_when(condition(I::Paths::PATHS).test))
    }
}

written!(Put<I: Item, R: Returned>, R);

fn writings<I: Item>(
    target: Target,
    item: &I,
    operation: &'static str,
    presence: Presence,
) -> Writings {
    let stamped = item.stamped(presence == Presence::Absent);
    let writing = put(target, stamped.as_ref().unwrap_or(item), operation, presence)?;
    let main = with_version(writing, item);
    let mut guards = Vec::new();
    for unique in item.unique() {
        if presence != Presence::Absent {
            // What is there has values of its own, which nobody has read.
            let (entity, field) = (item.entity_name(), unique.field.to_owned());
            return Err(UpdateError::new(entity, field, UpdateReason::Unique).into());
        }
        guards.extend(super::guard::create(&main, &unique)?);
    }
    guards.insert(0, main);
    Ok(guards)
}

/// The write of an item as it is.
pub(super) fn put<I: Item>(
    target: Target,
    item: &I,
    operation: &'static str,
    presence: Presence,
) -> Result<Writing, WriteError> {
    let (entity, json) = (item.entity_name(), checked_json(item)?);
    let expected = Expected::of_entity(I::Table::SCHEMA, presence, entity);
    let schema = I::ENTITIES.iter().copied().find(|schema| schema.name == entity);
    Ok(Writing { target, operation, entity, schema, expected, kind: Kind::Put { item: json } })
}

/// An item as it is written, which DynamoDB can hold.
pub(super) fn checked_json<I: Item>(item: &I) -> Result<Vec<u8>, WriteError> {
    let mut json = Vec::with_capacity(512);
    item.write(&mut json)?;
    check_size(item.entity_name(), &json)?;
    Ok(json)
}

/// The text of an item is never shorter than what DynamoDB counts.
fn check_size(entity: &'static str, json: &[u8]) -> Result<(), LimitError> {
    if json.len() <= ITEM_BYTES {
        return Ok(());
    }
    match item_size(json) {
        Ok(bytes) if bytes > ITEM_BYTES => Err(LimitError::ItemSize { entity, bytes }),
        _ => Ok(()),
    }
}

/// The version that was read is the one that is stored, if an item may be there.
fn with_version<I: Item>(mut writing: Writing, item: &I) -> Writing {
    if writing.expected.presence != Presence::Absent {
        writing.expected.version = item.version();
    }
    writing
}

impl<I: Item> Writes for Put<I> {
    fn collect(self, collected: &mut Collected) {
        collected.operation(self.writings);
    }
}

impl<I, R> fmt::Debug for Put<I, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(f, "Put", &self.writings)
    }
}
