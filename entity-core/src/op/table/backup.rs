//! Backups of a table: `create_backup`, `backups`, `delete_backup`.

use std::time::SystemTime;

use aws_sdk_dynamodb::types as sdk;

use super::wait::Wait;
use super::{awaited, sent, unanswered, waits};
use crate::error::{Error, TableError, TableReason};
use crate::handle::{TableHandle, Target};
use crate::schema::Table;

/// A backup of a table.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Backup {
    /// Its ARN, by which it is restored and deleted.
    pub arn: String,
    /// Its name; several may have one.
    pub name: String,
    /// The service's word: `AVAILABLE`.
    pub status: String,
    /// When it was asked for.
    pub created: Option<SystemTime>,
    /// Its size, where the service knows it.
    pub bytes: Option<u64>,
}

/// Makes a backup; made by [`TableHandle::create_backup`].
#[must_use = "nothing is sent until it is awaited"]
pub struct CreateBackup {
    target: Target,
    name: String,
    wait: Wait,
}

/// Lists backups; made by [`TableHandle::backups`].
#[must_use = "nothing is sent until it is awaited"]
pub struct Backups {
    target: Target,
}

/// Deletes a backup; made by [`TableHandle::delete_backup`].
#[must_use = "nothing is sent until it is awaited"]
pub struct DeleteBackup {
    target: Target,
    arn: String,
}

impl<T: Table> TableHandle<T> {
    /// Makes a backup of the whole table, which is kept until it is deleted, and waits until it is
    /// `AVAILABLE`.
    ///
    /// It has the items and the indexes; not TTL, streams, tags, deletion protection and point-in-time
    /// recovery, which [`update_table`](Self::update_table) sets again on a table that is restored.
    ///
    /// # Errors
    ///
    /// If a request fails, or it is not there in time.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use entity_core::op::RestoreFrom;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let backup = songs.create_backup("before-the-migration").await?;
    /// assert!(songs.backups().await?.contains(&backup));
    ///
    /// let restored = songs.clone().named("Songs-restored");
    /// restored.restore_table(RestoreFrom::backup(&backup.arn)).await?;
    /// assert_eq!(restored.scan().count().await?, 6);
    /// songs.delete_backup(&backup.arn).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn create_backup(&self, name: impl Into<String>) -> CreateBackup {
        CreateBackup { target: self.target(), name: name.into(), wait: Wait::new() }
    }

    /// The backups of the table, in the service's order, of all pages; those that AWS Backup made are
    /// not among them.
    pub fn backups(&self) -> Backups {
        Backups { target: self.target() }
    }

    /// Deletes a backup, by its ARN.
    pub fn delete_backup(&self, arn: impl Into<String>) -> DeleteBackup {
        DeleteBackup { target: self.target(), arn: arn.into() }
    }
}

impl CreateBackup {
    async fn run(self) -> Result<Backup, Error> {
        let Self { target, name, mut wait } = self;
        let create = target.client.create_backup().table_name(&*target.table).backup_name(name);
        let answer = sent("CreateBackup", &target, create.send()).await?;
        let mut details = answer.backup_details;
        wait.begin();
        loop {
            let backup = details.ok_or_else(|| unanswered(&target, "BackupDetails"))?;
            let status = backup.backup_status.clone();
            let backup = Backup::from(backup);
            match status {
                sdk::BackupStatus::Available => return Ok(backup),
                sdk::BackupStatus::Deleted => {
                    let (what, message) = ("the backup".to_owned(), "it is deleted".to_owned());
                    let reason = TableReason::Failed { what, message };
                    return Err(TableError::new(&target.table, reason).into());
                }
                _ => wait.pause(&target, "the backup", Some(&backup.status)).await?,
            }
            let describe = target.client.describe_backup().backup_arn(backup.arn);
            let answer = sent("DescribeBackup", &target, describe.send()).await?;
            details = answer.backup_description.and_then(|backup| backup.backup_details);
        }
    }
}

impl Backups {
    async fn run(self) -> Result<Vec<Backup>, Error> {
        let Self { target } = self;
        let (mut backups, mut after) = (Vec::new(), None);
        loop {
            let list = target.client.list_backups().table_name(&*target.table);
            let list = list.set_exclusive_start_backup_arn(after);
            let answer = sent("ListBackups", &target, list.send()).await?;
            backups.extend(answer.backup_summaries.into_iter().flatten().map(Backup::from));
            after = answer.last_evaluated_backup_arn;
            if after.is_none() {
                return Ok(backups);
            }
        }
    }
}

impl DeleteBackup {
    async fn run(self) -> Result<(), Error> {
        let delete = self.target.client.delete_backup().backup_arn(self.arn);
        sent("DeleteBackup", &self.target, delete.send()).await.map(drop)
    }
}

waits!(CreateBackup);
awaited!(CreateBackup, Backup);
awaited!(Backups, Vec<Backup>);
awaited!(DeleteBackup, ());

impl From<sdk::BackupDetails> for Backup {
    fn from(backup: sdk::BackupDetails) -> Self {
        Self {
            arn: backup.backup_arn,
            name: backup.backup_name,
            status: backup.backup_status.as_str().to_owned(),
            created: SystemTime::try_from(backup.backup_creation_date_time).ok(),
            bytes: backup.backup_size_bytes.and_then(|bytes| u64::try_from(bytes).ok()),
        }
    }
}

impl From<sdk::BackupSummary> for Backup {
    fn from(backup: sdk::BackupSummary) -> Self {
        Self {
            arn: backup.backup_arn.unwrap_or_default(),
            name: backup.backup_name.unwrap_or_default(),
            status: backup.backup_status.map_or("UNKNOWN".into(), |it| it.as_str().to_owned()),
            created: backup.backup_creation_date_time.and_then(|time| time.try_into().ok()),
            bytes: backup.backup_size_bytes.and_then(|bytes| u64::try_from(bytes).ok()),
        }
    }
}
