use entity_core::Projection;
use serde::Deserialize;
use tests::music::Song;

#[derive(Deserialize, Projection)]
#[projection(entity = Song)]
struct Title {
    title: String,
}

fn main() {}
