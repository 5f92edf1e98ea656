use entity_core::KeyPart;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, KeyPart)]
struct Height(f64);

fn main() {}
