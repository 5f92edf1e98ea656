//! `Report`: what became of the items of a load.

use std::fmt;
use std::sync::Arc;

use crate::error::Error;
use crate::page::ConsumedCapacity;

/// What became of the items of a load so far.
///
/// Each item of the source is in one place: counted as written; failed; in doubt;
/// [in flight](super::Load::in_flight); [taken and not begun](super::Load::not_begun); or still in the
/// source.
pub struct Report<W> {
    pub(super) written: u64,
    pub(super) retried: u64,
    pub(super) requests: u64,
    pub(super) consumed: ConsumedCapacity,
    failed: Vec<Failed<W>>,
    in_doubt: Vec<Failed<W>>,
}

/// An item that was not written, or may not have been, and why.
pub struct Failed<W> {
    /// The item.
    pub item: W,
    /// Why; several items of one request share it.
    pub reason: Arc<Error>,
}

/// How far a load has come.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// How many items are written.
    pub written: u64,
    /// How many items have failed.
    pub failed: u64,
    /// How many items may be written or not, after all attempts.
    pub in_doubt: u64,
    /// How often an item was sent again.
    pub retried: u64,
    /// How many requests were answered.
    pub requests: u64,
    /// How many requests run at once now.
    pub concurrency: usize,
}

impl<W> Report<W> {
    /// How many items are written.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written
    }

    /// How often an item was sent again.
    #[must_use]
    pub fn retried(&self) -> u64 {
        self.retried
    }

    /// How many requests were answered.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.requests
    }

    /// The capacity that the answers told.
    #[must_use]
    pub fn consumed(&self) -> &ConsumedCapacity {
        &self.consumed
    }

    /// The items that were not written, in the order in which that was found.
    #[must_use]
    pub fn failed(&self) -> &[Failed<W>] {
        &self.failed
    }

    /// The items of which no attempt was answered by a refusal, and one not at all: each may be
    /// written or not.
    #[must_use]
    pub fn in_doubt(&self) -> &[Failed<W>] {
        &self.in_doubt
    }

    pub(super) fn trouble(&self) -> usize {
        self.failed.len() + self.in_doubt.len()
    }

    pub(super) fn fail(&mut self, item: W, reason: Error) {
        self.fail_with(item, Arc::new(reason));
    }

    pub(super) fn fail_with(&mut self, item: W, reason: Arc<Error>) {
        self.failed.push(Failed { item, reason });
    }

    pub(super) fn doubt(&mut self, item: W, reason: Arc<Error>) {
        self.in_doubt.push(Failed { item, reason });
    }
}

impl<W> Default for Report<W> {
    fn default() -> Self {
        Self {
            written: 0,
            retried: 0,
            requests: 0,
            consumed: ConsumedCapacity::default(),
            failed: Vec::new(),
            in_doubt: Vec::new(),
        }
    }
}

/// `120 written, 1 failed: write `Song`: ...`.
impl<W> fmt::Display for Report<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} written", self.written)?;
        for (list, what) in [(&self.failed, "failed"), (&self.in_doubt, "in doubt")] {
            if let Some(first) = list.first() {
                write!(f, ", {} {what}: {}", list.len(), first.reason)?;
            }
        }
        Ok(())
    }
}

/// Without the items.
impl<W> fmt::Debug for Report<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Report")
            .field("written", &self.written)
            .field("failed", &self.failed.len())
            .field("in_doubt", &self.in_doubt.len())
            .finish_non_exhaustive()
    }
}

impl<W> fmt::Debug for Failed<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failed").field("reason", &self.reason).finish_non_exhaustive()
    }
}
