//! Cart-like items: ten attributes, a nested map and a list, about 420 bytes each.

use entity_core::{Collection, Entity, Index, Table};
use serde::{Deserialize, Serialize};

/// Carts.
#[derive(Debug, Table)]
#[table(name = "Carts", pk = "PK", sk = "SK", indexes(Gsi1), items = CartRecord)]
pub struct Carts;

/// A cart by time.
#[derive(Debug, Index)]
#[index(table = Carts, name = "GSI1", pk = "GSI1PK", sk = "GSI1SK")]
pub struct Gsi1;

/// The product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Sku {
    /// Its id.
    pub product_id: String,
    /// How many.
    pub quantity: u32,
    /// The price of one.
    pub price: f64,
    /// Its category.
    pub category: String,
}

/// An item of a cart, for the library.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[serde(rename_all = "PascalCase")]
#[entity(table = Carts, pk = account_id, sk = "{account_id}#{status}#{product_id}")]
#[entity(index(Gsi1, pk = "{account_id}#{status}", sk = create_timestamp))]
pub struct CartItem {
    /// The customer.
    pub account_id: String,
    /// What has become of it.
    pub status: String,
    /// The product.
    pub product_id: String,
    /// When.
    pub create_timestamp: String,
    /// The product in full.
    #[serde(rename = "ItemSKU")]
    pub item_sku: Sku,
    /// Labels.
    pub tags: Vec<String>,
}

/// The table's one kind of item.
#[derive(Debug, Clone, PartialEq, Collection)]
pub enum CartRecord {
    /// A product.
    CartItem(CartItem),
}

/// The same item as a plain struct with its keys as fields, as services without a library have it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Plain {
    /// Partition key.
    #[serde(rename = "PK")]
    pub pk: String,
    /// Sort key.
    #[serde(rename = "SK")]
    pub sk: String,
    /// Index partition key.
    #[serde(rename = "GSI1PK")]
    pub gsi1pk: String,
    /// Index sort key.
    #[serde(rename = "GSI1SK")]
    pub gsi1sk: String,
    /// The item itself.
    pub account_id: String,
    /// What has become of it.
    pub status: String,
    /// The product.
    pub product_id: String,
    /// When.
    pub create_timestamp: String,
    /// The product in full.
    #[serde(rename = "ItemSKU")]
    pub item_sku: Sku,
    /// Labels.
    pub tags: Vec<String>,
}

/// The `n`-th item.
#[must_use]
pub fn item(n: usize) -> CartItem {
    CartItem {
        account_id: "12856333".to_owned(),
        status: "ACTIVE".to_owned(),
        product_id: format!("P-{n:06}"),
        create_timestamp: format!("2023-06-15T15:{:02}:{:02}Z", n / 60 % 60, n % 60),
        item_sku: Sku {
            product_id: format!("P-{n:06}"),
            quantity: u32::try_from(n % 7).unwrap_or(0) + 1,
            price: 199.99,
            category: "Electronics".to_owned(),
        },
        tags: vec!["gift".to_owned(), "fragile".to_owned(), "express".to_owned()],
    }
}

/// The same item with its keys as fields.
#[must_use]
pub fn plain(n: usize) -> Plain {
    let CartItem { account_id, status, product_id, create_timestamp, item_sku, tags } = item(n);
    Plain {
        pk: account_id.clone(),
        sk: format!("{account_id}#{status}#{product_id}"),
        gsi1pk: format!("{account_id}#{status}"),
        gsi1sk: create_timestamp.clone(),
        account_id,
        status,
        product_id,
        create_timestamp,
        item_sku,
        tags,
    }
}
