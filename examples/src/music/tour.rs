//! The tour: the table and its index as they are stored, then every access pattern.

use entity_core::schema::IndexSchema;
use entity_core::{Index, Item, Response, TableHandle};
use examples::output::units;
use examples::{Error, Output, Result, Session};

use crate::commands::load_bundled;
use crate::model::{Download, DownloadsByMonth, MonthlyCount, Song, SongItem, Songs};
use crate::month::Moment;
use crate::record::{Recorded, record};
use crate::similar::{load_sounds, similar};

/// How many items are drawn: the table may be a large one, which was there before.
const DRAWN: usize = 100;

pub(crate) async fn run(session: &mut Session) -> Result<()> {
    let songs = session.table::<Songs>();
    let loaded = load_bundled(&songs, &mut session.out.consumed).await?;
    let name = songs.name();
    session.out.text(&match (loaded, session.flags.is_in_memory()) {
        (Some(items), true) => format!("Created {name} in memory and loaded {items} items."),
        (Some(items), false) => format!("Created {name} and loaded {items} items."),
        (None, _) => format!("{name} exists: the tour reads what is there, and writes nothing."),
    })?;
    let sample = draw(&mut session.out, &songs).await?;
    patterns(&mut session.out, &songs, &sample).await?;
    if loaded.is_some() {
        write(&mut session.out, &songs, &sample.id).await?;
    }
    if session.flags.is_in_memory() {
        sounds(&mut session.out, &songs, &sample.id).await?;
        let keep = "music --data songs.db load examples/data/songs.json";
        session.out.text(&format!("\nTo keep a table of your own:\n  $ {keep}"))?;
    }
    Ok(())
}

/// Draws the table and the index, and finds something to ask for.
async fn draw(out: &mut Output, songs: &TableHandle<Songs>) -> Result<Sample> {
    let stored = out.spend(songs.scan().limit(DRAWN).all().response().await?);
    let title = "one partition a song, sorted by Metadata";
    out.text(&format!("\nTHE TABLE {}: {title}\n", songs.name()))?;
    out.items(&stored)?;
    if stored.len() == DRAWN {
        out.text(&format!("(the first {DRAWN} items)"))?;
    }

    let sample = Sample::of(&stored);
    let counts = songs.query(MonthlyCount::downloads_by_month(&sample.month));
    let counts = out.spend(counts.limit(DRAWN).all().response().await?);
    let title = "one partition a month, sorted by a number";
    out.text(&format!("\nITS INDEX DownloadsByMonth: {title}\n"))?;
    out.index_items(DownloadsByMonth::SCHEMA, &counts)?;
    Ok(sample)
}

/// Asks for something, and shows the command, the code as it is written here, and the answer.
macro_rules! ask {
    ($out:ident, $question:literal, $command:expr, $index:expr, $read:expr) => {{
        let code: String = stringify!($read).lines().map(str::trim).collect();
        $out.text(&format!("\n{}\n  $ music {}\n  {code}\n", $question, $command))?;
        show($out, $index, $read.response().await?)?;
    }};
}

async fn patterns(out: &mut Output, songs: &TableHandle<Songs>, sample: &Sample) -> Result<()> {
    let Sample { id, download, month } = sample;
    let index = Some(DownloadsByMonth::SCHEMA);

    let command = format!("song {id}");
    ask!(out, "ONE SONG", command, None, songs.get(Song::key(id)));

    let command = format!("downloads {id}");
    ask!(out, "THE DOWNLOADS OF A SONG", command, None, songs.query(Download::partition(id)).all());

    let command = format!("download {id} {download}");
    ask!(out, "ONE OF THEM", command, None, songs.get(Download::key(id, *download)));

    let command = format!("months {id}");
    ask!(
        out,
        "THE MONTHS OF A SONG",
        command,
        None,
        songs.query(MonthlyCount::partition(id)).all()
    );

    let command = format!("month {id} {month}");
    ask!(out, "ONE OF THEM", command, None, songs.get(MonthlyCount::key(id, month)));

    let command = format!("all {id}");
    ask!(out, "ALL OF A SONG", command, None, songs.query(SongItem::partition(id)).all());

    let command = format!("top {month} --limit 10");
    ask!(
        out,
        "THE MOST DOWNLOADED SONGS OF A MONTH, from the index",
        command,
        index,
        songs.query(MonthlyCount::downloads_by_month(month)).descending().limit(10).all()
    );
    Ok(())
}

/// Records a download twice.
async fn write(out: &mut Output, songs: &TableHandle<Songs>, id: &str) -> Result<()> {
    let download = 9_349_823_686;
    let at: Moment = "2018-01-31T12:00:00".parse().map_err(Error::new)?;
    let command = format!("record {id} {download} --at {}", at.text);
    out.text(&format!("\nRECORDING A DOWNLOAD: three writes in one transaction\n\n{WRITES}"))?;
    for _ in 0..2 {
        out.text(&format!("\n  $ music {command}"))?;
        let said = match record(out, songs, id, download, at.clone()).await? {
            Recorded::Now(_) => "  recorded",
            Recorded::Before(_) => "  was recorded already; nothing has changed",
        };
        out.text(said)?;
    }
    let (song, month) = (Song::key(id), MonthlyCount::key(id, &at.month.0));
    let counted = songs.transact_get((song, month)).response().await?;
    let (Some(song), Some(month)) = out.spend(counted) else { return Ok(()) };
    out.text("\nCounted once, for the song and for its month:\n")?;
    out.items(&[SongItem::Song(song), SongItem::MonthlyCount(month)])
}

/// Finds songs like one, among more of them. It is in memory alone: not every engine has vector indexes.
async fn sounds(out: &mut Output, songs: &TableHandle<Songs>, id: &str) -> Result<()> {
    let count = load_sounds(songs, &mut out.consumed).await?;
    let (command, code) = (
        format!("similar {id} --top 3"),
        "songs.search(Song::songs_alike(embedding)).project::<SongAlike>().top(4)",
    );
    out.text(&format!(
        "\nSONGS LIKE ONE, of {count} that have vectors, from the vector index SongsAlike\n  $ music {command}\n  {code}\n"
    ))?;
    similar(out, songs, id, 3).await
}

/// What `record` does.
const WRITES: &str = "  songs.transact_write((
      songs.create(&download).return_stored_on_failure(),
      songs.update(Song::key(id)).set(|song| song.total_downloads.add(1)),
      songs.upsert(&none).set(|month| month.total_downloads_in_month.add(1)),
  ))";

/// Shows an answer, and what it cost.
fn show<I: Item>(
    out: &mut Output,
    index: Option<&IndexSchema>,
    read: Response<impl IntoIterator<Item = I>>,
) -> Result<()> {
    let (requests, cost) = (read.requests, units(&read.consumed));
    let items: Vec<I> = out.spend(read).into_iter().collect();
    match index {
        Some(index) => out.index_items(index, &items)?,
        None => out.items(&items)?,
    }
    let plural = |count| if count == 1 { "" } else { "s" };
    let (count, s, requests_s) = (items.len(), plural(items.len()), plural(requests));
    out.text(&format!("{count} item{s}, {requests} request{requests_s}, {cost}"))
}

/// What the tour asks for, taken from the items that are there.
struct Sample {
    id: String,
    download: u64,
    month: String,
}

impl Sample {
    fn of(items: &[SongItem]) -> Self {
        let mut sample = Self { id: "1".into(), download: 0, month: "01-2018".into() };
        // The first of each kind is what stays.
        for item in items.iter().rev() {
            match item {
                SongItem::Song(song) => sample.id.clone_from(&song.id),
                SongItem::Download(download) => sample.download = download.download_id,
                SongItem::MonthlyCount(count) => sample.month.clone_from(&count.download_month),
            }
        }
        sample
    }
}
