//! `restore_table`: a table out of a backup, or as another was at a time.

use std::time::SystemTime;

use super::wait::Wait;
use super::{awaited, sent, waits};
use crate::error::Error;
use crate::handle::{TableHandle, Target};
use crate::schema::Table;

/// What a table is restored from.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct RestoreFrom(Source);

#[derive(Debug, Clone, PartialEq)]
enum Source {
    Backup(String),
    Table { name: String, time: Option<SystemTime> },
}

impl RestoreFrom {
    /// A backup, by its ARN.
    pub fn backup(arn: impl Into<String>) -> Self {
        Self(Source::Backup(arn.into()))
    }

    /// A table of that name, as it was at that second; it has point-in-time recovery.
    pub fn table_at(name: impl Into<String>, time: SystemTime) -> Self {
        Self(Source::Table { name: name.into(), time: Some(time) })
    }

    /// A table of that name, as late as can be: about five minutes ago.
    pub fn latest_of_table(name: impl Into<String>) -> Self {
        Self(Source::Table { name: name.into(), time: None })
    }
}

/// Restores the table; made by [`TableHandle::restore_table`].
#[must_use = "nothing is sent until it is awaited"]
pub struct RestoreTable {
    target: Target,
    from: RestoreFrom,
    wait: Wait,
}

impl<T: Table> TableHandle<T> {
    /// Creates the table, under the name that the handle has, with the items and indexes of a backup or
    /// of another table at a time, and waits until it is `ACTIVE`; that may take hours:
    /// [`wait`](RestoreTable::wait).
    ///
    /// It does not write into a table that exists. TTL, stream, tags, deletion protection and
    /// point-in-time recovery are not restored: [`ensure_table`](Self::ensure_table) turns them on.
    ///
    /// # Errors
    ///
    /// If a request fails, as when a table of that name exists (`TableAlreadyExistsException`), or the
    /// table is not `ACTIVE` in time.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use std::time::{Duration, SystemTime};
    /// use entity_core::op::RestoreFrom;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let before = SystemTime::now() - Duration::from_secs(3600);
    /// let restored = songs.clone().named("Songs-an-hour-ago");
    /// let restore = restored.restore_table(RestoreFrom::table_at(songs.name(), before));
    /// restore.wait(Duration::from_secs(6 * 3600)).await?;
    /// restored.ensure_table().await?; // TTL is off
    /// # Ok(())
    /// # }
    /// ```
    pub fn restore_table(&self, from: RestoreFrom) -> RestoreTable {
        RestoreTable { target: self.target(), from, wait: Wait::new() }
    }
}

impl RestoreTable {
    async fn run(mut self) -> Result<(), Error> {
        let Self { target, from, wait } = &mut self;
        match &from.0 {
            Source::Backup(arn) => {
                let restore = target.client.restore_table_from_backup().backup_arn(arn);
                let restore = restore.target_table_name(&*target.table);
                sent("RestoreTableFromBackup", target, restore.send()).await?;
            }
            Source::Table { name, time } => {
                let restore = target.client.restore_table_to_point_in_time();
                let restore = restore.source_table_name(name).target_table_name(&*target.table);
                let restore = match time {
                    Some(time) => restore.restore_date_time((*time).into()),
                    None => restore.use_latest_restorable_time(true),
                };
                sent("RestoreTableToPointInTime", target, restore.send()).await?;
            }
        }
        wait.active(target).await.map(drop)
    }
}

waits!(RestoreTable);
awaited!(RestoreTable, ());
