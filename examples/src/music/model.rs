//! Songs, their downloads, and monthly counts: one table, two indexes, three kinds of item.

use entity_core::{Collection, Entity, Index, Projection, Table, Vector, VectorIndex};
use serde::{Deserialize, Serialize};

/// Songs and what is known of their downloads.
#[derive(Debug, Table)]
#[table(name = "Songs", pk = "Id", sk = "Metadata", items = SongItem)]
#[table(indexes(DownloadsByMonth), vector_indexes(SongsAlike))]
pub(crate) struct Songs;

/// The most downloaded songs of a month.
#[derive(Debug, Index)]
#[index(table = Songs, name = "DownloadsByMonth", pk = "DownloadMonth", sk = N("TotalDownloadsInMonth"))]
pub(crate) struct DownloadsByMonth;

/// The songs by how they sound; of each what a list of them shows.
#[derive(Debug, VectorIndex)]
#[vector_index(table = Songs, name = "SongsAlike", vector = "Embedding", dimensions = 4)]
#[vector_index(distance = Cosine, project = ["Title", "Artist"])]
pub(crate) struct SongsAlike;

/// A song.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[serde(rename_all = "PascalCase")]
#[entity(table = Songs, pk = id, sk = "Details", vector_index(SongsAlike, vector = embedding))]
pub(crate) struct Song {
    /// The song's id.
    pub(crate) id: String,
    /// Its title.
    pub(crate) title: String,
    /// Who plays it.
    pub(crate) artist: String,
    /// Downloads of all times.
    pub(crate) total_downloads: u64,
    /// How it sounds: energy, tempo, how acoustic and how cheerful it is, from 0 to 1; of a song that
    /// somebody has listened to for that.
    pub(crate) embedding: Option<Vector<4>>,
}

/// What the index has of a song.
#[derive(Debug, Deserialize, Projection)]
#[serde(rename_all = "PascalCase")]
#[projection(entity = Song)]
pub(crate) struct SongAlike {
    /// The song's id.
    pub(crate) id: String,
    /// Its title.
    pub(crate) title: String,
    /// Who plays it.
    pub(crate) artist: String,
}

/// One download of a song.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[serde(rename_all = "PascalCase")]
#[entity(table = Songs, pk = song_id, sk = "Dld-{download_id}")]
pub(crate) struct Download {
    /// The song.
    #[entity(key_only)]
    pub(crate) song_id: String,
    /// The download's number.
    #[entity(key_only)]
    pub(crate) download_id: u64,
    /// When, in the text of the program that wrote it.
    pub(crate) download_timestamp: String,
}

/// The downloads of a song in one month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[serde(rename_all = "PascalCase")]
#[entity(table = Songs, pk = song_id, sk = "Month-{download_month}")]
#[entity(index(DownloadsByMonth, pk = download_month, sk = total_downloads_in_month))]
pub(crate) struct MonthlyCount {
    /// The song.
    #[entity(key_only)]
    pub(crate) song_id: String,
    /// The month, `MM-YYYY`.
    pub(crate) download_month: String,
    /// How many.
    pub(crate) total_downloads_in_month: u64,
}

/// Every kind of item in the table.
#[derive(Debug, Clone, PartialEq, Collection)]
pub(crate) enum SongItem {
    /// A song.
    Song(Song),
    /// A download.
    Download(Download),
    /// A monthly count.
    MonthlyCount(MonthlyCount),
}
