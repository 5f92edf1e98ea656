//! `update`, `upsert`: changing some attributes of an item.

use std::fmt;
use std::marker::PhantomData;

use super::change::{Changing, Initial, Slots, slots_of, slots_of_key};
use super::delete::expected;
use super::expected::Presence;
use super::plan::Cost;
use super::returned::{New, Nothing, Old, Returned, UpdatedNew, UpdatedOld};
use super::target::{IntoTarget, TargetItem};
use super::transact_write::{Collected, Writes, alone_or_together, send_together};
use super::writing::{Kind, Writing, Writings, debug};
use super::{Capacity, guard, sendable};
use crate::error::{EncodeError, Error, KeyError, UpdateError, UpdateReason, WriteError};
use crate::expr::{Act, Condition, IntoActions, Json, Place, Step, Term, Test, Verb, display};
use crate::handle::{TableHandle, Target};
use crate::item::{Item, ItemOf, Unique, before_write, write_fields};
use crate::key::IntoKey;
use crate::page::Response;
use crate::request::Request;
use crate::schema::{ByItem, ByKey, Entity, Returning, Table};

/// Changes some attributes of an item; made by [`TableHandle::update`],
/// [`update_unchecked`](TableHandle::update_unchecked) and [`upsert`](TableHandle::upsert).
#[must_use = "nothing is sent until it is awaited"]
pub struct Update<E, R = Nothing> {
    draft: Result<Draft<E>, WriteError>,
    of: PhantomData<fn() -> R>,
}

/// An update in the making.
struct Draft<E> {
    target: Target,
    item: TargetItem<E>,
    /// What there is initially, of an upsert.
    initial: Option<Initial>,
    acts: Vec<Act>,
    when: Vec<Test>,
    return_stored: bool,
    retries: u32,
}

impl<T: Table> TableHandle<T> {
    /// Changes some attributes of an item, which must be there.
    ///
    /// It takes a key, or a reference to the item. Of an entity with a version it takes the item that
    /// was read, or a key [`at_version`](crate::at_version); with unique fields, the item. Keys of
    /// indexes follow the fields that they are made of, in the same request.
    ///
    /// # Errors
    ///
    /// If the key cannot be made, a value cannot be stored, or two actions are on one attribute, which
    /// is found before anything is sent; [`is_condition_failed`](Error::is_condition_failed) if no
    /// item is there, or a condition does not hold; if the request fails.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let month = MonthlyCount::key("1", "2018-01");
    /// songs.update(month).set(|m| m.downloads.add(1)).when(|m| m.downloads.lt(1_000)).await?;
    ///
    /// // The index follows.
    /// let top = songs.query(MonthlyCount::downloads_by_month("2018-01").downloads(11)).first();
    /// assert_eq!(top.await?.unwrap().song_id, "1");
    ///
    /// let error = songs.update(Song::key("9")).set(|s| s.title.set("Nine")).await.unwrap_err();
    /// assert_eq!(error.to_string(), "update `Song` 9/Details in `Songs`: no item with its key exists");
    /// # Ok(())
    /// # }
    /// ```
    pub fn update<K: IntoTarget>(&self, item: K) -> Update<K::Entity>
    where
        K::Entity: ItemOf<T>,
    {
        Update::new(self.target(), item.into_target().map_err(Into::into), None)
    }

    /// Changes some attributes of an item, whatever its version is; the version counts on.
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update), but for the version.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/accounts.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let accounts = accounts().await?;
    /// let read = accounts.get(Account::key("1")).await?.unwrap();
    /// accounts.update_unchecked(Account::key("1")).set(|a| a.balance.add(5)).await?;
    ///
    /// let late = accounts.update(&read).set(|a| a.balance.set(0));
    /// assert!(late.await.unwrap_err().is_condition_failed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn update_unchecked<K: IntoKey>(&self, key: K) -> Update<K::Entity>
    where
        K::Entity: ItemOf<T>,
        <K::Entity as Item>::Lock: ByItem,
    {
        let key = key.into_key().map_err(Into::into);
        let item = key.map(|key| TargetItem { key, version: None, unique: Vec::new() });
        Update::new(self.target(), item, None)
    }

    /// Changes some attributes of an item, which is first created as `initial` if it is not there.
    ///
    /// An item that is there keeps what no action is on. So that what is created can be read,
    /// attributes of `initial` that no action is on are stored where there are none; `add` adds to
    /// the initial number, `append` to the initial list.
    ///
    /// An item that another program has written without its keys in an index is not changed, as the
    /// initial values do not tell them:
    /// [`IndexKeys`](crate::error::ConditionReason::IndexKeys).
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update), but for the item that is not there; if an action is on something
    /// within an attribute, or on a set that is not empty initially.
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
    /// for _ in 0..2 {
    ///     songs.upsert(&april).set(|m| m.downloads.add(1)).await?;
    /// }
    /// let stored = songs.get(MonthlyCount::key("1", "2018-04")).await?.unwrap();
    /// assert_eq!(stored.downloads, 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn upsert<E: Entity + ItemOf<T>>(&self, initial: &E) -> Update<E>
    where
        E::Lock: ByKey,
    {
        let key = initial.primary_key().map_err(WriteError::from);
        let item = key.map(|key| TargetItem { key, version: None, unique: Vec::new() });
        let stamped = initial.stamped(true);
        Update::new(self.target(), item, Some(begin(stamped.as_ref().unwrap_or(initial))))
    }
}

fn begin<E: Entity>(initial: &E) -> Result<Initial, WriteError> {
    let written = before_write(initial)?;
    let initial = written.as_ref().unwrap_or(initial);
    let mut json = Vec::with_capacity(512);
    write_fields(initial, &mut json)?;
    let slots = initial.parts(slots_of);
    Initial::new(&json, slots).map_err(|error| EncodeError::new(E::SCHEMA.name, error).into())
}

impl<E: Entity> Update<E> {
    fn new(
        target: Target,
        item: Result<TargetItem<E>, WriteError>,
        initial: Option<Result<Initial, WriteError>>,
    ) -> Self {
        let draft = item.and_then(|item| {
            let initial = initial.transpose()?;
            let (acts, when) = (Vec::new(), Vec::new());
            Ok(Draft { target, item, initial, acts, when, return_stored: false, retries: 0 })
        });
        Self { draft, of: PhantomData }
    }

    fn returning<R>(self) -> Update<E, R> {
        Update { draft: self.draft, of: PhantomData }
    }

    /// Returns the item as it is after the update.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let update = songs.update(Song::key("1")).set(|s| s.title.set("One"));
    /// assert_eq!(update.return_new().await?.title, "One");
    /// # Ok(())
    /// # }
    /// ```
    pub fn return_new(self) -> Update<E, New<E>>
    where
        E::Lock: Returning,
    {
        self.returning()
    }

    /// Returns the item as it was before the update; `None` if an upsert has created it.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let update = songs.update(Song::key("1")).set(|s| s.title.set("One"));
    /// assert_eq!(update.return_old().await?, Some(song("1")));
    /// # Ok(())
    /// # }
    /// ```
    pub fn return_old(self) -> Update<E, Old<E>>
    where
        E::Lock: Returning,
    {
        self.returning()
    }

    /// Returns the attributes that were updated, as they are now.
    pub fn return_updated_new(self) -> Update<E, UpdatedNew<E>>
    where
        E::Lock: Returning,
    {
        self.returning()
    }

    /// Returns the attributes that were updated, as they were before.
    pub fn return_updated_old(self) -> Update<E, UpdatedOld<E>>
    where
        E::Lock: Returning,
    {
        self.returning()
    }
}

impl<E: Entity, R: Returned> Update<E, R> {
    /// Adds what is done to attributes: an action of a path, or a tuple of actions.
    ///
    /// All see the item as it was before. Two on one attribute are an error before anything is sent.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let update = songs.update(Song::key("1"));
    /// update.set(|s| (s.title.set("Two"), s.artist.set("Megadeth"))).await?;
    ///
    /// let twice = songs.update(Song::key("1")).set(|s| (s.title.set("Two"), s.title.set("Three")));
    /// assert_eq!(
    ///     twice.await.unwrap_err().to_string(),
    ///     "update of `Song`: title: another action is on title, and DynamoDB takes one for each \
    ///      attribute".replace("title", "Title"),
    /// );
    /// # Ok(())
    /// # }
    /// ```
    pub fn set<A: IntoActions<E>>(mut self, actions: impl FnOnce(&E::Paths) -> A) -> Self {
        if let Ok(draft) = &mut self.draft {
            actions(E::Paths::PATHS).collect(&mut draft.acts);
        }
        self
    }

    /// Changes the item only if it meets a condition; several must hold together.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let update = songs.update(Song::key("1")).set(|s| s.title.set("Two"));
    /// let error = update.when(|s| s.artist.eq("Megadeth")).await.unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "update `Song` 1/Details in `Songs`: the condition of `when` does not hold",
    /// );
    /// # Ok(())
    /// # }
    /// ```
    pub fn when(mut self, condition: impl FnOnce(&E::Paths) -> Condition<E>) -> Self {
        if let Ok(draft) = &mut self.draft {
            draft.when.push(condition(E::Paths::PATHS).test);
        }
        self
    }

    /// Lets a failed condition carry the stored item:
    /// [`ConditionFailed::stored`](crate::error::ConditionFailed::stored).
    pub fn return_stored_on_failure(mut self) -> Self {
        if let Ok(draft) = &mut self.draft {
            draft.return_stored = true;
        }
        self
    }

    /// Tries again, at most so many times, while other requests write the item in transactions; with
    /// pauses as those of [`TransactWrite::retry_conflicts`](super::TransactWrite::retry_conflicts),
    /// which goes for the writes that a transaction is made of.
    pub fn retry_conflicts(mut self, times: u32) -> Self {
        if let Ok(draft) = &mut self.draft {
            draft.retries = times;
        }
        self
    }

    fn writings(&self) -> Writings {
        self.draft.as_ref().map_err(Clone::clone)?.writings()
    }

    fn build(&self, capacity: Capacity) -> Result<Request, Error> {
        alone_or_together::<R>(&self.writings(), capacity)
    }

    fn cost(&self) -> Result<Cost, Error> {
        Ok(Cost::of_writings(&self.writings()?))
    }

    async fn run(self, capacity: Capacity) -> Result<Response<R::Value>, Error> {
        let writings = self.writings()?;
        drop(self);
        send_together::<R>(writings, capacity).await
    }
}

sendable!(Update<E: Entity, R: Returned>, R::Value, Error);

impl<E: Entity> Draft<E> {
    fn writings(&self) -> Writings {
        let (main, guards) = (self.main()?, self.guards()?);
        let mut writings = guard::change(&main, &self.item.unique, &guards)?;
        writings.insert(0, main);
        Ok(writings)
    }

    fn main(&self) -> Result<Writing, WriteError> {
        let mut acts = self.acts.clone();
        acts.extend(E::touch());
        acts.extend(self.next_version());
        let changing = Changing {
            schema: E::SCHEMA,
            acts: &acts,
            initial: self.initial.as_ref(),
            primary: &self.primary(&acts)?,
        };
        let (change, kept) = changing.change()?;
        let presence = if self.initial.is_some() { Presence::Any } else { Presence::Present };
        let mut expected = expected(&self.item, presence);
        expected.index_keys = kept;
        expected.of_newest(E::SCHEMA.versions);
        expected.return_stored = self.return_stored;
        expected.retries = self.retries;
        self.when.iter().for_each(|test| expected.and_when(test.clone()));
        let operation = if self.initial.is_some() { "upsert" } else { "update" };
        let kind = Kind::Update { key: self.item.key.to_json(), change };
        let (target, entity, schema) = (self.target.clone(), E::SCHEMA.name, Some(E::SCHEMA));
        Ok(Writing { target, operation, entity, schema, expected, kind })
    }

    fn primary(&self, acts: &[Act]) -> Result<Slots, KeyError> {
        // Only what feeds keys asks for the others.
        match acts.iter().any(|act| !act.fed.is_empty()) {
            true => slots_of_key(E::SCHEMA, self.item.key.texts()),
            false => Ok(Slots::new()),
        }
    }

    /// The version counts on: from the one that was read, or from the one that is there.
    fn next_version(&self) -> Option<Act> {
        let attribute = E::SCHEMA.kept.version.filter(|_| self.initial.is_none())?;
        let path = vec![Step::Field { name: attribute, attribute }];
        let number = |number: u64| Ok(Some(format!("{{\"N\":\"{number}\"}}").into_bytes()));
        let verb = match self.item.version {
            Some(version) => Verb::Set(Term::Value(number(E::next_version(version)))),
            None => Verb::Add(number(1)),
        };
        Some(Act::new(path, verb))
    }

    /// The unique values that the item has afterwards.
    fn guards(&self) -> Result<Vec<Unique>, UpdateError> {
        let mut unique = self.item.unique.clone();
        for (_, attribute) in E::SCHEMA.kept.unique {
            let on = |act: &&Act| {
                matches!(act.path.as_slice(),
                [Step::Field { attribute: on, .. }, ..] if on == attribute)
            };
            let Some(act) = self.acts.iter().find(on) else { continue };
            let refuse =
                || UpdateError::new(E::SCHEMA.name, display(&act.path), UpdateReason::Unique);
            let value: Json = match (&act.verb, act.path.len()) {
                (Verb::Set(Term::Value(value)), 1) => value.clone(),
                (Verb::Remove, 1) => Ok(None),
                _ => return Err(refuse()),
            };
            // Without an item nobody has read what it is now.
            let known = unique.iter_mut().find(|known| known.attribute == *attribute);
            known.ok_or_else(refuse)?.value = value;
        }
        Ok(unique)
    }
}

impl<E: Entity> Writes for Update<E> {
    fn collect(self, collected: &mut Collected) {
        collected.operation(self.writings());
    }
}

impl<E: Entity, R> fmt::Debug for Update<E, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let writings = self.draft.as_ref().map_err(Clone::clone).and_then(Draft::writings);
        debug(f, "Update", &writings)
    }
}
