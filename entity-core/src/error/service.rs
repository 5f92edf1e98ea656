//! `ServiceError`: a request that failed.

use std::error::Error as StdError;
use std::fmt;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

use super::ThrottlingReason;

type Source = Box<dyn StdError + Send + Sync>;

/// A request that failed: the service refused it, or gave no answer, after the SDK's retries.
///
/// [`source`](StdError::source) is the SDK's own error,
/// `SdkError<PutItemError>` for a put.
pub struct ServiceError {
    operation: &'static str,
    table: String,
    code: Option<String>,
    message: Option<String>,
    status: Option<u16>,
    refusal: Refusal,
    throttling: Vec<ThrottlingReason>,
    source: Source,
}

/// What the service says of a write that it refused.
#[derive(Debug, Default)]
pub(crate) enum Refusal {
    #[default]
    Plain,
    /// The item that is stored.
    Stored(Vec<u8>),
    /// One for each operation of a transaction.
    Cancelled(Vec<Slot>),
}

/// What the service says of one operation of a cancelled transaction.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) stored: Option<Vec<u8>>,
}

/// The codes with which DynamoDB asks for a slower pace.
const THROTTLED: [&str; 4] = [
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
    "Throttling",
];

impl ServiceError {
    #[cold]
    pub(crate) fn new<E, R>(
        operation: &'static str,
        table: &str,
        (status, refusal): (Option<u16>, Refusal),
        error: SdkError<E, R>,
    ) -> Self
    where
        E: StdError + ProvideErrorMetadata + Send + Sync + 'static,
        R: fmt::Debug + Send + Sync + 'static,
    {
        Self {
            operation,
            table: table.to_owned(),
            code: error.code().map(str::to_owned),
            message: error.message().map(str::to_owned),
            status,
            refusal,
            throttling: Vec::new(),
            source: Box::new(error),
        }
    }

    /// A request that failed on this side.
    #[cold]
    pub(crate) fn local(operation: &'static str, table: &str, source: Source) -> Self {
        let (table, refusal, throttling) = (table.to_owned(), Refusal::Plain, Vec::new());
        let (code, message, status) = (None, None, None);
        Self { operation, table, code, message, status, refusal, throttling, source }
    }

    /// The same, with what the service says of the limits that were exceeded.
    pub(crate) fn throttled_by(mut self, throttling: Vec<ThrottlingReason>) -> Self {
        self.throttling = throttling;
        self
    }

    /// What the service says of the write.
    pub(crate) fn take_refusal(&mut self) -> Refusal {
        std::mem::take(&mut self.refusal)
    }

    /// The SDK did not run our deserializer: the door in `transport` is closed.
    #[cold]
    pub(crate) fn unread(operation: &'static str, table: &str) -> Self {
        let source = Source::from("the SDK answered without running the library's deserializer");
        Self::local(operation, table, source)
    }

    /// The operation: `PutItem`.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The table's name.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }

    /// The service's code, if it answered: `ResourceNotFoundException`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The HTTP status of the answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// The service's message, if it answered.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Whether the service asked for a slower pace.
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        self.code().is_some_and(|code| THROTTLED.contains(&code))
    }

    /// Which limits the service says were exceeded, and on what: none if the request was not throttled,
    /// or the service does not say.
    #[must_use]
    pub fn throttling(&self) -> &[ThrottlingReason] {
        &self.throttling
    }
}

/// Without the SDK's error, which shows the answer's body: [`source`](StdError::source) has it.
impl fmt::Debug for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceError")
            .field("operation", &self.operation)
            .field("table", &self.table)
            .field("code", &self.code)
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on `{}`: ", self.operation, self.table)?;
        match (&self.code, &self.message) {
            (Some(code), Some(message)) => write!(f, "{code}: {message}"),
            (Some(text), None) | (None, Some(text)) => f.write_str(text),
            (None, None) => write!(f, "{}", innermost(&*self.source)),
        }?;
        self.throttling.iter().try_for_each(|reason| write!(f, " ({reason})"))
    }
}

/// The SDK's own `Display` says "dispatch failure"; what happened is the last of its sources.
fn innermost<'e>(mut error: &'e (dyn StdError + 'static)) -> &'e (dyn StdError + 'static) {
    while let Some(source) = error.source() {
        error = source;
    }
    error
}

impl StdError for ServiceError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}
