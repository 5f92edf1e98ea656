//! `Expense`: what makes an operation cost more than it has to.

use std::fmt;

/// What makes an operation cost more than it has to, or more than it seems.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expense {
    /// Every item of the table is read.
    Scan,
    /// Each shard of an index is asked, and charged for, whether it has items or not.
    Shards {
        /// How many there are.
        shards: u32,
    },
    /// Items are read, charged for, and filtered out.
    Filter,
    /// Items of other entities are read, charged for, and passed over.
    OtherItems,
    /// A part of each item is returned, and the whole is charged for.
    Part,
    /// Nothing bounds how much is read; a limit bounds what is returned.
    Unbounded,
    /// A consistent read takes twice the units.
    Consistent,
    /// A transaction takes twice the units.
    Transaction,
    /// Unique values, or a move, make the write a transaction of this many.
    Together {
        /// How many writes it is.
        writes: usize,
    },
    /// An update is charged for the whole item, whatever it changes.
    WholeItem,
    /// What is replaced or deleted is charged for, if it is larger than what is there afterwards.
    Replaced,
    /// A condition that does not hold is charged for.
    Condition,
    /// The service decides how a statement is run: a `SELECT` whose `WHERE` does not have the partition
    /// key is a scan.
    Statement,
    /// An index key changes, which is two writes to the index.
    IndexKey {
        /// The index.
        index: &'static str,
    },
    /// What the service charges for a vector index is not in its rules for capacity.
    VectorCharges {
        /// The index.
        index: &'static str,
    },
}

impl fmt::Display for Expense {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scan => "a scan reads every item of the table",
            Self::Shards { shards } => {
                return write!(f, "each of the index's {shards} shards is asked");
            }
            Self::Filter => "a filter leaves out items that are read and charged for",
            Self::OtherItems => "items of other entities may be read, and charged for",
            Self::Part => "a part of each item is returned, the whole is charged for",
            Self::Unbounded => {
                "nothing bounds how much is read; `max_scanned` and `max_requests` do"
            }
            Self::Consistent => "a consistent read takes twice the units",
            Self::Transaction => "a transaction takes twice the units on a table",
            Self::Together { writes } => {
                return write!(f, "it is a transaction of {writes} writes, at twice the units");
            }
            Self::WholeItem => "an update is charged for the whole item, whatever it changes",
            Self::Replaced => "what was there is charged for, if it is larger",
            Self::Condition => "a condition that does not hold is charged for, too",
            Self::Statement => "a `SELECT` without the partition key in its `WHERE` is a scan",
            Self::VectorCharges { index } => {
                return write!(f, "nothing bounds what is charged for the vector index `{index}`");
            }
            Self::IndexKey { index } => {
                return write!(f, "a key of the index `{index}` may change, which is two writes");
            }
        })
    }
}
