//! `Entry`: one write of a load.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::error::{Error, UpdateError, UpdateReason, WriteError};
use crate::item::{
    Item, ReadAs, ReadResult, Readable, Scratch, key_json, key_text, key_texts, members_of,
};
use crate::op::ItemStream;
use crate::op::backoff::Backoff;
use crate::op::put::checked_json;
use crate::schema::{EntitySchema, IndexSchema, KeyDef, Table, TableSchema};
use crate::wire;
use crate::wire::read::Reader;

/// What a put of an item begins and ends with.
const PUT: &[u8] = b"{\"PutRequest\":{\"Item\":";
const END: &[u8] = b"}}";

/// A write of a load, with what is known of it.
pub(super) struct Entry<W> {
    pub(super) item: W,
    /// The texts of the key.
    pub(super) key: Vec<String>,
    json: Vec<u8>,
    pub(super) attempts: u32,
    pub(super) backoff: Backoff,
    /// Whether an attempt was not answered, so that it may have been written.
    pub(super) doubtful: bool,
    /// Whether it is sent by itself, as a batch with it was refused.
    pub(super) alone: bool,
}

/// The part of a request that writes an item, and the texts of its key.
#[derive(Debug)]
pub struct Prepared {
    json: Vec<u8>,
    key: Vec<String>,
}

impl Prepared {
    /// The put of an item.
    pub(super) fn put(item: &[u8], table: &TableSchema) -> Self {
        Self { json: [PUT, item, END].concat(), key: key_texts(item, table) }
    }

    pub(super) fn key(&self) -> &[String] {
        &self.key
    }
}

/// What a load writes: an item, or the key of one that is deleted.
pub trait Loadable: Send + 'static {
    /// Writes it as a part of a request.
    ///
    /// # Errors
    ///
    /// If DynamoDB cannot hold it, or it asks for a check that a batch does not have.
    #[doc(hidden)]
    fn prepare(&self, unchecked: bool) -> Result<Prepared, WriteError>;
}

impl<W> Entry<W> {
    pub(super) fn new(item: W, Prepared { json, key }: Prepared) -> Self {
        let backoff = Backoff::new();
        Self { item, key, json, attempts: 0, backoff, doubtful: false, alone: false }
    }

    pub(super) fn json(&self) -> &[u8] {
        &self.json
    }

    pub(super) fn bytes(&self) -> usize {
        self.json.len()
    }

    /// The texts of its partition key: the table's, or an index's if it is in it and that is known.
    pub(super) fn partition(&self, index: Option<&IndexSchema>) -> Option<Vec<String>> {
        let Some(index) = index else { return Some(self.key.first()?.clone()).map(|pk| vec![pk]) };
        let item = self.json.strip_prefix(PUT)?.strip_suffix(END)?;
        let members = members_of(item).ok()?;
        let text = |key: &KeyDef| {
            let (_, value) = members.iter().find(|(name, _)| name == key.name)?;
            key_text(value, key.ty)
        };
        index.pk.iter().map(text).collect()
    }
}

impl<I: Item> Loadable for I {
    fn prepare(&self, unchecked: bool) -> Result<Prepared, WriteError> {
        let refuse = |field: &str| {
            let (entity, field) = (self.entity_name(), field.to_owned());
            UpdateError::new(entity, field, UpdateReason::Batch)
        };
        if !unchecked {
            if let Some(unique) = self.unique().first() {
                return Err(refuse(unique.field).into());
            }
            if let Some((version, _)) = self.version() {
                return Err(refuse(version).into());
            }
        }
        let stamped = self.stamped(false);
        let item = checked_json(stamped.as_ref().unwrap_or(self))?;
        Ok(Prepared::put(&item, I::Table::SCHEMA))
    }
}

/// The key of an item that is deleted, as DynamoDB JSON.
#[derive(Clone, PartialEq, Eq)]
pub struct DeletedKey {
    key: String,
    texts: Vec<String>,
}

impl DeletedKey {
    /// The key as DynamoDB JSON: `{"Id":{"S":"1"}}`.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.key
    }
}

/// Without the key.
impl fmt::Debug for DeletedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeletedKey").finish_non_exhaustive()
    }
}

impl Loadable for DeletedKey {
    fn prepare(&self, _: bool) -> Result<Prepared, WriteError> {
        let json = format!("{{\"DeleteRequest\":{{\"Key\":{}}}}}", self.key).into_bytes();
        Ok(Prepared { json, key: self.texts.clone() })
    }
}

/// An item of which only the key is read, to be deleted.
#[derive(Debug)]
pub(in crate::op) struct Keyed<R>(DeletedKey, PhantomData<fn() -> R>);

impl<R: Readable> Readable for Keyed<R> {
    type Table = R::Table;

    type Form = Self;

    const NAME: &'static str = R::NAME;

    const SELECTED: Option<&'static [&'static str]> = Some(&[]);
}

impl<R: Readable> ReadAs<Self> for Keyed<R> {
    type All = Vec<Self>;

    const ENTITIES: &'static [&'static EntitySchema] = R::ENTITIES;

    fn read<'de>(
        reader: &mut Reader<'de>,
        scratch: &mut Scratch<'de>,
    ) -> Result<ReadResult<Self>, wire::Error> {
        let (text, table) = (reader.skip()?, R::Table::SCHEMA);
        if !scratch.counts(text, table, R::ENTITIES)? {
            return Ok(Ok(None));
        }
        let key = key_json(text, table, None)?;
        let texts = key_texts(key.as_bytes(), table);
        Ok(Ok(Some(Self(DeletedKey { key, texts }, PhantomData))))
    }
}

/// The keys of what a query finds.
pub(super) struct Keys<R>(pub(super) ItemStream<Keyed<R>>);

impl<R: Readable> Stream for Keys<R> {
    type Item = Result<DeletedKey, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = Pin::new(&mut self.0).poll_next(cx);
        next.map(|item| item.map(|item| item.map(|Keyed(key, _)| key)))
    }
}
