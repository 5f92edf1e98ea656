use entity_core::Document;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Document)]
#[serde(rename_all = "camelCase")]
struct Address {
    city: String,
    #[serde(rename = "city")]
    town: String,
}

fn main() {}
