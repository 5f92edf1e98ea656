//! `Unprocessed`: what the service did not get to, however often it was asked.

use std::error::Error as StdError;
use std::fmt;

/// Keys or items of a batch that the service did not get to, however often it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unprocessed {
    operation: &'static str,
    table: String,
    count: usize,
}

impl Unprocessed {
    #[cold]
    pub(crate) fn new(operation: &'static str, table: &str, count: usize) -> Self {
        Self { operation, table: table.to_owned(), count }
    }

    /// The operation: `BatchGetItem`.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The table of one of them.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }

    /// How many were left when it was given up.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }
}

impl fmt::Display for Unprocessed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, table, count } = self;
        write!(f, "{operation} on `{table}`: {count} left unprocessed by every attempt")
    }
}

impl StdError for Unprocessed {}
