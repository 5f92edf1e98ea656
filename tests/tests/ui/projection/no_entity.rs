use entity_core::Projection;
use serde::Deserialize;

#[derive(Deserialize, Projection)]
struct Title {
    title: String,
}

fn main() {}
