//! Unique values: the items that guard them.
//!
//! A unique value is an item of its own, whose key says what it guards: `$unique#User#email#S#a@b.c`.
//! It is created with the entity's item, in one transaction, if it is not there.

use super::RawItem;
use crate::error::EncodeError;
use crate::expr::{Codec, Json};
use crate::key::{Encoding, KeyType, KeyValue, Limit, Rest, Segment, Template};
use crate::schema::{KeyDef, TableSchema};
use crate::wire::{self, Number, write};

/// What the keys of guards begin with.
const PREFIX: &str = "$unique#";

/// The sort key of guards.
const SORT: &str = "$unique";

/// What the keys of guards look like, for the proof that no item has such a key.
const SHAPE: crate::key::Shape = <Rest as Encoding<String>>::SHAPE;
pub(crate) const GUARD_PK: Template = Template::new(
    "$unique#{value:rest}",
    &[Segment::Literal(PREFIX), Segment::part(0, "value", SHAPE)],
    "#",
);
pub(crate) const GUARD_SK: Template = Template::new(SORT, &[Segment::Literal(SORT)], "#");

/// A value that no other item of the entity has; `None` where the field is.
#[derive(Debug, Clone)]
pub struct Unique {
    pub(crate) field: &'static str,
    pub(crate) attribute: &'static str,
    pub(crate) value: Json,
}

impl Unique {
    /// The value of a field.
    #[doc(hidden)]
    #[must_use]
    pub fn new<T, C: Codec<T>>(
        (field, attribute): (&'static str, &'static str),
        value: &T,
    ) -> Self {
        let mut json = Vec::new();
        let value = C::write(value, &mut json).map(|written| written.then_some(json));
        Self { field, attribute, value }
    }

    /// The key of the item that guards it, as JSON; `None` if there is no value.
    pub(crate) fn key(
        &self,
        table: &TableSchema,
        entity: &'static str,
    ) -> Result<Option<Vec<u8>>, EncodeError> {
        let refuse = |error: wire::Error| EncodeError::new(entity, error.at_name(self.attribute));
        let Some(json) = self.value.as_ref().map_err(|error| refuse(error.clone()))? else {
            return Ok(None);
        };
        let types = [KeyType::S, KeyType::N, KeyType::B];
        let found = types.into_iter().find_map(|ty| Some((ty, super::key_text(json, ty)?)));
        let no_key = || refuse(wire::Error::data("a unique value is a string, a number or bytes"));
        let (ty, text) = found.ok_or_else(no_key)?;
        let text = match (ty, text.parse::<Number>()) {
            (KeyType::N, Ok(number)) => number.to_string(),
            _ => text,
        };
        let text = format!("{PREFIX}{entity}#{}#{}#{text}", self.attribute, ty.name());
        if !Limit::PARTITION.allows(&text) {
            let what = "too long to be unique: its key would have more than 2,048 bytes";
            return Err(refuse(wire::Error::data(what)));
        }
        let mut key = b"{".to_vec();
        write::string(&mut key, table.pk.name);
        key.push(b':');
        KeyValue::new(KeyType::S, text).write(&mut key);
        if let Some(sk) = table.sk {
            key.push(b',');
            write::string(&mut key, sk.name);
            key.push(b':');
            KeyValue::new(KeyType::S, SORT.to_owned()).write(&mut key);
        }
        key.push(b'}');
        Ok(Some(key))
    }
}

/// Whether an item is none of an entity's, but guards a unique value.
pub(crate) fn is_guard(item: &RawItem<'_>, table: &TableSchema) -> bool {
    let text = |key: KeyDef| item.keys().find(key.name, KeyType::S);
    text(table.pk).is_some_and(|pk| pk.starts_with(PREFIX))
        && table.sk.is_none_or(|sk| text(sk) == Some(SORT))
}
