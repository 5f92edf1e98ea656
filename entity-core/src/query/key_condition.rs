//! `KeyCondition`: which items a query reads, ready to be written into a request.

use std::fmt;

use crate::cursor::Binding;
use crate::error::KeyError;
use crate::item::Readable;
use crate::key::{KeyValue, Selection, Shards};
use crate::request::Request;
use crate::schema::{IndexSchema, KeyDef};

/// The items that a query reads: an index, a partition, and a condition on the sort key.
#[derive(Debug, Clone)]
pub struct KeyCondition {
    pub(crate) index: Option<&'static IndexSchema>,
    pub(crate) partition: Vec<(&'static str, KeyValue)>,
    /// The shards that the last attribute of the partition key is in, of which it names none.
    pub(crate) shards: Option<Shards>,
    /// One condition for each attribute of the sort key, from the left.
    pub(crate) sort: Vec<(&'static str, Sort)>,
    /// Which sort keys within the bounds are meant.
    pub(crate) admitted: Option<Admitted>,
    /// No key is meant, and nothing need be sent.
    pub(crate) nothing: bool,
}

/// The sort keys that are meant, where the bounds hold others too.
#[derive(Clone)]
pub(crate) struct Admitted {
    pub(crate) attribute: KeyDef,
    pub(crate) selection: Selection,
}

/// Without the selection, which is text of keys.
impl fmt::Debug for Admitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admitted").field("attribute", &self.attribute).finish_non_exhaustive()
    }
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

    /// The position of the index that is queried among the entity's; `None` for the table.
    #[doc(hidden)]
    const INDEX: Option<usize> = None;

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

    /// The condition, with the placeholders of its values.
    fn expression(&self, name: &str, values: &[String]) -> String {
        match (self, values) {
            (Self::Equal(_), [value, ..]) => format!("{name} = {value}"),
            (Self::BeginsWith(_), [value, ..]) => format!("begins_with({name}, {value})"),
            (Self::AtLeast(_), [value, ..]) => format!("{name} >= {value}"),
            (Self::AtMost(_), [value, ..]) => format!("{name} <= {value}"),
            (Self::Between(..), [lower, upper, ..]) => {
                format!("{name} BETWEEN {lower} AND {upper}")
            }
            _ => unreachable!("`values` gives each condition its values"),
        }
    }

    /// A word for the operator, which no two of them share.
    fn operator(&self) -> &'static str {
        match self {
            Self::Equal(_) => "=",
            Self::BeginsWith(_) => "begins_with",
            Self::AtLeast(_) => ">=",
            Self::AtMost(_) => "<=",
            Self::Between(..) => "BETWEEN",
        }
    }
}

impl KeyCondition {
    /// Writes the index and the key condition, of that shard if there are shards.
    pub(crate) fn write(&self, request: &mut Request, shard: u32) {
        if let Some(index) = self.index {
            request.index_name(index.name);
        }
        let mut expressions = Vec::new();
        let (in_shard, last) = (self.in_shard(shard), self.partition.len().saturating_sub(1));
        for (at, (name, value)) in self.partition.iter().enumerate() {
            let value = in_shard.as_ref().filter(|_| at == last).unwrap_or(value);
            expressions.push(format!("{} = {}", request.name(*name), request.value(value)));
        }
        for (name, sort) in &self.sort {
            let name = request.name(*name);
            let values: Vec<String> = sort.values().map(|value| request.value(value)).collect();
            expressions.push(sort.expression(&name, &values));
        }
        request.text("KeyConditionExpression", &expressions.join(" AND "));
    }

    /// The last attribute of the partition key of that shard, if there are shards.
    fn in_shard(&self, shard: u32) -> Option<KeyValue> {
        let (shards, (_, value)) = self.shards.zip(self.partition.last())?;
        let mut text = value.text().to_owned();
        shards.write(shard, &mut text);
        Some(KeyValue::new(value.key_type(), text))
    }

    /// Adds what a cursor is bound to, beside the table and the direction.
    pub(crate) fn bind(&self, binding: &mut Binding) {
        binding.text(self.index.map_or("", |index| index.name));
        for (name, value) in &self.partition {
            binding.text(name);
            binding.text(value.text());
        }
        if let Some(shards) = self.shards {
            binding.number(shards.count());
        }
        for (name, sort) in &self.sort {
            binding.text(name);
            binding.text(sort.operator());
            sort.values().for_each(|value| binding.text(value.text()));
        }
    }
}
