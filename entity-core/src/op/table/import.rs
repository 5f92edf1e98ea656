//! `import_table`: a table of files in S3.

use aws_sdk_dynamodb::types as sdk;
use aws_smithy_types::error::operation::BuildError;

use super::declare::{self, attribute_definitions, key_schema};
use super::export::failure;
use super::wait::Wait;
use super::wanted::Wanted;
use super::{awaited, built, sent, unanswered, waits, with_settings};
use crate::error::{Error, TableError, TableReason};
use crate::handle::{TableHandle, Target};
use crate::schema::{IndexKind, Table};

/// An import that is complete.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Import {
    /// Its ARN.
    pub arn: String,
    /// How many items of the files were read.
    pub processed: u64,
    /// How many of them were written; several of one key are one item.
    pub imported: u64,
    /// How many could not be.
    pub errors: u64,
}

/// How the files of an import are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compression {
    /// Not at all.
    None,
    /// With gzip, as exports are.
    Gzip,
    /// With Zstandard.
    Zstd,
}

/// Imports the table; made by [`TableHandle::import_table`].
#[must_use = "nothing is sent until it is awaited"]
pub struct ImportTable {
    target: Target,
    wanted: Wanted,
    what: What,
    wait: Wait,
}

enum What {
    New { bucket: String, prefix: Option<String>, compression: Compression },
    Begun(String),
}

impl<T: Table> TableHandle<T> {
    /// Creates the table as declared, with the items of DynamoDB JSON in a bucket of S3, such as an
    /// [export](Self::export_table)'s; waits until it is complete, which may take hours:
    /// [`wait`](ImportTable::wait), or [`start`](ImportTable::start).
    ///
    /// Items are written as the files have them: index keys that they lack are
    /// [`reindex`](Self::reindex)ed. Of the settings, an import takes how it is billed: TTL, stream,
    /// class and the others are for [`ensure_table`](Self::ensure_table) afterwards. It does not write
    /// into a table that exists.
    ///
    /// # Errors
    ///
    /// [`TableError`] if the table declares a local index, before anything is sent; if the service gives
    /// it up, or it is not complete in time; or if a request fails. Items that could not be written are
    /// not an error: [`Import::errors`] counts them.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use entity_core::op::Compression;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?.named("Songs-imported");
    /// let import = songs.import_table("a-bucket").prefix("songs/AWSDynamoDB/0/data/");
    /// let import = import.compression(Compression::Gzip).await?;
    /// assert_eq!(import.errors, 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn import_table(&self, bucket: impl Into<String>) -> ImportTable {
        let (bucket, prefix, compression) = (bucket.into(), None, Compression::None);
        self.import(What::New { bucket, prefix, compression })
    }

    /// Waits until an import is complete that was [started](ImportTable::start), by its ARN.
    pub fn await_import(&self, arn: impl Into<String>) -> ImportTable {
        self.import(What::Begun(arn.into()))
    }

    fn import(&self, what: What) -> ImportTable {
        ImportTable { target: self.target(), wanted: Wanted::of::<T>(), what, wait: Wait::new() }
    }
}

impl ImportTable {
    /// What the names of the objects begin with that are imported; all of the bucket if it is not said.
    pub fn prefix(mut self, begin: impl Into<String>) -> Self {
        if let What::New { prefix, .. } = &mut self.what {
            *prefix = Some(begin.into());
        }
        self
    }

    /// How the files are compressed; not at all if it is not said.
    pub fn compression(mut self, with: Compression) -> Self {
        if let What::New { compression, .. } = &mut self.what {
            *compression = with;
        }
        self
    }

    /// Starts it, and returns its ARN without waiting; [`await_import`](TableHandle::await_import) waits.
    ///
    /// # Errors
    ///
    /// If the table declares a local index, or the request fails.
    pub async fn start(self) -> Result<String, Error> {
        let Self { target, wanted, what, .. } = self;
        let (bucket, prefix, compression) = match what {
            What::Begun(arn) => return Ok(arn),
            What::New { bucket, prefix, compression } => (bucket, prefix, compression),
        };
        let mut indexes = wanted.schema.indexes.iter();
        if let Some(local) = indexes.find(|index| index.kind == IndexKind::Local) {
            return Err(TableError::new(&target.table, TableReason::LocalIndex(local.name)).into());
        }
        let table = built("ImportTable", &target, parameters(&target.table, &wanted))?;
        let source = sdk::S3BucketSource::builder().s3_bucket(bucket).set_s3_key_prefix(prefix);
        let source = built("ImportTable", &target, source.build())?;
        let import = target.client.import_table().s3_bucket_source(source);
        let import = import.input_format(sdk::InputFormat::DynamodbJson);
        let import = import.input_compression_type(match compression {
            Compression::None => sdk::InputCompressionType::None,
            Compression::Gzip => sdk::InputCompressionType::Gzip,
            Compression::Zstd => sdk::InputCompressionType::Zstd,
        });
        let import = import.table_creation_parameters(table);
        let answer = sent("ImportTable", &target, import.send()).await?;
        let arn = answer.import_table_description.and_then(|import| import.import_arn);
        arn.ok_or_else(|| unanswered(&target, "ImportArn"))
    }

    async fn run(mut self) -> Result<Import, Error> {
        let target = self.target.clone();
        let mut wait = std::mem::replace(&mut self.wait, Wait::new());
        let arn = self.start().await?;
        wait.begin();
        loop {
            let describe = target.client.describe_import().import_arn(&arn);
            let answer = sent("DescribeImport", &target, describe.send()).await?;
            let import = answer.import_table_description;
            let import = import.ok_or_else(|| unanswered(&target, "ImportTableDescription"))?;
            match &import.import_status {
                Some(sdk::ImportStatus::Completed) => return Ok(Import::new(arn, &import)),
                Some(status @ (sdk::ImportStatus::Failed | sdk::ImportStatus::Cancelled)) => {
                    let what = "the import".to_owned();
                    let status = Some(status.as_str().to_owned());
                    let code = import.failure_code.or(status);
                    let message = failure(code, import.failure_message);
                    let reason = TableReason::Failed { what, message };
                    return Err(TableError::new(&target.table, reason).into());
                }
                status => {
                    let status = status.as_ref().map(sdk::ImportStatus::as_str);
                    wait.pause(&target, "the import", status).await?;
                }
            }
        }
    }
}

fn parameters(name: &str, wanted: &Wanted) -> Result<sdk::TableCreationParameters, BuildError> {
    let (schema, settings) = (wanted.schema, &wanted.settings);
    let indexes = schema.indexes.iter().map(|index| declare::global(index, wanted));
    let indexes = indexes.collect::<Result<Vec<_>, _>>()?;
    let vectors = schema.vector_indexes.iter().map(|index| declare::vector(index));
    let vectors = vectors.collect::<Result<Vec<_>, _>>()?;
    sdk::TableCreationParameters::builder()
        .table_name(name)
        .set_attribute_definitions(Some(attribute_definitions(declare::keys(schema))?))
        .set_key_schema(Some(key_schema(&[schema.pk], schema.sk.as_slice())?))
        .billing_mode(settings.billing_mode())
        .set_provisioned_throughput(declare::provisioned(settings, None)?)
        .set_on_demand_throughput(declare::on_demand(settings, None))
        .set_global_secondary_indexes((!indexes.is_empty()).then_some(indexes))
        .set_vector_indexes((!vectors.is_empty()).then_some(vectors))
        .build()
}

impl Import {
    fn new(arn: String, import: &sdk::ImportTableDescription) -> Self {
        let number = |number: i64| u64::try_from(number).unwrap_or(0);
        Self {
            arn,
            processed: number(import.processed_item_count),
            imported: number(import.imported_item_count),
            errors: number(import.error_count),
        }
    }
}

with_settings!(ImportTable);
waits!(ImportTable);
awaited!(ImportTable, Import);
