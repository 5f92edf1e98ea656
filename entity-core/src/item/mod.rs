//! The item view: what an item looks like in the table, and what the struct sees of it.
//!
//! Fields are attributes as serde says. Key attributes, index copies and the type attribute are
//! added by [`write`](mod@write) and hidden from the struct by [`read`](mod@read), which also puts
//! fields that live in the keys back. [`sdk`] has the same view of the SDK's items.

mod plan;
mod raw;
mod read;
mod sdk;
mod write;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

pub use self::raw::RawItem;
pub(crate) use self::read::MAX_SLOTS;
pub use self::read::Scratch;
#[doc(hidden)]
pub use self::read::{read_collection, read_entity};
#[doc(hidden)]
pub use self::write::write_entity;
use crate::error::{Error, ItemError, WriteError};
use crate::schema::{EntitySchema, Table};
use crate::wire;
use crate::wire::read::Reader;

/// What a read of one item gives: the value; `None` if the item is another entity of the table; or
/// why it cannot be read.
pub type ReadResult<R> = Result<Option<R>, ItemError>;

/// What an item can be read as: an entity or a collection; implemented by their derives.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an item",
    label = "neither an entity nor a collection",
    note = "consider adding `#[derive(Entity)]` to `{Self}`"
)]
pub trait Readable: Sized + Send + 'static {
    /// The table that the items are in.
    type Table: Table;

    /// The type's name, as errors say it.
    const NAME: &'static str;

    /// The entities that an item may be; one, or those of a collection in its variants' order.
    const ENTITIES: &'static [&'static EntitySchema];

    /// Reads one item; the outer error is one of the JSON.
    #[doc(hidden)]
    fn read<'de>(
        reader: &mut Reader<'de>,
        scratch: &mut Scratch<'de>,
    ) -> Result<ReadResult<Self>, wire::Error>;

    /// Reads an item of DynamoDB JSON: `{"Id":{"S":"1"},"Title":{"S":"One"}}`.
    ///
    /// Exports, stream records and test fixtures are such items. Attributes that the type does not
    /// know are left out, unless it flattens them into a field.
    ///
    /// # Errors
    ///
    /// If the text is not an item, or is not an item of this type; see [`ItemError`].
    fn from_wire(json: &[u8]) -> Result<Self, ItemError> {
        read::one(json, Self::Table::SCHEMA.name)
    }

    /// Reads an item as the SDK holds it, as in a Lambda event or an answer of the bare SDK.
    ///
    /// # Errors
    ///
    /// As of [`from_wire`](Self::from_wire).
    fn from_item(item: &HashMap<String, AttributeValue>) -> Result<Self, ItemError> {
        Self::from_wire(&sdk::to_json(item))
    }
}

/// What can be written as an item: an entity or a collection; implemented by their derives.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an item",
    label = "neither an entity nor a collection",
    note = "consider adding `#[derive(Entity)]` to `{Self}`"
)]
pub trait Item: Readable + ItemOf<<Self as Readable>::Table> {
    /// The name of the entity that this value is.
    #[doc(hidden)]
    fn entity_name(&self) -> &'static str;

    /// Appends the item.
    #[doc(hidden)]
    fn write(&self, out: &mut Vec<u8>) -> Result<(), WriteError>;

    /// Writes the item as it is stored, in DynamoDB JSON.
    ///
    /// # Errors
    ///
    /// If a key cannot be made, or a value cannot be stored.
    fn to_wire(&self) -> Result<Vec<u8>, Error> {
        let mut out = Vec::with_capacity(512);
        self.write(&mut out)?;
        Ok(out)
    }

    /// Writes the item as it is stored, as the SDK holds it.
    ///
    /// # Errors
    ///
    /// As of [`to_wire`](Self::to_wire).
    fn to_item(&self) -> Result<HashMap<String, AttributeValue>, Error> {
        let json = self.to_wire()?;
        sdk::from_json(&json)
            .map_err(|error| crate::error::EncodeError::new(self.entity_name(), error).into())
    }
}

/// Holds for the entities and the collection of table `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an item of the table `{T}`",
    label = "not an item of this table",
    note = "use the handle of the table named in `#[entity(table = ...)]`"
)]
pub trait ItemOf<T> {}
