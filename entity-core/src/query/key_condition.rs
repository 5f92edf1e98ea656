//! `KeyCondition`: which items a query reads, ready to be written into a request.

use crate::error::KeyError;
use crate::fnv;
use crate::item::Readable;
use crate::key::{KeyValue, Selection};
use crate::request::Request;
use crate::schema::{IndexSchema, KeyDef};

/// The items that a query reads: an index, a partition, and a condition on the sort key.
#[derive(Debug, Clone)]
pub struct KeyCondition {
    pub(crate) index: Option<&'static IndexSchema>,
    pub(crate) partition: Vec<(&'static str, KeyValue)>,
    /// One condition for each attribute of the sort key, from the left.
    pub(crate) sort: Vec<(&'static str, Sort)>,
    /// Which sort keys within the bounds are meant.
    pub(crate) admitted: Option<Admitted>,
    /// No key is meant, and nothing need be sent.
    pub(crate) nothing: bool,
}

/// The sort keys that are meant, where the bounds hold others too.
#[derive(Debug, Clone)]
pub(crate) struct Admitted {
    pub(crate) attribute: KeyDef,
    pub(crate) selection: Selection,
}

/// A condition on one attribute of a sort key.
#[derive(Debug, Clone)]
pub(crate) enum Sort {
    Equal(KeyValue),
    BeginsWith(KeyValue),
    AtLeast(KeyValue),
    AtMost(KeyValue),
    Between(KeyValue, KeyValue),
}

/// What can be queried: what a derive's `partition` or index function returned, narrowed or not.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a query",
    label = "expected `Entity::partition(..)` or one of the entity's index functions"
)]
pub trait IntoQuery {
    /// What an item is read as.
    type Output: Readable;

    /// Whether reads may be consistent.
    type Consistency;

    /// The key condition.
    ///
    /// # Errors
    ///
    /// If a value cannot stand in the key.
    fn into_key_condition(self) -> Result<KeyCondition, KeyError>;
}

impl Sort {
    pub(super) fn values(&self) -> impl Iterator<Item = &KeyValue> {
        let (first, second) = match self {
            Self::Equal(value)
            | Self::BeginsWith(value)
            | Self::AtLeast(value)
            | Self::AtMost(value) => (value, None),
            Self::Between(lower, upper) => (lower, Some(upper)),
        };
        std::iter::once(first).chain(second)
    }

    /// The condition, on name `#kI` and values from `:kV` on.
    fn expression(&self, name: usize, value: usize) -> String {
        match self {
            Self::Equal(_) => format!("#k{name} = :k{value}"),
            Self::BeginsWith(_) => format!("begins_with(#k{name}, :k{value})"),
            Self::AtLeast(_) => format!("#k{name} >= :k{value}"),
            Self::AtMost(_) => format!("#k{name} <= :k{value}"),
            Self::Between(..) => format!("#k{name} BETWEEN :k{value} AND :k{}", value + 1),
        }
    }
}

impl KeyCondition {
    /// Writes the key condition; `names` are further placeholders that the request uses.
    pub(crate) fn write(&self, request: &mut Request, names: &[(&str, &str)]) {
        let (mut expressions, mut key_names, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for (name, value) in &self.partition {
            expressions.push(format!("#k{} = :k{}", key_names.len(), values.len()));
            key_names.push(*name);
            values.push(value);
        }
        for (name, sort) in &self.sort {
            expressions.push(sort.expression(key_names.len(), values.len()));
            key_names.push(name);
            values.extend(sort.values());
        }
        if let Some(index) = self.index {
            request.index_name(index.name);
        }
        request.text("KeyConditionExpression", &expressions.join(" AND "));
        let placeholders: Vec<String> = (0..key_names.len()).map(|i| format!("#k{i}")).collect();
        let keys = placeholders.iter().map(String::as_str).zip(key_names);
        request.texts("ExpressionAttributeNames", keys.chain(names.iter().copied()));
        let placeholders: Vec<String> = (0..values.len()).map(|i| format!(":k{i}")).collect();
        let values = placeholders.iter().map(String::as_str).zip(values);
        request.attributes("ExpressionAttributeValues", values);
    }

    /// What a cursor is bound to, beside the table and the direction.
    pub(crate) fn fingerprint(&self, mut state: u64) -> u64 {
        let mut add = |text: &str| {
            state = fnv::hash(fnv::hash(state, &text.len().to_be_bytes()), text.as_bytes());
        };
        add(self.index.map_or("", |index| index.name));
        for (name, value) in &self.partition {
            add(name);
            add(value.text());
        }
        for (name, sort) in &self.sort {
            add(name);
            add(&sort.expression(0, 0));
            sort.values().for_each(|value| add(value.text()));
        }
        state
    }
}
