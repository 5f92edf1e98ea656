//! The engine and its operations: DynamoDB JSON in, DynamoDB JSON out, never on an async thread.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dynoxide::storage::Storage;
use dynoxide::{Database, DynoxideError, ttl};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use crate::clock::Wall;
use crate::requests::Request;
use crate::{Error, ErrorKind, ManualClock, repairs};

/// How many requests are in the engine at once. It answers one at a time; a few more overlap
/// their parsing with it, and the rest wait here instead of each holding a blocking thread.
const IN_FLIGHT: usize = 4;

/// A status and a body: all of an HTTP answer that DynamoDB's protocol makes use of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

#[derive(Clone)]
pub(crate) struct Engine {
    database: Database,
    in_flight: Arc<Semaphore>,
    time: Time,
}

/// Where the engine takes its time from, and how it is told another one.
#[derive(Clone)]
enum Time {
    Wall(Wall),
    Manual(ManualClock),
    /// The system's; a file is opened once more to see it at another time.
    File(PathBuf),
}

impl Engine {
    pub(crate) fn in_memory() -> Result<Self, Error> {
        let wall = Wall::default();
        Self::new(Database::memory_with_clock(wall.shared()), Time::Wall(wall))
    }

    pub(crate) fn in_memory_with_clock(clock: &ManualClock) -> Result<Self, Error> {
        Self::new(Database::memory_with_clock(clock.shared()), Time::Manual(clock.clone()))
    }

    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let Some(name) = path.to_str() else {
            let kind = ErrorKind::Open { path: Some(path.to_owned()) };
            return Err(Error::new(kind, "the path is not UTF-8"));
        };
        Self::new(Database::new(name), Time::File(path.to_owned()))
    }

    fn new(opened: Result<Database, DynoxideError>, time: Time) -> Result<Self, Error> {
        match opened {
            Ok(database) => {
                Ok(Self { database, in_flight: Arc::new(Semaphore::new(IN_FLIGHT)), time })
            }
            Err(error) => {
                let path = match time {
                    Time::File(path) => Some(path),
                    _ => None,
                };
                Err(Error::new(ErrorKind::Open { path }, error))
            }
        }
    }

    /// Executes `request` to its end, also if the future is dropped once it has begun.
    pub(crate) async fn execute(&self, request: Request) -> Result<Answer, Error> {
        let permit = Arc::clone(&self.in_flight).acquire_owned().await;
        self.blocking(move |database| {
            let _permit = permit;
            answer(database, request.operation(), request.body())
        })
        .await
    }

    pub(crate) async fn delete_expired_items(&self) -> Result<usize, Error> {
        self.blocking(Database::sweep_ttl)
            .await?
            .map_err(|error| Error::new(ErrorKind::Engine, error))
    }

    /// Deletes what has expired at a time.
    pub(crate) async fn delete_items_expired_at(&self, seconds: u64) -> Result<usize, Error> {
        let time = self.time.clone();
        let swept = self.blocking(move |database| match time {
            Time::Wall(wall) => wall.at(seconds, || database.sweep_ttl()),
            Time::Manual(clock) => {
                let now = clock.now();
                clock.set(seconds);
                let swept = database.sweep_ttl();
                clock.set(now);
                swept
            }
            Time::File(path) => {
                let storage = Storage::new(path.to_str().unwrap_or_default())?;
                let storage = storage.with_clock(ManualClock::new(seconds).shared());
                Handle::current().block_on(ttl::sweep_expired_items(&storage))
            }
        });
        swept.await?.map_err(|error| Error::new(ErrorKind::Engine, error))
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Database) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let runtime =
            Handle::try_current().map_err(|error| Error::new(ErrorKind::Runtime, error))?;
        let database = self.database.clone();
        runtime.spawn_blocking(move || work(&database)).await.map_err(|error| {
            let kind = if error.is_panic() { ErrorKind::Engine } else { ErrorKind::Runtime };
            Error::new(kind, error)
        })
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

fn answer(database: &Database, operation: &str, body: &[u8]) -> Answer {
    match dispatch(database, operation, body) {
        Some(Ok(body)) => Answer { status: 200, body },
        Some(Err(error)) => Answer { status: error.status_code(), body: error.to_json() },
        None => unknown_operation(operation),
    }
}

/// Writes `dispatch`. `Name => method` reads a `NameRequest`, hands it to the method of
/// [`Database`] and writes the response; a repair stands where the method would, or after it:
///
/// ```text
/// "GetItem" => read(body).and_then(|request| database.get_item(request)).and_then(|r| write(&r)),
/// ```
macro_rules! operations {
    ($($name:literal => $call:expr $(, $repair:expr)?;)*) => {
        /// Returns `None` for an operation that the engine does not have.
        fn dispatch(
            database: &Database,
            operation: &str,
            body: &[u8],
        ) -> Option<Result<String, DynoxideError>> {
            let answer = match operation {
                $($name => read(body)
                    .and_then(|request| $call(database, request))
                    $(.map($repair))?
                    .and_then(|response| write(&response)),)*
                _ => return None,
            };
            Some(answer)
        }
    };
}

operations! {
    "BatchExecuteStatement" => Database::batch_execute_statement;
    "BatchGetItem" => Database::batch_get_item;
    "BatchWriteItem" => Database::batch_write_item;
    "CreateTable" => Database::create_table;
    "DeleteItem" => Database::delete_item;
    "DeleteTable" => Database::delete_table;
    "DescribeStream" => Database::describe_stream, repairs::open_shard;
    "DescribeTable" => Database::describe_table;
    "DescribeTimeToLive" => Database::describe_time_to_live;
    "ExecuteStatement" => Database::execute_statement;
    "ExecuteTransaction" => Database::execute_transaction;
    "GetItem" => Database::get_item;
    "GetRecords" => Database::get_records, repairs::stream_records;
    "GetShardIterator" => Database::get_shard_iterator;
    "ListStreams" => Database::list_streams;
    "ListTables" => Database::list_tables;
    "ListTagsOfResource" => Database::list_tags_of_resource;
    "PutItem" => Database::put_item;
    "Query" => Database::query;
    "Scan" => Database::scan;
    "SearchVectors" => Database::search_vectors;
    "TagResource" => Database::tag_resource;
    "TransactGetItems" => Database::transact_get_items;
    "TransactWriteItems" => Database::transact_write_items;
    "UntagResource" => Database::untag_resource;
    "UpdateItem" => repairs::update_item;
    "UpdateTable" => Database::update_table;
    "UpdateTimeToLive" => repairs::update_time_to_live;
}

fn read<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, DynoxideError> {
    serde_json::from_slice(body).map_err(|error| refusal(&error.to_string()))
}

fn write<T: serde::Serialize>(response: &T) -> Result<String, DynoxideError> {
    serde_json::to_string(response)
        .map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}

/// Turns a body that the engine could not read into the exception that DynamoDB answers with. The
/// engine's own readers say which by a marker in front; serde says the rest in its own words.
fn refusal(message: &str) -> DynoxideError {
    const VALIDATION: [&str; 4] =
        ["missing field", "unknown variant", "invalid type: null", "AttributeValue"];

    // serde_json adds the position, which is of no use to the reader of an exception.
    let message = message.rsplit_once(" at line ").map_or(message, |(message, _)| message);
    match message.split_once(':') {
        Some(("VALIDATION" | "VALIDATION_REQUEST" | "VALIDATION_AS_READ", message)) => {
            DynoxideError::ValidationException(message.to_owned())
        }
        Some(("SERIALIZATION" | "SERIALIZATION_AS_READ", message)) => {
            DynoxideError::SerializationException(message.to_owned())
        }
        _ if VALIDATION.iter().any(|sign| message.contains(sign)) => {
            DynoxideError::ValidationException(message.to_owned())
        }
        _ => DynoxideError::SerializationException(message.to_owned()),
    }
}

fn unknown_operation(operation: &str) -> Answer {
    let body = serde_json::json!({
        "__type": "com.amazon.coral.service#UnknownOperationException",
        "message": format!("the local engine has no operation `{operation}`"),
    });
    Answer { status: 400, body: body.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unreadable_bodies_are_refused_by_class() {
        let validation = |message: &str| match refusal(message) {
            DynoxideError::ValidationException(message) => message,
            other => panic!("{other:?}"),
        };
        assert_eq!(validation("VALIDATION:too long at line 1 column 7"), "too long");
        assert_eq!(validation("missing field `Key` at line 1 column 2"), "missing field `Key`");
        let other = refusal("expected value at line 1 column 1");
        assert!(matches!(other, DynoxideError::SerializationException(_)));
    }

    #[test]
    fn bytes_that_are_no_request_are_refused() {
        let database = Database::memory().unwrap();
        for body in [&b""[..], b"{", b"\xff\xfe", b"[]", b"{\"TableName\":7}", b"null"] {
            let answer = answer(&database, "GetItem", body);
            assert_eq!(answer.status, 400, "{body:?}: {answer:?}");
        }
    }
}
