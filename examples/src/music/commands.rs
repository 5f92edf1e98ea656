//! The commands: one access pattern each, one or two lines of the library each.

use std::path::PathBuf;

use clap::Subcommand;
use entity_core::model::Model;
use entity_core::op::TableSettings;
use entity_core::{ConsumedCapacity, Index, Table, TableHandle};
use examples::{Document, Result, Session, data, table};

use crate::model::{Download, DownloadsByMonth, MonthlyCount, Song, SongItem, Songs};
use crate::month::{Moment, Month};
use crate::record::{Recorded, record};
use crate::similar::{load_sounds, similar};

/// The songs that the program brings with it.
const BUNDLED: &[u8] = include_bytes!("../../data/songs.json");

/// What to do with the table.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create the table and its indexes
    Create,
    /// Load a JSON array of items, creating the table if there is none
    Load {
        /// The file, such as examples/data/songs.json
        file: PathBuf,
    },
    /// Show one song
    Song {
        /// The song
        id: String,
    },
    /// List the downloads of a song
    Downloads {
        /// The song
        id: String,
    },
    /// Show one download of a song
    Download {
        /// The song
        id: String,
        /// The download's number
        download_id: u64,
    },
    /// List the monthly counts of a song
    Months {
        /// The song
        id: String,
    },
    /// Show the downloads of a song in one month
    Month {
        /// The song
        id: String,
        /// The month
        #[arg(value_name = "MM-YYYY")]
        month: Month,
    },
    /// List everything there is of a song, in one query
    All {
        /// The song
        id: String,
    },
    /// List the most downloaded songs of a month, by the index
    Top {
        /// The month
        #[arg(value_name = "MM-YYYY")]
        month: Month,
        /// At most so many
        #[arg(long, value_name = "N")]
        limit: Option<usize>,
    },
    /// List the songs that sound most like one, by the vector index; in memory, of bundled songs
    Similar {
        /// The song
        id: String,
        /// At most so many, up to 99
        #[arg(long, value_name = "K", default_value_t = 5)]
        #[arg(value_parser = clap::value_parser!(u8).range(1..=99))]
        top: u8,
    },
    /// Record a download of a song; the same download again changes nothing
    Record {
        /// The song
        id: String,
        /// The download's number
        download_id: u64,
        /// When it was, such as 2018-01-01T00:00:07; now, if it is not said
        #[arg(long, value_name = "TIMESTAMP")]
        at: Option<Moment>,
    },
    /// Print what the table is, for people or for another tool; nothing is sent
    Schema(Document),
    /// Delete the table and everything in it
    Drop {
        /// The table's name, so that it is the one that is meant
        #[arg(long, value_name = "TABLE")]
        yes: String,
    },
}

impl Command {
    pub(crate) async fn run(self, session: &mut Session) -> Result<()> {
        let songs = session.table::<Songs>();
        let reads = !matches!(self, Self::Create | Self::Load { .. } | Self::Schema(_));
        if session.flags.is_in_memory() && reads {
            // The command's own capacity is what `--capacity` shows.
            load_bundled(&songs, &mut ConsumedCapacity::default()).await?;
            if matches!(self, Self::Similar { .. }) {
                load_sounds(&songs, &mut ConsumedCapacity::default()).await?;
            }
        }
        let out = &mut session.out;
        match self {
            Self::Create => {
                table::create(&songs, &TableSettings::new()).await?;
                out.done(&format!("created the table {:?}", songs.name()))
            }
            Self::Load { file } => {
                let items: Vec<SongItem> = data::read(&file)?;
                let created = table::create_if_missing(&songs, &TableSettings::new()).await?;
                table::fill(&songs, &items, &mut out.consumed).await?;
                let created = if created { "created the table and " } else { "" };
                out.done(&format!("{created}loaded {} items into {:?}", items.len(), songs.name()))
            }
            Self::Song { id } => {
                let song = songs.get(Song::key(&id)).response().await?;
                out.one(song, || format!("no song {id:?}"))
            }
            Self::Downloads { id } => {
                out.all(songs.query(Download::partition(&id)).all().response().await)
            }
            Self::Download { id, download_id } => {
                let download = songs.get(Download::key(&id, download_id)).response().await?;
                out.one(download, || format!("no download \"{download_id}\" of song {id:?}"))
            }
            Self::Months { id } => {
                out.all(songs.query(MonthlyCount::partition(&id)).all().response().await)
            }
            Self::Month { id, month: Month(month) } => {
                let count = songs.get(MonthlyCount::key(&id, &month)).response().await?;
                out.one(count, || format!("no month {month:?} of song {id:?}"))
            }
            Self::All { id } => {
                out.all(songs.query(SongItem::partition(&id)).all().response().await)
            }
            Self::Top { month: Month(month), limit } => {
                let top = songs.query(MonthlyCount::downloads_by_month(&month)).descending();
                let top = limit.into_iter().fold(top, |top, limit| top.limit(limit));
                let top = out.spend(top.all().response().await?);
                out.index_items(DownloadsByMonth::SCHEMA, &top)
            }
            Self::Similar { id, top } => similar(out, &songs, &id, top).await,
            Self::Record { id, download_id, at } => {
                let at = at.unwrap_or_else(Moment::now);
                let (download, said) = match record(out, &songs, &id, download_id, at).await? {
                    Recorded::Now(download) => (download, "recorded"),
                    Recorded::Before(download) => (download, "was recorded already:"),
                };
                let at = &download.download_timestamp;
                out.done(&format!("{said} download {download_id} of song {id:?}, at {at}"))?;
                out.json_item(&download)
            }
            Self::Schema(document) => document.print(out, &model(&songs)?, &[Songs::schema()]),
            Self::Drop { yes } => {
                table::drop(&songs, &yes).await?;
                out.done(&format!("dropped the table {:?}", songs.name()))
            }
        }
    }
}

/// Creates the table and loads the bundled songs, unless the table is there; says how many items
/// were loaded.
pub(crate) async fn load_bundled(
    songs: &TableHandle<Songs>,
    consumed: &mut ConsumedCapacity,
) -> Result<Option<usize>> {
    if !table::create_if_missing(songs, &TableSettings::new()).await? {
        return Ok(None);
    }
    let items: Vec<SongItem> = data::parse("songs.json", BUNDLED)?;
    table::fill(songs, &items, consumed).await?;
    Ok(Some(items.len()))
}

/// What the table is, with the bundled songs as sample items.
fn model(songs: &TableHandle<Songs>) -> Result<Model<Songs>> {
    let items: Vec<SongItem> = data::parse("songs.json", BUNDLED)?;
    Ok(Songs::model().named(songs.name()).items(&items)?)
}
