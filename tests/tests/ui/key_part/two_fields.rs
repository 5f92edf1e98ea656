use entity_core::KeyPart;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, KeyPart)]
struct Place {
    city: String,
    street: String,
}

fn main() {}
