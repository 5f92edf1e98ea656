//! `ReindexError`: a reindexing that stopped.

use std::error::Error as StdError;
use std::fmt;

/// A reindexing that stopped, as too many items could not be given their index keys; its report has
/// them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReindexError {
    failed: usize,
    first: String,
}

impl ReindexError {
    #[cold]
    pub(crate) fn new(failed: usize, first: String) -> Self {
        Self { failed, first }
    }

    /// How many items have failed.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.failed
    }
}

impl fmt::Display for ReindexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reindexing stopped: {} failed: {}", self.failed, self.first)
    }
}

impl StdError for ReindexError {}
