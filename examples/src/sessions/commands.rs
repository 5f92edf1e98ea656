//! The commands: one access pattern each, a few lines of the library each.

use clap::Subcommand;
use entity_core::model::Model;
use entity_core::{ConsumedCapacity, Table, TableHandle};
use examples::draw::View;
use examples::json::{Attribute, Members};
use examples::{Document, Error, Output, Result, Session as Run, table};
use jiff::Timestamp;
use uuid::Uuid;

use crate::archive::{Archived, How, archive};
use crate::model::{Archive, ArchivedSession, Live, Session};
use crate::sweep::{Swept, sweep};
use crate::{generate, settings};

/// What to do with the tables.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create both tables: one with a time to live and a stream, one of the class for cold data
    Create,
    /// Begin many sessions, the same ones for a seed
    Generate {
        /// How many
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        count: u32,
        /// After how many seconds they end
        #[arg(long, value_name = "SECONDS")]
        ttl: u64,
        /// When they begin, in seconds of Unix time; now, if it is not said
        #[arg(long, value_name = "T")]
        at: Option<u64>,
        /// Another seed makes other sessions
        #[arg(long, value_name = "S", default_value_t = 1)]
        seed: u64,
    },
    /// Show a session that has not ended
    Session {
        /// The session
        id: Uuid,
    },
    /// Delete the sessions that have expired, as the service does by itself within days
    Sweep {
        /// When, in seconds of Unix time; now, if it is not said
        #[arg(long, value_name = "T")]
        now: Option<u64>,
    },
    /// Archive each session that had expired when it was removed
    Archive {
        /// Wait for more, and never end
        #[arg(long)]
        follow: bool,
        /// Go on where the stream has lost records that were not read in time
        #[arg(long)]
        accept_loss: bool,
    },
    /// List the archive, or show one of its sessions
    Archived {
        /// The session
        id: Option<Uuid>,
    },
    /// Print what the tables are, for people or for another tool; nothing is sent
    Schema(Document),
    /// Delete one of the tables and everything in it
    Drop {
        /// The table's name, so that it is the one that is meant
        #[arg(long, value_name = "TABLE")]
        yes: String,
    },
}

/// Both tables, under the names that `--table` gives.
pub(crate) fn tables(run: &Run) -> (TableHandle<Live>, TableHandle<Archive>) {
    let archive = run.table::<Archive>();
    let archive = match &run.flags.table {
        Some(name) => archive.named(format!("IA-{name}")),
        None => archive,
    };
    (run.table::<Live>(), archive)
}

/// Creates both tables and begins a few sessions, unless the tables are there; says whether they were
/// created.
pub(crate) async fn bundle(
    live: &TableHandle<Live>,
    archive: &TableHandle<Archive>,
    consumed: &mut ConsumedCapacity,
) -> Result<bool> {
    if !settings::create_if_missing(live, archive).await? {
        return Ok(false);
    }
    let example = generate::example();
    let (begin, ttl) = (example.creation_time, example.expiration_time - example.creation_time);
    let expired = generate::sessions(2, ttl, 1, begin)?;
    let alive = generate::sessions(2, 3_600, 2, now())?;
    generate::load(live, std::iter::once(example).chain(expired).chain(alive), 5, consumed).await?;
    Ok(true)
}

/// What both tables are, with their settings, and with a session as sample item.
fn model(live: &TableHandle<Live>, archive: &TableHandle<Archive>) -> Result<Model<Live>> {
    let example = generate::example();
    let archived = [ArchivedSession::from(&example)];
    let archive = Archive::model().named(archive.name()).with(&settings::of_archive());
    let live = Live::model().named(live.name()).with(&settings::of_live());
    Ok(live.items(&[example])?.and(archive.items(&archived)?))
}

pub(crate) fn now() -> u64 {
    Timestamp::now().as_second().unsigned_abs()
}

impl Command {
    pub(crate) async fn run(self, run: &mut Run) -> Result<()> {
        let (live, cold) = tables(run);
        let reads = !matches!(self, Self::Create | Self::Generate { .. } | Self::Schema(_));
        if run.flags.is_in_memory() && reads {
            // The command's own capacity is what `--capacity` shows.
            bundle(&live, &cold, &mut ConsumedCapacity::default()).await?;
        }
        let (engine, out) = (&run.engine, &mut run.out);
        match self {
            Self::Create => {
                settings::create(&live, &cold).await?;
                let (live, cold) = (live.name(), cold.name());
                out.done(&format!("created the tables {live:?} and {cold:?}"))
            }
            Self::Generate { count, ttl, at, seed } => {
                let sessions = generate::sessions(count, ttl, seed, at.unwrap_or_else(now))?;
                let created = settings::create_if_missing(&live, &cold).await?;
                let written = generate::load(&live, sessions, count, &mut out.consumed).await?;
                let created = if created { "created the tables and " } else { "" };
                out.done(&format!("{created}began {written} sessions in {:?}", live.name()))
            }
            Self::Session { id } => {
                let read = live.get(Session::key(id)).skip_expired().response().await?;
                out.one(read, || format!("no session \"{id}\""))
            }
            Self::Sweep { now } => {
                let swept = sweep(engine, &live, out, now).await?;
                say_swept(out, &swept)
            }
            Self::Archive { follow, accept_loss } => {
                let mut archived = Archived::default();
                let how = How { follows: follow, accepts_loss: accept_loss };
                let done = archive(engine, &live, &cold, how, &mut archived).await;
                out.consumed += archived.consumed.clone();
                done.map_err(|error| match archived.read {
                    0 => error,
                    _ => Error::new(format!("{error}; {} before", in_words(&archived))),
                })?;
                say_archived(out, &archived)?;
                match archived.unreadable {
                    0 => Ok(()),
                    count => {
                        let s = if count == 1 { "" } else { "s" };
                        let what = format!("{count} record{s} could not be read");
                        Err(Error::new(format!("{what}, and kept in {:?}", cold.name())))
                    }
                }
            }
            Self::Archived { id: Some(id) } => {
                let read = cold.get(ArchivedSession::key(id)).response().await?;
                out.one(read, || format!("no session \"{id}\" in the archive"))
            }
            Self::Archived { id: None } => {
                let all = cold.scan().only::<ArchivedSession>().all().response().await;
                out.all_through(&archive_view(), all)
            }
            Self::Schema(document) => {
                let schemas = [Live::schema(), Archive::schema()];
                document.print(out, &model(&live, &cold)?, &schemas)
            }
            Self::Drop { yes } => {
                if yes == cold.name() {
                    table::drop(&cold, &yes).await?;
                } else {
                    table::drop(&live, &yes).await?;
                }
                out.done(&format!("dropped the table {yes:?}"))
            }
        }
    }
}

/// The live table, as a person draws it: the key says which session it is.
pub(crate) fn live_view() -> View {
    View::table(Live::SCHEMA).without(&["SessionInfo.SessionId"])
}

/// The archive, as a person draws it.
pub(crate) fn archive_view() -> View {
    View::table(Archive::SCHEMA).without(&["SessionInfo.SessionId"])
}

/// Says what was swept.
pub(crate) fn say_swept(out: &Output, swept: &Swept) -> Result<()> {
    let (count, by) = match swept {
        Swept::ByTtl(count) => (count, "by the table's time to live"),
        Swept::ByHand(count) => (count, "one by one, as the engine does so only by itself"),
    };
    let s = if *count == 1 { "" } else { "s" };
    let object = vec![("Swept".to_owned(), Attribute::N(count.to_string()))];
    out.answer(&format!("swept {count} session{s} {by}"), Members(object))
}

/// Says what was archived, and how far it was read.
pub(crate) fn say_archived(out: &Output, archived: &Archived) -> Result<()> {
    let Archived { sessions, again, read, unreadable, .. } = archived;
    let object =
        [("Archived", sessions), ("Again", again), ("Read", read), ("Unreadable", unreadable)];
    let object = object.map(|(name, count)| (name.to_owned(), Attribute::N(count.to_string())));
    out.answer(&in_words(archived), Members(object.to_vec()))
}

fn in_words(archived: &Archived) -> String {
    let Archived { sessions, again, read, .. } = archived;
    let s = |count: u64| if count == 1 { "" } else { "s" };
    format!(
        "archived {sessions} session{} of {read} record{} after the checkpoint; {again} read again",
        s(*sessions),
        s(*read),
    )
}
