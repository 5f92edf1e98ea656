//! What to ask for: the items of one partition, narrowed by the sort key from the left.
//!
//! The derive's `partition` and index functions begin a [`Steps`]; the methods that it names after
//! the fields narrow it, one part at a time; [`Steps::finish`] is the key condition.

mod condition;
mod key_condition;
mod near;
mod steps;

pub use self::condition::{
    Awaits, BeginsWith, Condition, Ended, SortCondition, Takes, begins_with,
};
pub(crate) use self::key_condition::Admitted;
pub use self::key_condition::{IntoQuery, KeyCondition};
pub use self::near::{IntoSearch, Near};
pub use self::steps::{Partition, Steps};

/// Reads may be consistent: those of a table, and of a local secondary index.
#[derive(Debug)]
pub enum Strong {}

/// Reads are eventually consistent: those of a global secondary index.
#[derive(Debug)]
pub enum Eventual {}

/// Holds where a read may be consistent.
#[diagnostic::on_unimplemented(
    message = "a global secondary index cannot be read consistently",
    label = "reads of this index are eventually consistent",
    note = "remove `.consistent()`, or query the table itself"
)]
pub trait ConsistentReads {}

impl ConsistentReads for Strong {}
