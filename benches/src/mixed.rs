//! Orders: eleven attributes of all kinds, about 330 bytes each.

use entity_core::{Collection, Entity, Table};
use serde::{Deserialize, Serialize};

/// Orders.
#[derive(Debug, Table)]
#[table(name = "Orders", pk = "PK", sk = "SK", items = OrderRecord)]
pub struct Orders;

/// Where to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Address {
    /// The town.
    pub city: String,
    /// Its number.
    pub zip: u32,
}

/// A product, how often.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The product.
    pub sku: String,
    /// How many.
    pub qty: u32,
}

/// What is added to the price.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fee {
    /// In cents.
    pub cents: i64,
}

/// What has happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// When, in seconds since 1970.
    pub at: u64,
}

/// An order, for the library: what is in the keys is there alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Orders, pk = "USER#{user}", sk = "ORDER#{order}")]
pub struct Order {
    /// The customer.
    #[entity(key_only)]
    pub user: String,
    /// The number of the order.
    #[entity(key_only)]
    pub order: String,
    /// Whether it is paid.
    pub paid: bool,
    /// In cents.
    pub total: u64,
    /// What the customer says.
    pub note: String,
    /// The parcels.
    #[serde(with = "entity_core::wire::number_set")]
    pub parcels: Vec<u32>,
    /// Labels.
    #[serde(with = "entity_core::wire::string_set")]
    pub tags: Vec<String>,
    /// Where to.
    pub to: Address,
    /// The products.
    pub lines: Vec<Line>,
    /// What is added.
    pub fees: Vec<Fee>,
    /// What has happened.
    pub steps: Vec<Step>,
}

/// The table's one kind of item.
#[derive(Debug, Clone, PartialEq, Collection)]
pub enum OrderRecord {
    /// An order.
    Order(Order),
}

/// The same item as a plain struct with its keys as fields; sets are marked for `serde_dynamo`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plain {
    /// Partition key.
    #[serde(rename = "PK")]
    pub pk: String,
    /// Sort key.
    #[serde(rename = "SK")]
    pub sk: String,
    /// Whether it is paid.
    pub paid: bool,
    /// In cents.
    pub total: u64,
    /// What the customer says.
    pub note: String,
    /// The parcels.
    #[serde(with = "serde_dynamo::number_set")]
    pub parcels: Vec<u32>,
    /// Labels.
    #[serde(with = "serde_dynamo::string_set")]
    pub tags: Vec<String>,
    /// Where to.
    pub to: Address,
    /// The products.
    pub lines: Vec<Line>,
    /// What is added.
    pub fees: Vec<Fee>,
    /// What has happened.
    pub steps: Vec<Step>,
}

/// The `n`-th item.
#[must_use]
pub fn item(n: usize) -> Order {
    Order {
        user: "1042".to_owned(),
        order: format!("{n:06}"),
        paid: n.is_multiple_of(2),
        total: 1_999 + n as u64,
        note: "ring twice".to_owned(),
        parcels: vec![1, 2],
        tags: vec!["gift".to_owned(), "new".to_owned()],
        to: Address { city: "Oslo".to_owned(), zip: 1_50 },
        lines: vec![Line { sku: format!("P-{n:04}"), qty: 2 }],
        fees: vec![Fee { cents: -150 }],
        steps: vec![Step { at: 1_687_000_000 + n as u64 }],
    }
}

/// The same item with its keys as fields.
#[must_use]
pub fn plain(n: usize) -> Plain {
    let Order { user, order, paid, total, note, parcels, tags, to, lines, fees, steps } = item(n);
    let (pk, sk) = (format!("USER#{user}"), format!("ORDER#{order}"));
    Plain { pk, sk, paid, total, note, parcels, tags, to, lines, fees, steps }
}
