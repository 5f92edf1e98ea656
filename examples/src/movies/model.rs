//! Films and their genres: two tables, one index, one kind of item in each.

use std::collections::{BTreeMap, BTreeSet};

use entity_core::wire::{Number, Value, number_set};
use entity_core::{Collection, Entity, Index, Table};
use serde::{Deserialize, Serialize};

/// Films.
#[derive(Debug, Table)]
#[table(name = "Movies", pk = N("id"), sk = "title", indexes(ByVotes), items = MovieItem)]
pub(crate) struct Movies;

/// All films with votes, in their order.
#[derive(Debug, Index)]
#[index(table = Movies, name = "MoviesByVotes", pk = "entity", sk = N("vote_count"))]
pub(crate) struct ByVotes;

/// The films of each genre.
#[derive(Debug, Table)]
#[table(name = "MoviesByGenre", pk = N("genre_id"), sk = N("movie_id"), items = GenreItem)]
pub(crate) struct MoviesByGenre;

/// A film.
///
/// What not every film has is `None`, and absent in the table; what this program does not know is
/// kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[entity(table = Movies, pk = id, sk = title)]
#[entity(index(ByVotes, pk = "Movie", sk = vote_count))]
pub(crate) struct Movie {
    /// The film's number.
    pub(crate) id: u64,
    /// Its title.
    pub(crate) title: String,
    /// When it came out: `2023-04-12`, or what the file says if that is no date.
    pub(crate) release_date: Option<String>,
    /// The genres' numbers; a set is never empty.
    #[serde(with = "number_set", default)]
    pub(crate) genre_ids: Option<BTreeSet<u32>>,
    /// The average of its votes.
    pub(crate) vote_average: Option<Number>,
    /// How many voted.
    pub(crate) vote_count: Option<u64>,
    /// Who made it.
    pub(crate) director: Option<String>,
    /// Who brought it to cinemas.
    pub(crate) distributor: Option<String>,
    /// From which age on it may be seen.
    pub(crate) mpaa_rating: Option<String>,
    /// How long it is.
    pub(crate) running_time_min: Option<u32>,
    /// What it has cost, in dollars.
    pub(crate) production_budget: Option<u64>,
    /// What it has brought in, in dollars.
    pub(crate) worldwide_gross: Option<u64>,
    /// Whether it is for adults only.
    pub(crate) adult: Option<bool>,
    /// The language it was made in.
    pub(crate) original_language: Option<String>,
    /// The title in that language.
    pub(crate) original_title: Option<String>,
    /// How popular it is.
    pub(crate) popularity: Option<Number>,
    /// Whether it is a video.
    pub(crate) video: Option<bool>,
    /// Everything else that is stored.
    #[serde(flatten)]
    pub(crate) extra: BTreeMap<String, Value>,
}

impl Movie {
    /// The genres' numbers.
    pub(crate) fn genres(&self) -> impl Iterator<Item = u32> {
        self.genre_ids.iter().flatten().copied()
    }

    /// Whether it is of that genre.
    pub(crate) fn is_of(&self, genre: u32) -> bool {
        self.genre_ids.as_ref().is_some_and(|genres| genres.contains(&genre))
    }

    /// Its entries, one for each genre.
    pub(crate) fn entries(&self) -> impl Iterator<Item = GenreEntry> {
        let Self { id: movie_id, title, .. } = self;
        self.genres().map(|genre_id| GenreEntry {
            genre_id,
            movie_id: *movie_id,
            title: title.clone(),
        })
    }
}

/// A film of a genre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[entity(table = MoviesByGenre, pk = genre_id, sk = movie_id)]
pub(crate) struct GenreEntry {
    /// The genre's number.
    pub(crate) genre_id: u32,
    /// The film's number.
    pub(crate) movie_id: u64,
    /// The film's title.
    pub(crate) title: String,
}

/// Every kind of item in the table of films.
#[derive(Debug, Clone, PartialEq, Eq, Collection)]
pub(crate) enum MovieItem {
    /// A film.
    Movie(Movie),
}

/// Every kind of item in the table of genres.
#[derive(Debug, Clone, PartialEq, Eq, Collection)]
pub(crate) enum GenreItem {
    /// A film of a genre.
    GenreEntry(GenreEntry),
}
