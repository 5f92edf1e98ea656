//! Items as other programs write them: with the bare SDK.

use std::collections::HashMap;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use entity_core::{Table, TableHandle};
use serde_json::Value;

/// An item as the SDK holds it.
pub type SdkItem = HashMap<String, AttributeValue>;

/// The attribute value of this DynamoDB JSON.
///
/// # Panics
///
/// If it is none.
#[must_use]
pub fn attribute(json: &Value) -> AttributeValue {
    let texts = |value: &Value| -> Vec<String> {
        serde_json::from_value(value.clone()).expect("a set of texts")
    };
    let (tag, value) = json.as_object().and_then(|json| json.iter().next()).expect("a value");
    let text = || value.as_str().expect("a text").to_owned();
    match &**tag {
        "S" => AttributeValue::S(text()),
        "N" => AttributeValue::N(text()),
        "B" => AttributeValue::B(Blob::new(STANDARD.decode(text()).expect("Base64"))),
        "BOOL" => AttributeValue::Bool(value == true),
        "NULL" => AttributeValue::Null(true),
        "SS" => AttributeValue::Ss(texts(value)),
        "NS" => AttributeValue::Ns(texts(value)),
        "M" => AttributeValue::M(item(value)),
        "L" => AttributeValue::L(value.as_array().into_iter().flatten().map(attribute).collect()),
        tag => panic!("no type of attribute: {tag}"),
    }
}

/// The item of this DynamoDB JSON.
///
/// # Panics
///
/// If it is none.
#[must_use]
pub fn item(json: &Value) -> SdkItem {
    let members = json.as_object().expect("an item is an object");
    members.iter().map(|(name, value)| (name.clone(), attribute(value))).collect()
}

/// Writes an item without the library.
///
/// # Panics
///
/// If it cannot be written.
pub async fn put<T: Table>(table: &TableHandle<T>, item: SdkItem) {
    let put = table.client().put_item().table_name(table.name()).set_item(Some(item));
    put.send().await.expect("the item is written");
}

/// Reads an item without the library.
///
/// # Panics
///
/// If it cannot be read, or is not there.
pub async fn get<T: Table>(table: &TableHandle<T>, key: SdkItem) -> SdkItem {
    let get = table.client().get_item().table_name(table.name()).set_key(Some(key));
    get.send().await.expect("the item is read").item.expect("the item is there")
}
