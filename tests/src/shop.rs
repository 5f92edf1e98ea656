//! Customers' carts, with an index that was added later: the table of [`cart`](crate::cart), as a
//! program declares it that knows `GSI2`.

use entity_core::{Collection, Entity, Index, Table};
use serde::{Deserialize, Serialize};

use crate::cart::{ItemSku, Status};

/// Carts and purchases.
#[derive(Debug, Table)]
#[table(name = "CustomerPurchases", pk = "PK", sk = "SK", indexes(Gsi1, Gsi2), items = ShopItem)]
pub struct Shop;

/// The items of a customer by status, in the order of their time.
#[derive(Debug, Index)]
#[index(table = Shop, name = "GSI1", pk = "GSI1PK", sk = "GSI1SK", project = ["ItemSKU"])]
pub struct Gsi1;

/// The items of a product by status, of all customers, in the order of their time.
#[derive(Debug, Index)]
#[index(table = Shop, name = "GSI2", pk = "GSI2PK", sk = "GSI2SK", project = ["ItemSKU"])]
pub struct Gsi2;

/// A product in a cart, saved, or bought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[serde(rename_all = "PascalCase")]
#[entity(table = Shop, pk = account_id)]
#[entity(sk = "{account_id}#{status}#{order_id?}#{item_sku.product_id}")]
#[entity(index(Gsi1, pk = "{account_id}#{status}", sk = create_timestamp))]
#[entity(index(Gsi2, pk = "{item_sku.product_id}#{status}", sk = create_timestamp))]
pub struct CartItem {
    /// The customer.
    pub account_id: String,
    /// What has become of it.
    pub status: Status,
    /// When it was put there.
    pub create_timestamp: String,
    /// The product.
    #[serde(rename = "ItemSKU")]
    pub item_sku: ItemSku,
    /// The order, once it is bought.
    pub order_id: Option<String>,
}

/// Every kind of item in the table.
#[derive(Debug, Clone, PartialEq, Eq, Collection)]
pub enum ShopItem {
    /// A product.
    CartItem(CartItem),
}
