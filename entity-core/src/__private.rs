//! What the derives' output names. It is not public API, and changes without notice.

pub use core::any::Any;
pub use core::marker::PhantomData;
pub use core::ops::FnOnce;
pub use core::option::Option::{self, None, Some};
pub use core::result::Result::{self, Err, Ok};
pub use std::string::String;
pub use std::vec::Vec;

pub use serde::de::DeserializeOwned;
pub use serde::{Serialize, Serializer};

pub use crate::error::{KeyError, WriteError};
pub use crate::expr::{
    Act, Action, Alone, At, Codec, Compares, Fixed, Free, Grouped, In, KeyOnly, Location, Managed,
    Maybe, Nested, Path, Place, Primary, Serde, Typed, kinds, path,
};
pub use crate::item::{
    AllOf, ByItem, Gather, Gathers, Item, ItemOf, Keep, OneEntity, OneOf, PartOfEntity, RawItem,
    ReadAs, ReadResult, Readable, Scratch, Unique, WriteAs,
};
pub use crate::key::{
    Charset, Desc, Encoding, Key, KeyArg, KeyField, KeyPart, KeyType, Last, NativeIn, NoKey,
    Offset, Padded, Part, PartError, PartField, Plain, Rest, Segment, Shape, SparseField, Template,
    kind, native,
};
pub use crate::query::{
    Awaits, Ended, Eventual, IntoQuery, IntoSearch, KeyCondition, Near, Partition, SortCondition,
    Steps, Strong, Takes,
};
pub use crate::schema::declare::*;
pub use crate::schema::lent::{Lend, typed, within, write_serde};
pub use crate::schema::outline::{Outline, if_text};
pub use crate::schema::vector_index::{
    check_filter, check_search_partition, check_vector, check_vector_index, vector_index_of_table,
};
pub use crate::schema::{
    Collection, CollectionOf, Contains, Distance, Document, DocumentField, Entity, EntitySchema,
    Expires, FieldSchema, Gathered, Guarded, Hooks, Index, IndexKeys, IndexKind, IndexOf,
    IndexProjection, IndexSchema, Kept, KeyAttribute, KeyDef, KeyForm, Now, PartSchema, Projection,
    Recode, Table, TableSchema, Unlocked, Variants, VectorIndex, VectorIndexSchema, Version,
    Versioned, Versions, check, hash_name,
};
pub use crate::vector::{Vector, VectorArg};
pub use crate::wire::Error as WireError;
pub use crate::wire::read::Reader;
pub use crate::wire::ser::Scalar;

use crate::schema::{BoxError, Written};

/// What stands beside an error that a derive has told: no table.
pub const NO_TABLE: &TableSchema = {
    const NO_KEY: KeyDef = KeyDef { name: "", ty: KeyType::S };
    &TableSchema::new("", NO_KEY, None, "#", None, &[])
};

/// What stands beside an error that a derive has told: no index.
pub const NO_INDEX: &IndexSchema =
    &IndexSchema::new("", &[], &[], IndexKind::Global, IndexProjection::All);

/// What stands beside an error that a derive has told: no vector index.
pub const NO_VECTOR_INDEX: &VectorIndexSchema =
    &VectorIndexSchema::new("", ("", 0, Distance::Cosine), &[], &[], IndexProjection::All);

/// What stands beside an error that a derive has told: no entity.
pub const NO_ENTITY: &EntitySchema = &EntitySchema::NONE;

/// The scalar that serde makes of a field that is put back from a key.
pub fn scalar_of<T: Serialize>(value: &T) -> Result<Scalar, PartError> {
    crate::wire::ser::scalar(value).map_err(|_| PartError::expected("a value that serde can write"))
}

/// Reads a part's text, and gives what serde makes of the field.
pub fn decode_part<T: Serialize + 'static, E: Encoding<T>>(
    text: &str,
) -> Result<Scalar, PartError> {
    let mut value = E::parse(text)?;
    // A string is what serde makes of it.
    match (&mut value as &mut dyn Any).downcast_mut::<String>() {
        Some(text) => Ok(Scalar::S(core::mem::take(text))),
        None => scalar_of(&value),
    }
}

/// Whether a text is one that a part would be written as.
pub fn check_part<T, E: Encoding<T>>(text: &str, _: KeyType) -> Result<(), PartError> {
    E::parse(text).map(drop)
}

/// Reads a part of the primary key, and writes it as it stands in an index key.
pub fn recode<T, From: Encoding<T>, To: Encoding<T>>(
    text: &str,
    _: KeyType,
) -> Result<String, PartError> {
    let mut out = String::new();
    To::write(&From::parse(text)?, &mut out).map(|()| out)
}

/// Reads a field that is the primary key's attribute, and writes it as it stands in an index key.
pub fn recode_native<T: DeserializeOwned, To: Encoding<T>>(
    text: &str,
    ty: KeyType,
) -> Result<String, PartError> {
    let value = native_value::<T>(text, ty)?;
    let mut out = String::new();
    To::write(&value, &mut out).map(|()| out)
}

/// Reads a part of the primary key, and writes it as serde does, for an index key that is the field.
pub fn recode_to_native<T: Serialize, From: Encoding<T>>(
    text: &str,
    _: KeyType,
) -> Result<String, PartError> {
    match scalar_of(&From::parse(text)?)? {
        Scalar::S(text) | Scalar::N(text) => Ok(text),
        Scalar::B(bytes) => {
            let mut text = Vec::new();
            crate::wire::write::base64(&mut text, &bytes);
            String::from_utf8(text).map_err(|_| PartError::expected("Base64"))
        }
        _ => Err(PartError::expected("a value that can be a key")),
    }
}

/// The text of a field that is the primary key's attribute, and an index key of the same type.
pub fn recode_same(text: &str, _: KeyType) -> Result<String, PartError> {
    Ok(text.to_owned())
}

fn native_value<T: DeserializeOwned>(text: &str, ty: KeyType) -> Result<T, PartError> {
    let scalar = crate::key::key_scalar(ty, text)?;
    T::deserialize(scalar).map_err(|_| PartError::expected("a value of the field's type"))
}

/// The path of an entity's field.
pub type PathAt<E, const FIELD: usize, T, R, C = Serde> = Path<At<E, FIELD>, T, R, C>;

pub const fn assert_expires<T: Expires>() {}

/// The acts of an action, for the library's own.
pub fn acts<E>(action: Action<E>) -> Vec<Act> {
    action.acts
}

/// Passes every text: of fields that serde reads with a function.
pub fn check_nothing(_: &str, _: KeyType) -> Result<(), PartError> {
    Ok(())
}

/// Whether a key attribute's text is what serde makes of the field.
pub fn check_native<T: Serialize + DeserializeOwned>(
    text: &str,
    ty: KeyType,
) -> Result<(), PartError> {
    crate::key::check_native::<T>(text, ty)
}

/// The keys of an entity in its index at a position.
#[allow(clippy::panic, reason = "called with the derive's own numbers")]
pub const fn index_keys<E: Entity>(position: usize) -> &'static IndexKeys {
    match E::SCHEMA.indexes.split_at(position) {
        (_, [keys, ..]) => keys,
        _ => panic!("the derive numbers the entity's indexes"),
    }
}

/// What a function before writes gives.
pub fn before_write<E, W: Written<E>, X: Into<BoxError>>(
    given: Result<W, X>,
) -> Result<Option<E>, BoxError> {
    given.map(Written::written).map_err(Into::into)
}

/// What a function after reads gives.
pub fn after_read<E, X: Into<BoxError>>(given: Result<E, X>) -> Result<E, BoxError> {
    given.map_err(Into::into)
}

/// The declaration of the table that an entity's items are in.
pub const fn table_of<R: Readable>() -> &'static TableSchema {
    <R::Table as Table>::SCHEMA
}

/// The declaration of an index that the table lists.
pub const fn index_of_table<I: Index + IndexOf<T>, T>() -> &'static IndexSchema {
    I::SCHEMA
}

/// Checks that an index is one of the entity's table, and that the entity gives the keys that it
/// has.
#[track_caller]
pub const fn check_index<E: Readable, I: Index + IndexOf<T>, T>(no_pk: bool, no_sk: bool) {
    if no_pk || no_sk || !check::Listed::<E::Table, I>::IS {
        check::index_keys(table_of::<E>(), I::SCHEMA, no_pk, no_sk);
    }
}

/// An entity's declaration, or its outline: one function, so that what is no entity is told once.
pub const fn schema_of<E: Entity, D: DeclaredOf<E>>() -> D {
    D::OF
}

/// What an entity is declared by.
pub trait DeclaredOf<E> {
    const OF: Self;
}

impl<E: Entity> DeclaredOf<E> for &'static EntitySchema {
    const OF: Self = E::SCHEMA;
}

impl<E: Entity> DeclaredOf<E> for Outline {
    const OF: Self = E::OUTLINE;
}

/// The query of a partition for every kind of item in it, by the key of one of the entities.
pub fn partition_of<E: Entity, C>(partition: E::Partition) -> Partition<C> {
    Partition::of(E::partition_steps(partition))
}

/// Reads an item that is known to be of an entity, as the variant of a collection.
pub fn read_variant<'de, R: Readable, C: From<R>>(
    item: &RawItem<'de>,
    scratch: &mut Scratch<'de>,
) -> ReadResult<C> {
    item.read::<R>(scratch).map(|item| item.map(C::from))
}

pub const fn assert_item_of<E: ItemOf<T>, T>() {}

pub const fn assert_listed<E: Readable>()
where
    <E::Table as Table>::Items: Contains<E>,
{
}
