//! `TransactionCancelled`: a transaction of which nothing was written.

use std::error::Error as StdError;
use std::fmt;

use super::{ConditionFailed, Slot};

/// A transaction that cannot be sent as it is; nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionError {
    operation: usize,
    entity: &'static str,
    reason: TransactionReason,
}

/// Why a transaction cannot be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransactionReason {
    /// Another operation is on the same item.
    SameItem,
    /// The operation's table is bound to another client.
    OtherClient,
}

impl TransactionError {
    #[cold]
    pub(crate) fn new(operation: usize, entity: &'static str, reason: TransactionReason) -> Self {
        Self { operation, entity, reason }
    }

    /// The operation that cannot be sent with the others, counted from 0.
    #[must_use]
    pub fn operation(&self) -> usize {
        self.operation
    }

    /// The entity that it is on.
    #[must_use]
    pub fn entity(&self) -> &'static str {
        self.entity
    }

    /// Why it cannot be sent.
    #[must_use]
    pub fn reason(&self) -> TransactionReason {
        self.reason
    }
}

impl fmt::Display for TransactionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, entity, reason } = self;
        write!(f, "transaction: operation {operation}, on a `{entity}`: {reason}")
    }
}

impl fmt::Display for TransactionReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SameItem => {
                "an earlier operation is on the same item, and DynamoDB takes one for each item"
            }
            Self::OtherClient => {
                "its table is bound to another client than that of the transaction"
            }
        })
    }
}

impl StdError for TransactionError {}

/// A transaction that the service cancelled: nothing of it was written.
///
/// It says for each operation, in the order in which they were given, why.
///
/// # Example
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tracks.rs"));
/// use entity_core::ErrorKind;
/// use entity_core::error::{CancelReason, ConditionReason};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let tracks = tracks().await?;
/// let both = tracks.transact_write((tracks.create(&track("2")), tracks.create(&track("1"))));
/// let error = both.await.unwrap_err();
/// let ErrorKind::TransactionCancelled(cancelled) = error.kind() else { panic!("{error:?}") };
/// match cancelled.reasons() {
///     [CancelReason::NotTheCause, CancelReason::ConditionFailed(failed)] => {
///         assert_eq!(failed.reason(), ConditionReason::Exists);
///     }
///     other => panic!("{other:?}"),
/// }
/// assert_eq!(tracks.get(Track::key("2")).await?, None);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct TransactionCancelled {
    reasons: Vec<CancelReason>,
}

/// Why the service cancelled a transaction, as one of its operations has it.
#[derive(Debug)]
#[non_exhaustive]
pub enum CancelReason {
    /// The operation would have been done.
    NotTheCause,
    /// Its condition did not hold.
    ConditionFailed(ConditionFailed),
    /// Another request was writing the item.
    Conflict,
    /// The service asked for a slower pace.
    Throttled,
    /// Something else, in the service's words.
    Other {
        /// The service's code: `ValidationError`.
        code: String,
        /// The service's message.
        message: String,
    },
}

impl CancelReason {
    /// What the service says of one operation; `failed` makes the error of its condition.
    pub(crate) fn of(
        slot: Slot,
        failed: impl FnOnce(Option<Vec<u8>>) -> Option<ConditionFailed>,
    ) -> Self {
        let Slot { code, message, stored } = slot;
        match code.as_str() {
            "" | "None" => Self::NotTheCause,
            "ConditionalCheckFailed" => {
                failed(stored).map_or(Self::Other { code, message }, Self::ConditionFailed)
            }
            "TransactionConflict" => Self::Conflict,
            "ProvisionedThroughputExceeded" | "ThrottlingError" => Self::Throttled,
            _ => Self::Other { code, message },
        }
    }
}

impl TransactionCancelled {
    #[cold]
    pub(crate) fn new(reasons: Vec<CancelReason>) -> Self {
        Self { reasons }
    }

    /// A reason for each operation, in their order.
    #[must_use]
    pub fn reasons(&self) -> &[CancelReason] {
        &self.reasons
    }

    pub(crate) fn into_reasons(self) -> Vec<CancelReason> {
        self.reasons
    }

    /// The operations that were the cause, counted from 0, with their reasons.
    pub fn causes(&self) -> impl Iterator<Item = (usize, &CancelReason)> {
        let reasons = self.reasons.iter().enumerate();
        reasons.filter(|(_, reason)| !matches!(reason, CancelReason::NotTheCause))
    }

    /// Whether conditions that did not hold were the only cause.
    #[must_use]
    pub fn is_condition_failed(&self) -> bool {
        self.only(|reason| matches!(reason, CancelReason::ConditionFailed(_)))
    }

    /// Whether conflicts with other requests were the only cause, so that it can be tried again.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.only(|reason| matches!(reason, CancelReason::Conflict))
    }

    fn only(&self, is: impl Fn(&CancelReason) -> bool) -> bool {
        let mut causes = self.causes().peekable();
        causes.peek().is_some() && causes.all(|(_, reason)| is(reason))
    }
}

impl fmt::Display for TransactionCancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("transaction cancelled")?;
        for (number, (operation, reason)) in self.causes().enumerate() {
            let separator = if number == 0 { ":" } else { ";" };
            write!(f, "{separator} operation {operation}: {reason}")?;
        }
        Ok(())
    }
}

impl fmt::Display for CancelReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotTheCause => f.write_str("would have been done"),
            Self::ConditionFailed(failed) => failed.fmt(f),
            Self::Conflict => f.write_str("another request was writing the item"),
            Self::Throttled => f.write_str("throttled"),
            Self::Other { code, message } => write!(f, "{code}: {message}"),
        }
    }
}

impl StdError for TransactionCancelled {}
