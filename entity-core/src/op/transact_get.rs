//! `transact_get`: several items, as they were at one moment.

use std::collections::{HashSet, VecDeque};
use std::fmt;

use super::get::{Get, is_past};
use super::plan::{Consistency, Cost};
use super::{Capacity, sendable};
use crate::error::{
    CancelReason, Error, ErrorKind, ItemError, ItemReason, KeyError, LimitError, OPERATIONS,
    Refusal, TransactionCancelled, TransactionError, TransactionReason, Unprocessed,
};
use crate::handle::{TableHandle, Target};
use crate::item::{ItemOf, Readable, key_texts, read_stored};
use crate::key::{IntoKey, Key};
use crate::page::{ConsumedCapacity, Response, answer, members};
use crate::request::Request;
use crate::schema::{Entity, Table, TableSchema};
use crate::transport::{self, TransactGetItems};
use crate::wire;
use crate::wire::read::Reader;

/// Reads several items as they were at one moment; made by [`TableHandle::transact_get`].
#[must_use = "nothing is sent until it is awaited"]
pub struct TransactGet<V> {
    target: Target,
    gets: Vec<Result<ReadOne, KeyError>>,
    counts: Counts,
    read: fn(&mut Counts, &mut Answered) -> Result<V, Error>,
}

/// One item to read.
pub struct ReadOne {
    pub(super) target: Target,
    pub(super) entity: &'static str,
    pub(super) schema: &'static TableSchema,
    /// Which item it is, as no other is called.
    pub(super) texts: Vec<String>,
    pub(super) key: Vec<u8>,
    /// The attribute that says whether the item has expired, if that counts.
    pub(super) ttl: Option<&'static str>,
}

/// The items of an answer, from the first on.
#[derive(Debug)]
pub struct Answered(std::vec::IntoIter<Got>);

/// What came of one key: the item's text, `None` if it is not there.
#[derive(Debug)]
pub(super) struct Got {
    table: String,
    entity: &'static str,
    schema: &'static TableSchema,
    ttl: Option<&'static str>,
    item: Result<Option<String>, Unprocessed>,
}

impl Answered {
    pub(super) fn new<'g>(
        items: impl Iterator<Item = (&'g ReadOne, Result<Option<String>, Unprocessed>)>,
    ) -> Self {
        let got = items.map(|(get, item)| Got {
            table: get.target.table.to_string(),
            entity: get.entity,
            schema: get.schema,
            ttl: get.ttl,
            item,
        });
        Self(got.collect::<Vec<_>>().into_iter())
    }

    fn next<R: Readable>(&mut self) -> Result<Option<R>, Error> {
        self.0.next().map_or(Ok(None), Got::read)
    }
}

impl Got {
    /// The item; `None` also if it has expired, where that counts.
    fn read<R: Readable>(self) -> Result<Option<R>, Error> {
        let Some(item) = self.item? else { return Ok(None) };
        let past = is_past(&item, self.schema, self.ttl).map_err(|error| {
            ItemError::new(&self.table, self.entity, None, ItemReason::Decode(error))
        })?;
        Ok(if past { None } else { Some(read_stored(item.as_bytes(), &self.table)?) })
    }
}

/// What [`transact_get`](TableHandle::transact_get) takes, and what comes of it: an `Option` for a
/// key, or for a `get` of another table; a tuple for a tuple; a `Vec` for a `Vec` or an array.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a key, nor keys, of the table `{T}`",
    label = "expected `Entity::key(..)`, or a tuple or `Vec` of keys",
    note = "an item of another table is read with the `get` of its handle"
)]
pub trait Reads<T> {
    /// What the answer is read as.
    type Output: Send + 'static;

    /// The same, with a result for each key.
    type Results: Send + 'static;

    #[doc(hidden)]
    fn collect(self, target: &Target, gets: &mut Vec<Result<ReadOne, KeyError>>);

    #[doc(hidden)]
    fn read(counts: &mut Counts, answered: &mut Answered) -> Result<Self::Output, Error>;

    #[doc(hidden)]
    fn results(counts: &mut Counts, answered: &mut Answered) -> Self::Results;

    /// How many keys there are in each vector, which types do not tell.
    #[doc(hidden)]
    fn counts(&self, counts: &mut Counts);
}

/// How many keys there are in each vector, in their order.
#[derive(Debug, Default, Clone)]
pub struct Counts(VecDeque<usize>);

fn one<E: Entity>(
    target: &Target,
    key: Result<Key<E>, KeyError>,
    ttl: Option<&'static str>,
) -> Result<ReadOne, KeyError> {
    let key = key?.to_json();
    let schema = <E::Table as Table>::SCHEMA;
    let texts = key_texts(&key, schema);
    Ok(ReadOne { target: target.clone(), entity: E::SCHEMA.name, schema, texts, key, ttl })
}

macro_rules! keys {
    ($($key:ty),*) => {$(
        impl<T, E: Entity + ItemOf<T>> Reads<T> for $key {
            type Output = Option<E>;
            type Results = Result<Option<E>, Error>;

            fn collect(self, target: &Target, gets: &mut Vec<Result<ReadOne, KeyError>>) {
                gets.push(one(target, self.into_key(), None));
            }

            fn read(_: &mut Counts, answered: &mut Answered) -> Result<Option<E>, Error> {
                answered.next()
            }

            fn results(_: &mut Counts, answered: &mut Answered) -> Self::Results {
                answered.next()
            }

            fn counts(&self, _: &mut Counts) {}
        }
    )*};
}

keys!(Key<E>, &Key<E>, Result<Key<E>, KeyError>);

/// A `get` with the handle of its own table.
impl<T, E: Entity> Reads<T> for Get<E> {
    type Output = Option<E>;
    type Results = Result<Option<E>, Error>;

    fn collect(self, _: &Target, gets: &mut Vec<Result<ReadOne, KeyError>>) {
        let (target, key, ttl) = self.into_parts();
        gets.push(one(&target, key, ttl));
    }

    fn read(_: &mut Counts, answered: &mut Answered) -> Result<Option<E>, Error> {
        answered.next()
    }

    fn results(_: &mut Counts, answered: &mut Answered) -> Self::Results {
        answered.next()
    }

    fn counts(&self, _: &mut Counts) {}
}

impl<T, K: Reads<T>> Reads<T> for Vec<K> {
    type Output = Vec<K::Output>;
    type Results = Vec<K::Results>;

    fn collect(self, target: &Target, gets: &mut Vec<Result<ReadOne, KeyError>>) {
        self.into_iter().for_each(|key| key.collect(target, gets));
    }

    fn read(counts: &mut Counts, answered: &mut Answered) -> Result<Self::Output, Error> {
        let count = counts.0.pop_front().unwrap_or_default();
        (0..count).map(|_| K::read(counts, answered)).collect()
    }

    fn results(counts: &mut Counts, answered: &mut Answered) -> Self::Results {
        let count = counts.0.pop_front().unwrap_or_default();
        (0..count).map(|_| K::results(counts, answered)).collect()
    }

    fn counts(&self, counts: &mut Counts) {
        counts.0.push_back(self.len());
        self.iter().for_each(|key| key.counts(counts));
    }
}

impl<T, K: Reads<T>, const COUNT: usize> Reads<T> for [K; COUNT] {
    type Output = Vec<K::Output>;
    type Results = Vec<K::Results>;

    fn collect(self, target: &Target, gets: &mut Vec<Result<ReadOne, KeyError>>) {
        self.into_iter().for_each(|key| key.collect(target, gets));
    }

    fn read(counts: &mut Counts, answered: &mut Answered) -> Result<Self::Output, Error> {
        (0..COUNT).map(|_| K::read(counts, answered)).collect()
    }

    fn results(counts: &mut Counts, answered: &mut Answered) -> Self::Results {
        (0..COUNT).map(|_| K::results(counts, answered)).collect()
    }

    fn counts(&self, counts: &mut Counts) {
        self.iter().for_each(|key| key.counts(counts));
    }
}

macro_rules! tuples {
    ($($first:ident $($rest:ident)*;)*) => {$(
        impl<__T, $first: Reads<__T>, $($rest: Reads<__T>),*> Reads<__T> for ($first, $($rest,)*) {
            type Output = ($first::Output, $($rest::Output,)*);
            type Results = ($first::Results, $($rest::Results,)*);

            #[allow(non_snake_case, reason = "the variables have their types' names")]
            fn collect(self, target: &Target, gets: &mut Vec<Result<ReadOne, KeyError>>) {
                let ($first, $($rest,)*) = self;
                $first.collect(target, gets);
                $($rest.collect(target, gets);)*
            }

            fn read(counts: &mut Counts, answered: &mut Answered) -> Result<Self::Output, Error> {
                Ok(($first::read(counts, answered)?, $($rest::read(counts, answered)?,)*))
            }

            fn results(counts: &mut Counts, answered: &mut Answered) -> Self::Results {
                ($first::results(counts, answered), $($rest::results(counts, answered),)*)
            }

            #[allow(non_snake_case, reason = "the variables have their types' names")]
            fn counts(&self, counts: &mut Counts) {
                let ($first, $($rest,)*) = self;
                $first.counts(counts);
                $($rest.counts(counts);)*
            }
        }
    )*};
}

tuples! {
    A; A B; A B C; A B C D; A B C D E; A B C D E F; A B C D E F G; A B C D E F G H;
    A B C D E F G H I; A B C D E F G H I J; A B C D E F G H I J K; A B C D E F G H I J K L;
}

impl<T: Table> TableHandle<T> {
    /// Reads several items as they were at one moment; `None` for each that is not there.
    ///
    /// The service charges twice what consistent reads cost.
    ///
    /// # Errors
    ///
    /// Before anything is sent: if a key cannot be made, with more than 100 keys, or one twice.
    /// Afterwards: if an item is not of the entity; [`TransactionCancelled`] if another request was
    /// writing one of them; if the request fails.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let keys = (Song::key("1"), MonthlyCount::key("1", "2018-02"), Song::key("9"));
    /// let (one, february, nine) = songs.transact_get(keys).await?;
    /// assert_eq!(one, Some(song("1")));
    /// assert_eq!(february.unwrap().downloads, 20);
    /// assert_eq!(nine, None);
    ///
    /// let all = songs.transact_get(vec![Song::key("1"), Song::key("2")]).await?;
    /// assert_eq!(all.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn transact_get<K: Reads<T>>(&self, keys: K) -> TransactGet<K::Output> {
        let (mut gets, mut counts, target) = (Vec::new(), Counts::default(), self.target());
        keys.counts(&mut counts);
        keys.collect(&target, &mut gets);
        TransactGet { target, gets, counts, read: K::read }
    }
}

impl<V: Send + 'static> TransactGet<V> {
    fn build(&self, capacity: Capacity) -> Result<Request, Error> {
        let count = self.gets.len();
        if count > OPERATIONS {
            return Err(LimitError::Operations { count }.into());
        }
        let (mut gets, mut seen) = (Vec::with_capacity(1024), HashSet::new());
        for (operation, get) in self.gets.iter().enumerate() {
            let get = get.as_ref().map_err(Clone::clone)?;
            let refuse = |reason| TransactionError::new(operation, get.entity, reason);
            if !self.target.same_client(&get.target) {
                return Err(refuse(TransactionReason::OtherClient).into());
            }
            if !seen.insert((&*get.target.table, &get.texts)) {
                return Err(refuse(TransactionReason::SameItem).into());
            }
            gets.extend_from_slice(if operation == 0 { b"[{\"Get\":" } else { b",{\"Get\":" });
            let mut request = Request::new("GetItem", &get.target.table);
            request.raw("Key", &get.key);
            gets.extend_from_slice(request.end().body());
            gets.push(b'}');
        }
        gets.extend_from_slice(if gets.is_empty() { b"[]" } else { b"]" });
        let mut request = Request::of_tables("TransactGetItems");
        request.raw("TransactItems", gets);
        capacity.write(&mut request);
        Ok(request.end())
    }

    fn cost(&self) -> Result<Cost, Error> {
        let tables = self.gets.iter().flatten().map(|get| &*get.target.table);
        let requests = usize::from(!self.gets.is_empty());
        Ok(Cost::of_keys(tables, Consistency::Transaction, false).in_requests(requests))
    }

    async fn run(mut self, capacity: Capacity) -> Result<Response<V>, Error> {
        let request = self.build(capacity)?;
        let tables: Vec<&str> = self.gets.iter().flatten().map(|get| &*get.target.table).collect();
        let (mut items, mut consumed) = (Vec::new(), ConsumedCapacity::default());
        if !tables.is_empty() {
            let target = self.target.on_tables(tables.iter().copied());
            let sent = transport::call::<TransactGetItems, _>(&target, request, answered).await;
            (items, consumed) = sent.map_err(cancelled)?;
        }
        let requests = usize::from(!tables.is_empty());
        let items = items.into_iter().map(Ok);
        let mut answered = Answered::new(self.gets.iter().flatten().zip(items));
        let value = (self.read)(&mut self.counts, &mut answered)?;
        Ok(Response { requests, ..Response::of(value, consumed) })
    }
}

sendable!(TransactGet<V>, V, Error);

/// The items of an answer, in the order of the keys.
fn answered(body: &[u8]) -> Result<(Vec<Option<String>>, ConsumedCapacity), wire::Error> {
    let (mut items, mut consumed) = (Vec::new(), ConsumedCapacity::default());
    answer(body, |reader, name| {
        match name {
            "Responses" => {
                let mut first = true;
                reader.begin_array()?;
                while reader.next_element(&mut first)? {
                    items.push(item(reader)?);
                }
            }
            "ConsumedCapacity" => consumed = ConsumedCapacity::read_all(reader)?,
            _ => drop(reader.skip()?),
        }
        Ok(())
    })?;
    Ok((items, consumed))
}

fn item(reader: &mut Reader<'_>) -> Result<Option<String>, wire::Error> {
    let mut item = None;
    members(reader, |reader, name| {
        let value = reader.skip()?;
        if name == "Item" {
            item = Some(value.to_owned());
        }
        Ok(())
    })?;
    Ok(item)
}

/// The reasons of a cancelled transaction, one for each key.
fn cancelled(error: Error) -> Error {
    if error.code() != Some("TransactionCanceledException") {
        return error;
    }
    let mut error = match error.into_kind() {
        ErrorKind::Service(error) => error,
        other => return Error::of(other),
    };
    match error.take_refusal() {
        Refusal::Cancelled(slots) => {
            let reasons = slots.into_iter().map(|slot| CancelReason::of(slot, |_| None));
            TransactionCancelled::new(reasons.collect()).into()
        }
        _ => error.into(),
    }
}

/// Without the key.
impl fmt::Debug for ReadOne {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadOne").field("entity", &self.entity).finish_non_exhaustive()
    }
}

impl<V> fmt::Debug for TransactGet<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransactGet").field("keys", &self.gets.len()).finish_non_exhaustive()
    }
}
