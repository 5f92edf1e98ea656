//! Requests that fail because a test says so.

mod batch;
mod rule;
mod storm;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

pub use self::rule::Injection;

pub(crate) use self::batch::Left;
use self::rule::Rule;
use self::storm::Storm;
use crate::engine::Answer;
use crate::lock;
use crate::requests::Request;

/// A way for a request to fail, or to succeed badly.
///
/// A fault that can only befall some operations waits for a request of one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// HTTP 500, `InternalServerError`; not executed. The SDK retries it.
    InternalServerError,
    /// `ProvisionedThroughputExceededException`; not executed. The SDK retries it.
    ProvisionedThroughputExceeded,
    /// `ThrottlingException`; not executed. The SDK retries it.
    Throttling,
    /// `RequestLimitExceeded`; not executed. The SDK retries it.
    RequestLimitExceeded,
    /// Another transaction holds the item; not executed, and not retried by the SDK.
    ///
    /// A write of one item gets `TransactionConflictException`; a transaction gets
    /// `TransactionCanceledException` with `TransactionConflict` for its first item. Befalls single
    /// writes and transactions.
    TransactionConflict,
    /// `TransactionInProgressException`: a transaction with the same token is still running.
    /// Befalls
    /// `TransactWriteItems` and `ExecuteTransaction`. The SDK retries it.
    TransactionInProgress,
    /// `TransactionCanceledException` with these cancellation reason codes, item by item (`None`
    /// for those beyond the last); not executed. Befalls transactions.
    TransactionCanceled(
        /// Codes such as `TransactionConflict`, `ThrottlingError`, `ConditionalCheckFailed`,
        /// `None`.
        Vec<String>,
    ),
    /// The connection breaks before an answer arrives. The SDK retries it, which executes a request
    /// twice that was executed.
    ConnectionDropped {
        /// Whether the request had been carried out by then.
        executed: bool,
    },
    /// No answer ever arrives: the client's timeout has to fire, if it has one.
    NoAnswer {
        /// Whether the request was carried out all the same.
        executed: bool,
    },
    /// The request waits this long and is then executed.
    Slow(
        /// How long, by the clock of the client's `sleep_impl`.
        Duration,
    ),
    /// The request is executed, and the connection breaks in the middle of the answer's body. The
    /// SDK retries it.
    ///
    /// (A body that arrives whole and is not JSON is an [`Answer`](Self::Answer); the SDK's own
    /// operations do not retry that.)
    TruncatedBody,
    /// This many entries of a batch (the last ones) come back as `UnprocessedItems` or
    /// `UnprocessedKeys`, the others are executed. Befalls `BatchWriteItem` and `BatchGetItem`.
    ///
    /// A batch with no more entries than that gets `ProvisionedThroughputExceededException`, as the
    /// service answers when it could process none. One above the service's size limit is
    /// executed whole, to be refused. Entries held back are not checked.
    Unprocessed(
        /// How many.
        usize,
    ),
    /// This very answer; not executed. With status 200 it stands in for operations that the engine
    /// does not have.
    Answer {
        /// The HTTP status.
        status: u16,
        /// The body, DynamoDB JSON.
        body: String,
    },
}

/// What a fault does to one request.
pub(crate) enum Effect {
    Answer(Answer),
    Delay(Duration),
    Drop { executed: bool },
    Silence { executed: bool },
    Cut,
    Execute,
    ExecutePart { sent: Request, left: Left },
}

impl Fault {
    /// Returns an answer that is the error `code`, such as `AccessDeniedException` with status 400.
    ///
    /// # Example
    ///
    /// ```
    /// use aws_sdk_dynamodb::error::ProvideErrorMetadata;
    /// use entity_local::{Fault, LocalDynamo};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let local = LocalDynamo::in_memory()?;
    /// local.faults().on("ListTables").inject(Fault::error(400, "AccessDeniedException"));
    ///
    /// let error = local.client().list_tables().send().await.unwrap_err();
    /// assert_eq!(error.code(), Some("AccessDeniedException"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn error(status: u16, code: &str) -> Self {
        let Answer { status, body } = error(status, code);
        Self::Answer { status, body }
    }

    /// Returns an answer that is `ProvisionedThroughputExceededException`, with the one reason that the
    /// service gives for it: which limit, as in `TableWriteKeyRangeThroughputExceeded`, and the ARN of
    /// the table or of the index.
    ///
    /// # Example
    ///
    /// ```
    /// use entity_local::{Fault, LocalDynamo};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let local = LocalDynamo::in_memory()?;
    /// let arn = "arn:aws:dynamodb:eu-west-1:000000000000:table/Songs";
    /// let fault = Fault::throttled("TableReadProvisionedThroughputExceeded", arn);
    /// local.faults().on("GetItem").always().inject(fault);
    ///
    /// let get = local.client().get_item().table_name("Songs");
    /// let error = get.send().await.unwrap_err().into_service_error();
    /// assert!(error.is_provisioned_throughput_exceeded_exception());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn throttled(reason: &str, resource: &str) -> Self {
        let body = json!({
            "__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
            "message": "injected fault",
            "ThrottlingReasons": [{ "reason": reason, "resource": resource }],
        });
        Self::Answer { status: 400, body: body.to_string() }
    }

    /// Whether this can befall `operation` at all.
    fn befalls(&self, operation: &str) -> bool {
        let transaction =
            matches!(operation, "TransactWriteItems" | "TransactGetItems" | "ExecuteTransaction");
        match self {
            Self::TransactionConflict => {
                transaction
                    || matches!(
                        operation,
                        "PutItem" | "UpdateItem" | "DeleteItem" | "ExecuteStatement"
                    )
            }
            Self::TransactionInProgress => transaction && operation != "TransactGetItems",
            Self::TransactionCanceled(_) => transaction,
            Self::Unprocessed(_) => matches!(operation, "BatchWriteItem" | "BatchGetItem"),
            _ => true,
        }
    }

    fn effect(self, request: &Request) -> Effect {
        let answer = match self {
            Self::ConnectionDropped { executed } => return Effect::Drop { executed },
            Self::NoAnswer { executed } => return Effect::Silence { executed },
            Self::Slow(delay) => return Effect::Delay(delay),
            Self::TruncatedBody => return Effect::Cut,
            Self::Unprocessed(count) => return batch::effect(request, count),
            Self::Answer { status, body } => Answer { status, body },
            Self::InternalServerError => error(500, "InternalServerError"),
            Self::ProvisionedThroughputExceeded => throughput_exceeded(),
            Self::Throttling => error(400, "ThrottlingException"),
            Self::RequestLimitExceeded => error(400, "RequestLimitExceeded"),
            Self::TransactionInProgress => error(400, "TransactionInProgressException"),
            Self::TransactionCanceled(codes) => canceled(request, &codes),
            Self::TransactionConflict
                if Self::TransactionCanceled(vec![]).befalls(request.operation()) =>
            {
                canceled(request, &["TransactionConflict".to_owned()])
            }
            Self::TransactionConflict => error(400, "TransactionConflictException"),
        };
        Effect::Answer(answer)
    }
}

fn error(status: u16, code: &str) -> Answer {
    let body = json!({
        "__type": format!("com.amazonaws.dynamodb.v20120810#{code}"),
        "message": "injected fault",
    });
    Answer { status, body: body.to_string() }
}

fn throughput_exceeded() -> Answer {
    error(400, "ProvisionedThroughputExceededException")
}

fn canceled(request: &Request, codes: &[String]) -> Answer {
    let sent: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    let items = sent.get("TransactItems").or_else(|| sent.get("TransactStatements"));
    let count = items.and_then(Value::as_array).map_or(0, Vec::len);
    let code = |slot: usize| codes.get(slot).map_or("None", String::as_str);
    let codes: Vec<&str> = (0..count).map(code).collect();
    let reasons: Vec<Value> = codes
        .iter()
        .map(|code| match *code {
            "None" => json!({ "Code": "None" }),
            code => json!({ "Code": code, "Message": "injected fault" }),
        })
        .collect();
    let body = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": format!(
            "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
            codes.join(", "),
        ),
        "CancellationReasons": reasons,
    });
    Answer { status: 400, body: body.to_string() }
}

/// The faults of one [`LocalDynamo`](crate::LocalDynamo): which requests fail, how, and how often.
///
/// Clones are the same handle. Of several injections that a request meets, the earliest strikes;
/// the
/// [storm](Self::storm) gets what they leave.
///
/// # Example
///
/// ```
/// use entity_local::{Fault, LocalDynamo};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let local = LocalDynamo::in_memory()?;
/// let faults = local.faults();
/// faults.on("ListTables").times(2).inject(Fault::InternalServerError);
///
/// local.client().list_tables().send().await?; // the SDK's third attempt
/// assert_eq!(faults.injected(), 2);
/// assert_eq!(faults.pending(), 0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Faults(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    rules: Vec<Rule>,
    storm: Option<Storm>,
    injected: BTreeMap<String, usize>,
}

impl Faults {
    /// Begins an injection into requests of `operation`, such as `GetItem`.
    ///
    /// A name that is none never meets a request: assert on [`pending`](Self::pending).
    pub fn on(&self, operation: impl Into<String>) -> Injection {
        Injection::new(self, Some(operation.into()))
    }

    /// Begins an injection into requests of any operation.
    pub fn on_any(&self) -> Injection {
        Injection::new(self, None)
    }

    /// Lets each request fail with probability `rate`, by one of `faults` that can befall it.
    ///
    /// Replaces the storm before it. Which requests fail is decided by `seed` and the order in
    /// which they arrive, so a run is repeatable where that order is.
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
    /// let dropped = Fault::ConnectionDropped { executed: false };
    /// local.faults().storm(42, 0.5, [Fault::InternalServerError, dropped]);
    ///
    /// let once = local.config().retry_config(RetryConfig::disabled()).build();
    /// let client = aws_sdk_dynamodb::Client::from_conf(once);
    /// let mut failed = 0;
    /// for _ in 0..100 {
    ///     failed += usize::from(client.list_tables().send().await.is_err());
    /// }
    /// assert!((30..70).contains(&failed));
    /// assert_eq!(failed, local.faults().injected());
    /// # Ok(())
    /// # }
    /// ```
    pub fn storm(&self, seed: u64, rate: f64, faults: impl IntoIterator<Item = Fault>) {
        let storm = Storm::new(seed, rate, faults.into_iter().collect());
        lock(&self.0).storm = Some(storm);
    }

    /// Ends the storm and forgets the injections that have not struck; the counts stay.
    pub fn clear(&self) {
        let mut state = lock(&self.0);
        state.rules.clear();
        state.storm = None;
    }

    /// Returns how many requests met a fault so far.
    #[must_use]
    pub fn injected(&self) -> usize {
        lock(&self.0).injected.values().sum()
    }

    /// Returns how many requests of `operation` met a fault so far.
    #[must_use]
    pub fn injected_on(&self, operation: &str) -> usize {
        lock(&self.0).injected.get(operation).copied().unwrap_or_default()
    }

    /// Returns how many faults are still to strike, those of injections without an end not counted.
    #[must_use]
    pub fn pending(&self) -> usize {
        lock(&self.0).rules.iter().filter_map(Rule::left).sum()
    }

    pub(crate) fn effect(&self, request: &Request) -> Effect {
        match lock(&self.0).next(request) {
            Some(fault) => fault.effect(request),
            None => Effect::Execute,
        }
    }

    fn add(&self, rule: Rule) {
        lock(&self.0).rules.push(rule);
    }
}

impl State {
    fn next(&mut self, request: &Request) -> Option<Fault> {
        let fault = self
            .rules
            .iter_mut()
            .find_map(|rule| rule.next(request))
            .or_else(|| self.storm.as_mut()?.next(request))?;
        self.rules.retain(|rule| rule.left() != Some(0));
        *self.injected.entry(request.operation().to_owned()).or_default() += 1;
        Some(fault)
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = lock(&self.0);
        f.debug_struct("Faults")
            .field("injected", &state.injected)
            .field("rules", &state.rules)
            .field("storm", &state.storm)
            .finish()
    }
}
