use entity_core::Projection;
use serde::Deserialize;
use tests::music::Song;

#[derive(Deserialize, Projection)]
#[projection(entity = Song)]
enum Title {
    Known(String),
}

fn main() {}
