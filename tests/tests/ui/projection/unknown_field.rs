use entity_core::Projection;
use serde::Deserialize;
use tests::music::Song;

#[derive(Deserialize, Projection)]
#[serde(rename_all = "PascalCase")]
#[projection(entity = Song)]
struct Title {
    name: String,
}

fn main() {}
