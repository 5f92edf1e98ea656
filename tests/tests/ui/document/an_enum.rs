use entity_core::Document;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Document)]
enum Address {
    Home(String),
}

fn main() {}
