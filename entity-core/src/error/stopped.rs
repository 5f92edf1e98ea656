//! `ReadStopped`: a read that came to a bound of its cost.

use std::error::Error as StdError;
use std::fmt;

use crate::Cursor;

/// A read that came to a bound of its cost before its end; there may be more.
///
/// # Example
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
/// use entity_core::ErrorKind;
/// use entity_core::error::Bound;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let songs = songs().await?;
/// let partial = songs.query(MonthlyCount::partition("1")).max_scanned(2).all().await.unwrap_err();
/// assert_eq!(partial.items().len(), 2);
/// let ErrorKind::Stopped(stopped) = partial.errors()[0].kind() else { panic!() };
/// assert_eq!(stopped.bound(), Bound::MaxScanned);
///
/// let rest = songs.query(MonthlyCount::partition("1")).after(stopped.cursor()).all().await?;
/// assert_eq!(rest.len(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct ReadStopped {
    table: String,
    bound: Bound,
    cursor: Cursor,
}

/// What bounds the cost of a read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Bound {
    /// How many items the service looks at.
    MaxScanned,
    /// How many requests are sent.
    MaxRequests,
}

impl ReadStopped {
    #[cold]
    pub(crate) fn new(table: &str, bound: Bound, cursor: Cursor) -> Self {
        Self { table: table.to_owned(), bound, cursor }
    }

    /// What it came to.
    #[must_use]
    pub fn bound(&self) -> Bound {
        self.bound
    }

    /// Where to go on.
    #[must_use]
    pub fn cursor(&self) -> &Cursor {
        &self.cursor
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MaxScanned => "max_scanned",
            Self::MaxRequests => "max_requests",
        })
    }
}

impl fmt::Display for ReadStopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, bound, .. } = self;
        write!(
            f,
            "read of `{table}`: stopped by `{bound}` before its end; go on after its `cursor()`"
        )
    }
}

impl StdError for ReadStopped {}
