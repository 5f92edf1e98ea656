use entity_core::Projection;
use serde::Deserialize;

#[derive(Deserialize, Projection)]
#[projection(entity = String)]
struct Title {
    title: String,
}

fn main() {}
