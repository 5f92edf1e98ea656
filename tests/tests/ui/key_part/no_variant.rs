use entity_core::KeyPart;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, KeyPart)]
enum Status {}

fn main() {}
