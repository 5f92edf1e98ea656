//! `check`: a condition on an item that a transaction does not write.

use std::fmt;
use std::marker::PhantomData;

use super::delete::expected;
use super::expected::{Expected, Presence};
use super::target::{IntoTarget, TargetItem};
use super::transact_write::{Collected, Writes};
use super::writing::{Kind, Writing, Writings, debug};
use crate::error::KeyError;
use crate::expr::{Condition, Place};
use crate::handle::{TableHandle, Target};
use crate::item::ItemOf;
use crate::key::IntoKey;
use crate::schema::{Entity, Table};

/// A condition on an item that a transaction does not write; made by [`TableHandle::check`] and
/// [`check_absent`](TableHandle::check_absent).
#[must_use = "give it to `transact_write`"]
pub struct Check<E> {
    writings: Writings,
    of: PhantomData<fn() -> E>,
}

impl<T: Table> TableHandle<T> {
    /// Lets a transaction be done only if an item is there; with [`when`](Check::when), if it also
    /// meets a condition.
    ///
    /// It takes a key, or a reference to the item: of an entity with a version, the item must be there
    /// in that one.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let april =
    ///     MonthlyCount { song_id: "1".into(), download_month: "2018-04".into(), downloads: 0 };
    /// let known = songs.check(Song::key("1")).when(|s| s.artist.eq("Metallica"));
    /// songs.transact_write((known, songs.create(&april))).await?;
    /// assert_eq!(songs.query(MonthlyCount::partition("1")).count().await?, 4);
    /// # Ok(())
    /// # }
    /// ```
    pub fn check<K: IntoTarget>(&self, item: K) -> Check<K::Entity>
    where
        K::Entity: ItemOf<T>,
    {
        Check::new(self.target(), item.into_target(), Presence::Present)
    }

    /// Lets a transaction be done only if there is no item with that key.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let both = (songs.check_absent(Song::key("1")), songs.create(&song("4")));
    /// assert!(songs.transact_write(both).await.is_err());
    /// assert_eq!(songs.get(Song::key("4")).await?, None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn check_absent<K: IntoKey>(&self, key: K) -> Check<K::Entity>
    where
        K::Entity: ItemOf<T>,
    {
        let key = key.into_key();
        let item = key.map(|key| TargetItem { key, version: None, unique: Vec::new() });
        Check::new(self.target(), item, Presence::Absent)
    }
}

impl<E: Entity> Check<E> {
    fn new(target: Target, item: Result<TargetItem<E>, KeyError>, presence: Presence) -> Self {
        let writings = item.map(|item| {
            let (entity, expected) = (E::SCHEMA.name, expected(&item, presence));
            let kind = Kind::Check { key: item.key.to_json() };
            let (operation, schema) = ("check", Some(E::SCHEMA));
            vec![Writing { target, operation, entity, schema, expected, kind }]
        });
        Self { writings: writings.map_err(Into::into), of: PhantomData }
    }

    /// The item must meet a condition; several must hold together.
    pub fn when(self, condition: impl FnOnce(&E::Paths) -> Condition<E>) -> Self {
        self.expecting(|expected| expected.and_when(condition(E::Paths::PATHS).test))
    }

    /// Lets a failed condition carry the stored item:
    /// [`ConditionFailed::stored`](crate::error::ConditionFailed::stored).
    pub fn return_stored_on_failure(self) -> Self {
        self.expecting(|expected| expected.return_stored = true)
    }

    fn expecting(mut self, change: impl FnOnce(&mut Expected)) -> Self {
        if let Ok([main, ..]) = self.writings.as_deref_mut() {
            change(&mut main.expected);
        }
        self
    }
}

impl<E: Entity> Writes for Check<E> {
    fn collect(self, collected: &mut Collected) {
        collected.operation(self.writings);
    }
}

impl<E> fmt::Debug for Check<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(f, "Check", &self.writings)
    }
}
