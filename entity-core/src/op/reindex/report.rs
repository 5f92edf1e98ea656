//! `ReindexReport`: what became of the items that a reindexing has seen.

use std::fmt;
use std::sync::Arc;

use crate::cursor::Cursor;
use crate::error::Error;

/// What became of the items that a reindexing has seen, since it was made.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ReindexReport {
    /// How many items were read.
    pub seen: u64,
    /// How many of them were changed.
    pub changed: u64,
    /// How many of these were of an older schema version, and are of the newest now, if that was asked
    /// for.
    pub upgraded: u64,
    /// How many had the keys that they should have.
    pub right: u64,
    /// How many were deleted by others meanwhile.
    pub gone: u64,
    /// How often an item was changed by others between being read and being written; it was read
    /// again.
    pub lost_races: u64,
    /// How many items were passed over: of no entity, if that was asked for, and the library's own.
    pub skipped: u64,
    /// The items that were not changed though they should have been, or that could not be read.
    pub failed: Vec<Unindexed>,
}

/// An item that reindexing has left as it was.
#[derive(Clone)]
#[non_exhaustive]
pub struct Unindexed {
    /// The item's key, as stored: `1/Details`.
    pub key: String,
    /// Why.
    pub reason: Arc<Error>,
}

/// How far a reindexing has come, told after each page.
#[derive(Debug)]
#[non_exhaustive]
pub struct ReindexProgress<'r> {
    /// What became of the items so far.
    pub report: &'r ReindexReport,
    /// Where to go on: all items before it are done. As text it can be kept.
    pub position: Cursor,
}

/// `1200 seen, 300 changed, 899 right, 0 gone, 2 lost races, 1 failed: ...`.
impl fmt::Display for ReindexReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seen, changed, upgraded, right, gone, lost_races, .. } = self;
        write!(f, "{seen} seen, {changed} changed")?;
        if *upgraded > 0 {
            write!(f, " ({upgraded} upgraded)")?;
        }
        write!(f, ", {right} right, {gone} gone")?;
        write!(f, ", {lost_races} lost races, {} failed", self.failed.len())?;
        self.failed.first().map_or(Ok(()), |first| write!(f, ": {}", first.reason))
    }
}

/// Without the key.
impl fmt::Debug for Unindexed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unindexed").field("reason", &self.reason).finish_non_exhaustive()
    }
}
