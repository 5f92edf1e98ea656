//! What the derives' output names. It is not public API, and changes without notice.

pub use core::option::Option::{self, None, Some};
pub use core::result::Result::{self, Err, Ok};
pub use std::string::String;
pub use std::vec::Vec;

pub use serde::de::DeserializeOwned;
pub use serde::{Serialize, Serializer};

pub use crate::error::{KeyError, WriteError};
pub use crate::item::{
    Item, ItemOf, RawItem, ReadResult, Readable, Scratch, read_collection, read_entity,
    read_projection, write_entity,
};
pub use crate::key::{
    Charset, Desc, Encoded, Encoding, Key, KeyArg, KeyField, KeyPart, KeyType, Last, Native,
    NativeIn, NoKey, Offset, Padded, Part, PartError, PartField, Plain, Rest, Segment, Shape,
    SparseField, Template, kind, native,
};
pub use crate::query::{
    Ended, Eventual, Follows, IntoQuery, KeyCondition, Partition, SortCondition, Steps, Strong,
};
pub use crate::schema::{
    Collection, Contains, DocumentField, Entity, EntitySchema, FieldSchema, Index, IndexKeys,
    IndexKind, IndexOf, IndexProjection, IndexSchema, KeyAttribute, KeyDef, KeyForm, PartSchema,
    Projection, Restore, Table, TableSchema, check, hash_name,
};
pub use crate::wire::Error as WireError;
pub use crate::wire::read::Reader;
pub use crate::wire::ser::Scalar;

/// The scalar that serde makes of a field that is put back from a key.
pub fn scalar_of<T: Serialize>(value: &T) -> Result<Scalar, PartError> {
    crate::wire::ser::scalar(value).map_err(|_| PartError::expected("a value that serde can write"))
}

/// Whether a key attribute's text is what serde makes of the field.
pub fn check_native<T: Serialize + DeserializeOwned>(
    text: &str,
    ty: KeyType,
) -> Result<(), PartError> {
    crate::key::check_native::<T>(text, ty)
}

/// The keys of an entity in its index at a position.
#[allow(clippy::panic, reason = "evaluated while compiling, by the derive's own number")]
pub const fn index_keys<E: Entity>(position: usize) -> &'static IndexKeys {
    match E::SCHEMA.indexes.split_at(position) {
        (_, [keys, ..]) => keys,
        _ => panic!("the derive numbers the entity's indexes"),
    }
}

pub fn assert_index_of<I: IndexOf<T>, T>() {}

pub fn assert_item_of<E: ItemOf<T>, T>() {}

pub fn assert_listed<T: Table, E>()
where
    T::Items: Contains<E>,
{
}
