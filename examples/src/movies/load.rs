//! `load`: films and their entries, in batches; what was stored of them before does not stay behind.

use entity_core::op::TransactWrite;
use entity_core::schema::Unlocked;
use entity_core::{Item, ItemOf, Table, TableHandle};
use examples::{Error, Output, Result};
use indicatif::ProgressBar;

use crate::model::{GenreEntry, Movie};
use crate::retitle::RETRIES;
use crate::tables::Tables;

/// How many films are looked up at once: the keys that one request takes.
const CHUNK: usize = 100;

/// How much was written.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) films: u64,
    pub(crate) entries: u64,
}

/// Writes films and their entries, with a bar on a terminal; a film of a file takes the place of all
/// that is stored under its number.
///
/// First it looks at what is stored. A film that has another title there, or a genre that it has no
/// more, is replaced in one transaction, together with its entries. Then come all films, in batches,
/// and then all entries. So at any time each entry is named by the `genre_ids` of a film of its number,
/// and a load that broke off is made good by another one.
///
/// To look costs, if there are any films at all, a unit for 4 KB of each film that is there, in
/// requests for a hundred; and for each that is not there under its title a unit for that and one
/// more for a query of its number, which is one request. To write costs a unit for 1 KB of a film, one
/// for its place in the index, and one for each entry.
///
/// It expects to be the only one who writes: a film that is retitled meanwhile is there under both
/// titles afterwards, until it is loaded again.
///
/// # Errors
///
/// If a request fails, or an item cannot be written; the error says of how many.
pub(crate) async fn load(out: &mut Output, tables: &Tables, films: Vec<Movie>) -> Result<Loaded> {
    let entries: Vec<GenreEntry> = films.iter().flat_map(Movie::entries).collect();
    // It draws on stderr, and nothing at all in a pipe.
    let bar = ProgressBar::new((films.len() * 2 + entries.len()) as u64);
    let loaded = async {
        clear(out, tables, &films, &bar).await?;
        let films = write(out, &tables.movies, films, &bar).await?;
        let entries = write(out, &tables.genres, entries, &bar).await?;
        Ok(Loaded { films, entries })
    };
    let loaded = loaded.await;
    bar.finish_and_clear();
    loaded
}

/// Replaces the films of which something would stay behind.
async fn clear(
    out: &mut Output,
    tables: &Tables,
    films: &[Movie],
    bar: &ProgressBar,
) -> Result<()> {
    let movies = &tables.movies;
    let any = movies.scan().consistent().limit(1).all().response().await?;
    if out.spend(any).is_empty() {
        bar.inc(films.len() as u64);
        return Ok(());
    }
    for films in films.chunks(CHUNK) {
        let keys: Vec<_> = films.iter().map(|film| Movie::key(film.id, &film.title)).collect();
        let stored = out.spend(movies.batch_get(keys).consistent().response().await?);
        for (film, stored) in films.iter().zip(stored) {
            let stored = match stored {
                Some(stored) => vec![stored],
                None => {
                    let of_number = movies.query(Movie::partition(film.id)).consistent();
                    out.spend(of_number.all().response().await?)
                }
            };
            replace(out, tables, film, &stored).await?;
            bar.inc(1);
        }
    }
    Ok(())
}

/// Replaces what is stored of a film, and its entries, if putting it would leave anything behind.
async fn replace(out: &mut Output, tables: &Tables, film: &Movie, stored: &[Movie]) -> Result<()> {
    let Tables { movies, genres } = tables;
    let titles = stored.iter().filter(|stored| stored.title != film.title);
    let titles: Vec<_> =
        titles.map(|stored| movies.delete(Movie::key(stored.id, &stored.title))).collect();
    let mut left: Vec<u32> = stored.iter().flat_map(Movie::genres).collect();
    left.retain(|genre| !film.is_of(*genre));
    left.sort_unstable();
    left.dedup();
    if titles.is_empty() && left.is_empty() {
        return Ok(());
    }
    let left: Vec<_> =
        left.into_iter().map(|genre| genres.delete(GenreEntry::key(genre, film.id))).collect();
    let entries: Vec<_> = film.entries().map(|entry| genres.put(&entry)).collect();
    let count = 1 + titles.len() + left.len() + entries.len();
    if count > TransactWrite::MAX_WRITES {
        return Err(Error::new(format!(
            "film {} {:?} would be replaced by {count} writes, and a transaction has {}",
            film.id,
            film.title,
            TransactWrite::MAX_WRITES
        )));
    }
    let writes = (movies.put(film), titles, left, entries);
    let written = movies.transact_write(writes).retry_conflicts(RETRIES).response().await?;
    out.spend(written);
    Ok(())
}

/// Writes items in batches; says how many they were.
async fn write<T: Table, I: Item<Lock = Unlocked> + ItemOf<T> + Unpin>(
    out: &mut Output,
    table: &TableHandle<T>,
    items: Vec<I>,
    bar: &ProgressBar,
) -> Result<u64> {
    let (shown, before) = (bar.clone(), bar.position());
    let load = table.load(items);
    let mut load = load.on_progress(move |progress| shown.set_position(before + progress.written));
    let ran = load.run().await;
    out.consumed += load.report().consumed().clone();
    ran?;
    Ok(load.report().written())
}
