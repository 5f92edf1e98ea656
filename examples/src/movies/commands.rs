//! The commands: one access pattern each, a few lines of the library each.

use std::path::PathBuf;

use clap::Subcommand;
use entity_core::model::Model;
use entity_core::wire::Number;
use entity_core::{Index, Table};
use examples::draw::View;
use examples::output::attributes;
use examples::{Document, Flags, Output, Result, Session};

use crate::file;
use crate::genre::Genre;
use crate::load::{Loaded, load};
use crate::model::{ByVotes, GenreEntry, Movie, Movies, MoviesByGenre};
use crate::retitle::{no_movie, retitle};
use crate::tables::Tables;

/// The films that the program brings with it.
const BUNDLED: &[u8] = include_bytes!("../../data/movies.jsonl");

/// How many votes those of them have that it loads by itself: all of them take seconds.
pub(crate) const BUNDLED_VOTES: u64 = 100_000;

/// How many of them a document of the tables shows.
const SHOWN: usize = 8;

/// What to do with the tables.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create the tables and the index
    Create,
    /// Load a file of films, a JSON object a line, creating the tables if there are none
    ///
    /// A film takes the place of what is stored under its number, and of its entries. Loading a file again changes
    /// nothing; after a load that broke off it completes it.
    Load {
        /// The file, such as examples/data/movies.jsonl
        file: PathBuf,
    },
    /// Show one film
    Movie {
        /// The film's number
        id: u64,
        /// Its title
        #[arg(value_parser = title)]
        title: String,
    },
    /// List the films of a genre, by number
    Genre {
        /// The genre, such as Drama or "Black Comedy"
        name: Genre,
    },
    /// List films by votes and average, those with most votes first
    ///
    /// The index is asked for the votes; what has a lower average is read, and left out.
    Rated {
        /// At least so many votes
        #[arg(long, value_name = "N")]
        min_votes: u64,
        /// At least that average, such as 8.5
        #[arg(long, value_name = "X")]
        min_average: Number,
    },
    /// Give a film another title, in the table and in the lists of its genres, in one transaction
    Retitle {
        /// The film's number
        id: u64,
        /// Its title
        #[arg(value_parser = title)]
        title: String,
        /// Its title from now on
        #[arg(value_parser = title)]
        new: String,
    },
    /// Print what the tables are, for people or for another tool; nothing is sent
    Schema(Document),
    /// Delete the tables and everything in them
    Drop {
        /// The name of the table of films, so that it is the one that is meant
        #[arg(long, value_name = "TABLE")]
        yes: String,
    },
}

impl Command {
    pub(crate) async fn run(self, session: &mut Session) -> Result<()> {
        let tables = Tables::of(session);
        let reads = !matches!(self, Self::Create | Self::Load { .. } | Self::Schema(_));
        if session.flags.is_in_memory() && reads {
            // The command's own capacity is what `--capacity` shows.
            load_bundled(&mut Output::new(&Flags::default()), &tables).await?;
        }
        let out = &mut session.out;
        match self {
            Self::Create => {
                tables.create().await?;
                out.done(&format!("created the tables {}", tables.names()))
            }
            Self::Load { file } => {
                let films = file::read(&file)?;
                let created = tables.create_if_missing().await?;
                let Loaded { films, entries } = load(out, &tables, films).await?;
                let created = if created { "created the tables and " } else { "" };
                let (movies, genres) = (tables.movies.name(), tables.genres.name());
                let films = counted(films, "film", "films");
                let entries = counted(entries, "entry", "entries");
                let entries = format!("and {entries} into {genres:?}");
                out.done(&format!("{created}loaded {films} into {movies:?} {entries}"))
            }
            Self::Movie { id, title } => {
                let film = tables.movies.get(Movie::key(id, &title)).response().await?;
                let film =
                    out.spend(film).ok_or_else(|| examples::Error::new(no_movie(id, &title)))?;
                show_film(out, &film)
            }
            Self::Genre { name } => {
                let entries = tables.genres.query(GenreEntry::partition(name.id()));
                out.all_through(&genre_view(), entries.all().response().await)
            }
            Self::Rated { min_votes, min_average } => {
                let films = tables.movies.query(Movie::by_votes().vote_count(min_votes..));
                let films = films.filter(|film| film.vote_average.ge(min_average)).descending();
                out.all_through(&votes_view(), films.all().response().await)
            }
            Self::Retitle { id, title, new } => {
                let film = retitle(out, &tables, (id, &title), &new).await?;
                let lists = match film.genres().count() {
                    0 => String::new(),
                    1 => ", and in the list of its genre".to_owned(),
                    genres => format!(", and in the lists of its {genres} genres"),
                };
                out.done(&format!("movie {id} {title:?} is now {new:?}{lists}"))?;
                out.json_item(&film)
            }
            Self::Schema(document) => {
                let schemas = [Movies::schema(), MoviesByGenre::schema()];
                document.print(out, &model(&tables)?, &schemas)
            }
            Self::Drop { yes } => {
                tables.drop(&yes).await?;
                out.done(&format!("dropped the tables {}", tables.names()))
            }
        }
    }
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A title that is one.
fn title(text: &str) -> Result<String, String> {
    match text {
        "" => Err("expected a title, and it is empty".to_owned()),
        _ => Ok(text.to_owned()),
    }
}

/// Shows a film with all that is stored of it, which is too much for columns.
pub(crate) fn show_film(out: &Output, film: &Movie) -> Result<()> {
    out.json_item(film)?;
    for (name, value) in &View::table(Movies::SCHEMA).arrange(attributes(film)?).0 {
        let value = serde_json::to_string(&value.plain()).unwrap_or_default();
        out.text(&format!("  {name:<17}  {value}"))?;
    }
    Ok(())
}

/// The table of films, without what not all of them have.
pub(crate) fn movies_view() -> View {
    let columns = ["id", "title", "release_date", "genre_ids", "vote_average", "vote_count"];
    View::table(Movies::SCHEMA).only(&columns)
}

/// The table of genres.
pub(crate) fn genre_view() -> View {
    View::table(MoviesByGenre::SCHEMA).cut("title", 70)
}

/// The index, without its constant.
pub(crate) fn votes_view() -> View {
    let columns = ["vote_count", "vote_average", "id", "title", "release_date", "director"];
    View::index(ByVotes::SCHEMA, Movies::SCHEMA).only(&columns)
}

/// Creates the tables and loads those of the bundled films that most people know, unless there is one
/// of films; says how many were loaded, and how many are bundled.
pub(crate) async fn load_bundled(
    out: &mut Output,
    tables: &Tables,
) -> Result<Option<(Loaded, usize)>> {
    if !tables.create_if_missing().await? {
        return Ok(None);
    }
    let mut films = file::parse("movies.jsonl", BUNDLED)?;
    let bundled = films.len();
    films.retain(|film| film.vote_count >= Some(BUNDLED_VOTES));
    Ok(Some((load(out, tables, films).await?, bundled)))
}

/// What both tables are, with a few of the bundled films, and their entries, as sample items.
fn model(tables: &Tables) -> Result<Model<Movies>> {
    let mut films = file::parse("movies.jsonl", BUNDLED)?;
    films.retain(|film| film.vote_count >= Some(BUNDLED_VOTES));
    films.truncate(SHOWN);
    let entries: Vec<GenreEntry> = films.iter().flat_map(Movie::entries).collect();
    let genres = MoviesByGenre::model().named(tables.genres.name()).items(&entries)?;
    Ok(Movies::model().named(tables.movies.name()).items(&films)?.and(genres))
}
