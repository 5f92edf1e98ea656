//! No lint of the user's finds anything in the derives' output.

#![deny(
    warnings,
    future_incompatible,
    let_underscore,
    nonstandard_style,
    rust_2018_idioms,
    unused,
    missing_docs,
    unreachable_pub,
    missing_debug_implementations,
    missing_copy_implementations,
    unused_qualifications,
    unused_results,
    single_use_lifetimes,
    trivial_casts,
    unnameable_types,
    variant_size_differences,
    elided_lifetimes_in_paths
)]
#![forbid(unsafe_code)]

use entity_core::{Collection, Document, Entity, Index, KeyPart, Table};
use serde::{Deserialize, Serialize};

/// A table.
#[derive(Debug, Clone, Copy, Table)]
#[table(name = "Things", pk = "PK", sk = "SK", indexes(ByName), items = Items)]
pub struct Things;

/// An index.
#[derive(Debug, Clone, Copy, Index)]
#[index(table = Things, pk = "Name", sk = N("Count"))]
pub struct ByName;

/// Part of a key.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, KeyPart)]
pub enum Kind {
    /// One.
    Small,
    /// Another.
    Large,
}

/// What is in a thing.
#[derive(Debug, Clone, Serialize, Deserialize, Document)]
pub struct Inside {
    /// A part.
    pub part: String,
}

/// A thing.
#[derive(Debug, Clone, Serialize, Deserialize, Entity)]
#[entity(table = Things, pk = id, sk = "THING#{kind}#{inside.part}")]
#[entity(index(ByName, pk = name, sk = count))]
pub struct Thing {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: Kind,
    /// What is in it.
    pub inside: Inside,
    /// Its name.
    pub name: Option<String>,
    /// How many.
    #[serde(with = "plain")]
    pub count: u64,
}

/// serde functions of the user's.
pub mod plain {
    use serde::{Deserialize as _, Deserializer, Serializer};

    /// Writes.
    ///
    /// # Errors
    ///
    /// As the serializer.
    pub fn serialize<S: Serializer>(value: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(*value)
    }

    /// Reads.
    ///
    /// # Errors
    ///
    /// As the deserializer.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        u64::deserialize(deserializer)
    }
}

/// Everything.
#[derive(Debug, Clone, Collection)]
pub enum Items {
    /// A thing.
    Thing(Thing),
}

fn main() {
    drop(Thing::key("1", Kind::Small, "a"));
    let _: fn(&_) -> _ = Things::on;
}
