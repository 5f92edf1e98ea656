//! `retitle`: a film under another title, and its entries with it, in one transaction.

use entity_core::error::{CancelReason, ConditionReason};
use entity_core::op::TransactWrite;
use entity_core::{Error, ErrorKind};
use examples::{Output, Result};

use crate::model::Movie;
use crate::tables::Tables;

/// How many genres a transaction reaches: the film is moved by two writes.
const GENRES: usize = TransactWrite::MAX_WRITES - 2;

/// How often a film is read again that has changed in between.
const ATTEMPTS: u32 = 20;

/// How often a write is tried again while others write the same items in transactions.
pub(crate) const RETRIES: u32 = 12;

/// Gives a film another title, in the table and in its entries; returns it as it is then.
///
/// The title is the sort key, so the film is moved: deleted and put. Conditions say that it is what was
/// read, and that none is where it goes; its attributes go along, also those that this program does
/// not know. Each entry is updated, and one that is missing is made.
///
/// # Errors
///
/// If the film is not there, or one of its number has the new title; if it has more genres than a
/// transaction takes; if it keeps changing.
pub(crate) async fn retitle(
    out: &mut Output,
    tables: &Tables,
    (id, title): (u64, &str),
    new: &str,
) -> Result<Movie> {
    for _ in 0..ATTEMPTS {
        let read = tables.movies.get(Movie::key(id, title)).consistent().response().await?;
        let film = out.spend(read).ok_or_else(|| error(no_movie(id, title)))?;
        check(&film)?;
        let retitled = Movie { title: new.to_owned(), ..film.clone() };
        if write(out, tables, &film, &retitled).await? {
            return Ok(retitled);
        }
    }
    let message = "keeps changing, or has something that this program does not know";
    Err(error(format!("movie {id} {title:?} {message}; nothing was changed")))
}

/// What is said of a film that is not there.
pub(crate) fn no_movie(id: u64, title: &str) -> String {
    format!("no movie {id} {title:?}")
}

/// Whether one transaction reaches all entries.
fn check(film: &Movie) -> Result<()> {
    match film.genres().count() {
        0..=GENRES => Ok(()),
        count => Err(error(format!(
            "movie {} {:?} has {count} genres, and can be retitled with {GENRES} at most: a transaction \
             has {} operations, two for the film and one for each genre; nothing was changed",
            film.id,
            film.title,
            TransactWrite::MAX_WRITES
        ))),
    }
}

/// Moves the film and updates its entries; says whether that was done, and not lost to others.
async fn write(out: &mut Output, tables: &Tables, film: &Movie, retitled: &Movie) -> Result<bool> {
    let Tables { movies, genres } = tables;
    let entries = retitled.entries();
    let entries = entries.map(|new| genres.upsert(&new).set(|entry| entry.title.set(&new.title)));
    let writes = (movies.move_item(film, retitled), entries.collect::<Vec<_>>());
    match movies.transact_write(writes).retry_conflicts(RETRIES).response().await {
        Ok(response) => {
            out.spend(response);
            Ok(true)
        }
        Err(lost) => is_changed(lost, retitled).map(|()| false),
    }
}

/// Passes over that the film is not what was read, and tells anything else.
fn is_changed(lost: Error, retitled: &Movie) -> Result<()> {
    let ErrorKind::TransactionCancelled(cancelled) = lost.kind() else { return Err(lost.into()) };
    // The film is the first operation, and the one with a condition that can be lost.
    match cancelled.reasons().first() {
        Some(CancelReason::ConditionFailed(failed))
            if failed.reason() == ConditionReason::Exists =>
        {
            let Movie { id, title, .. } = retitled;
            Err(error(format!("movie {id} {title:?} is there already; nothing was changed")))
        }
        Some(CancelReason::ConditionFailed(_)) => Ok(()),
        _ => Err(lost.into()),
    }
}

fn error(message: impl Into<String>) -> examples::Error {
    examples::Error::new(message)
}
