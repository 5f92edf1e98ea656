//! `Tables`: the table of films and the one of their genres, which are created and dropped together.

use entity_core::TableHandle;
use entity_core::op::TableSettings;
use examples::{Error, Result, Session, table};

use crate::model::{Movies, MoviesByGenre};

/// Both tables.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) movies: TableHandle<Movies>,
    pub(crate) genres: TableHandle<MoviesByGenre>,
}

impl Tables {
    /// Under the names that `--table` gives.
    pub(crate) fn of(session: &Session) -> Self {
        let movies = session.table::<Movies>();
        let genres = session.table::<MoviesByGenre>().named(format!("{}ByGenre", movies.name()));
        Self { movies, genres }
    }

    /// Creates both; one of genres that is left of a creation that broke off is taken.
    pub(crate) async fn create(&self) -> Result<()> {
        table::create_if_missing(&self.genres, &TableSettings::new()).await?;
        table::create(&self.movies, &TableSettings::new()).await
    }

    /// Creates what is missing, and says whether that was the table of films.
    pub(crate) async fn create_if_missing(&self) -> Result<bool> {
        table::create_if_missing(&self.genres, &TableSettings::new()).await?;
        table::create_if_missing(&self.movies, &TableSettings::new()).await
    }

    /// Deletes both, if the table of films is the one that is `meant`; it goes last, so that what
    /// breaks off can be done again.
    pub(crate) async fn drop(&self, meant: &str) -> Result<()> {
        if self.movies.name() == meant {
            match table::drop(&self.genres, self.genres.name()).await {
                Ok(()) | Err(Error::NoTable(_)) => {}
                Err(error) => return Err(error),
            }
        }
        table::drop(&self.movies, meant).await
    }

    /// Their names, as commands say them.
    pub(crate) fn names(&self) -> String {
        format!("{:?} and {:?}", self.movies.name(), self.genres.name())
    }
}
