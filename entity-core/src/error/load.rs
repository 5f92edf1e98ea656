//! `LoadError`: a load that stopped.

use std::error::Error as StdError;
use std::fmt;

/// A load that stopped, as too many of its items were not written; the load's report has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadError {
    written: u64,
    failed: usize,
    in_doubt: usize,
    first: String,
}

impl LoadError {
    #[cold]
    pub(crate) fn new(written: u64, failed: usize, in_doubt: usize, first: String) -> Self {
        Self { written, failed, in_doubt, first }
    }

    /// How many items are written.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written
    }

    /// How many items were not written.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.failed
    }

    /// How many items may be written or not.
    #[must_use]
    pub fn in_doubt(&self) -> usize {
        self.in_doubt
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { written, failed, in_doubt, first } = self;
        write!(f, "the load stopped: {written} written, {failed} failed")?;
        if *in_doubt > 0 {
            write!(f, ", {in_doubt} in doubt")?;
        }
        write!(f, ": {first}")
    }
}

impl StdError for LoadError {}
