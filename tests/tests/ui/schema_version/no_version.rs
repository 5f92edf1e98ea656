use entity_core::{Collection, Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "Id", sk = "Kind", items = Items)]
struct Songs;

#[derive(Deserialize)]
struct SongV1 {
    #[serde(rename = "Id")]
    id: String,
}

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Songs, pk = id, sk = "SONG")]
#[entity(schema(attribute = "v", from(SongV1)))]
struct Song {
    #[serde(rename = "Id")]
    id: String,
    title: String,
}

impl From<SongV1> for Song {
    fn from(SongV1 { id }: SongV1) -> Self {
        Self { id, title: String::new() }
    }
}

#[derive(Collection)]
enum Items {
    Song(Song),
}

fn main() {}
