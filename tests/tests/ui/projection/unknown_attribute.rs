use entity_core::Projection;
use serde::Deserialize;

#[derive(Deserialize, Projection)]
#[projection(of = Song)]
struct Title {
    title: String,
}

fn main() {}
