//! The item view: what an item looks like in the table, and what the struct sees of it.
//!
//! Fields are attributes as serde says. Key attributes, index copies and the type attribute are
//! added by [`write`](mod@write) and hidden from the struct by [`read`](mod@read), which also puts
//! fields that live in the keys back. [`sdk`] has the same view of the SDK's items.

mod form;
mod hook;
mod older;
mod plan;
mod raw;
mod read;
mod sdk;
mod size;
mod unique;
mod write;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

#[doc(hidden)]
pub use self::form::{
    AllOf, ByItem, Gather, Gathers, Keep, OneEntity, OneOf, PartOfEntity, ReadAs, WriteAs,
};
pub(crate) use self::hook::before_write;
pub use self::raw::RawItem;
pub(crate) use self::raw::{KeyTexts, key_json, key_text, key_texts, members_of};
pub(crate) use self::read::ItemDeserializer;
pub use self::read::Scratch;
pub(crate) use self::read::{MAX_SLOTS, one as read_stored, read_one};
pub(crate) use self::sdk::to_json;
pub(crate) use self::size::{item_size, item_size_of, value_size};
#[doc(hidden)]
pub use self::unique::Unique;
pub(crate) use self::unique::{GUARD_PK, GUARD_SK, is_guard};
pub(crate) use self::write::write_fields;
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

    /// What it is, of what the derives declare: how it is read.
    #[doc(hidden)]
    type Form: ReadAs<Self>;

    /// The type's name, as errors say it.
    const NAME: &'static str;

    /// The entities that an item may be; one, or those of a collection in its variants' order.
    const ENTITIES: &'static [&'static EntitySchema] = <Self::Form as ReadAs<Self>>::ENTITIES;

    /// The attributes that are read, keys aside; `None` for all.
    const SELECTED: Option<&'static [&'static str]> = None;

    /// Reads one item; the outer error is one of the JSON.
    #[doc(hidden)]
    fn read<'de>(
        reader: &mut Reader<'de>,
        scratch: &mut Scratch<'de>,
    ) -> Result<ReadResult<Self>, wire::Error> {
        <Self::Form as ReadAs<Self>>::read(reader, scratch)
    }

    /// Reads an item of DynamoDB JSON: `{"Id":{"S":"1"},"Title":{"S":"One"}}`.
    ///
    /// Exports, stream records and test fixtures are such items. Attributes that the type does not
    /// know are left out, unless it flattens them into a field.
    ///
    /// # Errors
    ///
    /// If the text is not an item, or is not an item of this type; see [`ItemError`].
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use entity_core::Readable;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let json = br#"{
    ///     "Id": {"S": "7"}, "Metadata": {"S": "Details"},
    ///     "Title": {"S": "One"}, "Artist": {"S": "Metallica"}, "Label": {"S": "Elektra"}
    /// }"#;
    /// let song = Song::from_wire(json)?;
    /// assert_eq!(song.title, "One");
    ///
    /// // The key says which entity it is.
    /// assert_eq!(SongItem::from_wire(json)?, SongItem::Song(song));
    /// let error = MonthlyCount::from_wire(json).unwrap_err();
    /// assert_eq!(error.to_string(), "Songs/MonthlyCount 7/Details: the item is a `Song`");
    /// # Ok(())
    /// # }
    /// ```
    fn from_wire(json: &[u8]) -> Result<Self, ItemError> {
        read::one(json, Self::Table::SCHEMA.name)
    }

    /// Reads an item as the SDK holds it, as in a Lambda event or an answer of the bare SDK.
    ///
    /// # Errors
    ///
    /// As of [`from_wire`](Self::from_wire).
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use entity_core::{Item, Readable};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let item = song("1").to_item()?;
    /// assert_eq!(Song::from_item(&item)?, song("1"));
    /// # Ok(())
    /// # }
    /// ```
    fn from_item(item: &HashMap<String, AttributeValue>) -> Result<Self, ItemError> {
        Self::from_wire(&to_json(item))
    }
}

/// What can be written as an item: an entity or a collection; implemented by their derives.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an item",
    label = "neither an entity nor a collection",
    note = "consider adding `#[derive(Entity)]` to `{Self}`"
)]
pub trait Item:
    Readable<Form: WriteAs<Self> + ByItem<Self>> + ItemOf<<Self as Readable>::Table>
{
    /// What its writes ask for: [`Unlocked`](crate::schema::Unlocked),
    /// [`Versioned`](crate::schema::Versioned) or [`Guarded`](crate::schema::Guarded).
    type Lock;

    /// The name of the entity that this value is.
    #[doc(hidden)]
    fn entity_name(&self) -> &'static str {
        <Self::Form as WriteAs<Self>>::entity_name(self)
    }

    /// Appends the item.
    #[doc(hidden)]
    fn write(&self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        <Self::Form as WriteAs<Self>>::write(self, out)
    }

    /// The version that the item was read with, of an entity that has one.
    #[doc(hidden)]
    fn version(&self) -> Option<(&'static str, u64)> {
        None
    }

    /// The version after one, of an entity that has one.
    #[doc(hidden)]
    fn next_version(version: u64) -> u64 {
        version
    }

    /// The item as it is written: in its next version, with the timestamps that the library keeps;
    /// `None` if that is how it is.
    #[doc(hidden)]
    fn stamped(&self, _created: bool) -> Option<Self> {
        None
    }

    /// The values that no other item of the entity has.
    #[doc(hidden)]
    fn unique(&self) -> Vec<Unique> {
        Vec::new()
    }

    /// Writes the item as it is stored, in DynamoDB JSON.
    ///
    /// # Errors
    ///
    /// If a key cannot be made, or a value cannot be stored.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use entity_core::Item;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// assert_eq!(
    ///     String::from_utf8(song("1").to_wire()?)?,
    ///     r#"{"Id":{"S":"1"},"Title":{"S":"Song 1"},"Artist":{"S":"Metallica"},"#.to_owned()
    ///         + r#""Metadata":{"S":"Details"}}"#,
    /// );
    /// # Ok(())
    /// # }
    /// ```
    fn to_wire(&self) -> Result<Vec<u8>, Error> {
        let mut out = Vec::with_capacity(512);
        self.write(&mut out)?;
        Ok(out)
    }

    /// The bytes of the item as it is stored, as the service counts them: names and values of all its
    /// attributes, keys of the table and of indexes included. At most 409,600 can be written.
    ///
    /// A number is a byte, one more for a sign, and one for each two digits before the point and for
    /// each two behind it, zeros at either end aside; of that the documentation says "approximately", and
    /// this is what engines count.
    ///
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>
    ///
    /// # Errors
    ///
    /// As of [`to_wire`](Self::to_wire).
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use entity_core::Item;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// // Id: 1, Title: Song 1, Artist: Metallica, Metadata: Details
    /// assert_eq!(song("1").item_size()?, (2 + 1) + (5 + 6) + (6 + 9) + (8 + 7));
    /// # Ok(())
    /// # }
    /// ```
    fn item_size(&self) -> Result<usize, Error> {
        let json = self.to_wire()?;
        item_size(&json)
            .map_err(|error| crate::error::EncodeError::new(self.entity_name(), error).into())
    }

    /// Writes the item as it is stored, as the SDK holds it.
    ///
    /// # Errors
    ///
    /// As of [`to_wire`](Self::to_wire).
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use aws_sdk_dynamodb::types::AttributeValue;
    /// use entity_core::Item;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let item = song("1").to_item()?;
    /// assert_eq!(item["Metadata"], AttributeValue::S("Details".into()));
    /// # Ok(())
    /// # }
    /// ```
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
