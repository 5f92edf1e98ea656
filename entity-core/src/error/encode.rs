//! `EncodeError`: an item that DynamoDB cannot hold.

use std::error::Error as StdError;
use std::fmt;

use super::{HookError, KeyError, LimitError, UpdateError};
use crate::wire;

/// An entity that cannot be written as an item: a number that is not finite, an empty set, an
/// attribute that is a key's.
#[derive(Debug, Clone)]
pub struct EncodeError {
    entity: &'static str,
    source: wire::Error,
}

impl EncodeError {
    #[cold]
    pub(crate) fn new(entity: &'static str, source: wire::Error) -> Self {
        Self { entity, source }
    }

    /// The entity.
    #[must_use]
    pub fn entity(&self) -> &'static str {
        self.entity
    }

    /// What is wrong, with the path of the attribute.
    #[must_use]
    pub fn error(&self) -> &wire::Error {
        &self.source
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "write `{}`: {}", self.entity, self.source)
    }
}

impl StdError for EncodeError {}

/// Why an item cannot be written; nothing was sent.
#[derive(Debug, Clone)]
#[doc(hidden)]
pub enum WriteError {
    Key(KeyError),
    Encode(EncodeError),
    Hook(HookError),
    Limit(LimitError),
    Update(UpdateError),
}

macro_rules! kinds {
    ($($kind:ident($inner:ty)),* $(,)?) => {
        $(impl From<$inner> for WriteError {
            fn from(error: $inner) -> Self {
                Self::$kind(error)
            }
        })*

        impl From<WriteError> for super::Error {
            fn from(error: WriteError) -> Self {
                match error {
                    $(WriteError::$kind(error) => error.into(),)*
                }
            }
        }
    };
}

kinds!(Key(KeyError), Encode(EncodeError), Hook(HookError), Limit(LimitError), Update(UpdateError),);
