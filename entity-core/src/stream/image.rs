//! `Image`: what stands for an item in a change.

use std::fmt;
use std::marker::PhantomData;

use crate::error::{ItemError, ItemReason, RecordReason};
use crate::item::{RawItem, Readable, Scratch, is_guard};
use crate::schema::Table;
use crate::wire::read::Reader;

/// What stands for an item in a [`Change`](super::Change): the item itself, which takes an image, or
/// its [`Keys`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an image of an item",
    label = "neither an item nor its keys",
    note = "an image is an entity, a collection, or the `Keys` of one"
)]
pub trait Image: Sized + Send + 'static {
    /// What the item is.
    type Item: Readable;

    /// Reads it: `None` if the item is another entity of the table.
    #[doc(hidden)]
    fn read(seen: &Seen<'_>) -> Result<Option<Self>, RecordReason>;
}

/// What a record says of an item at one time.
#[derive(Debug)]
pub struct Seen<'t> {
    /// The attribute of the record that the image is in.
    pub(super) name: &'static str,
    pub(super) image: Option<&'t str>,
    pub(super) keys: &'t str,
    /// The table's name.
    pub(super) table: &'t str,
}

impl<R: Readable> Image for R {
    type Item = R;

    fn read(seen: &Seen<'_>) -> Result<Option<Self>, RecordReason> {
        let image = seen.image.ok_or(RecordReason::NoImage(seen.name))?;
        let mut scratch = Scratch::new(seen.table);
        let read = R::read(&mut Reader::new(image), &mut scratch);
        read.map_err(|error| RecordReason::Form(error.at_name(seen.name)))?
            .map_err(RecordReason::Item)
    }
}

/// The primary key of an `R`, where a stream has no image of it, or none is needed.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Keys<R> {
    json: String,
    entity: Option<&'static str>,
    item: PhantomData<fn() -> R>,
}

impl<R> Keys<R> {
    /// The key, as DynamoDB JSON: `{"Id":{"S":"1"}}`.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.json
    }

    /// The entity whose key it is; `None` in a table that tells entities by an attribute, which is not
    /// in the key.
    #[must_use]
    pub fn entity(&self) -> Option<&'static str> {
        self.entity
    }
}

/// Without the key.
impl<R> fmt::Debug for Keys<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("entity", &self.entity).finish_non_exhaustive()
    }
}

impl<R: Readable> Image for Keys<R> {
    type Item = R;

    fn read(seen: &Seen<'_>) -> Result<Option<Self>, RecordReason> {
        let table = R::Table::SCHEMA;
        let item = RawItem::new(seen.keys, table)
            .map_err(|error| RecordReason::Form(error.at_name("Keys")))?;
        if let Some(entity) = R::ENTITIES.iter().find(|entity| item.has_key_of(entity)) {
            let entity = Some(entity.name).filter(|_| table.type_attribute.is_none());
            return Ok(Some(Self { json: seen.keys.to_owned(), entity, item: PhantomData }));
        }
        let others = <<R::Table as Table>::Items as Readable>::ENTITIES;
        if others.iter().any(|entity| item.has_key_of(entity)) || is_guard(&item, table) {
            return Ok(None);
        }
        let (key, reason) = (item.key(table), ItemReason::Unknown);
        Err(RecordReason::Item(ItemError::new(seen.table, R::NAME, key, reason)))
    }
}
