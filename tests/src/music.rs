//! Songs, their downloads, and monthly counts.

use entity_core::{Collection, Entity, Index, Table};
use serde::{Deserialize, Serialize};

/// Songs and what is known of their downloads.
#[derive(Debug, Table)]
#[table(name = "Songs", pk = "Id", sk = "Metadata", indexes(DownloadsByMonth), items = SongItem)]
pub struct Songs;

/// The most downloaded songs of a month.
#[derive(Debug, Index)]
#[index(table = Songs, name = "DownloadsByMonth", pk = "DownloadMonth", sk = N("TotalDownloadsInMonth"))]
pub struct DownloadsByMonth;

/// A song.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[serde(rename_all = "PascalCase")]
#[entity(table = Songs, pk = id, sk = "Details")]
pub struct Song {
    /// The song's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Who plays it.
    pub artist: String,
    /// Downloads of all times.
    pub total_downloads: u64,
}

/// One download of a song.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[serde(rename_all = "PascalCase")]
#[entity(table = Songs, pk = song_id, sk = "Dld-{download_id}")]
pub struct Download {
    /// The song.
    #[entity(key_only)]
    pub song_id: String,
    /// The download's number.
    #[entity(key_only)]
    pub download_id: u64,
    /// When, in the text of the program that wrote it.
    pub download_timestamp: String,
}

/// The downloads of a song in one month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[serde(rename_all = "PascalCase")]
#[entity(table = Songs, pk = song_id, sk = "Month-{download_month}")]
#[entity(index(DownloadsByMonth, pk = download_month, sk = total_downloads_in_month))]
pub struct MonthlyCount {
    /// The song.
    #[entity(key_only)]
    pub song_id: String,
    /// The month, `MM-YYYY`.
    pub download_month: String,
    /// How many.
    pub total_downloads_in_month: u64,
}

/// Every kind of item in the table.
#[derive(Debug, Clone, PartialEq, Eq, Collection)]
pub enum SongItem {
    /// A song.
    Song(Song),
    /// A download.
    Download(Download),
    /// A monthly count.
    MonthlyCount(MonthlyCount),
}

/// Everything of one song.
#[derive(Debug, Clone, PartialEq, Collection)]
pub struct SongRecords {
    /// The song.
    pub song: Option<Song>,
    /// Its downloads.
    pub downloads: Vec<Download>,
    /// How often it was downloaded, by month.
    pub months: Vec<MonthlyCount>,
}
