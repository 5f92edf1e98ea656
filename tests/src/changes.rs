//! Streams of changes: of the engine under test, and of a service that says what a test wants.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use aws_sdk_dynamodb::types::{StreamSpecification, StreamViewType};
use aws_sdk_dynamodbstreams::Client as Streams;
use aws_sdk_dynamodbstreams::config::retry::RetryConfig;
use aws_sdk_dynamodbstreams::config::{BehaviorVersion, Config, Credentials, Region};
use entity_core::{Table, TableHandle};
use entity_local::LocalDynamo;
use serde_json::{Value, json};

use crate::{canned, engine};

/// A table with a stream.
#[derive(Debug)]
pub struct Streamed<T: Table> {
    /// The table.
    pub table: TableHandle<T>,
    /// The client of its stream.
    pub streams: Streams,
    /// The engine, if it is the embedded one.
    pub local: Option<LocalDynamo>,
}

/// A table of the test's own, with a stream, on the engine under test.
///
/// # Panics
///
/// If it cannot be created.
pub async fn streamed<T: Table>(view: StreamViewType) -> Streamed<T> {
    let (client, streams, local) = match std::env::var(engine::ENDPOINT) {
        Ok(endpoint) => (engine::client(), Streams::from_conf(at(&endpoint)), None),
        Err(_) => {
            let local = engine::embedded();
            (local.client(), Streams::new(&local.sdk_config()), Some(local))
        }
    };
    let table = engine::table_of::<T>(&client).await;
    let stream = StreamSpecification::builder().stream_enabled(true).stream_view_type(view);
    let stream = stream.build().expect("a stream");
    let update = client.update_table().table_name(table.name()).stream_specification(stream);
    update.send().await.expect("the stream is turned on");
    Streamed { table, streams, local }
}

fn at(endpoint: &str) -> Config {
    Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "tests"))
        .endpoint_url(endpoint)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build()
}

/// The ARN of the stream of a [`Service`].
pub const ARN: &str = "arn:aws:dynamodb:us-east-1:0:table/Songs/stream/2024-08-06T00:00:00.000";

/// A service of streams with any shards, which trims, splits and fails as a test says.
#[derive(Debug, Clone, Default)]
pub struct Service(Arc<Mutex<State>>);

/// What it has.
#[derive(Debug, Default)]
pub struct State {
    /// Its shards, in the order in which it lists them.
    pub shards: Vec<Shard>,
    /// Whether the stream was turned off.
    pub disabled: bool,
    /// Answers that come before others: an operation, a status and a code.
    pub failures: VecDeque<(&'static str, u16, &'static str)>,
    /// The requests so far.
    pub requests: Vec<(String, Value)>,
    /// How many reads bring nothing before each that does.
    pub empty: usize,
    emptied: usize,
}

/// A shard.
#[derive(Debug, Default)]
pub struct Shard {
    /// Its name.
    pub id: &'static str,
    /// The one that it came of.
    pub parent: Option<&'static str>,
    /// Its records, with their numbers.
    pub records: Vec<(u64, Value)>,
    /// Whether it takes no more.
    pub closed: bool,
    /// The number of the oldest record that it still has.
    pub oldest: u64,
}

impl Service {
    /// What it has, to be changed.
    ///
    /// # Panics
    ///
    /// If a test panicked while it held it.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no test panics while it holds the service")
    }

    /// A client that sends each request once.
    #[must_use]
    pub fn client(&self) -> Streams {
        let service = self.clone();
        let answer = move |operation: &str, body: &Value| service.state().answer(operation, body);
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("local", "local", None, None, "tests"))
            .endpoint_url("http://streams.invalid")
            .retry_config(RetryConfig::disabled())
            .http_client(canned::http_client(answer));
        Streams::from_conf(config.build())
    }
}

impl State {
    fn answer(&mut self, operation: &str, body: &Value) -> (u16, Value) {
        self.requests.push((operation.to_owned(), body.clone()));
        if let Some(at) = self.failures.iter().position(|(of, ..)| *of == operation)
            && let Some((_, status, code)) = self.failures.remove(at)
        {
            return refused(status, code);
        }
        match operation {
            "DescribeStream" => (200, self.describe()),
            "GetShardIterator" => self.iterator(body),
            "GetRecords" => self.records(body),
            _ => refused(400, "UnknownOperationException"),
        }
    }

    fn describe(&self) -> Value {
        let shards = self.shards.iter().map(|shard| {
            let mut numbers = shard.records.iter().map(|(number, _)| number.to_string());
            let (first, last) = (numbers.clone().next(), numbers.next_back());
            let last = if shard.closed { Some(last.unwrap_or_else(|| "0".into())) } else { None };
            let range = json!({"StartingSequenceNumber": first, "EndingSequenceNumber": last});
            let (id, parent) = (shard.id, shard.parent);
            json!({"ShardId": id, "ParentShardId": parent, "SequenceNumberRange": range})
        });
        let status = if self.disabled { "DISABLED" } else { "ENABLED" };
        let shards: Vec<Value> = shards.collect();
        let stream = json!({"StreamArn": ARN, "StreamStatus": status, "Shards": shards});
        json!({"StreamDescription": stream})
    }

    fn iterator(&self, body: &Value) -> (u16, Value) {
        let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
        let Some(shard) = self.shards.iter().find(|shard| shard.id == text("ShardId")) else {
            return refused(400, "ResourceNotFoundException");
        };
        let number: u64 = text("SequenceNumber").parse().unwrap_or_default();
        let from = match text("ShardIteratorType") {
            "TRIM_HORIZON" => shard.oldest,
            "AT_SEQUENCE_NUMBER" if number >= shard.oldest => number,
            "AFTER_SEQUENCE_NUMBER" if number >= shard.oldest => number + 1,
            _ => return refused(400, "TrimmedDataAccessException"),
        };
        (200, json!({"ShardIterator": format!("{}/{from}", shard.id)}))
    }

    fn records(&mut self, body: &Value) -> (u16, Value) {
        let iterator = body.get("ShardIterator").and_then(Value::as_str).unwrap_or_default();
        let limit = body.get("Limit").and_then(Value::as_u64).unwrap_or(1000) as usize;
        let (id, from) = iterator.split_once('/').unwrap_or_default();
        let from: u64 = from.parse().unwrap_or_default();
        let Some(shard) = self.shards.iter().find(|shard| shard.id == id) else {
            return refused(400, "ResourceNotFoundException");
        };
        let all = shard.records.iter().filter(|(number, _)| *number >= from.max(shard.oldest));
        if self.emptied < self.empty && all.clone().next().is_some() {
            self.emptied += 1;
            return (200, json!({"Records": [], "NextShardIterator": iterator}));
        }
        self.emptied = 0;
        let taken: Vec<&(u64, Value)> = all.clone().take(limit).collect();
        let next = taken.last().map_or(from, |(number, _)| number + 1);
        let more = all.count() > taken.len() || !shard.closed;
        let records: Vec<&Value> = taken.iter().map(|(_, record)| record).collect();
        let next = more.then(|| format!("{id}/{next}"));
        (200, json!({"Records": records, "NextShardIterator": next}))
    }
}

fn refused(status: u16, code: &str) -> (u16, Value) {
    let ty = format!("com.amazonaws.dynamodb.v20120810#{code}");
    (status, json!({"__type": ty, "message": "as the test says"}))
}
