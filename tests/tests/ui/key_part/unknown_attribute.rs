use entity_core::KeyPart;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, KeyPart)]
#[key_part(rename = "x")]
struct Name(String);

fn main() {}
