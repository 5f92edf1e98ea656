//! The engine that tests run against: embedded, or the one at `DYNAMODB_ENDPOINT`.

use std::fmt;
use std::io::Write;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::interceptors::{
    BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_sdk_dynamodb::config::{
    BehaviorVersion, Builder, ConfigBag, Credentials, Intercept, Region, RuntimeComponents,
};
use aws_sdk_dynamodb::error::BoxError;
use entity_core::{Table, TableHandle};
use entity_local::LocalDynamo;
use serde_json::Value;

/// Names the endpoint of another engine, for an extra run of the same tests.
pub const ENDPOINT: &str = "DYNAMODB_ENDPOINT";

/// The configuration of a client of the engine under test.
///
/// The embedded engine is a new one for each call; tables at an endpoint are kept apart by
/// [`table`].
#[must_use]
pub fn config() -> Builder {
    match std::env::var(ENDPOINT) {
        Ok(endpoint) => at(&endpoint),
        Err(_) => embedded().config(),
    }
}

/// A client of the engine under test.
#[must_use]
pub fn client() -> Client {
    Client::from_conf(config().build())
}

/// An embedded engine, whatever the engine under test is.
///
/// # Panics
///
/// If it does not open.
#[must_use]
pub fn embedded() -> LocalDynamo {
    LocalDynamo::in_memory().expect("the embedded engine opens")
}

/// Whether the engine under test is the embedded one.
#[must_use]
pub fn is_embedded() -> bool {
    std::env::var_os(ENDPOINT).is_none()
}

/// Whether the engine under test is the embedded one; says loudly what is skipped if it is not.
#[must_use]
pub fn needs_embedded(what: &str) -> bool {
    if !is_embedded() {
        skip(what);
    }
    is_embedded()
}

/// Says what is not tested on this engine, also where the harness keeps the output of tests that
/// pass.
pub fn skip(what: &str) {
    // Nothing can be done about a standard error that is closed.
    let _ = writeln!(std::io::stderr(), "skipped: {what}");
}

pub(crate) fn at(endpoint: &str) -> Builder {
    aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "tests"))
        .endpoint_url(endpoint)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
}

/// A table of the test's own, created.
pub async fn table<T: Table>() -> TableHandle<T> {
    table_of(&client()).await
}

/// A table of the test's own, created by this client.
///
/// # Panics
///
/// If it cannot be created.
pub async fn table_of<T: Table>(client: &Client) -> TableHandle<T> {
    let table = named(client);
    table.create_table().await.expect("the table is created");
    table
}

/// A table of the test's own that is not there.
#[must_use]
pub fn named<T: Table>(client: &Client) -> TableHandle<T> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    T::on(client).named(format!("{}-{}-{number}", T::SCHEMA.name, std::process::id()))
}

/// A table of the test's own, and a log of what is sent to it from then on.
pub async fn watched<T: Table>() -> (TableHandle<T>, Watch) {
    let watch = Watch::default();
    let client = Client::from_conf(config().interceptor(watch.clone()).build());
    let table = table_of(&client).await;
    watch.clear();
    (table, watch)
}

/// An interceptor as a user may have one, which notes what it sees; it runs on every engine.
#[derive(Clone, Default)]
pub struct Watch(Arc<Mutex<Seen>>);

#[derive(Default)]
struct Seen {
    operations: usize,
    bodies: Vec<Vec<u8>>,
}

impl Watch {
    /// The bodies of the requests so far, which are forgotten; one an attempt.
    #[must_use = "use `clear` to forget the requests so far"]
    pub fn bodies(&self) -> Vec<Value> {
        let Seen { bodies, .. } = self.take();
        bodies.iter().map(|body| serde_json::from_slice(body).expect("JSON is sent")).collect()
    }

    /// How many operations were begun and how many requests were sent, which are forgotten.
    #[must_use = "use `clear` to forget the requests so far"]
    pub fn counts(&self) -> (usize, usize) {
        let Seen { operations, bodies } = self.take();
        (operations, bodies.len())
    }

    /// Forgets the requests so far.
    pub fn clear(&self) {
        self.take();
    }

    fn take(&self) -> Seen {
        std::mem::take(&mut *self.0.lock().expect("no test panics while it holds the log"))
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").finish_non_exhaustive()
    }
}

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for Watch {
    fn name(&self) -> &'static str {
        "Watch"
    }

    fn read_before_serialization(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.lock().expect("no test panics while it holds the log").operations += 1;
        Ok(())
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.request().body().bytes().unwrap_or_default().to_vec();
        self.0.lock().expect("no test panics while it holds the log").bodies.push(body);
        Ok(())
    }
}
