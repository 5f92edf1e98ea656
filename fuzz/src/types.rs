//! Entities with a field of each kind.

use entity_core::{Collection, Entity, Table, wire};
use serde::{Deserialize, Serialize};

/// A table.
#[derive(Debug, Table)]
#[table(name = "Shop", pk = "PK", sk = "SK", items = Record)]
pub struct Shop;

/// What nests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Text.
    pub id: String,
    /// A float.
    pub price: f64,
    /// What may be there.
    pub small: Option<i8>,
}

/// A variant with and without content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum State {
    /// Without.
    Open,
    /// With one value.
    Sent(String),
    /// With fields.
    Lost {
        /// When.
        at: u64,
    },
}

/// An item whose keys are templates, with a field of each kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Shop, pk = "U#{user}", sk = "W#{order}#{line:04}")]
pub struct Whole {
    /// In the partition key alone.
    #[entity(key_only)]
    pub user: String,
    /// In the sort key and stored.
    pub order: String,
    /// In the sort key alone, with zeros before it.
    #[entity(key_only)]
    pub line: u32,
    /// A bool.
    pub paid: bool,
    /// An integer.
    pub total: i64,
    /// A large integer.
    pub wide: Option<u128>,
    /// A set.
    #[serde(with = "wire::number_set")]
    pub sizes: Vec<i32>,
    /// A set that may be absent.
    #[serde(with = "wire::string_set", default)]
    pub tags: Option<Vec<String>>,
    /// A map.
    pub part: Part,
    /// A list of maps.
    pub parts: Vec<Part>,
    /// A variant.
    pub state: State,
}

/// An item whose keys are fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Shop, pk = id, sk = "S")]
pub struct Small {
    /// The partition key.
    pub id: String,
    /// A value of any type.
    pub any: Option<wire::Value>,
}

/// Either.
#[derive(Debug, Clone, PartialEq, Collection)]
pub enum Record {
    /// A whole one.
    Whole(Whole),
    /// A small one.
    Small(Small),
}
