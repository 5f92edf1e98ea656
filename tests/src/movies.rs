//! Films, with numbers as keys, and their genres.

use std::collections::BTreeSet;

use entity_core::wire::Number;
use entity_core::{Collection, Entity, Table};
use serde::{Deserialize, Serialize};

/// Films.
#[derive(Debug, Table)]
#[table(name = "Movies", pk = N("id"), sk = "title", items = MovieItem)]
pub struct Movies;

/// Films of a genre.
#[derive(Debug, Table)]
#[table(name = "MoviesByGenre", pk = N("genre_id"), sk = N("movie_id"), items = GenreItem)]
pub struct MoviesByGenre;

/// A film.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[entity(table = Movies, pk = id, sk = title)]
pub struct Movie {
    /// The film's number.
    pub id: u64,
    /// Its title.
    pub title: String,
    /// Whether it is for adults only.
    pub adult: bool,
    /// The genres' numbers.
    #[serde(with = "entity_core::wire::number_set")]
    pub genre_ids: BTreeSet<u32>,
    /// The language it was made in.
    pub original_language: String,
    /// The title in that language.
    pub original_title: String,
    /// How popular it is.
    pub popularity: Number,
    /// When it came out.
    pub release_date: String,
    /// Whether it is a video.
    pub video: bool,
    /// The average of its votes.
    pub vote_average: Number,
    /// How many voted.
    pub vote_count: u64,
}

/// A film of a genre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[entity(table = MoviesByGenre, pk = genre_id, sk = movie_id)]
pub struct GenreEntry {
    /// The genre's number.
    pub genre_id: u32,
    /// The film's number.
    pub movie_id: u64,
    /// The film's title.
    pub title: String,
}

/// Every kind of item in the table of films.
#[derive(Debug, Clone, PartialEq, Eq, Collection)]
pub enum MovieItem {
    /// A film.
    Movie(Movie),
}

/// Every kind of item in the table of genres.
#[derive(Debug, Clone, PartialEq, Eq, Collection)]
pub enum GenreItem {
    /// A film of a genre.
    GenreEntry(GenreEntry),
}
