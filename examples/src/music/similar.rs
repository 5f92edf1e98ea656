//! Songs like one: those whose vectors are nearest to its own.

use entity_core::op::Neighbor;
use entity_core::{ConsumedCapacity, Table, TableHandle, wire};
use examples::draw::View;
use examples::{Error, Output, Result, data, table};
use serde::Serialize;

use crate::model::{Song, SongAlike, SongItem, Songs};

/// Songs with vectors, which the program brings with it.
const BUNDLED: &[u8] = include_bytes!("../../data/sounds.json");

/// One song of the answer.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    id: String,
    title: String,
    artist: String,
    distance: f64,
}

/// Prints the songs that are most like one, that one aside.
pub(crate) async fn similar(
    out: &mut Output,
    songs: &TableHandle<Songs>,
    id: &str,
    top: u8,
) -> Result<()> {
    let song = out.spend(songs.get(Song::key(id)).response().await?);
    let song = song.ok_or_else(|| Error::new(format!("no song {id:?}")))?;
    let silent = || Error::new(format!("song {id:?} has no `Embedding` to compare with others"));
    let like_this = Song::songs_alike(song.embedding.ok_or_else(silent)?);

    // The song itself is among the nearest.
    let top = usize::from(top);
    let nearest = songs.search(like_this).project::<SongAlike>().top(top + 1);
    let found = out.spend(nearest.response().await?);
    let others = found.into_iter().filter(|found| found.item.id != id).take(top);
    let rows = others.map(row).collect::<Result<Vec<_>>>()?;
    let columns = &["Id", "Title", "Artist", "Distance"];
    out.rows(&View::table(Songs::SCHEMA).only(columns), &rows)
}

fn row(found: Neighbor<SongAlike>) -> Result<examples::json::Attributes> {
    let Neighbor { item: SongAlike { id, title, artist }, distance, .. } = found;
    // Six digits tell songs apart.
    let row = Row { id, title, artist, distance: (distance * 1e6).round() / 1e6 };
    let json = wire::to_vec(&row).map_err(|error| Error::new(error.to_string()))?;
    serde_json::from_slice(&json).map_err(|error| Error::new(error.to_string()))
}

/// Puts the songs that have vectors into a table that was made for the occasion.
pub(crate) async fn load_sounds(
    songs: &TableHandle<Songs>,
    consumed: &mut ConsumedCapacity,
) -> Result<usize> {
    let items: Vec<SongItem> = data::parse("sounds.json", BUNDLED)?;
    table::fill(songs, &items, consumed).await?;
    Ok(items.len())
}
