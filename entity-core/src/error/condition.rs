//! `ConditionFailed`: an item that was not written, as its condition did not hold.

use std::error::Error as StdError;
use std::fmt;

/// The item was not written, as its condition did not hold.
#[derive(Debug)]
pub struct ConditionFailed {
    operation: &'static str,
    entity: &'static str,
    table: String,
    condition: &'static str,
}

impl ConditionFailed {
    #[cold]
    pub(crate) fn new(
        operation: &'static str,
        entity: &'static str,
        table: &str,
        condition: &'static str,
    ) -> Self {
        Self { operation, entity, table: table.to_owned(), condition }
    }

    /// The operation: `create`.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The entity that was not written.
    #[must_use]
    pub fn entity(&self) -> &'static str {
        self.entity
    }

    /// The table's name.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }
}

impl fmt::Display for ConditionFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, entity, table, condition } = self;
        write!(f, "{operation} `{entity}` in `{table}`: {condition}")
    }
}

impl StdError for ConditionFailed {}
