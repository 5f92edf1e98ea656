//! The life of a table: how it comes to be, what it is set to, and how it goes.
//!
//! | file | has |
//! |---|---|
//! | `settings` | what a table is set to beside its declaration |
//! | `wanted`, `declare` | both together, and both in the SDK's types |
//! | `live`, `difference` | the table as it is, and where that is another one |
//! | `step` | one change, which ends a difference |
//! | `create`, `ensure`, `verify`, `update`, `drop` | the operations, made of these |
//! | `backup`, `restore`, `export`, `import`, `kinesis` | what else the service does with a whole table |
//! | `lines` | the items of an export, typed |
//! | `wait` | waiting for what the service does by and by |

mod backup;
mod create;
mod declare;
mod difference;
mod drop;
mod ensure;
mod export;
mod import;
mod kinesis;
mod lines;
mod live;
mod restore;
mod settings;
mod step;
mod update;
mod verify;
mod wait;
mod wanted;

use std::error::Error as StdError;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::error::operation::BuildError;
use tracing::Instrument;

pub use self::backup::{Backup, Backups, CreateBackup, DeleteBackup};
pub use self::create::CreateTable;
pub(crate) use self::declare::key_attributes;
pub use self::difference::{Aspect, Difference};
pub use self::drop::DropTable;
pub use self::ensure::{EnsureTable, Steps};
pub use self::export::{Export, ExportTable};
pub use self::import::{Compression, Import, ImportTable};
pub use self::kinesis::{Kinesis, KinesisDestination, KinesisDestinations};
pub use self::lines::ExportLines;
pub use self::restore::{RestoreFrom, RestoreTable};
pub(crate) use self::settings::PerSecond;
pub use self::settings::{Billing, TableSettings};
pub use self::step::Step;
pub use self::update::UpdateTable;
pub use self::verify::{IndexItems, Items, Verified, VerifyTable};
pub use self::wait::{IndexProgress, TableProgress};
pub(crate) use self::wanted::Wanted;
use crate::error::{Error, Refusal, ServiceError, TableError, TableReason};
use crate::handle::Target;

/// Waits for a request that the SDK sends; a span as those of `transport` goes with it.
async fn sent<O, E>(
    operation: &'static str,
    target: &Target,
    sending: impl Future<Output = Result<O, SdkError<E, HttpResponse>>> + Send,
) -> Result<O, Error>
where
    E: StdError + ProvideErrorMetadata + Send + Sync + 'static,
{
    let span = tracing::debug_span!(
        "dynamodb",
        "otel.name" = %format_args!("{operation} {}", target.table),
        "otel.kind" = "client",
        "db.system.name" = "aws.dynamodb",
        "db.operation.name" = operation,
        "db.collection.name" = &*target.table,
        "error.type" = tracing::field::Empty,
    );
    sending.instrument(span.clone()).await.map_err(|error| {
        span.record("error.type", error.code().unwrap_or("client"));
        let status = error.raw_response().map(|response| response.status().as_u16());
        ServiceError::new(operation, &target.table, (status, Refusal::Plain), error).into()
    })
}

/// A part of a request, which the SDK's builders check as they are ended.
fn built<V>(
    operation: &'static str,
    target: &Target,
    built: Result<V, BuildError>,
) -> Result<V, Error> {
    built.map_err(|error| ServiceError::local(operation, &target.table, error.into()).into())
}

/// The service's answer lacks what it always has.
#[cold]
fn unanswered(target: &Target, member: &'static str) -> Error {
    TableError::new(&target.table, TableReason::Unanswered(member)).into()
}

/// The settings of builders that have `wanted`.
macro_rules! with_settings {
    ($builder:ident$(<$param:ident>)?) => {
        impl$(<$param: $crate::schema::Table>)? $builder$(<$param>)? {
            /// Settings beside the declaration; see [`TableSettings`](crate::op::TableSettings).
            pub fn with(mut self, settings: &$crate::op::TableSettings) -> Self {
                self.wanted.settings = settings.clone();
                self
            }
        }
    };
}
use with_settings;

/// How long builders wait that have `wait`, and whom they tell.
macro_rules! waits {
    ($builder:ident) => {
        impl $builder {
            /// How long to wait, for each change; five minutes if it is not said.
            ///
            /// What the service has begun goes on without being waited for.
            pub fn wait(mut self, at_most: std::time::Duration) -> Self {
                self.wait.at_most = at_most;
                self
            }

            /// Calls `progress` each time that the service was asked how far it is.
            pub fn on_progress(
                mut self,
                progress: impl FnMut(&$crate::op::TableProgress) + Send + 'static,
            ) -> Self {
                self.wait.progress = Some(Box::new(progress));
                self
            }
        }
    };
}
use waits;

/// Awaiting the builder runs it.
macro_rules! awaited {
    ($builder:ident$(<$param:ident>)?, $value:ty) => {
        impl$(<$param: $crate::schema::Table>)? IntoFuture for $builder$(<$param>)? {
            type Output = Result<$value, $crate::Error>;
            type IntoFuture = $crate::op::BoxFuture<Self::Output>;

            fn into_future(self) -> Self::IntoFuture {
                Box::pin(self.run())
            }
        }

        impl$(<$param: $crate::schema::Table>)? std::fmt::Debug for $builder$(<$param>)? {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($builder))
                    .field("table", &self.target.table)
                    .finish_non_exhaustive()
            }
        }
    };
}
use awaited;
