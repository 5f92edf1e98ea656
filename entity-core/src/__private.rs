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
    write_entity,
};
pub use crate::key::{
    Charset, Desc, Encoded, Encoding, Key, KeyArg, KeyField, KeyPart, KeyType, Last, Native,
    NativeIn, NoKey, Offset, Padded, Part, PartError, PartField, Plain, Rest, Segment, Shape,
    SparseField, Template, kind, native,
};
pub use crate::query::{
    Ended, Eventual, IntoQuery, KeyCondition, Partition, SortCondition, Steps, Strong,
};
pub use crate::schema::{
    Collection, Contains, DocumentField, Entity, EntitySchema, FieldSchema, Index, IndexKeys,
    IndexKind, IndexOf, IndexSchema, KeyAttribute, KeyDef, KeyForm, Projection, Restore, Table,
    TableSchema, check, hash_name,
};
pub use crate::wire::Error as WireError;
pub use crate::wire::read::Reader;
pub use crate::wire::ser::Scalar;

/// What stands beside an error that a derive has told: no table.
pub const NO_TABLE: &TableSchema = {
    const NO_KEY: KeyDef = KeyDef { name: "", ty: KeyType::S };
    &TableSchema::new("", NO_KEY, None, "#", None, &[])
};

/// What stands beside an error that a derive has told: no index.
pub const NO_INDEX: &IndexSchema =
    &IndexSchema::new("", &[], &[], IndexKind::Global, Projection::All);

/// What stands beside an error that a derive has told: no entity.
pub const NO_ENTITY: &EntitySchema = &EntitySchema::new("", (&[], &[]), &[], &[], false, None);

/// The scalar that serde makes of a field that is put back from a key.
pub fn scalar_of<T: Serialize>(value: &T) -> Result<Scalar, PartError> {
    crate::wire::ser::scalar(value).map_err(|_| PartError::expected("a value that serde can write"))
}

/// The keys of an entity in its index at a position.
pub const fn index_keys<E: Entity>(position: usize) -> &'static IndexKeys {
    &E::SCHEMA.indexes[position]
}

/// A type that is what the trait says, by way of the trait.
///
/// A derive names `<Songs as IsTable>::Table` where it means `Songs`: if that is no table, rustc
/// says so, once, for it says nothing more of what cannot be named.
pub trait IsTable {
    type Table: Table;
}

impl<T: Table> IsTable for T {
    type Table = T;
}

/// As [`IsTable`], for an index.
pub trait IsIndex {
    type Index: Index;
}

impl<I: Index> IsIndex for I {
    type Index = I;
}

/// As [`IsTable`], for an entity.
pub trait IsEntity {
    type Entity: Entity;

    fn entity(&self) -> &Self::Entity;
}

impl<E: Entity> IsEntity for E {
    type Entity = E;

    fn entity(&self) -> &E {
        self
    }
}

/// As [`IsTable`], for the items of table `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the collection of the table `{T}`",
    label = "expected the enum that derives `Collection` and holds the table's entities",
    note = "each of its entities names the table: `#[entity(table = {T})]`"
)]
pub trait IsCollectionOf<T> {
    type Items: Collection<Table = T>;
}

#[diagnostic::do_not_recommend]
impl<T, C: Collection<Table = T>> IsCollectionOf<T> for C {
    type Items = C;
}

/// As [`IsTable`], for an encoding of `T`.
pub trait Writes<T> {
    type Encoding: Encoding<T>;
}

impl<T, E: Encoding<T>> Writes<T> for E {
    type Encoding = E;
}

/// As [`IsTable`], for a part of a key.
pub trait IsPart {
    type Part: KeyPart;
}

impl<T: KeyPart> IsPart for T {
    type Part = T;
}

/// The declaration of an index of the entity's table, in which it gives those keys.
#[track_caller]
pub const fn index_of<I: Index + IndexOf<T>, T: Table>(
    no_pk: bool,
    no_sk: bool,
) -> &'static IndexSchema {
    check::index_keys(T::SCHEMA, I::SCHEMA, no_pk, no_sk);
    I::SCHEMA
}

pub fn assert_index_of<I: IndexOf<T>, T>() {}

pub fn assert_item_of<E: ItemOf<T>, T>() {}

pub fn assert_listed<T: Table, E>()
where
    T::Items: Contains<E>,
{
}
