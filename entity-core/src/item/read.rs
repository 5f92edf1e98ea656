//! Reading: from an item's text to the struct, keys taken out and fields put back.

use std::borrow::Cow;
use std::rc::Rc;

use serde::de::value::{BorrowedStrDeserializer, StrDeserializer};
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, Visitor};

use super::hook::after_read;
use super::older::{of_part, read_older};
use super::plan::{Plan, Restored, Role, Source};
use super::raw::{KeyTexts, RawItem};
use super::unique::is_guard;
use super::{ReadResult, Readable};
use crate::error::{ItemError, ItemReason};
use crate::key::{KeyType, attribute_text, check_parts, key_scalar, same_key};
use crate::query::Admitted;
use crate::schema::{
    Entity, EntitySchema, IndexSchema, KeyForm, Projection, Table, TableSchema, Variants,
};
use crate::wire;
use crate::wire::read::Reader;
use crate::wire::ser::Scalar;

/// The most parts that the keys of one entity have together.
pub(crate) const MAX_SLOTS: usize = 32;

/// What reading items needs beside their text, kept from item to item: where they are read from,
/// the plans made so far, and buffers.
#[derive(Debug)]
pub struct Scratch<'de> {
    table: String,
    index: Option<&'static IndexSchema>,
    admitted: Option<Admitted>,
    /// Whether items of no known entity are passed over.
    skip_unknown: bool,
    plans: Vec<Rc<Plan>>,
    pub(super) keys: KeyTexts<'de>,
    text: String,
}

impl Scratch<'_> {
    /// For items of the table.
    pub(crate) fn new(table: &str) -> Self {
        Self::of_query(table, None, None)
    }

    /// For what a query answers, as the index projects it; items whose sort key is not admitted are
    /// passed over.
    pub(crate) fn of_query(
        table: &str,
        index: Option<&'static IndexSchema>,
        admitted: Option<Admitted>,
    ) -> Self {
        Self {
            table: table.to_owned(),
            index,
            admitted,
            skip_unknown: false,
            plans: Vec::new(),
            keys: KeyTexts::default(),
            text: String::new(),
        }
    }

    /// Passes over items of no known entity, if asked to.
    pub(crate) fn skip_unknown(mut self, skip: bool) -> Self {
        self.skip_unknown = skip;
        self
    }

    pub(crate) fn table(&self) -> &str {
        &self.table
    }

    /// Whether the item read last has a sort key that the query means: a prefix may hold others.
    pub(super) fn admits(&self, keys: &KeyTexts<'_>) -> bool {
        self.admitted.as_ref().is_none_or(|admitted| {
            let key = keys.find(admitted.attribute.name, admitted.attribute.ty);
            key.is_none_or(|key| admitted.selection.admits(key))
        })
    }

    /// Reads an item's keys alone, and says whether it is one of the entities and is meant.
    pub(crate) fn counts(
        &self,
        text: &str,
        table: &TableSchema,
        entities: &[&'static EntitySchema],
    ) -> Result<bool, wire::Error> {
        let sort = self.admitted.as_ref().map(|admitted| admitted.attribute);
        let item = RawItem::with(text, table, sort)?;
        Ok(item.identify(entities).is_some() && self.admits(item.keys()))
    }

    /// Whether an item of no entity is passed over: if all such are, or if it is one of the library's.
    fn passes(
        &self,
        item: &RawItem<'_>,
        table: &TableSchema,
        entities: &[&'static EntitySchema],
    ) -> bool {
        let guarded = || entities.iter().any(|entity| !entity.kept.unique.is_empty());
        self.skip_unknown || guarded() && is_guard(item, table)
    }

    /// The plan of an entity.
    pub(super) fn plan<R: Readable>(&mut self, schema: &'static EntitySchema) -> Rc<Plan> {
        match self.plans.iter().find(|plan| std::ptr::eq(plan.schema, schema)) {
            Some(plan) => Rc::clone(plan),
            None => {
                let plan = Rc::new(Plan::new(schema, self.index, R::SELECTED));
                self.plans.push(Rc::clone(&plan));
                plan
            }
        }
    }
}

/// Reads one item that stands by itself.
pub(crate) fn one<R: Readable>(json: &[u8], table: &str) -> Result<R, ItemError> {
    let broken = |error| ItemError::new(table, R::NAME, None, ItemReason::Decode(error));
    let mut reader = Reader::from_bytes(json).map_err(broken)?;
    let item = read_one(&mut reader, table).map_err(broken)?;
    reader.end().map_err(broken)?;
    item
}

/// Reads one item that must be an `R`: another entity in its place is an error.
pub(crate) fn read_one<R: Readable>(
    reader: &mut Reader<'_>,
    table: &str,
) -> Result<Result<R, ItemError>, wire::Error> {
    let mut start = *reader;
    let read = R::read(reader, &mut Scratch::new(table))?;
    Ok(match read.transpose() {
        Some(read) => read,
        None => Err(other::<R>(start.skip()?, table)),
    })
}

/// The error for an item that is another entity than it is read as.
fn other<R: Readable>(text: &str, table: &str) -> ItemError {
    let schema = R::Table::SCHEMA;
    let raw = match RawItem::new(text, schema) {
        Ok(raw) => raw,
        Err(error) => return ItemError::new(table, R::NAME, None, ItemReason::Decode(error)),
    };
    let entities = <<R::Table as Table>::Items as Readable>::ENTITIES;
    let entity = raw.identify(entities).and_then(|entity| entities.get(entity));
    let reason = entity.map_or(ItemReason::Unknown, |entity| ItemReason::Other(entity.name));
    ItemError::new(table, R::NAME, raw.key(schema), reason)
}

/// Reads the text of one item, whose JSON has been walked before.
pub(super) fn read_text<'de, R: Readable>(
    text: &'de str,
    scratch: &mut Scratch<'de>,
) -> ReadResult<R> {
    match R::read(&mut Reader::new(text), scratch) {
        Ok(read) => read,
        Err(error) => Err(ItemError::new(&scratch.table, R::NAME, None, ItemReason::Decode(error))),
    }
}

/// Reads an item as a collection: finds out by the keys which entity it is.
pub(super) fn read_collection<'de, C: Variants>(
    reader: &mut Reader<'de>,
    scratch: &mut Scratch<'de>,
) -> Result<ReadResult<C>, wire::Error> {
    let table = C::Table::SCHEMA;
    let item = RawItem::new(reader.skip()?, table)?;
    if let Some(variant) = item.identify(C::ENTITIES) {
        return Ok(C::read_variant(variant, &item, scratch));
    }
    let all = <<C::Table as Table>::Items as Readable>::ENTITIES;
    let passed = item.identify(all).is_some() || scratch.passes(&item, table, all);
    Ok(if passed { Ok(None) } else { Err(item.unknown(scratch, C::NAME, table)) })
}

/// Reads an item as an entity, and verifies that its key is the one that its fields make.
pub(super) fn read_entity<'de, E: Entity>(
    reader: &mut Reader<'de>,
    scratch: &mut Scratch<'de>,
) -> Result<ReadResult<E>, wire::Error> {
    let mut start = *reader;
    let read = read_as(E::SCHEMA, reader, scratch, |entity: E, scratch| {
        verify_newest(E::SCHEMA, scratch)?;
        accept(entity, scratch)
    })?;
    match (read, &E::VERSIONS) {
        (Err(error), Some(versions)) => Ok(read_older(versions, start.skip()?, error, scratch)),
        (read, _) => Ok(read),
    }
}

/// Takes what an item was decoded as, if it is what it claims to be.
pub(super) fn accept<E: Entity>(entity: E, scratch: &mut Scratch<'_>) -> Result<E, ItemReason> {
    verify(&entity, scratch)?;
    after_read(entity)
}

/// Reads an item as a part of an entity, and verifies that its key is one of the entity's.
pub(super) fn read_projection<'de, P: Projection>(
    reader: &mut Reader<'de>,
    scratch: &mut Scratch<'de>,
) -> Result<ReadResult<P>, wire::Error> {
    let schema = <P::Entity as Entity>::SCHEMA;
    let mut start = *reader;
    let read = read_as(schema, reader, scratch, |part: P, scratch| {
        verify_newest(schema, scratch)?;
        verify_key(schema, scratch).map(|()| part)
    })?;
    match (read, &schema.versions) {
        (Err(error), Some(versions)) => Ok(Err(of_part(versions, start.skip()?, error))),
        (read, _) => Ok(read),
    }
}

/// Reads an item in one pass; what it is otherwise is found out when that fails.
fn read_as<'de, R: Readable + DeserializeOwned>(
    schema: &'static EntitySchema,
    reader: &mut Reader<'de>,
    scratch: &mut Scratch<'de>,
    accept: impl Fn(R, &mut Scratch<'de>) -> Result<R, ItemReason>,
) -> Result<ReadResult<R>, wire::Error> {
    let start = *reader;
    let plan = scratch.plan::<R>(schema);
    scratch.keys.clear();
    let item = ItemDeserializer { reader, plan: &plan, keys: &mut scratch.keys };
    let reason = match R::deserialize(item) {
        Ok(value) => match accept(value, scratch) {
            Ok(value) if scratch.admits(&scratch.keys) => return Ok(Ok(Some(value))),
            Ok(_) => return Ok(Ok(None)),
            Err(reason) => reason,
        },
        Err(error) => ItemReason::Decode(error),
    };
    *reader = start;
    explain::<R>(schema, reader.skip()?, reason, scratch)
}

/// Whether an item that is not what it was read as is another entity of the table.
#[cold]
fn explain<R: Readable>(
    schema: &'static EntitySchema,
    text: &str,
    reason: ItemReason,
    scratch: &Scratch<'_>,
) -> Result<ReadResult<R>, wire::Error> {
    let table = R::Table::SCHEMA;
    let raw = RawItem::new(text, table)?;
    let entities = <<R::Table as Table>::Items as Readable>::ENTITIES;
    let entity = raw.identify(entities).and_then(|entity| entities.get(entity));
    let passed = match entity {
        Some(entity) => entity.name != schema.name,
        None => scratch.passes(&raw, table, entities),
    };
    if passed {
        return Ok(Ok(None));
    }
    Ok(Err(ItemError::new(&scratch.table, R::NAME, raw.key(table), reason)))
}

/// The item is what it claims to be: its primary key is the one that its fields make.
fn verify<E: Entity>(entity: &E, scratch: &mut Scratch<'_>) -> Result<(), ItemReason> {
    let schema = E::SCHEMA;
    verify_type(schema, scratch)?;
    entity.parts(|parts| {
        schema.primary().try_for_each(|key| {
            let name = key.def.name;
            let stored = scratch.keys.get(key).ok_or(ItemReason::NoKey(name))?;
            scratch.text.clear();
            let made = attribute_text(schema, key, parts, &mut scratch.text);
            match made.is_ok_and(|present| present && same_key(key.def.ty, &scratch.text, stored)) {
                true => Ok(()),
                false => Err(ItemReason::KeyMismatch(name)),
            }
        })
    })
}

/// The item's primary key is one of the entity's: a part of its fields cannot make it.
fn verify_key(schema: &'static EntitySchema, scratch: &mut Scratch<'_>) -> Result<(), ItemReason> {
    verify_type(schema, scratch)?;
    schema.primary().try_for_each(|key| {
        let name = key.def.name;
        let stored = scratch.keys.get(key).ok_or(ItemReason::NoKey(name))?;
        check_parts(schema, key, stored).map_err(|_| ItemReason::KeyForm(name))
    })
}

fn verify_type(schema: &EntitySchema, scratch: &Scratch<'_>) -> Result<(), ItemReason> {
    match schema.type_attribute {
        Some(name) if scratch.keys.find(name, KeyType::S) != Some(schema.name) => {
            Err(ItemReason::Type(name))
        }
        _ => Ok(()),
    }
}

/// The item is of the version that is written: a part of another cannot be upgraded.
fn verify_newest(schema: &EntitySchema, scratch: &Scratch<'_>) -> Result<(), ItemReason> {
    let Some(versions) = &schema.versions else { return Ok(()) };
    let found = versions.number(scratch.keys.find(versions.attribute, KeyType::N))?;
    if found == u64::from(versions.newest) { Ok(()) } else { Err(versions.unknown_part(found)) }
}

/// Deserializes an entity from one item.
#[derive(Debug)]
pub struct ItemDeserializer<'v, 'de> {
    pub(super) reader: &'v mut Reader<'de>,
    pub(super) plan: &'v Plan,
    pub(super) keys: &'v mut KeyTexts<'de>,
}

impl<'de> Deserializer<'de> for ItemDeserializer<'_, 'de> {
    type Error = wire::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, wire::Error> {
        self.reader.begin_object()?;
        let mut access =
            ItemAccess { item: self, first: true, ended: false, at: 0, restored: 0, next: None };
        let value = visitor.visit_map(&mut access)?;
        access.drain()?;
        Ok(value)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}

/// Walks the attributes: the struct sees its fields, and at the end those that the keys hold.
struct ItemAccess<'v, 'de> {
    item: ItemDeserializer<'v, 'de>,
    first: bool,
    /// Whether the reader stands behind the item.
    ended: bool,
    /// Where the member given last is, for errors.
    at: usize,
    /// How many of the plan's restored fields have been given.
    restored: usize,
    /// The restored field that was given last, until its value is taken.
    next: Option<(&'static str, Scalar)>,
}

impl<'de> ItemAccess<'_, 'de> {
    /// The next attribute that is a field; others are kept or passed over.
    fn next_field(&mut self) -> Result<Option<Cow<'de, str>>, wire::Error> {
        let ItemDeserializer { reader, plan, keys } = &mut self.item;
        while !self.ended {
            self.at = reader.position();
            let Some(name) = reader.next_key(&mut self.first)? else {
                self.ended = true;
                break;
            };
            match plan.role(&name) {
                (_, Role::Field) => return Ok(Some(name)),
                (key, Role::Key { stored: true }) => {
                    let mut ahead = **reader;
                    keys.take(key, &mut ahead)?;
                    return Ok(Some(name));
                }
                (key, Role::Key { stored: false } | Role::Type) => keys.take(key, reader)?,
                (_, Role::Hidden) => drop(reader.skip()?),
            }
        }
        Ok(None)
    }

    /// The next field that lives in the keys.
    fn next_restored(&mut self) -> Result<Option<&'static str>, wire::Error> {
        while let Some(field) = self.item.plan.restored.get(self.restored) {
            self.restored += 1;
            if let Some(value) = restore(field, self.item.keys)? {
                self.next = Some((field.attribute, value));
                return Ok(Some(field.attribute));
            }
        }
        Ok(None)
    }

    /// Reads what the struct left, so that the keys are known and the reader stands behind the item.
    fn drain(&mut self) -> Result<(), wire::Error> {
        while self.next_field()?.is_some() {
            self.item.reader.skip()?;
        }
        Ok(())
    }
}

impl<'de> MapAccess<'de> for &mut ItemAccess<'_, 'de> {
    type Error = wire::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, wire::Error> {
        let name = match self.next_field()? {
            Some(name) => Some(name),
            None => self.next_restored()?.map(Cow::Borrowed),
        };
        match name {
            None => Ok(None),
            Some(Cow::Borrowed(name)) => {
                seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some)
            }
            Some(Cow::Owned(name)) => seed.deserialize(StrDeserializer::new(&name)).map(Some),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, wire::Error> {
        if let Some((name, value)) = self.next.take() {
            return seed.deserialize(value).map_err(|error| error.at_name(name));
        }
        let reader = &mut *self.item.reader;
        let value = seed.deserialize(wire::Deserializer::new(reader));
        value.map_err(|error| error.at_name(&reader.name_from(self.at)))
    }
}

/// Takes a field's value out of the first key that holds it and that the item has.
fn restore(field: &Restored, keys: &KeyTexts<'_>) -> Result<Option<Scalar>, wire::Error> {
    for source in &field.sources {
        if let Some(value) = restore_from(source, keys)? {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

fn restore_from(
    Source { key, slot, decode }: &Source,
    keys: &KeyTexts<'_>,
) -> Result<Option<Scalar>, wire::Error> {
    let Some(text) = keys.get(key) else { return Ok(None) };
    let name = key.def.name;
    let text = match &key.form {
        KeyForm::Field { slot: at, .. } => Some(text).filter(|_| at == slot),
        KeyForm::Template(template) => {
            let form = || wire::Error::data("the key does not have the form of the entity's");
            let text = match key.shards {
                Some(shards) => shards.strip(text).ok_or_else(|| form().at_name(name))?,
                None => text,
            };
            template.text_of(*slot, text).map_err(|()| form().at_name(name))?
        }
    };
    let Some(text) = text else { return Ok(None) };
    let value = match decode {
        None => key_scalar(key.def.ty, text),
        Some(decode) => decode(text),
    };
    let error = |error| wire::Error::data(&format!("part of the key: {error}")).at_name(name);
    value.map(Some).map_err(error)
}
