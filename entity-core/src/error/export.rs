//! `ExportError`: a line of an export that cannot be read.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use super::ItemError;
use crate::wire;

/// A line of an export that cannot be read.
#[derive(Debug)]
pub struct ExportError {
    line: u64,
    reason: ExportReason,
}

/// Why a line of an export cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum ExportReason {
    /// The lines cannot be read on; it is the last element.
    Read(io::Error),
    /// It is no object with an item in it.
    Line(wire::Error),
    /// The item is not what it was read as.
    Item(ItemError),
}

impl ExportError {
    #[cold]
    pub(crate) fn new(line: u64, reason: ExportReason) -> Self {
        Self { line, reason }
    }

    /// The line's number; the first is 1.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Why it cannot be read.
    #[must_use]
    pub fn reason(&self) -> &ExportReason {
        &self.reason
    }
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

impl fmt::Display for ExportReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(error) => error.fmt(f),
            Self::Line(error) => error.fmt(f),
            Self::Item(error) => error.fmt(f),
        }
    }
}

impl StdError for ExportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.reason {
            ExportReason::Read(error) => Some(error),
            ExportReason::Line(_) => None,
            ExportReason::Item(error) => error.source(),
        }
    }
}
