//! `Stored`: an item as it is stored, and where its index keys are not what its fields make.

use std::marker::PhantomData;

use crate::error::Error;
use crate::item::{RawItem, ReadAs, ReadResult, Readable, Scratch, key_json, members_of};
use crate::request::Request;
use crate::schema::{Attributes, Collection, EntitySchema, IndexSchema, KeyAttribute, Table};
use crate::wire;
use crate::wire::read::Reader;

/// An item of a scan: its key, and its index keys.
#[derive(Debug)]
pub(in crate::op) struct Stored<C> {
    /// The primary key, as requests take it.
    key: String,
    /// The primary key, as people read it: `1/Details`.
    pub(in crate::op) shown: String,
    /// Its index keys, if it can be read as an entity.
    pub(in crate::op) keys: Result<IndexKeys, Error>,
    items: PhantomData<fn() -> C>,
}

/// The index keys of an item.
#[derive(Debug, Default)]
pub(in crate::op) struct IndexKeys {
    /// Those that are not what the item's fields make.
    pub(in crate::op) wrong: Vec<WrongKey>,
    /// What makes an item of an older schema version one of the newest; none if it is one.
    pub(in crate::op) upgrade: Vec<Changed>,
    /// The attributes that these are made of; `None` for one that is not there.
    made_of: Vec<(String, Option<Vec<u8>>)>,
}

/// An attribute that is to be another.
#[derive(Debug)]
pub(in crate::op) struct Changed {
    attribute: String,
    expected: Option<Vec<u8>>,
    found: Option<Vec<u8>>,
}

/// A key attribute of an index that is not what the item's fields make.
#[derive(Debug)]
pub(in crate::op) struct WrongKey {
    pub(in crate::op) index: &'static IndexSchema,
    attribute: &'static str,
    pub(in crate::op) expected: Option<Vec<u8>>,
    pub(in crate::op) found: Option<Vec<u8>>,
}

/// The attributes of an item.
type Members = Vec<(String, Vec<u8>)>;

fn member<'m>(members: &'m Members, name: &str) -> Option<&'m [u8]> {
    members.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
}

impl<C: Collection> Readable for Stored<C> {
    type Table = C::Table;

    type Form = Self;

    const NAME: &'static str = C::NAME;
}

impl<C: Collection> ReadAs<Self> for Stored<C> {
    type All = Vec<Self>;

    const ENTITIES: &'static [&'static EntitySchema] = C::ENTITIES;

    fn read<'de>(
        reader: &mut Reader<'de>,
        scratch: &mut Scratch<'de>,
    ) -> Result<ReadResult<Self>, wire::Error> {
        let mut start = *reader;
        let item = C::read(reader, scratch)?;
        let text = start.skip()?;
        let keys = match item {
            Ok(None) => return Ok(Ok(None)),
            Ok(Some(item)) => index_keys(&item, text)?,
            Err(error) => Err(error.into()),
        };
        let table = C::Table::SCHEMA;
        let shown = RawItem::new(text, table)?.key(table).unwrap_or_default();
        Ok(Ok(Some(Self { key: key_json(text, table, None)?, shown, keys, items: PhantomData })))
    }
}

/// Compares the index keys that the item has with those that it is written with.
fn index_keys<C: Collection>(
    item: &C,
    text: &str,
) -> Result<Result<IndexKeys, Error>, wire::Error> {
    let stored = members_of(text.as_bytes())?;
    let written = match item.to_wire() {
        Ok(written) => members_of(&written)?,
        Err(error) => return Ok(Err(error)),
    };
    let name = item.entity_name();
    let Some(entity) = C::ENTITIES.iter().find(|entity| entity.name == name) else {
        unreachable!("a value of a collection is one of its entities");
    };
    let mut keys = compare(entity, &stored, &written);
    if let Some(versions) = &entity.versions {
        match versions.of(&stored).map(|number| versions.back(number)) {
            Ok(Some(back)) if back > 0 => {
                keys.upgrade(entity, (versions.attributes)(back), &stored, &written);
            }
            // It has been read, so it is of a version that is known.
            _ => {}
        }
    }
    Ok(Ok(keys))
}

fn compare(entity: &'static EntitySchema, stored: &Members, written: &Members) -> IndexKeys {
    let mut keys = IndexKeys::default();
    for index in entity.indexes {
        for key in index.pk.iter().chain(index.sk).filter(|key| is_copy(entity, key)) {
            let attribute = key.def.name;
            let (expected, found) = (member(written, attribute), member(stored, attribute));
            if same(expected, found) {
                continue;
            }
            keys.made_of(entity, key, stored);
            let (expected, found) = (expected.map(<[u8]>::to_vec), found.map(<[u8]>::to_vec));
            keys.wrong.push(WrongKey { index: index.index, attribute, expected, found });
        }
    }
    keys
}

/// Whether the attribute is the library's copy of fields, and not a field, a primary key or the type.
fn is_copy(entity: &EntitySchema, key: &KeyAttribute) -> bool {
    let primary = entity.primary().any(|primary| primary.def.name == key.def.name);
    !key.stored && !primary && entity.type_attribute != Some(key.def.name)
}

/// Whether they are one value: a number may be written in several ways.
fn same(one: Option<&[u8]>, other: Option<&[u8]>) -> bool {
    let value = |json| wire::value_from_slice::<wire::Value>(json).ok();
    match (one, other) {
        (Some(one), Some(other)) => one == other || value(one) == value(other),
        (one, other) => one.is_none() && other.is_none(),
    }
}

impl IndexKeys {
    /// Takes note of what an item of an older schema version lacks to be one of the newest, and of
    /// all that it is made of. `known` are the attributes that its struct reads, if it does not take
    /// any: others are of other programs, and stay as they are.
    fn upgrade(
        &mut self,
        entity: &EntitySchema,
        known: Attributes,
        stored: &Members,
        written: &Members,
    ) {
        let primary = |name: &str| entity.primary().any(|key| key.def.name == name);
        let copy = |name: &str| {
            entity.key_attributes().any(|key| key.def.name == name && is_copy(entity, key))
        };
        let is_known = |name: &str| known.is_none_or(|known| known.contains(&name)) || copy(name);
        let mut change = |attribute: &str, expected: Option<&[u8]>, found: Option<&[u8]>| {
            if !primary(attribute) && !same(expected, found) {
                let (expected, found) = (expected.map(<[u8]>::to_vec), found.map(<[u8]>::to_vec));
                self.upgrade.push(Changed { attribute: attribute.to_owned(), expected, found });
            }
        };
        for (name, value) in written {
            change(name, Some(value), member(stored, name));
        }
        for (name, value) in stored.iter().filter(|(name, _)| member(written, name).is_none()) {
            if is_known(name) {
                change(name, None, Some(value));
            }
        }
        let absent = known.iter().flat_map(|known| known.iter().copied());
        let names = stored.iter().map(|(name, _)| &**name).chain(absent);
        for name in names.filter(|name| !primary(name)) {
            self.unchanged(name, stored);
        }
    }

    /// Takes note of the attributes that a key is made of; what a flattened field holds has no name
    /// here, so then it is all of them.
    fn made_of(&mut self, entity: &EntitySchema, key: &KeyAttribute, stored: &Members) {
        let mut unnamed = false;
        for slot in key.slots() {
            let path = entity.parts.get(slot).map_or("", |part| part.path);
            let head = path.split('.').next().unwrap_or(path);
            match entity.fields.iter().find(|field| field.name == head) {
                Some(field) if field.key_only => {}
                Some(field) => self.unchanged(field.attribute, stored),
                None => unnamed = true,
            }
        }
        if let Some(ty) = entity.type_attribute {
            self.unchanged(ty, stored);
        }
        let all = stored.iter().filter(|_| unnamed);
        for (name, _) in all.filter(|(name, _)| entity.primary().all(|key| key.def.name != *name)) {
            self.unchanged(name, stored);
        }
    }

    fn unchanged(&mut self, name: &str, stored: &Members) {
        if self.made_of.iter().all(|(known, _)| known != name) {
            self.made_of.push((name.to_owned(), member(stored, name).map(<[u8]>::to_vec)));
        }
    }
}

impl<C: Collection> Stored<C> {
    /// Reads an item again, as it came back from a condition that did not hold.
    pub(in crate::op) fn again(json: &[u8], table: &str) -> Result<Option<Self>, Error> {
        let broken = |error| {
            let reason = crate::error::ItemReason::Decode(error);
            Error::from(crate::error::ItemError::new(table, C::NAME, None, reason))
        };
        let mut reader = Reader::from_bytes(json).map_err(broken)?;
        let read =
            <Self as ReadAs<Self>>::read(&mut reader, &mut Scratch::new(table)).map_err(broken)?;
        Ok(read?)
    }

    /// The request that writes the keys, and what an upgrade changes, as they should be, if the item still
    /// is as it was read: what the keys are made of, and the keys themselves.
    pub(in crate::op) fn request(&self, keys: &IndexKeys, table: &str) -> Request {
        let mut request = Request::new("UpdateItem", table);
        request.raw("Key", &self.key);
        let (mut set, mut remove) = (Vec::new(), Vec::new());
        let pk = request.name(C::Table::SCHEMA.pk.name);
        let mut holds = vec![format!("attribute_exists({pk})")];
        let mut done: Vec<&str> = Vec::new();
        let wrong = keys.wrong.iter().map(|key| (key.attribute, &key.expected, &key.found));
        let upgrade = keys.upgrade.iter();
        let upgrade =
            upgrade.map(|Changed { attribute, expected, found }| (&**attribute, expected, found));
        for (attribute, expected, found) in wrong.chain(upgrade) {
            // Two indexes may share it, and an upgrade is of all attributes.
            if done.contains(&attribute) {
                continue;
            }
            done.push(attribute);
            let name = request.name(attribute.to_owned());
            match expected {
                Some(value) => set.push(format!("{name} = {}", request.json_value(value.clone()))),
                None => remove.push(name),
            }
            holds.push(is(&mut request, attribute, found.as_deref()));
        }
        for (attribute, value) in &keys.made_of {
            if !done.contains(&&**attribute) {
                holds.push(is(&mut request, attribute, value.as_deref()));
            }
        }
        let clause = |verb: &str, list: Vec<String>| {
            (!list.is_empty()).then(|| format!("{verb} {}", list.join(", ")))
        };
        let clauses = [clause("SET", set), clause("REMOVE", remove)];
        let clauses: Vec<String> = clauses.into_iter().flatten().collect();
        request.text("UpdateExpression", &clauses.join(" "));
        request.text("ConditionExpression", &holds.join(" AND "));
        request.text("ReturnValuesOnConditionCheckFailure", "ALL_OLD");
        request.end()
    }
}

/// The condition that an attribute is what it was.
fn is(request: &mut Request, attribute: &str, value: Option<&[u8]>) -> String {
    let name = request.name(attribute.to_owned());
    match value {
        Some(value) => format!("{name} = {}", request.json_value(value.to_vec())),
        None => format!("attribute_not_exists({name})"),
    }
}
