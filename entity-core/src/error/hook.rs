//! `HookError`: an item that its entity's hook before writes has refused.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::schema::BoxError;

/// An item that was not written, as the function that its entity calls before writes has failed;
/// nothing was sent.
#[derive(Debug, Clone)]
pub struct HookError {
    entity: &'static str,
    error: Arc<dyn StdError + Send + Sync>,
}

impl HookError {
    #[cold]
    pub(crate) fn new(entity: &'static str, error: BoxError) -> Self {
        Self { entity, error: error.into() }
    }

    /// The entity.
    #[must_use]
    pub fn entity(&self) -> &'static str {
        self.entity
    }

    /// What the function has failed with; `downcast_ref` tells what it is.
    #[must_use]
    pub fn error(&self) -> &(dyn StdError + Send + Sync + 'static) {
        &*self.error
    }
}

impl fmt::Display for HookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "before_write of `{}`: {}", self.entity, self.error)
    }
}

impl StdError for HookError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.error)
    }
}
