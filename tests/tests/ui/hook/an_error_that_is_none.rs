use entity_core::{Collection, Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "Id", sk = "Kind", items = Items)]
struct Songs;

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Songs, pk = id, sk = "SONG")]
#[entity(after_read = Song::opened)]
struct Song {
    #[serde(rename = "Id")]
    id: String,
    title: String,
}

impl Song {
    fn opened(self) -> Result<Self, u32> {
        Ok(self)
    }
}

#[derive(Collection)]
enum Items {
    Song(Song),
}

fn main() {}
