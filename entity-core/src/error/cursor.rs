//! `CursorError`: a cursor that is not this query's.

use std::error::Error as StdError;
use std::fmt;

/// A cursor that cannot continue the query; nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CursorError {
    table: Option<String>,
    reason: CursorReason,
}

/// What is wrong with a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CursorReason {
    /// It is not a cursor, or a byte of it was changed.
    Broken,
    /// It was made by another version of the library.
    Version,
    /// It belongs to another read: another table, index, partition, condition, direction or number of
    /// segments.
    OtherQuery,
    /// It is not signed, and the handle has a [`CursorKey`](crate::CursorKey).
    Unsigned,
    /// It is signed, and the handle has no [`CursorKey`](crate::CursorKey).
    Signed,
    /// Its signature is not of the handle's [`CursorKey`](crate::CursorKey), or a byte of it was
    /// changed.
    Forged,
}

impl CursorError {
    #[cold]
    pub(crate) fn new(table: Option<&str>, reason: CursorReason) -> Self {
        Self { table: table.map(str::to_owned), reason }
    }

    /// What is wrong.
    #[must_use]
    pub fn reason(&self) -> CursorReason {
        self.reason
    }
}

impl fmt::Display for CursorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cursor")?;
        self.table.iter().try_for_each(|table| write!(f, " for `{table}`"))?;
        write!(f, ": {}", self.reason)
    }
}

impl fmt::Display for CursorReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Broken => "it is no cursor, or was changed",
            Self::Version => {
                "it was made by another version of this library; begin again without it"
            }
            Self::OtherQuery => "it belongs to another read; give it to the one that it came from",
            Self::Unsigned => "it is not signed, and the handle has a cursor key",
            Self::Signed => {
                "it is signed, and the handle has no cursor key; give it the key with `cursor_key`"
            }
            Self::Forged => "its signature is not of the handle's cursor key",
        })
    }
}

impl StdError for CursorError {}
