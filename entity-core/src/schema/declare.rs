//! What an entity's derive declares it with.
//!
//! Each function says in few tokens what would be many, once for each field and key of a hundred
//! entities. What is wrong with a type is said of the function's parameter, at the derive's span.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::lent::{WritePart, write_encoded, write_native};
use super::{Entity, FieldSchema, Index, KeyAttribute, KeyDef, KeyForm, PartSchema, check};
use crate::__private::{check_native, check_nothing, check_part, decode_part, table_of};
use crate::item::Readable;
use crate::key::{Encoding, KeyType, PartError, Segment, Template};

/// A declaration that rustc evaluates where it is used, and not where it stands.
///
/// rustc evaluates each constant that other crates can reach, but for those of an `impl` with parameters.
/// So the derives write `impl<__Late> Declared<_, __Late>`, and everything else asks for that of `()`.
pub trait Declared<D: ?Sized + 'static, T = ()> {
    /// The declaration, as data.
    const DECLARATION: &'static D;
}

/// What no constant with a parameter can be evaluated before.
pub const fn late<T>() {
    let _ = size_of::<T>();
}

/// The declared partition key of the entity's table.
#[must_use]
pub const fn table_pk<E: Readable>() -> KeyDef {
    check::partition_key(table_of::<E>())
}

/// The declared sort key of the entity's table.
#[must_use]
pub const fn table_sk<E: Readable>() -> KeyDef {
    check::sort_key(table_of::<E>())
}

/// An entity gives as many attributes of an index's partition key as the index has.
#[track_caller]
pub const fn index_pk_count<I: Index>(count: usize) {
    let keys = I::SCHEMA.pk;
    if keys.len() != count {
        check::index_key_count(I::SCHEMA, keys, count, "partition key");
    }
}

/// An entity gives as many attributes of an index's sort key as the index has.
#[track_caller]
pub const fn index_sk_count<I: Index>(count: usize) {
    let keys = I::SCHEMA.sk;
    if keys.len() != count {
        check::index_key_count(I::SCHEMA, keys, count, "sort key");
    }
}

/// An attribute of a partition key.
#[must_use]
pub const fn pk<E: Entity>(def: KeyDef, form: KeyForm) -> KeyAttribute {
    KeyAttribute::partition(def, form, E::FIELDS, table_of::<E>())
}

/// An attribute of a sort key.
#[must_use]
pub const fn sk<E: Entity>(def: KeyDef, form: KeyForm) -> KeyAttribute {
    KeyAttribute::sort(def, form, E::FIELDS)
}

/// A key that is a field.
#[must_use]
pub const fn key_field(slot: usize, name: &'static str) -> KeyForm {
    KeyForm::Field { slot, name }
}

/// A key of literals and parts.
#[must_use]
pub const fn template<E: Entity>(source: &'static str, segments: &'static [Segment]) -> KeyForm {
    KeyForm::Template(Template::new(source, segments, table_of::<E>().separator))
}

/// A field that an encoding writes.
#[must_use]
pub const fn slot<T: Serialize + 'static, E: Encoding<T>>(
    path: &'static str,
    encoding: &'static str,
) -> PartSchema {
    unread_slot::<T, E>(path, encoding).decoded(decode_part::<T, E>)
}

/// A part that an encoding writes, of which no field is made.
#[must_use]
pub const fn unread_slot<T: 'static, E: Encoding<T>>(
    path: &'static str,
    encoding: &'static str,
) -> PartSchema {
    PartSchema {
        path,
        encoding,
        ty: KeyType::S,
        descending: E::DESCENDING,
        check: check_part::<T, E>,
        decode: None,
        write: write_encoded::<T, E>,
        within: None,
    }
}

/// A slot that serde writes.
#[must_use]
pub const fn native_slot<T: Serialize + DeserializeOwned + 'static>(
    path: &'static str,
    def: KeyDef,
) -> PartSchema {
    serde_slot(path, def, check_native::<T>, write_native::<T>)
}

/// A slot that serde writes, and reads with a function.
#[must_use]
pub const fn unread_native_slot<T: Serialize + 'static>(
    path: &'static str,
    def: KeyDef,
) -> PartSchema {
    serde_slot(path, def, check_nothing, write_native::<T>)
}

/// A slot that serde writes with a function.
#[must_use]
pub const fn custom_slot(path: &'static str, def: KeyDef, write: WritePart) -> PartSchema {
    serde_slot(path, def, check_nothing, write)
}

const fn serde_slot(
    path: &'static str,
    def: KeyDef,
    check: fn(&str, KeyType) -> Result<(), PartError>,
    write: WritePart,
) -> PartSchema {
    let ty = def.ty;
    PartSchema {
        path,
        encoding: "serde",
        ty,
        descending: false,
        check,
        decode: None,
        write,
        within: None,
    }
}

/// A field, as stored.
#[must_use]
pub const fn field(
    name: &'static str,
    attribute: &'static str,
    ty: &'static str,
    optional: bool,
    key_only: bool,
    restore: u32,
) -> FieldSchema {
    FieldSchema { name, attribute, ty, optional, key_only, restore }
}
