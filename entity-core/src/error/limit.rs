//! `LimitError`: more than DynamoDB takes.

use std::error::Error as StdError;
use std::fmt;

/// More than DynamoDB takes; nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LimitError {
    /// An item is larger than 409,600 bytes, names and values of its attributes together.
    ItemSize {
        /// The entity.
        entity: &'static str,
        /// The item's size in bytes.
        bytes: usize,
    },
    /// A transaction has more than 100 operations.
    Operations {
        /// How many they are.
        count: usize,
    },
    /// The items of a transaction are larger than 4 MB together.
    TransactionSize {
        /// Their size in bytes.
        bytes: usize,
    },
    /// A search asks for no item, or for more than 100.
    Nearest {
        /// For how many.
        items: usize,
    },
}

/// The most bytes of an item.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
pub(crate) const ITEM_BYTES: usize = 400 * 1024;

/// The most operations of a transaction.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
pub(crate) const OPERATIONS: usize = 100;

/// The most items that a search returns.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_SearchVectors.html>
pub(crate) const NEAREST: usize = 100;

/// The most bytes of the items of a transaction.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
pub(crate) const TRANSACTION_BYTES: usize = 4 * 1024 * 1024;

impl fmt::Display for LimitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ItemSize { entity, bytes } => {
                write!(f, "`{entity}`: the item has {bytes} bytes, DynamoDB allows {ITEM_BYTES}")
            }
            Self::Operations { count } => {
                write!(
                    f,
                    "a transaction of {count} reads or writes (a move is two), DynamoDB allows {OPERATIONS}"
                )
            }
            Self::TransactionSize { bytes } => write!(
                f,
                "the items of the transaction have {bytes} bytes, DynamoDB allows {TRANSACTION_BYTES}"
            ),
            Self::Nearest { items } => {
                write!(f, "a search for the nearest {items} items, DynamoDB allows 1 to {NEAREST}")
            }
        }
    }
}

impl StdError for LimitError {}
