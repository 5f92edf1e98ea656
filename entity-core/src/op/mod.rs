//! Operations: one verb, one file.
//!
//! Each is a method of [`TableHandle`](crate::TableHandle) that returns a builder. Awaiting the
//! builder sends it; `response()` sends it too and answers with what it cost; `request()` shows
//! what would be sent, and `explain()` what that would cost.
//!
//! # Example
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let songs = songs().await?;
//! let song: Option<Song> = songs.get(Song::key("1")).await?;
//! assert!(song.is_some());
//!
//! let response = songs.get(Song::key("1")).response().await?;
//! assert_eq!(response.value, song);
//! assert!(response.consumed.units > 0.0);
//!
//! let request = songs.get(Song::key("1")).request()?;
//! assert_eq!(request.operation(), "GetItem");
//!
//! let plan = songs.get(Song::key("1")).explain()?;
//! assert_eq!(plan.to_string(), "GetItem, read units: 0.5 to 50\n  0.5 to 50 on `Songs`");
//! # Ok(())
//! # }
//! ```

pub(crate) mod backoff;
mod batch_get;
mod change;
mod check;
mod count;
mod delete;
mod execute;
mod expected;
mod get;
mod guard;
mod load;
mod merge;
mod move_item;
mod pages;
mod plan;
mod put;
mod query;
mod rate;
mod reading;
mod reindex;
mod returned;
mod scan;
mod search;
mod stream;
mod table;
mod target;
mod transact_get;
mod transact_write;
mod update;
mod writing;

pub use self::batch_get::BatchGet;
pub use self::check::Check;
pub use self::delete::Delete;
pub use self::execute::{Execute, ExecutePage};
pub use self::get::Get;
pub use self::load::{DeletedKey, Failed, Load, Loadable, Progress, Report};
pub use self::move_item::MoveItem;
pub use self::pages::PageStream;
pub use self::plan::{Charge, Expense, Plan, PlannedItem, Units};
pub use self::put::Put;
pub use self::query::{All, Count, First, PageOf, Query};
pub use self::reindex::{Reindex, ReindexProgress, ReindexReport, Unindexed};
pub use self::returned::{New, Nothing, Old, Returned, Updated, UpdatedNew, UpdatedOld};
pub use self::scan::Scan;
pub use self::search::{Neighbor, Search, Top};
pub use self::stream::ItemStream;
pub use self::table::{
    Aspect, Backup, Backups, Billing, Compression, CreateBackup, CreateTable, DeleteBackup,
    Difference, DropTable, EnsureTable, Export, ExportLines, ExportTable, Import, ImportTable,
    IndexItems, IndexProgress, Items, Kinesis, KinesisDestination, KinesisDestinations,
    RestoreFrom, RestoreTable, Step, Steps, TableProgress, TableSettings, UpdateTable, Verified,
    VerifyTable,
};
pub(crate) use self::table::{PerSecond, Wanted, key_attributes};
pub use self::target::{AtVersion, IntoTarget, TargetItem, at_version};
pub use self::transact_get::{Reads, TransactGet};
pub use self::transact_write::{TransactWrite, Write, Writes};
pub use self::update::Update;
use crate::request::Request;

/// A future as builders turn into it.
pub type BoxFuture<T> = std::pin::Pin<Box<dyn Future<Output = T> + Send>>;

/// Whether the answer tells the capacity that was consumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Capacity {
    Untold,
    Told,
}

impl Capacity {
    pub(crate) fn write(self, request: &mut Request) {
        if self == Self::Told {
            request.text("ReturnConsumedCapacity", "INDEXES");
        }
    }
}

/// Implements `IntoFuture`, `response`, `request` and `explain` by the builder's `run`, `build` and
/// `cost`.
macro_rules! sendable {
    ($builder:ident, $value:ty, $error:ty) => { $crate::op::sendable!($builder<>, $value, $error); };
    ($builder:ident<$($param:ident $(: $bound:path)?),*>, $value:ty, $error:ty) => {
        impl<$($param: Send + 'static $(+ $bound)?),*> $builder<$($param),*> {
            /// Sends it, and answers in full: the value, the consumed capacity, what was passed
            /// over.
            ///
            /// # Errors
            ///
            /// As awaiting the builder itself.
            pub async fn response(self) -> Result<$crate::Response<$value>, $error> {
                self.run($crate::op::Capacity::Told).await
            }

            /// The request that awaiting the builder would send first; nothing is sent.
            ///
            /// # Errors
            ///
            /// If the request cannot be made.
            pub fn request(&self) -> Result<$crate::Request, $crate::Error> {
                self.build($crate::op::Capacity::Untold)
            }

            /// What awaiting the builder would do and cost, by the service's published rules; nothing
            /// is sent.
            ///
            /// # Errors
            ///
            /// If the request cannot be made.
            pub fn explain(&self) -> Result<$crate::op::Plan, $crate::Error> {
                let request = self.build($crate::op::Capacity::Untold)?;
                Ok($crate::op::Plan::new(request, self.cost()?))
            }
        }

        impl<$($param: Send + 'static $(+ $bound)?),*> IntoFuture for $builder<$($param),*> {
            type Output = Result<$value, $error>;
            type IntoFuture = $crate::op::BoxFuture<Self::Output>;

            fn into_future(self) -> Self::IntoFuture {
                Box::pin(async move {
                    self.run($crate::op::Capacity::Untold).await.map(|response| response.value)
                })
            }
        }
    };
}
pub(crate) use sendable;
