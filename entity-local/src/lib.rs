//! An in-process DynamoDB for tests and examples.
//!
//! [`LocalDynamo`] is an engine ([dynoxide], DynamoDB's semantics over SQLite) behind the AWS SDK's
//! own HTTP client trait. There is no server, no port and no container: requests and answers are
//! the bytes that would have gone over the wire, and everything above them (serialization, signing,
//! retries, timeouts, interceptors) is the SDK's, as in production.
//!
//! # Example
//!
//! ```
//! use aws_sdk_dynamodb::types::{AttributeValue, BillingMode, ScalarAttributeType};
//! use aws_sdk_dynamodb::types::{AttributeDefinition, KeySchemaElement, KeyType};
//! use entity_local::LocalDynamo;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let local = LocalDynamo::in_memory()?;
//! let client = local.client();
//! client
//!     .create_table()
//!     .table_name("Songs")
//!     .billing_mode(BillingMode::PayPerRequest)
//!     .key_schema(
//!         KeySchemaElement::builder().attribute_name("Id").key_type(KeyType::Hash).build()?,
//!     )
//!     .attribute_definitions(
//!         AttributeDefinition::builder()
//!             .attribute_name("Id")
//!             .attribute_type(ScalarAttributeType::S)
//!             .build()?,
//!     )
//!     .send()
//!     .await?;
//!
//! let id = AttributeValue::S("1".into());
//! client.put_item().table_name("Songs").item("Id", id.clone()).send().await?;
//! let song = client.get_item().table_name("Songs").key("Id", id.clone()).send().await?;
//! assert_eq!(song.item().and_then(|song| song.get("Id")), Some(&id));
//! # Ok(())
//! # }
//! ```
//!
//! # What it adds to the engine
//!
//! | | |
//! |---|---|
//! | [`LocalDynamo::faults`] | throttling, conflicts, dropped connections, lost answers, timeouts, truncated bodies and partial batches, when and as often as a test says |
//! | [`LocalDynamo::requests`] | a log of the requests that arrived, retries included |
//! | [`ManualClock`] and [`LocalDynamo::delete_expired_items`] | TTL that expires when a test says so |
//! | [`LocalDynamo::sdk_config`] | clients of DynamoDB Streams over the same tables |
//!
//! # What it is not
//!
//! It is not DynamoDB. It never throttles or conflicts unless told to, reads are always consistent,
//! indexes are built before `UpdateTable` answers, and backups, exports, imports, Kinesis
//! destinations and global tables are refused with `UnknownOperationException` (HTTP 400, which the
//! SDK does not retry). Every write to a table with a stream looks at all of its stream's records,
//! so leave streams off where a test loads many items.
//!
//! # Runtime
//!
//! The engine is synchronous, so every request runs on [`tokio::task::spawn_blocking`]: a slow scan
//! never holds up a runtime's other tasks, timeouts fire, and tasks really race on a current-thread
//! runtime too. That costs about 0.1 ms a request. Requests need a Tokio runtime; without one they
//! fail with a dispatch failure that says so. As with a remote service, a request whose future is
//! dropped (or times out) after the engine has begun is still carried out.
//!
//! [dynoxide]: https://docs.rs/dynoxide-rs

mod clock;
mod connector;
mod engine;
mod error;
mod faults;
mod repairs;
mod requests;
mod sleep;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition};
use aws_sdk_dynamodb::config::{
    BehaviorVersion, Builder, Credentials, Region, SharedAsyncSleep, SharedCredentialsProvider,
    SharedHttpClient,
};
use aws_types::SdkConfig;

pub use crate::clock::ManualClock;
pub use crate::error::{Error, ErrorKind};
pub use crate::faults::{Fault, Faults, Injection};
pub use crate::requests::{Request, Requests};

use crate::connector::Local;
use crate::engine::Engine;
use crate::sleep::RuntimeSleep;

/// The endpoint of every client: reserved names under `.invalid` never resolve, so that a client
/// whose HTTP client was replaced by mistake reaches nothing.
const ENDPOINT: &str = "http://dynamodb.invalid";

/// A DynamoDB of its own, inside the process.
///
/// Clones share the engine, its tables, its [faults](Self::faults) and its log of
/// [requests](Self::requests). Any number can exist side by side; none sees another, and the tables
/// of one in memory are gone with its last clone and client.
#[derive(Debug, Clone)]
pub struct LocalDynamo {
    local: Arc<Local>,
    retry_partition: RetryPartition,
}

impl LocalDynamo {
    /// Returns an empty DynamoDB that lives in memory.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Open`] if the engine cannot be set up.
    ///
    /// # Example
    ///
    /// ```
    /// use entity_local::LocalDynamo;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let local = LocalDynamo::in_memory()?;
    /// let tables = local.client().list_tables().send().await?;
    /// assert!(tables.table_names().is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub fn in_memory() -> Result<Self, Error> {
        Engine::in_memory().map(Self::new)
    }

    /// Returns an empty DynamoDB in memory that takes its time from `clock`.
    ///
    /// The clock decides which items have [expired](Self::delete_expired_items) and dates stream
    /// records. It does not decide how long a `ClientRequestToken` is remembered.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Open`] if the engine cannot be set up.
    pub fn in_memory_with_clock(clock: &ManualClock) -> Result<Self, Error> {
        Engine::in_memory_with_clock(clock).map(Self::new)
    }

    /// Opens the DynamoDB kept in the file at `path`, which is created if there is none.
    ///
    /// Share one value between the tasks of a process rather than opening a file twice: items are
    /// safe that way, but each opening remembers the tables' schemas for itself and misses the
    /// other's changes to them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Open`] if the path is not UTF-8, cannot be opened, or is another kind of file.
    ///
    /// # Example
    ///
    /// ```
    /// use entity_local::{ErrorKind, LocalDynamo};
    ///
    /// let error = LocalDynamo::open("no/such/folder/music.db").unwrap_err();
    /// assert!(matches!(error.kind(), ErrorKind::Open { .. }));
    /// assert!(error.to_string().starts_with("open `no/such/folder/music.db`: "));
    /// ```
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Engine::open(path.as_ref()).map(Self::new)
    }

    fn new(engine: Engine) -> Self {
        let local = Arc::new(Local::new(engine));
        Self { local, retry_partition: RetryPartition::custom("entity-local").build() }
    }

    /// Returns an SDK client of these tables, with [`config`](Self::config) as it is.
    ///
    /// It keeps the SDK's standard retry strategy (3 attempts), with a backoff of at most 50 ms,
    /// and has no timeouts but the SDK's own.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::from_conf(self.config().build())
    }

    /// Returns the configuration of [`client`](Self::client), to be adapted: retries, timeouts,
    /// interceptors.
    ///
    /// The retry quota is this engine's own. The SDK's default one is shared by every client of a
    /// region in the process, so that one test's faults would take away the retries of another's.
    ///
    /// # Example
    ///
    /// ```
    /// use aws_sdk_dynamodb::config::retry::RetryConfig;
    /// use entity_local::{Fault, LocalDynamo};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let local = LocalDynamo::in_memory()?;
    /// let once = local.config().retry_config(RetryConfig::disabled()).build();
    /// let client = aws_sdk_dynamodb::Client::from_conf(once);
    ///
    /// local.faults().on("ListTables").inject(Fault::InternalServerError);
    /// assert!(client.list_tables().send().await.is_err());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn config(&self) -> Builder {
        Builder::from(&self.sdk_config()).retry_partition(self.retry_partition.clone())
    }

    /// Returns the configuration that clients of any AWS service are made from, such as
    /// `aws_sdk_dynamodbstreams::Client::new(&local.sdk_config())`.
    ///
    /// Region `us-east-1`, credentials `local`/`local`, the latest behavior version, and an
    /// endpoint that does not exist. Operations of services other than DynamoDB and DynamoDB
    /// Streams are answered with `UnknownOperationException`. Unlike [`config`](Self::config), it
    /// shares the SDK's retry quota with other clients of the process.
    #[must_use]
    pub fn sdk_config(&self) -> SdkConfig {
        let credentials = Credentials::new("local", "local", None, None, "entity-local");
        let retries = RetryConfig::standard()
            .with_initial_backoff(Duration::from_millis(5))
            .with_max_backoff(Duration::from_millis(50));
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .endpoint_url(ENDPOINT)
            .retry_config(retries)
            .sleep_impl(SharedAsyncSleep::new(RuntimeSleep))
            .http_client(self.http_client())
            .build()
    }

    /// Returns the HTTP client alone, for a configuration of your own.
    ///
    /// It answers every request from this engine whatever the endpoint, region and credentials.
    #[must_use]
    pub fn http_client(&self) -> SharedHttpClient {
        SharedHttpClient::new(connector::LocalHttpClient(Arc::clone(&self.local)))
    }

    /// Returns the handle through which requests are made to fail.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.local.faults.clone()
    }

    /// Begins a log of the requests that arrive from now on, for as long as the log is kept.
    ///
    /// Nothing is logged without one. Every attempt of a retried request is a request, and so is
    /// one that an injected [`Fault`] keeps from the engine.
    ///
    /// # Example
    ///
    /// ```
    /// use entity_local::{Fault, LocalDynamo};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let local = LocalDynamo::in_memory()?;
    /// let requests = local.requests();
    /// local.faults().on("ListTables").inject(Fault::Throttling);
    /// local.client().list_tables().limit(7).send().await?;
    ///
    /// let seen = requests.take();
    /// assert_eq!(seen.iter().map(|request| request.attempt()).collect::<Vec<_>>(), [1, 2]);
    /// assert_eq!(seen[0].operation(), "ListTables");
    /// assert_eq!(seen[0].body(), br#"{"Limit":7}"#);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn requests(&self) -> Requests {
        self.local.requests.begin()
    }

    /// Deletes the items whose TTL has passed, as the service does by itself within days, and
    /// returns how many there were.
    ///
    /// Nothing expires without it. An item has expired once the second that its TTL attribute names
    /// is over, however long ago (the service leaves alone what is more than five years past). Each
    /// deletion puts a `REMOVE` record with the service's user identity (`dynamodb.amazonaws.com`)
    /// into the table's stream, if it has one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Runtime`] outside of a Tokio runtime, [`ErrorKind::Engine`] if the engine
    /// fails.
    pub async fn delete_expired_items(&self) -> Result<usize, Error> {
        self.local.engine.delete_expired_items().await
    }

    /// Deletes the items that have expired at a time, in seconds of Unix time, as
    /// [`delete_expired_items`](Self::delete_expired_items) does at its own; the records of the deletions
    /// are dated with it.
    ///
    /// What is written to tables in memory meanwhile sees that time too. It is for engines without a
    /// [`ManualClock`], which may stand on a file.
    ///
    /// # Errors
    ///
    /// As of [`delete_expired_items`](Self::delete_expired_items), and if the file cannot be opened once
    /// more.
    pub async fn delete_items_expired_at(&self, unix_seconds: u64) -> Result<usize, Error> {
        self.local.engine.delete_items_expired_at(unix_seconds).await
    }
}

/// Locks what a panicking test may have left locked; all that is kept behind these locks is valid
/// between statements.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
