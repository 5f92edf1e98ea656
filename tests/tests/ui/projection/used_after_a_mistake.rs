use entity_core::Projection;
use serde::Deserialize;
use tests::music::Song;

#[derive(Deserialize, Projection)]
#[serde(rename_all = "PascalCase")]
#[projection(entity = Song, name = "x")]
struct Title {
    title: String,
}

async fn uses(songs: &entity_core::TableHandle<tests::music::Songs>) {
    let _: Option<Title> = songs.get(Song::key("1")).project::<Title>().await.unwrap();
}

fn main() {}
