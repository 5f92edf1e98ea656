//! Errors: what was wrong, where, and what the caller can do about it.
//!
//! `Display` of an error tells all of it, in one line, without values of attributes. Its
//! [`source`](StdError::source) is the error of other code behind it, if there is one, to be
//! downcast: the SDK's, that of a hook or of an upgrade, of a store of checkpoints, of a reader. What a
//! chain of sources says has been said by then.

mod condition;
mod cursor;
mod duplicate;
mod encode;
mod export;
mod hook;
mod item;
mod key;
mod limit;
mod load;
mod partial;
mod record;
mod reindex;
mod search;
mod service;
mod stopped;
mod stream;
mod table;
mod throttling;
mod transaction;
mod unprocessed;
mod update;

use std::error::Error as StdError;
use std::fmt;

pub use self::condition::{ConditionFailed, ConditionReason};
pub use self::cursor::{CursorError, CursorReason};
pub use self::duplicate::DuplicateKey;
pub use self::encode::{EncodeError, WriteError};
pub use self::export::{ExportError, ExportReason};
pub use self::hook::HookError;
pub use self::item::{ItemError, ItemReason};
pub use self::key::{KeyError, KeyReason};
pub use self::limit::LimitError;
pub(crate) use self::limit::{ITEM_BYTES, NEAREST, OPERATIONS, TRANSACTION_BYTES};
pub use self::load::LoadError;
pub use self::partial::PartialRead;
pub use self::record::{RecordError, RecordReason};
pub use self::reindex::ReindexError;
pub use self::search::SearchError;
pub use self::service::ServiceError;
pub(crate) use self::service::{Refusal, Slot};
pub use self::stopped::{Bound, ReadStopped};
pub use self::stream::{StreamError, StreamReason};
pub use self::table::{TableError, TableReason};
pub use self::throttling::{ThrottledAccess, ThrottledLimit, ThrottlingReason};
pub use self::transaction::{
    CancelReason, TransactionCancelled, TransactionError, TransactionReason,
};
pub use self::unprocessed::Unprocessed;
pub use self::update::{UpdateError, UpdateReason};

/// Any error of an operation.
///
/// ```
/// # use entity_core::{Error, ErrorKind};
/// fn is_taken(error: &Error) -> bool {
///     matches!(error.kind(), ErrorKind::ConditionFailed(failed) if failed.operation() == "create")
/// }
/// ```
pub struct Error(Box<ErrorKind>);

impl Error {
    /// What kind of error it is.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// The error of a kind that was taken apart.
    pub(crate) fn of(kind: ErrorKind) -> Self {
        Self(Box::new(kind))
    }

    /// The kind, by value.
    #[must_use]
    pub fn into_kind(self) -> ErrorKind {
        *self.0
    }

    /// Whether the item was not written because its condition did not hold; of a transaction, whether
    /// conditions were the only cause.
    #[must_use]
    pub fn is_condition_failed(&self) -> bool {
        match self.kind() {
            ErrorKind::ConditionFailed(_) => true,
            ErrorKind::TransactionCancelled(cancelled) => cancelled.is_condition_failed(),
            _ => false,
        }
    }

    /// Whether another request was writing the same item in a transaction.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        match self.kind() {
            ErrorKind::TransactionCancelled(cancelled) => cancelled.is_conflict(),
            _ => self.code() == Some("TransactionConflictException"),
        }
    }

    /// Whether the service asked for a slower pace, and the SDK's retries were used up.
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        matches!(self.kind(), ErrorKind::Service(error) if error.is_throttled())
    }

    /// Which limits the service says were exceeded, and on what: none if it was not throttled, or does
    /// not say.
    #[must_use]
    pub fn throttling(&self) -> &[ThrottlingReason] {
        match self.kind() {
            ErrorKind::Service(error) => error.throttling(),
            _ => &[],
        }
    }

    /// Whether the table does not exist.
    #[must_use]
    pub fn is_table_not_found(&self) -> bool {
        self.code() == Some("ResourceNotFoundException")
    }

    /// Whether the table exists already, or is being changed.
    #[must_use]
    pub fn is_table_in_use(&self) -> bool {
        self.code() == Some("ResourceInUseException")
    }

    /// The service's code of the error, if the service answered: `ValidationException`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self.kind() {
            ErrorKind::Service(error) => error.code(),
            ErrorKind::ConditionFailed(_) => Some("ConditionalCheckFailedException"),
            ErrorKind::TransactionCancelled(_) => Some("TransactionCanceledException"),
            _ => None,
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// `ErrorKind`, and what each of its variants is to [`Error`].
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident($inner:ty),)*) => {
        /// What kind of error it is, with what is known of it.
        #[derive(Debug)]
        #[non_exhaustive]
        pub enum ErrorKind {
            $($(#[$doc])* $kind($inner),)*
        }

        impl fmt::Display for Error {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match &*self.0 {
                    $(ErrorKind::$kind(inner) => inner.fmt(f),)*
                }
            }
        }

        impl StdError for Error {
            fn source(&self) -> Option<&(dyn StdError + 'static)> {
                match &*self.0 {
                    $(ErrorKind::$kind(inner) => inner.source(),)*
                }
            }
        }

        $(impl From<$inner> for Error {
            #[cold]
            fn from(inner: $inner) -> Self {
                Self(Box::new(ErrorKind::$kind(inner)))
            }
        })*
    };
}

kinds! {
    /// A key that cannot be made from its fields; nothing was sent.
    Key(KeyError),
    /// An item that DynamoDB cannot hold; nothing was sent.
    Encode(EncodeError),
    /// An item that its entity's function before writes has refused; nothing was sent.
    Hook(HookError),
    /// A stored item that is not what it was read as.
    Item(ItemError),
    /// A cursor that belongs to another query, or that was changed; nothing was sent.
    Cursor(CursorError),
    /// More than DynamoDB takes; nothing was sent.
    Limit(LimitError),
    /// A search that cannot be sent as it is; nothing was sent.
    Search(SearchError),
    /// An update that cannot be sent as it is; nothing was sent.
    Update(UpdateError),
    /// A transaction that cannot be sent as it is; nothing was sent.
    Transaction(TransactionError),
    /// The item was not written, as its condition did not hold.
    ConditionFailed(ConditionFailed),
    /// A transaction of which nothing was written.
    TransactionCancelled(TransactionCancelled),
    /// Keys of a batch that the service did not get to.
    Unprocessed(Unprocessed),
    /// A read that came to a bound of its cost before its end.
    Stopped(ReadStopped),
    /// An item of a load whose key another one has that is on its way.
    Duplicate(DuplicateKey),
    /// A load that stopped.
    Load(LoadError),
    /// A reindexing that stopped.
    Reindex(ReindexError),
    /// What cannot be done to a table, or did not come to its end.
    Table(TableError),
    /// A record of a stream that cannot be read.
    Record(RecordError),
    /// A stream that cannot be read on.
    Stream(StreamError),
    /// The request failed: refused by the service, or no answer, after the SDK's retries.
    Service(ServiceError),
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use super::*;

    #[test]
    fn the_source_is_the_error_of_other_code() {
        let of_a_hook = || ItemReason::Hook(Box::new(fmt::Error));
        let item = || ItemError::new("Songs", "Song", None, of_a_hook());
        let upgrade = ItemReason::Upgrade(Box::new(fmt::Error));
        for error in [
            Error::from(HookError::new("Song", Box::new(fmt::Error))),
            item().into(),
            item().because(upgrade).into(),
            RecordError::new(None, None, "", RecordReason::Item(item())).into(),
        ] {
            assert!(error.source().is_some_and(|source| source.is::<fmt::Error>()), "{error}");
        }
        let line = ExportError::new(1, ExportReason::Item(item()));
        assert!(line.source().is_some_and(|source| source.is::<fmt::Error>()), "{line}");
        for error in [
            Error::from(item().because(ItemReason::Unknown)),
            RecordError::new(None, None, "", RecordReason::OtherEntity).into(),
        ] {
            assert!(error.source().is_none(), "{error}");
        }
    }
}
