use entity_core::{Collection, Entity, Index, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Songs", sk = N("Number"), indexes(ByArtist), items = Items)]
struct Songs;

#[derive(Index)]
#[index(table = Songs, pk = "Artist", sk = N("Number"))]
struct ByArtist;

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Songs, pk = "SONG#{id}", sk = number)]
#[entity(index(ByArtist, pk = artist, sk = number))]
struct Song {
    id: String,
    number: u64,
    artist: String,
}

#[derive(Collection)]
enum Items {
    Song(Song),
}

async fn reads(client: &aws_sdk_dynamodb::Client) {
    let songs = Songs::on(client);
    let _ = songs.get(Song::key("1", 1)).await;
    let _ = songs.query(Song::by_artist("1").number(1..)).all().await;
    let _ = songs.query(Items::partition("1")).all().await;
}

fn main() {}
