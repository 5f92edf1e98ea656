//! `Collection`: every kind of item in a table, as an enum.

use super::{Declared, EntitySchema};
use crate::error::WriteError;
use crate::item::{Item, RawItem, ReadResult, Readable, Scratch};

/// Every kind of item that a table holds, declared on an enum by
/// [`#[derive(Collection)]`](macro@crate::Collection).
///
/// The entities' keys are proved, while compiling, to be such that no item can be taken for
/// another's.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a collection",
    label = "not a collection",
    note = "the `items` of a table are the enum that derives `Collection`"
)]
pub trait Collection: Item + Variants {
    /// The name of the entity that this value is.
    #[doc(hidden)]
    fn variant_name(&self) -> &'static str;

    /// Appends the item.
    #[doc(hidden)]
    fn write_variant(&self, out: &mut Vec<u8>) -> Result<(), WriteError>;
}

/// What is read as one of several entities.
///
/// The declaration is that of the variants' entities, in their order.
#[doc(hidden)]
pub trait Variants: Readable + Declared<[&'static EntitySchema]> {
    /// Reads an item that is known to be of the `variant`-th entity.
    fn read_variant<'de>(
        variant: usize,
        item: &RawItem<'de>,
        scratch: &mut Scratch<'de>,
    ) -> ReadResult<Self>;
}

/// What a whole partition is read as: a collection, item by item, or a struct that holds all of them.
#[doc(hidden)]
pub trait Gathered {
    /// What one item is read as.
    type Item: Readable;
}

/// Holds for the collection of the items of table `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the collection of the table `{T}`",
    label = "expected the enum that derives `Collection` and holds the table's entities",
    note = "each of its entities names the table: `#[entity(table = {T})]`"
)]
pub trait CollectionOf<T>: Collection<Table = T> {}

/// Holds for collections that have a variant of entity `E`.
#[diagnostic::on_unimplemented(
    message = "`{E}` is not listed in the items of its table",
    label = "add it to `{Self}`",
    note = "the table's `items` must have a variant of every entity: add `{E}({E})` to `{Self}`"
)]
pub trait Contains<E> {}
