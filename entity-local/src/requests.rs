//! What arrived, for tests that assert on it.

use std::fmt;
use std::sync::{Arc, Mutex, Weak};

use crate::lock;

/// One request as it arrived: one attempt of one operation.
#[derive(Clone)]
pub struct Request(Arc<Inner>);

struct Inner {
    operation: String,
    attempt: u32,
    body: Vec<u8>,
}

impl Request {
    pub(crate) fn new(operation: String, attempt: u32, body: Vec<u8>) -> Self {
        Self(Arc::new(Inner { operation, attempt, body }))
    }

    /// Returns the operation's name, such as `PutItem`.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.0.operation
    }

    /// Returns which attempt of its operation this is, counted from 1 by the SDK.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.0.attempt
    }

    /// Returns the request's body, which is DynamoDB JSON.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("operation", &self.operation())
            .field("attempt", &self.attempt())
            .field("body", &String::from_utf8_lossy(self.body()))
            .finish()
    }
}

type Log = Mutex<Vec<Request>>;

/// A log of requests in the order in which they arrived, begun by
/// [`LocalDynamo::requests`](crate::LocalDynamo::requests) and ended by dropping it.
#[derive(Debug)]
pub struct Requests(Arc<Log>);

impl Requests {
    /// Returns the requests so far.
    #[must_use]
    pub fn all(&self) -> Vec<Request> {
        lock(&self.0).clone()
    }

    /// Returns the requests of one operation so far.
    #[must_use]
    pub fn of(&self, operation: &str) -> Vec<Request> {
        let log = lock(&self.0);
        log.iter().filter(|request| request.operation() == operation).cloned().collect()
    }

    /// Removes the requests so far from the log and returns them.
    #[must_use = "use `drop` to forget the requests so far"]
    pub fn take(&self) -> Vec<Request> {
        std::mem::take(&mut lock(&self.0))
    }
}

/// The logs that are being kept of one engine.
#[derive(Debug, Default)]
pub(crate) struct Logs(Mutex<Vec<Weak<Log>>>);

impl Logs {
    pub(crate) fn begin(&self) -> Requests {
        let log = Arc::new(Log::default());
        lock(&self.0).push(Arc::downgrade(&log));
        Requests(log)
    }

    pub(crate) fn add(&self, request: &Request) {
        lock(&self.0).retain(|log| match log.upgrade() {
            Some(log) => {
                lock(&log).push(request.clone());
                true
            }
            None => false,
        });
    }
}
