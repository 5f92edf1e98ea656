//! What services without a library write: keys by `format!`, and each field taken out of the SDK's map.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::cart::{CartItem, Sku};

/// An item as the SDK holds it.
pub type Map = HashMap<String, AttributeValue>;

fn text(map: &mut Map, name: &str) -> Option<String> {
    match map.remove(name)? {
        AttributeValue::S(text) => Some(text),
        _ => None,
    }
}

fn number<T: std::str::FromStr>(map: &Map, name: &str) -> Option<T> {
    map.get(name)?.as_n().ok()?.parse().ok()
}

/// Takes an item apart; the key is not looked at.
#[must_use]
pub fn read(mut map: Map) -> Option<CartItem> {
    let AttributeValue::M(mut sku) = map.remove("ItemSKU")? else { return None };
    let AttributeValue::L(tags) = map.remove("Tags")? else { return None };
    let tag = |tag| if let AttributeValue::S(tag) = tag { Some(tag) } else { None };
    Some(CartItem {
        account_id: text(&mut map, "AccountId")?,
        status: text(&mut map, "Status")?,
        product_id: text(&mut map, "ProductId")?,
        create_timestamp: text(&mut map, "CreateTimestamp")?,
        item_sku: Sku {
            product_id: text(&mut sku, "ProductId")?,
            quantity: number(&sku, "Quantity")?,
            price: number(&sku, "Price")?,
            category: text(&mut sku, "Category")?,
        },
        tags: tags.into_iter().map(tag).collect::<Option<_>>()?,
    })
}

/// The primary key.
#[must_use]
pub fn key(account: &str, status: &str, product: &str) -> Map {
    let sk = format!("{account}#{status}#{product}");
    let key = [("PK", account.to_owned()), ("SK", sk)];
    key.map(|(name, text)| (name.to_owned(), AttributeValue::S(text))).into()
}

/// Makes an item with its keys.
#[must_use]
pub fn write(item: &CartItem) -> Map {
    let CartItem { account_id, status, product_id, create_timestamp, item_sku, tags } = item;
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let sku = HashMap::from([
        ("ProductId".to_owned(), text(&item_sku.product_id)),
        ("Quantity".to_owned(), AttributeValue::N(item_sku.quantity.to_string())),
        ("Price".to_owned(), AttributeValue::N(item_sku.price.to_string())),
        ("Category".to_owned(), text(&item_sku.category)),
    ]);
    let mut map = key(account_id, status, product_id);
    map.extend([
        ("GSI1PK".to_owned(), AttributeValue::S(format!("{account_id}#{status}"))),
        ("GSI1SK".to_owned(), text(create_timestamp)),
        ("AccountId".to_owned(), text(account_id)),
        ("Status".to_owned(), text(status)),
        ("ProductId".to_owned(), text(product_id)),
        ("CreateTimestamp".to_owned(), text(create_timestamp)),
        ("ItemSKU".to_owned(), AttributeValue::M(sku)),
        ("Tags".to_owned(), AttributeValue::L(tags.iter().map(|tag| text(tag)).collect())),
    ]);
    map
}
