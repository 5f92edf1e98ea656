//! Carts and purchases: one table, two indexes, two kinds of item.

use std::fmt;
use std::str::FromStr;

use entity_core::{Collection, Document, Entity, Index, KeyPart, Table, wire};
use examples::time;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What customers have in their carts, have saved, and have bought.
#[derive(Debug, Table)]
#[table(name = "CustomerPurchases", pk = "PK", sk = "SK", indexes(Gsi1, Gsi2), items = CartRecord)]
pub(crate) struct CustomerPurchases;

/// The items of a customer by status, in the order of their time.
#[derive(Debug, Index)]
#[index(table = CustomerPurchases, name = "GSI1", pk = "GSI1PK", sk = "GSI1SK", project = ["ItemSKU"])]
pub(crate) struct Gsi1;

/// The items of a product by status, of all customers, in the order of their time.
#[derive(Debug, Index)]
#[index(table = CustomerPurchases, name = "GSI2", pk = "GSI2PK", sk = "GSI2SK", project = ["ItemSKU"])]
pub(crate) struct Gsi2;

/// A product in a cart, saved for later, or bought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[serde(rename_all = "PascalCase")]
#[entity(table = CustomerPurchases, pk = account_id)]
#[entity(sk = "{account_id}#{status}#{order_id?}#{item_sku.product_id}")]
#[entity(index(Gsi1, pk = "{account_id}#{status}", sk = create_timestamp))]
#[entity(index(Gsi2, pk = "{item_sku.product_id}#{status}", sk = create_timestamp))]
pub(crate) struct CartItem {
    /// The customer.
    pub(crate) account_id: String,
    /// What has become of it.
    pub(crate) status: Status,
    /// Since when.
    pub(crate) create_timestamp: Timestamp,
    /// The product.
    #[serde(rename = "ItemSKU")]
    pub(crate) item_sku: ItemSku,
    /// The order, once it is bought.
    pub(crate) order_id: Option<String>,
}

/// What has become of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, KeyPart, clap::ValueEnum)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Status {
    /// In the cart
    Active,
    /// Saved for later
    Saved,
    /// Bought
    Purchased,
}

/// A product, as the customer has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Document)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ItemSku {
    /// The product.
    pub(crate) product_id: String,
    /// How many.
    pub(crate) quantity: Option<u32>,
    /// The price of one: a decimal, which no float comes near to.
    #[serde(with = "wire::as_number", default)]
    pub(crate) price: Option<Decimal>,
    /// The product's category.
    pub(crate) category: String,
}

/// An order: what no second checkout can make again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[serde(rename_all = "PascalCase")]
#[entity(table = CustomerPurchases, pk = account_id, sk = "ORDER#{order_id}")]
pub(crate) struct Order {
    /// The customer.
    pub(crate) account_id: String,
    /// The order.
    pub(crate) order_id: String,
    /// When it was made.
    pub(crate) create_timestamp: Timestamp,
    /// How many products it has.
    pub(crate) item_count: usize,
}

/// Every kind of item in the table.
#[derive(Debug, Clone, PartialEq, Eq, Collection)]
pub(crate) enum CartRecord {
    /// A product.
    CartItem(CartItem),
    /// An order.
    Order(Order),
}

/// How the table writes a moment.
const LAYOUT: &str = "%Y-%m-%dT%H:%M:%SZ";

/// A moment in whole seconds of UTC, `2023-06-15T15:19:38Z`. Its text has one width, so that the
/// order of texts, which an index sorts by, is that of time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, KeyPart)]
#[serde(try_from = "String")]
pub(crate) struct Timestamp(String);

impl Timestamp {
    /// This moment.
    pub(crate) fn now() -> Self {
        Self(time::now(LAYOUT))
    }
}

impl FromStr for Timestamp {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<String> for Timestamp {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match time::parse(LAYOUT, &text) {
            Some(_) => Ok(Self(text)),
            None => Err("expected a moment in UTC, such as 2023-06-15T15:19:38Z".to_owned()),
        }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
