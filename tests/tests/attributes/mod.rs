//! Attribute values of every type, as JSON.

use base64::Engine as _;
use entity_core::wire::Number;
use proptest::prelude::*;
use serde_json::{Value, json};

/// A list of distinct texts.
fn set(element: impl Strategy<Value = String>) -> impl Strategy<Value = Vec<String>> {
    proptest::collection::btree_set(element, 1..4).prop_map(|set| set.into_iter().collect())
}

fn number() -> impl Strategy<Value = String> {
    let text = prop_oneof!["-?[0-9]{1,20}", "-?[0-9]{1,18}\\.[0-9]{1,20}", "-?[1-9]e-?[0-9]{2}"];
    text.prop_map(|text| text.parse::<Number>().unwrap().to_string())
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![".{0,6}", "[\"\\\\\n]{1,2}", "[0-9]{1,20}"]
}

fn base64() -> impl Strategy<Value = String> {
    proptest::collection::vec(any::<u8>(), 0..5)
        .prop_map(|bytes| base64::engine::general_purpose::STANDARD.encode(bytes))
}

/// An attribute value, as JSON.
pub(crate) fn attribute() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        text().prop_map(|s| json!({"S": s})),
        number().prop_map(|n| json!({"N": n})),
        base64().prop_map(|b| json!({"B": b})),
        any::<bool>().prop_map(|b| json!({"BOOL": b})),
        Just(json!({"NULL": true})),
        set(text()).prop_map(|set| json!({"SS": set})),
        set(number()).prop_map(|set| json!({"NS": set})),
        set(base64()).prop_map(|set| json!({"BS": set})),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let members = proptest::collection::btree_map(text(), inner.clone(), 0..4);
        prop_oneof![
            proptest::collection::vec(inner, 0..4).prop_map(|list| json!({"L": list})),
            members.prop_map(|members| json!({"M": members})),
        ]
    })
}

/// The same, with the elements of sets in one order.
pub(crate) fn sorted(mut value: Value) -> Value {
    match &mut value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                *member = sorted(member.take());
                if let ("SS" | "NS" | "BS", Value::Array(elements)) = (&**name, member) {
                    elements.sort_by_key(ToString::to_string);
                }
            }
        }
        Value::Array(elements) => {
            elements.iter_mut().for_each(|element| *element = sorted(element.take()));
        }
        _ => {}
    }
    value
}
