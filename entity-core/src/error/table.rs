//! `TableError`: what cannot be done to a table.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::op::Difference;

/// What cannot be done to a table, or did not come to its end.
///
/// `Display` names the table.
#[derive(Debug, Clone, PartialEq)]
pub struct TableError(Box<(String, TableReason)>);

/// What cannot be done to a table.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum TableReason {
    /// The table is another one than the types and the settings say, in ways that the operation does
    /// not change; nothing was changed.
    Differs(Vec<Difference>),
    /// The table of another name was meant to be dropped; nothing was sent.
    NotMeant(String),
    /// The table is protected from being deleted; nothing was deleted.
    Protected,
    /// Two entities expire by two attributes, and a table has one; nothing was sent.
    TwoTimesToLive(&'static str, &'static str),
    /// Items are to expire, and no entity declares a field as `ttl`; nothing was sent.
    NoTimeToLive,
    /// A local index is declared, and an import creates none; nothing was sent.
    LocalIndex(&'static str),
    /// It was not done in the time given, and goes on without being waited for.
    Unfinished {
        /// What was waited for.
        what: String,
        /// How far it has come, in the service's word: `CREATING`.
        status: String,
        /// How long it was waited for.
        waited: Duration,
    },
    /// The service began it, and gave it up.
    Failed {
        /// What has failed.
        what: String,
        /// What the service says.
        message: String,
    },
    /// The service's answer lacks a member that it always has.
    Unanswered(&'static str),
}

impl TableError {
    #[cold]
    pub(crate) fn new(table: &str, reason: TableReason) -> Self {
        Self(Box::new((table.to_owned(), reason)))
    }

    /// The table's name.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.0.0
    }

    /// What cannot be done.
    #[must_use]
    pub fn reason(&self) -> &TableReason {
        &self.0.1
    }
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "table `{}`: {}", self.table(), self.reason())
    }
}

impl fmt::Display for TableReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Differs(differences) => {
                f.write_str("is another one, and was not changed: ")?;
                for (position, difference) in differences.iter().enumerate() {
                    f.write_str(if position > 0 { "; " } else { "" })?;
                    difference.fmt_without_table(f)?;
                }
                Ok(())
            }
            Self::NotMeant(name) => {
                write!(f, "the name given is `{name}`; nothing was dropped")
            }
            Self::Protected => f.write_str(
                "it is protected from being deleted; `update_table` with `deletion_protection(false)` first",
            ),
            Self::TwoTimesToLive(one, other) => {
                write!(f, "entities expire by `{one}` and by `{other}`, and a table has one TTL")?;
                f.write_str("; store both under one name")
            }
            Self::NoTimeToLive => {
                f.write_str("no entity has a field that is its `ttl`; add `#[entity(ttl)]` to one")
            }
            Self::LocalIndex(index) => {
                write!(f, "an import does not create local indexes, as `{index}` is")?;
                f.write_str("; `create_table` and `load` instead")
            }
            Self::Unfinished { what, status, waited } => {
                write!(f, "{what} is {status} after {} s", waited.as_secs_f32().round())
            }
            Self::Failed { what, message } => write!(f, "{what} has failed: {message}"),
            Self::Unanswered(member) => write!(f, "the answer has no `{member}`"),
        }
    }
}

impl StdError for TableError {}
