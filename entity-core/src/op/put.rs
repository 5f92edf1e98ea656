//! `put`, `create`, `replace`: writing a whole item.

use std::fmt;
use std::marker::PhantomData;

use super::{Capacity, sendable};
use crate::error::{ConditionFailed, Error, WriteError};
use crate::handle::{TableHandle, Target};
use crate::item::{Item, ItemOf};
use crate::page::{ConsumedCapacity, Response};
use crate::request::Request;
use crate::schema::Table;
use crate::transport::{self, PutItem};
use crate::wire;

/// Writes a whole item; made by [`TableHandle::put`], [`create`](TableHandle::create) and
/// [`replace`](TableHandle::replace).
#[must_use = "nothing is sent until it is awaited"]
pub struct Put<T> {
    target: Target,
    entity: &'static str,
    item: Result<Vec<u8>, WriteError>,
    mode: Mode,
    table: PhantomData<fn() -> T>,
}

/// What must be there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Put,
    Create,
    Replace,
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
    pub fn put<I: Item + ItemOf<T>>(&self, item: &I) -> Put<T> {
        self.put_as(item, Mode::Put)
    }

    /// Writes the item if none with its key is there.
    ///
    /// If the answer to a write is lost and the SDK sends it again, the second attempt finds the
    /// item of the first: the condition fails, though this call wrote the item.
    ///
    /// # Errors
    ///
    /// As [`put`](Self::put), and [`is_condition_failed`](Error::is_condition_failed) if an item
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
    /// assert_eq!(error.to_string(), "create `Song` in `Songs`: an item with its key exists");
    /// # Ok(())
    /// # }
    /// ```
    pub fn create<I: Item + ItemOf<T>>(&self, item: &I) -> Put<T> {
        self.put_as(item, Mode::Create)
    }

    /// Writes the item if one with its key is there; that one is replaced whole.
    ///
    /// # Errors
    ///
    /// As [`put`](Self::put), and [`is_condition_failed`](Error::is_condition_failed) if none is
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
    pub fn replace<I: Item + ItemOf<T>>(&self, item: &I) -> Put<T> {
        self.put_as(item, Mode::Replace)
    }

    fn put_as<I: Item>(&self, item: &I, mode: Mode) -> Put<T> {
        let mut json = Vec::with_capacity(512);
        let written = item.write(&mut json).map(|()| json);
        let entity = item.entity_name();
        Put { target: self.target(), entity, item: written, mode, table: PhantomData }
    }
}

impl<T: Table> Put<T> {
    fn build(&self, capacity: Capacity) -> Result<Request, Error> {
        let item = self.item.as_ref().map_err(Clone::clone)?;
        let mut request = Request::new("PutItem", &self.target.table);
        request.raw("Item", item);
        if let Some(expression) = self.mode.expression() {
            request.name(T::SCHEMA.pk.name);
            request.text("ConditionExpression", expression);
        }
        capacity.write(&mut request);
        Ok(request.end())
    }

    async fn run(self, capacity: Capacity) -> Result<Response<()>, Error> {
        let request = self.build(capacity)?;
        let sent = transport::call::<PutItem, _>(&self.target, request, read_capacity).await;
        sent.map(|consumed| Response::of((), consumed)).map_err(|error| {
            if error.code() != Some("ConditionalCheckFailedException") {
                return error;
            }
            let (verb, condition) = self.mode.failure();
            ConditionFailed::new(verb, self.entity, &self.target.table, condition).into()
        })
    }
}

sendable!(Put<T: Table>, (), Error);

impl Mode {
    fn expression(self) -> Option<&'static str> {
        match self {
            Self::Put => None,
            Self::Create => Some("attribute_not_exists(#n0)"),
            Self::Replace => Some("attribute_exists(#n0)"),
        }
    }

    fn failure(self) -> (&'static str, &'static str) {
        match self {
            Self::Put => ("put", "the condition does not hold"),
            Self::Create => ("create", "an item with its key exists"),
            Self::Replace => ("replace", "no item with its key exists"),
        }
    }
}

/// Reads an answer of which only the capacity is of interest.
pub(super) fn read_capacity(body: &[u8]) -> Result<ConsumedCapacity, wire::Error> {
    let mut consumed = ConsumedCapacity::default();
    crate::page::answer(body, |reader, name| {
        match name {
            "ConsumedCapacity" => consumed = ConsumedCapacity::read(reader)?,
            _ => drop(reader.skip()?),
        }
        Ok(())
    })?;
    Ok(consumed)
}

impl<T> fmt::Debug for Put<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Put")
            .field("table", &self.target.table)
            .field("entity", &self.entity)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}
