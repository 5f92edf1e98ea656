//! `export_table`: the items of a table in S3, as they were at a time.

use std::time::SystemTime;

use aws_sdk_dynamodb::types as sdk;

use super::live::describe;
use super::wait::Wait;
use super::{awaited, sent, unanswered, waits};
use crate::error::{Error, TableError, TableReason};
use crate::handle::{TableHandle, Target};
use crate::schema::Table;

/// An export of a table.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Export {
    /// Its ARN.
    pub arn: String,
    /// The bucket that it is in.
    pub bucket: String,
    /// What its objects' names begin with, where that was said.
    pub prefix: Option<String>,
    /// The name of the manifest, which lists the objects, once the service knows it.
    pub manifest: Option<String>,
    /// As of when its items are.
    pub time: Option<SystemTime>,
    /// How many items it has.
    pub items: Option<u64>,
    /// How much of the table is charged for.
    pub bytes: Option<u64>,
}

/// Exports the table; made by [`TableHandle::export_table`].
#[must_use = "nothing is sent until it is awaited"]
pub struct ExportTable {
    target: Target,
    what: What,
    wait: Wait,
}

enum What {
    New { bucket: String, prefix: Option<String>, time: Option<SystemTime> },
    Begun(String),
}

impl<T: Table> TableHandle<T> {
    /// Exports all items to a bucket of S3, as they were at a second of the table's point-in-time
    /// recovery, which must be on; waits until it is complete.
    ///
    /// It takes no capacity of the table, and some minutes at least: [`wait`](ExportTable::wait), or
    /// [`start`](ExportTable::start). Its objects are files of DynamoDB JSON, compressed with gzip:
    /// [`ExportLines`](crate::op::ExportLines) reads their lines as entities. It is a full export;
    /// incremental ones, and Amazon Ion, are left to the SDK.
    ///
    /// # Errors
    ///
    /// [`TableError`] if the service gives it up, or it is not complete in time; or if a request fails.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let export = songs.export_table("a-bucket").prefix("songs");
    /// let export = export.wait(Duration::from_secs(3600)).await?;
    /// println!("{} items, listed in {:?}", export.items.unwrap_or(0), export.manifest);
    /// # Ok(())
    /// # }
    /// ```
    pub fn export_table(&self, bucket: impl Into<String>) -> ExportTable {
        let what = What::New { bucket: bucket.into(), prefix: None, time: None };
        ExportTable { target: self.target(), what, wait: Wait::new() }
    }

    /// Waits until an export is complete that was [started](ExportTable::start), by its ARN.
    pub fn await_export(&self, arn: impl Into<String>) -> ExportTable {
        let what = What::Begun(arn.into());
        ExportTable { target: self.target(), what, wait: Wait::new() }
    }
}

impl ExportTable {
    /// What the names of its objects begin with.
    pub fn prefix(mut self, begin: impl Into<String>) -> Self {
        if let What::New { prefix, .. } = &mut self.what {
            *prefix = Some(begin.into());
        }
        self
    }

    /// The items as they were then; as they are now if it is not said.
    pub fn at(mut self, then: SystemTime) -> Self {
        if let What::New { time, .. } = &mut self.what {
            *time = Some(then);
        }
        self
    }

    /// Starts it, and returns its ARN without waiting; [`await_export`](TableHandle::await_export) waits.
    ///
    /// # Errors
    ///
    /// If a request fails.
    pub async fn start(self) -> Result<String, Error> {
        let Self { target, what, .. } = self;
        let (bucket, prefix, time) = match what {
            What::Begun(arn) => return Ok(arn),
            What::New { bucket, prefix, time } => (bucket, prefix, time),
        };
        let arn = describe(&target).await?.table_arn;
        let export = target.client.export_table_to_point_in_time().set_table_arn(arn);
        let export = export.s3_bucket(bucket).set_s3_prefix(prefix);
        let export = export.set_export_time(time.map(Into::into));
        let export = export.export_format(sdk::ExportFormat::DynamodbJson);
        let answer = sent("ExportTableToPointInTime", &target, export.send()).await?;
        let arn = answer.export_description.and_then(|export| export.export_arn);
        arn.ok_or_else(|| unanswered(&target, "ExportArn"))
    }

    async fn run(mut self) -> Result<Export, Error> {
        let target = self.target.clone();
        let mut wait = std::mem::replace(&mut self.wait, Wait::new());
        let arn = self.start().await?;
        wait.begin();
        loop {
            let describe = target.client.describe_export().export_arn(&arn);
            let answer = sent("DescribeExport", &target, describe.send()).await?;
            let export = answer.export_description;
            let export = export.ok_or_else(|| unanswered(&target, "ExportDescription"))?;
            match &export.export_status {
                Some(sdk::ExportStatus::Completed) => return Ok(Export::new(arn, export)),
                Some(sdk::ExportStatus::Failed) => {
                    let what = "the export".to_owned();
                    let message = failure(export.failure_code, export.failure_message);
                    let reason = TableReason::Failed { what, message };
                    return Err(TableError::new(&target.table, reason).into());
                }
                status => {
                    let status = status.as_ref().map(sdk::ExportStatus::as_str);
                    wait.pause(&target, "the export", status).await?;
                }
            }
        }
    }
}

/// What the service says of what it gave up.
pub(super) fn failure(code: Option<String>, message: Option<String>) -> String {
    let texts: Vec<String> = code.into_iter().chain(message).collect();
    texts.join(": ")
}

impl Export {
    fn new(arn: String, export: sdk::ExportDescription) -> Self {
        let number = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok());
        Self {
            arn,
            bucket: export.s3_bucket.unwrap_or_default(),
            prefix: export.s3_prefix,
            manifest: export.export_manifest,
            time: export.export_time.and_then(|time| time.try_into().ok()),
            items: number(export.item_count),
            bytes: number(export.billed_size_bytes),
        }
    }
}

waits!(ExportTable);
awaited!(ExportTable, Export);
