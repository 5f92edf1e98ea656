//! `Expected`: what must hold of the stored item for a write to be done.

use super::target::is;
use crate::error::{ConditionReason, EncodeError};
use crate::expr::{Json, Test, Writer};
use crate::item::{RawItem, members_of};
use crate::key::KeyType;
use crate::request::Request;
use crate::schema::{KeyDef, SchemaVersions, TableSchema};
use crate::wire::write;

/// Whether an item with the key must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    Any,
    Absent,
    Present,
}

/// What must hold of the stored item; it is one condition expression, and tells afterwards which part
/// of it did not hold.
#[derive(Debug, Clone)]
pub(crate) struct Expected {
    pub(super) table: &'static TableSchema,
    pub(crate) presence: Presence,
    /// The version's attribute and what it must be; 0 for an item that has none.
    pub(crate) version: Option<(&'static str, u64)>,
    /// The item is what it was when it was read.
    pub(crate) unchanged: Option<Test>,
    /// Index keys that must be there, or must not matter.
    pub(crate) index_keys: Vec<Test>,
    /// What is said by `when`.
    pub(crate) when: Option<Test>,
    /// The item is none of another entity, in a table whose keys do not tell entities apart.
    kind: Option<Test>,
    /// The item is of the schema version that is written.
    pub(crate) schema: Option<Test>,
    /// The unique field whose value the item stands for.
    pub(crate) unique: Option<&'static str>,
    /// Whether the stored item is to come back when it does not hold.
    pub(crate) return_stored: bool,
    /// How often to try again while other requests write the item in transactions.
    pub(crate) retries: u32,
}

impl Expected {
    pub(crate) fn new(table: &'static TableSchema, presence: Presence) -> Self {
        Self {
            table,
            presence,
            version: None,
            unchanged: None,
            index_keys: Vec::new(),
            when: None,
            kind: None,
            schema: None,
            unique: None,
            return_stored: false,
            retries: 0,
        }
    }

    /// The same, for an item of an entity: in a table with a type attribute two may share a key, and
    /// one is not written over the other.
    pub(crate) fn of_entity(
        table: &'static TableSchema,
        presence: Presence,
        entity: &'static str,
    ) -> Self {
        let kind = table.type_attribute.filter(|_| presence != Presence::Absent);
        let kind = kind.map(|name| Test::Any(vec![is(name, Ok(None)), is(name, string(entity))]));
        Self { kind, ..Self::new(table, presence) }
    }

    /// Lets nothing but an item of the newest version of its schema be changed; where there may be
    /// none, that is as good.
    pub(crate) fn of_newest(&mut self, versions: Option<SchemaVersions>) {
        self.schema = versions.map(|SchemaVersions { attribute, newest, .. }| {
            let number = Ok(Some(format!("{{\"N\":\"{newest}\"}}").into_bytes()));
            let absent = match (newest, self.presence) {
                (1, _) => Some(attribute),
                (_, Presence::Any) => Some(self.table.pk.name),
                _ => None,
            };
            let newest = is(attribute, number);
            match absent {
                Some(name) => Test::Any(vec![newest, is(name, Ok(None))]),
                None => newest,
            }
        });
    }

    /// Adds what is said by `when`; several must hold together.
    pub(crate) fn and_when(&mut self, test: Test) {
        self.when = Some(match self.when.take() {
            None => test,
            Some(Test::All(mut tests)) => {
                tests.push(test);
                Test::All(tests)
            }
            Some(other) => Test::All(vec![other, test]),
        });
    }

    /// Whether anything must hold.
    pub(super) fn is_conditional(&self) -> bool {
        self.parts() > 0
    }

    fn parts(&self) -> usize {
        usize::from(self.presence != Presence::Any)
            + usize::from(self.version.is_some())
            + usize::from(self.unchanged.is_some())
            + usize::from(!self.index_keys.is_empty())
            + usize::from(self.when.is_some())
            + usize::from(self.kind.is_some())
            + usize::from(self.schema.is_some())
    }

    /// Writes the condition expression, if there is one.
    pub(crate) fn write(
        &self,
        entity: &'static str,
        request: &mut Request,
    ) -> Result<(), EncodeError> {
        let mut writer = Writer::new(entity, request);
        let mut texts = Vec::new();
        let pk = self.table.pk.name;
        match self.presence {
            Presence::Any => {}
            Presence::Absent => texts.push(writer.call("attribute_not_exists", pk)),
            Presence::Present => texts.push(writer.call("attribute_exists", pk)),
        }
        match self.version {
            None => {}
            Some((name, 0)) => {
                // Another program may have written it, and then either is what was read.
                let (none, zero) =
                    (writer.call("attribute_not_exists", name), writer.number_is(name, 0));
                texts.push(format!("({none} OR {zero})"));
            }
            Some((name, version)) => texts.push(writer.number_is(name, version)),
        }
        let tests = self.kind.iter().chain(&self.schema).chain(&self.unchanged);
        let tests = tests.chain(&self.index_keys).chain(&self.when);
        let tests: Vec<&Test> = tests.collect();
        let alone = texts.is_empty() && tests.len() == 1;
        for test in tests {
            texts.push(if alone { writer.test(test) } else { writer.inner(test) });
        }
        writer.end()?;
        if !texts.is_empty() {
            request.text("ConditionExpression", &texts.join(" AND "));
            if self.return_stored || self.parts() > 1 {
                request.text("ReturnValuesOnConditionCheckFailure", "ALL_OLD");
            }
        }
        Ok(())
    }

    /// Which part did not hold, by the item that is stored; it is known where that matters.
    pub(crate) fn reason(&self, stored: Option<&[u8]>) -> ConditionReason {
        let single = self.parts() == 1;
        if let Some(field) = self.unique {
            return ConditionReason::Unique(field);
        }
        match (self.presence, stored) {
            (Presence::Absent, Some(_)) => return ConditionReason::Exists,
            (Presence::Present, None) => return ConditionReason::NotFound,
            (Presence::Absent, None) if single => return ConditionReason::Exists,
            _ => {}
        }
        let item = stored.and_then(|json| members_of(json).ok());
        let fails = |test: &Test| item.as_ref().is_some_and(|item| !test.holds(item));
        if self.kind.as_ref().is_some_and(|test| single || fails(test)) {
            return ConditionReason::OtherEntity;
        }
        if self.version.is_some_and(|version| single || !self.is_version(stored, version)) {
            return match stored {
                None if !single => ConditionReason::NotFound,
                _ => ConditionReason::Version,
            };
        }
        if stored.is_some() && self.schema.as_ref().is_some_and(|test| single || fails(test)) {
            return ConditionReason::Schema;
        }
        if self.unchanged.as_ref().is_some_and(|test| single || item.is_none() || fails(test)) {
            return match stored {
                None if !single => ConditionReason::NotFound,
                _ => ConditionReason::Changed,
            };
        }
        if self.index_keys.iter().any(|test| single || fails(test)) {
            return ConditionReason::IndexKeys;
        }
        ConditionReason::When
    }

    fn is_version(&self, stored: Option<&[u8]>, (name, version): (&'static str, u64)) -> bool {
        match (stored, version) {
            (None, _) => false,
            (Some(json), 0) => {
                has(json, self.table, name, Some(0)) || !has(json, self.table, name, None)
            }
            (Some(json), _) => has(json, self.table, name, Some(version)),
        }
    }
}

/// A text as an attribute value.
fn string(text: &str) -> Json {
    let mut json = b"{\"S\":".to_vec();
    write::string(&mut json, text);
    json.push(b'}');
    Ok(Some(json))
}

/// Whether an item has a number or another attribute that can be a key; with a number, whether it is
/// that.
fn has(json: &[u8], table: &TableSchema, name: &'static str, number: Option<u64>) -> bool {
    let Ok(text) = std::str::from_utf8(json) else { return false };
    let is = |ty| {
        let item = RawItem::with(text, table, Some(KeyDef { name, ty }));
        item.is_ok_and(|item| match (item.keys().find(name, ty), number) {
            (Some(text), Some(number)) => text.parse() == Ok(number),
            (found, _) => found.is_some() && number.is_none(),
        })
    };
    match number {
        Some(_) => is(KeyType::N),
        None => [KeyType::S, KeyType::N, KeyType::B].into_iter().any(is),
    }
}
