//! `ConditionFailed`: an item that was not written, as its condition did not hold.

use std::error::Error as StdError;
use std::fmt;

use super::Error;
use crate::item::{Readable, read_stored};

/// The item was not written, as its condition did not hold.
///
/// What was to be written is still with the caller, who lent it. What is stored instead is in
/// [`stored`](Self::stored), if the operation was told to `return_stored_on_failure`.
pub struct ConditionFailed {
    operation: &'static str,
    entity: &'static str,
    table: String,
    key: Option<String>,
    reason: ConditionReason,
    stored: Option<Vec<u8>>,
}

/// Which condition did not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConditionReason {
    /// An item with the key is there, and there must be none.
    Exists,
    /// No item with the key is there, and there must be one.
    NotFound,
    /// The item with the key is another entity's, by the table's type attribute.
    OtherEntity,
    /// The item is there in another version.
    Version,
    /// The item is not what it was when it was read.
    Changed,
    /// Another item has the value of that field, which must be unique.
    Unique(&'static str),
    /// The item is there without its keys in an index, and the initial values do not tell what they
    /// are.
    IndexKeys,
    /// The item is of another version of the entity's schema: an update changes items of the newest
    /// alone.
    Schema,
    /// What was said by `when`.
    When,
    /// What the `WHERE` of a statement asks of the item that is written.
    Where,
}

impl ConditionFailed {
    #[cold]
    pub(crate) fn new(
        operation: &'static str,
        entity: &'static str,
        table: &str,
        reason: ConditionReason,
        stored: Option<Vec<u8>>,
    ) -> Self {
        Self { operation, entity, table: table.to_owned(), key: None, reason, stored }
    }

    /// The same, of the item with a key, by the texts of its attributes.
    pub(crate) fn of(mut self, key: &[String]) -> Self {
        self.key = Some(key.join("/"));
        self
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

    /// The key of the item that was not written: `1/Details`. `None` if the entity is declared
    /// `sensitive`, if it is the guard of a unique value that was not written, and if a statement was to
    /// write the item.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Which condition did not hold.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tracks.rs"));
    /// use entity_core::ErrorKind;
    /// use entity_core::error::ConditionReason;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let tracks = tracks().await?;
    /// let update = tracks.update(Track::key("9")).set(|t| t.plays.add(1));
    /// match update.await.unwrap_err().kind() {
    ///     ErrorKind::ConditionFailed(failed) => {
    ///         assert_eq!(failed.reason(), ConditionReason::NotFound);
    ///     }
    ///     other => panic!("{other:?}"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn reason(&self) -> ConditionReason {
        self.reason
    }

    /// The item that is stored, as it was when the condition failed; `None` if there is none, or if
    /// the operation was not told to return it.
    ///
    /// # Errors
    ///
    /// If the item is not an `R`.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tracks.rs"));
    /// use entity_core::ErrorKind;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let tracks = tracks().await?;
    /// let create = tracks.create(&track("1")).return_stored_on_failure();
    /// match create.await.unwrap_err().kind() {
    ///     ErrorKind::ConditionFailed(failed) => {
    ///         assert_eq!(failed.stored::<Track>()?, Some(track("1")));
    ///     }
    ///     other => panic!("{other:?}"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn stored<R: Readable>(&self) -> Result<Option<R>, Error> {
        let read = |json: &Vec<u8>| read_stored(json, &self.table);
        Ok(self.stored.as_ref().map(read).transpose()?)
    }
}

impl fmt::Display for ConditionFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, entity, table, key, reason, .. } = self;
        write!(f, "{operation} `{entity}`")?;
        key.iter().try_for_each(|key| write!(f, " {key}"))?;
        write!(f, " in `{table}`: {reason}")
    }
}

impl fmt::Display for ConditionReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exists => f.write_str("an item with its key exists"),
            Self::NotFound => f.write_str("no item with its key exists"),
            Self::OtherEntity => f.write_str("the item with its key is another entity's"),
            Self::Version => f.write_str("the item is there in another version; read it again, and change that"),
            Self::Changed => f.write_str(
                "the item is not what it was when it was read; read it again, and change that",
            ),
            Self::Unique(field) => write!(f, "another item has its `{field}`, which is unique"),
            Self::IndexKeys => f.write_str(
                "the item is there without its keys in an index, which the initial values do not tell; run `reindex()`",
            ),
            Self::Schema => f.write_str(
                "the item is of another schema version, and an update would mix the two; `put` it as it was read, or run `reindex().upgrade()`",
            ),
            Self::When => f.write_str("the condition of `when` does not hold"),
            Self::Where => f.write_str("the condition of its `WHERE` does not hold"),
        }
    }
}

/// Without the key and the stored item.
impl fmt::Debug for ConditionFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConditionFailed")
            .field("operation", &self.operation)
            .field("entity", &self.entity)
            .field("table", &self.table)
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

impl StdError for ConditionFailed {}
