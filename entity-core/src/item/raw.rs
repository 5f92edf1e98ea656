//! `RawItem`: an item's text, of which only the keys have been read.

use std::borrow::Cow;

use serde::de::Error as _;

use super::read::{Scratch, read_text};
use super::{ReadResult, Readable};
use crate::error::{ItemError, ItemReason};
use crate::key::{KeyType, KeyValue};
use crate::schema::{EntitySchema, IndexSchema, KeyAttribute, KeyDef, KeyForm, TableSchema};
use crate::wire::read::Reader;
use crate::wire::{self, write};

/// One item as it came, with its keys.
///
/// Collections find out by it which entity the item is.
#[derive(Debug)]
pub struct RawItem<'de> {
    text: &'de str,
    keys: KeyTexts<'de>,
}

/// The key attributes of one item: name, type and text.
#[derive(Debug, Default)]
pub(crate) struct KeyTexts<'de>(Vec<(&'static str, Option<KeyType>, Cow<'de, str>)>);

impl<'de> KeyTexts<'de> {
    /// Reads the attributes of these names out of an item.
    pub(crate) fn of(text: &'de str, names: &[&'static str]) -> Result<Self, wire::Error> {
        let mut keys = Self::default();
        let mut reader = Reader::new(text);
        reader.begin_object()?;
        let mut first = true;
        while let Some(name) = reader.next_key(&mut first)? {
            match names.iter().find(|key| name == **key) {
                Some(key) => keys.take(key, &mut reader)?,
                None => drop(reader.skip()?),
            }
        }
        Ok(keys)
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Keeps a key attribute's value; one that is not of a key's type is as good as missing.
    pub(crate) fn push(&mut self, name: &'static str, value: &'de str) -> Result<(), wire::Error> {
        let mut reader = Reader::new(value);
        reader.begin_object()?;
        let ty = match reader.next_key(&mut true)?.as_deref() {
            Some("S") => KeyType::S,
            Some("N") => KeyType::N,
            Some("B") => KeyType::B,
            _ => return self.keep(name, None, Cow::Borrowed("")),
        };
        self.keep(name, Some(ty), reader.string()?)
    }

    /// Keeps the value that the reader is at, and takes it.
    #[inline]
    pub(crate) fn take(
        &mut self,
        name: &'static str,
        reader: &mut Reader<'de>,
    ) -> Result<(), wire::Error> {
        match reader.plain_s() {
            Some(text) => self.keep(name, Some(KeyType::S), Cow::Borrowed(text)),
            None => self.push(name, reader.skip()?),
        }
    }

    /// An attribute that is there twice would be another item for whoever takes the other one.
    #[inline]
    fn keep(
        &mut self,
        name: &'static str,
        ty: Option<KeyType>,
        text: Cow<'de, str>,
    ) -> Result<(), wire::Error> {
        if self.0.iter().any(|(known, ..)| *known == name) {
            return Err(wire::Error::duplicate_field(name));
        }
        self.0.push((name, ty, text));
        Ok(())
    }

    /// The text of a key attribute, if the item has it and it is of the declared type.
    pub(crate) fn get(&self, key: &KeyAttribute) -> Option<&str> {
        self.find(key.def.name, key.def.ty)
    }

    pub(crate) fn find(&self, name: &str, ty: KeyType) -> Option<&str> {
        let found = self.0.iter().find(|(key, key_type, _)| *key == name && *key_type == Some(ty));
        found.map(|(_, _, text)| &**text)
    }

    /// The primary key as errors show it: `1/Dld-7`.
    pub(crate) fn display(&self, table: &TableSchema) -> Option<String> {
        let names = [Some(table.pk), table.sk];
        let mut texts = names.iter().flatten().map(|def| self.find(def.name, def.ty));
        let pk = texts.next()??.to_owned();
        Some(texts.flatten().fold(pk, |key, sk| key + "/" + sk))
    }
}

impl<'de> RawItem<'de> {
    /// Reads the keys of an item.
    pub(crate) fn new(text: &'de str, table: &TableSchema) -> Result<Self, wire::Error> {
        Self::with(text, table, None)
    }

    /// Reads the keys of an item, and another attribute beside them.
    pub(crate) fn with(
        text: &'de str,
        table: &TableSchema,
        other: Option<KeyDef>,
    ) -> Result<Self, wire::Error> {
        let keys = [Some(table.pk), table.sk, other].into_iter().flatten().map(|key| key.name);
        let names: Vec<&'static str> = keys.chain(table.type_attribute).collect();
        Ok(Self { text, keys: KeyTexts::of(text, &names)? })
    }

    /// Which of the entities the item is, by its type attribute, or else by its keys.
    pub(crate) fn identify(&self, entities: &[&'static EntitySchema]) -> Option<usize> {
        entities.iter().position(|entity| self.is(entity))
    }

    fn is(&self, entity: &EntitySchema) -> bool {
        match entity.type_attribute {
            Some(attribute) => self.keys.find(attribute, KeyType::S) == Some(entity.name),
            None => self.has_key_of(entity),
        }
    }

    /// Whether the key is one that the entity's items may have.
    pub(crate) fn has_key_of(&self, entity: &EntitySchema) -> bool {
        entity.primary().all(|key| match (&key.form, self.keys.get(key)) {
            (_, None) => false,
            (KeyForm::Field { .. }, Some(_)) => true,
            (KeyForm::Template(template), Some(text)) => template.matches(text),
        })
    }

    pub(crate) fn keys(&self) -> &KeyTexts<'de> {
        &self.keys
    }

    pub(crate) fn key(&self, table: &TableSchema) -> Option<String> {
        self.keys.display(table)
    }

    /// Reads the item as `R`; called by the derive of collections.
    #[doc(hidden)]
    pub fn read<R: Readable>(&self, scratch: &mut Scratch<'de>) -> ReadResult<R> {
        read_text(self.text, scratch)
    }

    pub(crate) fn unknown(
        &self,
        scratch: &Scratch<'_>,
        name: &'static str,
        table: &TableSchema,
    ) -> ItemError {
        let reason = table.type_attribute.map_or(ItemReason::Unknown, ItemReason::Type);
        ItemError::new(scratch.table(), name, self.key(table), reason)
    }
}

/// The key attributes of an item, of the table and of the index it was read from, as the service
/// takes them to go on after the item: one text for one key, whatever order they came in.
pub(crate) fn key_json(
    text: &str,
    table: &TableSchema,
    index: Option<&IndexSchema>,
) -> Result<String, wire::Error> {
    let index = index.iter().flat_map(|index| index.pk.iter().chain(index.sk));
    let keys = [&table.pk].into_iter().chain(&table.sk).chain(index);
    let mut keys: Vec<(&str, Option<&str>)> = keys.map(|key| (key.name, None)).collect();
    let mut reader = Reader::new(text);
    reader.begin_object()?;
    let mut first = true;
    while let Some(name) = reader.next_key(&mut first)? {
        let value = reader.skip()?;
        // An attribute may be a key of both; it is written once.
        if let Some((_, place)) = keys.iter_mut().find(|(key, _)| *key == name) {
            *place = Some(value);
        }
    }
    let mut key = vec![b'{'];
    for (name, value) in keys.iter().filter_map(|(name, value)| Some((name, (*value)?))) {
        if key.len() > 1 {
            key.push(b',');
        }
        write::string(&mut key, name);
        key.push(b':');
        key.extend_from_slice(value.as_bytes());
    }
    key.push(b'}');
    Ok(String::from_utf8_lossy(&key).into_owned())
}

/// The texts of an item's primary key; one number has one text.
pub(crate) fn key_texts(json: &[u8], table: &TableSchema) -> Vec<String> {
    let text = std::str::from_utf8(json).unwrap_or_default();
    let Ok(item) = RawItem::new(text, table) else { return Vec::new() };
    let texts = [Some(table.pk), table.sk].into_iter().flatten().map(|key| {
        let text = item.keys.find(key.name, key.ty).unwrap_or_default();
        KeyValue::new(key.ty, text.to_owned()).one_text().into_owned()
    });
    texts.collect()
}

/// The text of an attribute value, if it is of the type.
pub(crate) fn key_text(json: &[u8], ty: KeyType) -> Option<String> {
    let mut keys = KeyTexts::default();
    keys.push("", std::str::from_utf8(json).ok()?).ok()?;
    keys.find("", ty).map(str::to_owned)
}

/// The attributes of an item, each with its value as JSON.
pub(crate) fn members_of(json: &[u8]) -> Result<Vec<(String, Vec<u8>)>, wire::Error> {
    let (mut reader, mut first) = (Reader::from_bytes(json)?, true);
    let mut members = Vec::new();
    reader.begin_object()?;
    while let Some(name) = reader.next_key(&mut first)? {
        members.push((name.into_owned(), reader.skip()?.as_bytes().to_vec()));
    }
    Ok(members)
}
