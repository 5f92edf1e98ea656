//! `SearchError`: a search that cannot be sent as it is.

use std::error::Error as StdError;
use std::fmt;

use crate::schema::VectorIndexSchema;

/// A search that filters by what is no filter of the index; nothing was sent.
#[derive(Debug, Clone)]
pub struct SearchError {
    index: &'static VectorIndexSchema,
    path: String,
}

impl SearchError {
    #[cold]
    pub(crate) fn new(index: &'static VectorIndexSchema, path: String) -> Self {
        Self { index, path }
    }

    /// The index's name.
    #[must_use]
    pub fn index(&self) -> &'static str {
        self.index.name
    }

    /// The path of the attribute.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for SearchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { index, path } = self;
        write!(f, "search of `{}`: `{path}` is none of its filters", index.name)?;
        let mut filters = index.filters.iter();
        if let Some(first) = filters.next() {
            write!(f, ", which are `{}`", first.name)?;
        }
        filters.try_for_each(|filter| write!(f, ", `{}`", filter.name))
    }
}

impl StdError for SearchError {}
