//! The engine that tests run against: embedded, or the one at `DYNAMODB_ENDPOINT`.

use std::sync::atomic::{AtomicU32, Ordering};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use entity_core::{Table, TableHandle};
use entity_local::LocalDynamo;

/// Names the endpoint of another engine, for an extra run of the same tests.
pub const ENDPOINT: &str = "DYNAMODB_ENDPOINT";

/// A client of the engine under test.
///
/// The embedded engine is a new one for each call; tables at an endpoint are kept apart by
/// [`table`].
#[must_use]
pub fn client() -> Client {
    match std::env::var(ENDPOINT) {
        Ok(endpoint) => at(&endpoint),
        Err(_) => LocalDynamo::in_memory().expect("the embedded engine opens").client(),
    }
}

/// Whether the engine under test is the embedded one.
#[must_use]
pub fn is_embedded() -> bool {
    std::env::var_os(ENDPOINT).is_none()
}

fn at(endpoint: &str) -> Client {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "tests"))
        .endpoint_url(endpoint)
        .http_client(aws_smithy_http_client::Builder::new().build_http());
    Client::from_conf(config.build())
}

/// A table of the test's own, created.
pub async fn table<T: Table>() -> TableHandle<T> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("{}-{}-{number}", T::SCHEMA.name, std::process::id());
    let table = T::on(&client()).named(name);
    table.create_table().await.expect("the table is created");
    table
}
