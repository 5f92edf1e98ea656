//! `DuplicateKey`: two items of one key, where that is an error.

use std::error::Error as StdError;
use std::fmt;

/// An item of a load whose key is that of another one that is on its way, where
/// [`refuse_duplicates`](crate::op::Load::refuse_duplicates) says that this is an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateKey {
    table: String,
}

impl DuplicateKey {
    #[cold]
    pub(crate) fn new(table: &str) -> Self {
        Self { table: table.to_owned() }
    }

    /// The table's name.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }
}

impl fmt::Display for DuplicateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "load of `{}`: an item of the same key is on its way", self.table)
    }
}

impl StdError for DuplicateKey {}
