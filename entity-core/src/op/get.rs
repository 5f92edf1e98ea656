//! `get`: reading one item by its key.

use std::fmt;
use std::marker::PhantomData;

use super::plan::{Consistency, Cost};
use super::reading::project;
use super::{Capacity, sendable};
use crate::error::{Error, KeyError};
use crate::handle::{TableHandle, Target};
use crate::item::{ItemOf, RawItem, Readable, read_one};
use crate::key::{IntoKey, Key, KeyType};
use crate::page::{ConsumedCapacity, Response, answer};
use crate::request::Request;
use crate::schema::{Entity, KeyDef, Projection, Table, TableSchema, seconds};
use crate::transport::{self, GetItem};
use crate::wire::{self, Number};

/// Reads one item by its key; made by [`TableHandle::get`].
#[must_use = "nothing is sent until it is awaited"]
pub struct Get<E, R = E> {
    target: Target,
    key: Result<Key<E>, KeyError>,
    consistent: bool,
    skip_expired: bool,
    output: PhantomData<fn() -> R>,
}

impl<T: Table> TableHandle<T> {
    /// Reads the item with that key; `None` if there is none.
    ///
    /// The read is eventually consistent: it may miss a write of the last second, unless
    /// [`consistent`](Get::consistent) is asked for, at twice the capacity.
    ///
    /// # Errors
    ///
    /// If the key cannot be made; if the item is not of the entity; if the request fails.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// assert_eq!(songs.get(Song::key("1")).await?, Some(song("1")));
    /// assert_eq!(songs.get(Song::key("9")).await?, None);
    ///
    /// let count = songs.get(MonthlyCount::key("1", "2018-02")).await?.unwrap();
    /// assert_eq!(count.downloads, 20);
    /// # Ok(())
    /// # }
    /// ```
    pub fn get<K: IntoKey>(&self, key: K) -> Get<K::Entity>
    where
        K::Entity: ItemOf<T>,
    {
        let (target, key) = (self.target(), key.into_key());
        Get { target, key, consistent: false, skip_expired: false, output: PhantomData }
    }
}

impl<E: Entity> Get<E> {
    /// Reads a part of the item's attributes: a [`Projection`] of the entity.
    ///
    /// The service reads the whole item, and charges for it; less is sent.
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
    /// let title = songs.get(Song::key("1")).project::<Title>().await?;
    /// assert_eq!(title.unwrap().title, "Song 1");
    /// # Ok(())
    /// # }
    /// ```
    pub fn project<P: Projection<Entity = E>>(self) -> Get<E, P> {
        let Self { target, key, consistent, skip_expired, .. } = self;
        Get { target, key, consistent, skip_expired, output: PhantomData }
    }
}

impl<E: Entity, R: Readable> Get<E, R> {
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
    /// assert_eq!(songs.get(Song::key("4")).consistent().await?, Some(song("4")));
    /// # Ok(())
    /// # }
    /// ```
    pub fn consistent(mut self) -> Self {
        self.consistent = true;
        self
    }

    /// Gives `None` for an item whose time has come, by the clock of this machine: of an entity with
    /// `ttl`, which the service has not removed yet.
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
    /// assert_eq!(accounts.get(Account::key("2")).await?.unwrap().expires, Some(1));
    /// assert_eq!(accounts.get(Account::key("2")).skip_expired().await?, None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn skip_expired(mut self) -> Self {
        self.skip_expired = true;
        self
    }

    /// The table, the key, and the attribute that says whether the item has expired, if that counts.
    pub(super) fn into_parts(self) -> (Target, Result<Key<E>, KeyError>, Option<&'static str>) {
        let ttl = self.ttl();
        (self.target, self.key, ttl)
    }

    /// The attribute that says when the item expires, if that matters.
    fn ttl(&self) -> Option<&'static str> {
        E::SCHEMA.kept.ttl.filter(|_| self.skip_expired)
    }

    fn build(&self, capacity: Capacity) -> Result<Request, Error> {
        let key = self.key.as_ref().map_err(Clone::clone)?;
        let mut request = Request::new("GetItem", &self.target.table);
        key.write(&mut request);
        project::<R>(None, &mut request, self.ttl());
        if self.consistent {
            request.raw("ConsistentRead", "true");
        }
        capacity.write(&mut request);
        Ok(request.end())
    }

    fn cost(&self) -> Result<Cost, Error> {
        let (table, part) = (&*self.target.table, R::SELECTED.is_some());
        Ok(Cost::of_keys([table].into_iter(), Consistency::of(self.consistent), part))
    }

    async fn run(self, capacity: Capacity) -> Result<Response<Option<R>>, Error> {
        let request = self.build(capacity)?;
        let (table, ttl) = (self.target.table.to_string(), self.ttl());
        let sent = transport::call::<GetItem, _>(&self.target, request, move |body| {
            let (mut item, mut consumed) = (None, ConsumedCapacity::default());
            answer(body, |reader, name| {
                match name {
                    "Item" => {
                        let mut whole = *reader;
                        if is_past(whole.skip()?, E::Table::SCHEMA, ttl)? {
                            reader.skip()?;
                        } else {
                            item = Some(read_one(reader, &table)?);
                        }
                    }
                    "ConsumedCapacity" => consumed = ConsumedCapacity::read(reader)?,
                    _ => drop(reader.skip()?),
                }
                Ok(())
            })?;
            Ok((item, consumed))
        });
        let (item, consumed) = sent.await?;
        Ok(Response::of(item.transpose()?, consumed))
    }
}

/// Whether the item's time has come.
pub(super) fn is_past(
    item: &str,
    table: &TableSchema,
    ttl: Option<&'static str>,
) -> Result<bool, wire::Error> {
    let Some(name) = ttl else { return Ok(false) };
    let item = RawItem::with(item, table, Some(KeyDef { name, ty: KeyType::N }))?;
    let time = item.keys().find(name, KeyType::N).and_then(|text| text.parse::<Number>().ok());
    Ok(time.is_some_and(|time| time <= Number::from(seconds())))
}

sendable!(Get<E: Entity, R: Readable>, Option<R>, Error);

impl<E, R> fmt::Debug for Get<E, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Get").field("table", &self.target.table).finish_non_exhaustive()
    }
}
