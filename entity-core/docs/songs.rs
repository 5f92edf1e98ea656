// The table of the examples in the documentation, and three songs in it.
//
// Examples include this file in hidden lines, so that what a reader sees is what the example is of.

use entity_core::{Collection, Entity, Index, Table, TableHandle};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Songs", pk = "Id", sk = "Metadata", indexes(DownloadsByMonth), items = SongItem)]
pub struct Songs;

#[derive(Index)]
#[index(table = Songs, name = "DownloadsByMonth", pk = "DownloadMonth", sk = N("Downloads"))]
pub struct DownloadsByMonth;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[serde(rename_all = "PascalCase")]
#[entity(table = Songs, pk = id, sk = "Details")]
pub struct Song {
    pub id: String,
    pub title: String,
    pub artist: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[serde(rename_all = "PascalCase")]
#[entity(table = Songs, pk = song_id, sk = "Month-{download_month}")]
#[entity(index(DownloadsByMonth, pk = download_month, sk = downloads))]
pub struct MonthlyCount {
    #[entity(key_only)]
    pub song_id: String,
    pub download_month: String,
    pub downloads: u64,
}

#[derive(Debug, Clone, PartialEq, Collection)]
pub enum SongItem {
    Song(Song),
    MonthlyCount(MonthlyCount),
}

/// A song of that id: `Song 1`, by `Metallica`.
#[allow(dead_code)]
pub fn song(id: &str) -> Song {
    Song { id: id.into(), title: format!("Song {id}"), artist: "Metallica".into() }
}

/// The table with songs `1` to `3`; song `1` has counts of the three months from `2018-01` on, 10,
/// 20 and 30 downloads.
#[allow(dead_code)]
pub async fn songs() -> Result<TableHandle<Songs>, Box<dyn std::error::Error>> {
    let songs = Songs::on(&entity_local::LocalDynamo::in_memory()?.client());
    songs.create_table().await?;
    for id in ["1", "2", "3"] {
        songs.put(&song(id)).await?;
    }
    for (download_month, downloads) in [("2018-01", 10), ("2018-02", 20), ("2018-03", 30)] {
        let download_month = download_month.into();
        songs.put(&MonthlyCount { song_id: "1".into(), download_month, downloads }).await?;
    }
    Ok(songs)
}
