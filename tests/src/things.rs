//! Items with attributes of every type, at every depth.

use std::collections::{BTreeMap, BTreeSet};

use entity_core::wire::{self, Number};
use entity_core::{Collection, Document, Entity, Table};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

/// Things.
#[derive(Debug, Table)]
#[table(name = "Things", pk = "pk", sk = N("sk"), items = ThingItem)]
pub struct Things;

/// A document within a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Document)]
pub struct Deep {
    /// A list of strings.
    pub xs: Vec<String>,
    /// A number that may be absent.
    pub y: Option<i64>,
}

/// A document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Document)]
pub struct Inner {
    /// A string.
    #[serde(rename = "Name")]
    pub name: String,
    /// A number that may be absent.
    pub count: Option<i64>,
    /// A document.
    pub deep: Deep,
}

/// A thing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Things, pk = pk, sk = sk)]
pub struct Thing {
    /// The partition.
    pub pk: String,
    /// The number in it.
    pub sk: u32,
    /// A string.
    pub s: String,
    /// A string that may be absent.
    #[serde(rename = "T.T")]
    pub t: Option<String>,
    /// A number; its name is a reserved word.
    #[serde(rename = "size")]
    pub n: i64,
    /// A number that may be absent.
    pub m: Option<i64>,
    /// A number of any kind.
    pub d: Number,
    /// `true` or `false`.
    pub flag: bool,
    /// Bytes.
    #[serde(with = "serde_bytes")]
    pub b: Vec<u8>,
    /// A set of strings.
    #[serde(with = "wire::string_set", skip_serializing_if = "BTreeSet::is_empty", default)]
    pub ss: BTreeSet<String>,
    /// A set of numbers.
    #[serde(with = "wire::number_set", skip_serializing_if = "BTreeSet::is_empty", default)]
    pub ns: BTreeSet<i64>,
    /// A set of bytes.
    #[serde(with = "wire::binary_set", skip_serializing_if = "BTreeSet::is_empty", default)]
    pub bs: BTreeSet<ByteBuf>,
    /// A list.
    pub list: Vec<i64>,
    /// A list of what may be NULL.
    pub gaps: Vec<Option<i64>>,
    /// A map.
    pub map: BTreeMap<String, i64>,
    /// A map of what may be NULL.
    pub holes: BTreeMap<String, Option<i64>>,
    /// A document.
    pub doc: Inner,
    /// A list of documents.
    pub docs: Vec<Inner>,
}

/// Every kind of item in the table.
#[derive(Debug, Clone, PartialEq, Collection)]
pub enum ThingItem {
    /// A thing.
    Thing(Thing),
}
