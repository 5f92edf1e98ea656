// A table with one item that has attributes of every kind, for examples of expressions.

use std::collections::{BTreeMap, BTreeSet};

use entity_core::expr::Paths;
use entity_core::{Collection, Document, Entity, Table, TableHandle, wire};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Tracks", pk = "id", items = TrackItem)]
pub struct Tracks;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Document)]
pub struct Album {
    pub title: String,
    pub year: u16,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Tracks, pk = id)]
pub struct Track {
    pub id: String,
    pub title: String,
    pub plays: u32,
    pub peak: u32,
    pub bonus: Option<u32>,
    pub label: Option<String>,
    pub writers: Vec<String>,
    pub charts: BTreeMap<String, u32>,
    pub album: Album,
    pub releases: Vec<Album>,
    #[serde(with = "wire::string_set", skip_serializing_if = "BTreeSet::is_empty", default)]
    pub tags: BTreeSet<String>,
}

#[derive(Debug, Clone, PartialEq, Collection)]
pub enum TrackItem {
    Track(Track),
}

/// `One`, with 100 plays.
#[allow(dead_code)]
pub fn track(id: &str) -> Track {
    let album = Album { title: "... And Justice for All".into(), year: 1988 };
    Track {
        id: id.into(),
        title: "One".into(),
        plays: 100,
        peak: 3,
        bonus: None,
        label: None,
        writers: vec!["Ulfsson".into(), "Ulrich".into()],
        charts: BTreeMap::new(),
        album: album.clone(),
        releases: vec![album],
        tags: BTreeSet::from(["metal".into()]),
    }
}

/// The table with track `1`.
#[allow(dead_code)]
pub async fn tracks() -> Result<TableHandle<Tracks>, Box<dyn std::error::Error>> {
    let tracks = Tracks::on(&entity_local::LocalDynamo::in_memory()?.client());
    tracks.create_table().await?;
    tracks.put(&track("1")).await?;
    let _: Option<Paths<Track>> = None;
    Ok(tracks)
}
