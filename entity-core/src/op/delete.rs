//! `delete`: removing one item by its key.

use std::fmt;
use std::marker::PhantomData;

use super::expected::{Expected, Presence};
use super::guard;
use super::returned::{Nothing, Old, Returned};
use super::target::{IntoTarget, TargetItem, unchanged};
use super::transact_write::{Collected, Writes};
use super::writing::{Kind, Writing, Writings, debug, written};
use crate::error::KeyError;
use crate::expr::{Condition, Place};
use crate::handle::{TableHandle, Target};
use crate::item::ItemOf;
use crate::key::IntoKey;
use crate::schema::{ByItem, Entity, Returning, Table};

/// Removes one item; made by [`TableHandle::delete`] and
/// [`delete_unchecked`](TableHandle::delete_unchecked).
#[must_use = "nothing is sent until it is awaited"]
pub struct Delete<E, R = Nothing> {
    writings: Writings,
    of: PhantomData<fn() -> (E, R)>,
}

impl<T: Table> TableHandle<T> {
    /// Removes an item; it is no error if there is none, unless a version is asked for.
    ///
    /// It takes a key, or a reference to the item. Of an entity with a version it takes the item that
    /// was read, or a key [`at_version`](crate::at_version), and the item must be there in that
    /// version. With unique fields it takes the item, and frees its values.
    ///
    /// # Errors
    ///
    /// If the key cannot be made; if the request fails;
    /// [`is_condition_failed`](crate::Error::is_condition_failed) if there is another version.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// songs.delete(Song::key("1")).await?;
    /// assert_eq!(songs.get(Song::key("1")).await?, None);
    /// songs.delete(Song::key("1")).await?; // there is none, and that is no error
    /// # Ok(())
    /// # }
    /// ```
    pub fn delete<K: IntoTarget>(&self, item: K) -> Delete<K::Entity>
    where
        K::Entity: ItemOf<T>,
    {
        Delete::new(self.target(), item.into_target())
    }

    /// Removes an item whatever its version is.
    ///
    /// # Errors
    ///
    /// As [`delete`](Self::delete), but for the version.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/accounts.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let accounts = accounts().await?;
    /// accounts.delete_unchecked(Account::key("1")).await?;
    /// assert_eq!(accounts.get(Account::key("1")).await?, None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn delete_unchecked<K: IntoKey>(&self, key: K) -> Delete<K::Entity>
    where
        K::Entity: ItemOf<T>,
        <K::Entity as crate::Item>::Lock: ByItem,
    {
        let key = key.into_key();
        let item = key.map(|key| TargetItem { key, version: None, unique: Vec::new() });
        Delete::new(self.target(), item)
    }
}

impl<E: Entity> Delete<E> {
    fn new(target: Target, item: Result<TargetItem<E>, KeyError>) -> Self {
        Self { writings: writings(target, item), of: PhantomData }
    }

    /// Returns the item that was removed; `None` if there was none.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// assert_eq!(songs.delete(Song::key("1")).return_old().await?, Some(song("1")));
    /// assert_eq!(songs.delete(Song::key("1")).return_old().await?, None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn return_old(self) -> Delete<E, Old<E>>
    where
        E::Lock: Returning,
    {
        Delete { writings: self.writings, of: PhantomData }
    }
}

impl<E: Entity, R: Returned> Delete<E, R> {
    /// Removes the item only if it meets a condition; several must hold together.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let delete = songs.delete(Song::key("1")).when(|s| s.artist.eq("Megadeth"));
    /// assert!(delete.await.unwrap_err().is_condition_failed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn when(self, condition: impl FnOnce(&E::Paths) -> Condition<E>) -> Self {
        self.expecting(|expected| expected.and_when(condition(E::Paths::PATHS).test))
    }
}

written!(Delete<E: Entity, R: Returned>, R);

fn writings<E: Entity>(target: Target, item: Result<TargetItem<E>, KeyError>) -> Writings {
    let item = item?;
    let main = delete(target, "delete", &item);
    let mut guards = Vec::new();
    for unique in &item.unique {
        guards.extend(guard::delete(&main, unique)?);
    }
    guards.insert(0, main);
    Ok(guards)
}

/// The removal of an item that is as it was read, as far as it must be.
pub(super) fn delete<E: Entity>(
    target: Target,
    operation: &'static str,
    item: &TargetItem<E>,
) -> Writing {
    let entity = E::SCHEMA.name;
    let kind = Kind::Delete { key: item.key.to_json() };
    let expected = expected(item, Presence::Any);
    Writing { target, operation, entity, schema: Some(E::SCHEMA), expected, kind }
}

/// What must hold of an item that was read: its version and its unique values.
pub(super) fn expected<E: Entity>(item: &TargetItem<E>, presence: Presence) -> Expected {
    let mut expected = Expected::of_entity(<E::Table as Table>::SCHEMA, presence, E::SCHEMA.name);
    expected.version = E::SCHEMA.kept.version.zip(item.version);
    let unique = item.unique.iter().map(|unique| (unique.attribute, &unique.value));
    expected.unchanged = unchanged(unique);
    expected
}

impl<E: Entity> Writes for Delete<E> {
    fn collect(self, collected: &mut Collected) {
        collected.operation(self.writings);
    }
}

impl<E, R> fmt::Debug for Delete<E, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(f, "Delete", &self.writings)
    }
}
