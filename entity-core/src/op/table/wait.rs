//! `Wait`: waiting for what the service does by and by.

use std::fmt;
use std::time::Duration;

use aws_sdk_dynamodb::types as sdk;
use tokio::time::Instant;

use super::live::describe;
use crate::error::{Error, TableError, TableReason};
use crate::handle::Target;

/// How long to wait, unless said otherwise.
const WAIT: Duration = Duration::from_secs(300);

/// The first pause between two questions; each is twice as long as the last one, up to the longest.
const PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How far the service has come with what is waited for.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TableProgress {
    /// The table's name.
    pub table: String,
    /// What is waited for: `the table`, `the backup`.
    pub what: &'static str,
    /// Its status, in the service's word: `CREATING`.
    pub status: String,
    /// The indexes of the table that are not `ACTIVE`.
    pub indexes: Vec<IndexProgress>,
    /// How long it was waited for by now.
    pub waited: Duration,
}

/// How far an index has come.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct IndexProgress {
    /// The index's name.
    pub name: String,
    /// The index's status, in the service's word: `CREATING`.
    pub status: String,
    /// Whether the items of the table are being put into it.
    pub backfilling: bool,
}

/// Who is told how far it has come.
pub(super) type Tell = dyn FnMut(&TableProgress) + Send;

/// How long to wait, and who is told meanwhile.
pub(super) struct Wait {
    pub(super) at_most: Duration,
    pub(super) progress: Option<Box<Tell>>,
    begun: Instant,
    pause: Duration,
}

impl Wait {
    pub(super) fn new() -> Self {
        Self { at_most: WAIT, progress: None, begun: Instant::now(), pause: PAUSE }
    }

    /// Begins to wait for something.
    pub(super) fn begin(&mut self) {
        (self.begun, self.pause) = (Instant::now(), PAUSE);
    }

    /// Waits until the table and all of its indexes are `ACTIVE`.
    pub(super) async fn active(&mut self, target: &Target) -> Result<sdk::TableDescription, Error> {
        self.begin();
        loop {
            let table = describe(target).await?;
            let status = table.table_status.as_ref().map(sdk::TableStatus::as_str);
            let active = status == Some(sdk::TableStatus::Active.as_str());
            let indexes = indexes(&table);
            if active && indexes.is_empty() {
                self.tell(target, "the table", status, indexes);
                return Ok(table);
            }
            self.ask_again(target, "the table", status, indexes).await?;
        }
    }

    /// Pauses before the next question, if there is time for one; `status` was the answer to the last.
    pub(super) async fn pause(
        &mut self,
        target: &Target,
        what: &'static str,
        status: Option<&str>,
    ) -> Result<(), Error> {
        self.ask_again(target, what, status, Vec::new()).await
    }

    async fn ask_again(
        &mut self,
        target: &Target,
        what: &'static str,
        status: Option<&str>,
        indexes: Vec<IndexProgress>,
    ) -> Result<(), Error> {
        let unfinished = match indexes.first() {
            Some(index) => (format!("the index `{}`", index.name), index.status.clone()),
            None => (what.to_owned(), word(status)),
        };
        self.tell(target, what, status, indexes);
        let waited = self.begun.elapsed();
        if waited >= self.at_most {
            let (what, status) = unfinished;
            let reason = TableReason::Unfinished { what, status, waited };
            return Err(TableError::new(&target.table, reason).into());
        }
        tokio::time::sleep(self.pause.min(self.at_most - waited)).await;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        Ok(())
    }

    fn tell(
        &mut self,
        target: &Target,
        what: &'static str,
        status: Option<&str>,
        indexes: Vec<IndexProgress>,
    ) {
        if let Some(tell) = &mut self.progress {
            let (table, waited) = (target.table.to_string(), self.begun.elapsed());
            tell(&TableProgress { table, what, status: word(status), indexes, waited });
        }
    }
}

fn word(status: Option<&str>) -> String {
    status.unwrap_or("UNKNOWN").to_owned()
}

/// The indexes that are not `ACTIVE`.
fn indexes(table: &sdk::TableDescription) -> Vec<IndexProgress> {
    let indexes = table.global_secondary_indexes().iter();
    let indexes = indexes.filter(|index| index.index_status != Some(sdk::IndexStatus::Active));
    let progress = |index: &sdk::GlobalSecondaryIndexDescription| IndexProgress {
        name: index.index_name.clone().unwrap_or_default(),
        status: word(index.index_status.as_ref().map(sdk::IndexStatus::as_str)),
        backfilling: index.backfilling.unwrap_or(false),
    };
    let vectors = table.vector_indexes().iter();
    let vectors = vectors.filter(|index| index.index_status != Some(sdk::IndexStatus::Active));
    let vectors = vectors.map(|index| IndexProgress {
        name: index.index_name.clone().unwrap_or_default(),
        status: word(index.index_status.as_ref().map(sdk::IndexStatus::as_str)),
        backfilling: index.backfilling.unwrap_or(false),
    });
    indexes.map(progress).chain(vectors).collect()
}

impl fmt::Debug for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait").field("at_most", &self.at_most).finish_non_exhaustive()
    }
}
