use entity_core::{Collection, Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "Id", sk = "Kind", items = Items)]
struct Songs;

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Songs, pk = id, sk = "SONG")]
#[entity(before_write = "Song::check")]
struct Song {
    #[serde(rename = "Id")]
    id: String,
    title: String,
}

impl Song {
    fn check(&self) -> Result<(), String> {
        Ok(())
    }
}

#[derive(Collection)]
enum Items {
    Song(Song),
}

fn main() {}
