//! `UpdateError`: an update that cannot be sent as it is.

use std::error::Error as StdError;
use std::fmt;

/// An update that cannot be sent as it is; nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateError(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    entity: &'static str,
    path: String,
    reason: UpdateReason,
}

/// Why an update cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum UpdateReason {
    /// Another action is on the same attribute, on what is in it or on what it is in.
    Overlap(String),
    /// The path is, or leads to, a part of a key.
    KeyPart(&'static str),
    /// An `upsert` changes something within an attribute.
    Within,
    /// An `upsert` changes a set that is not empty initially.
    InitialSet,
    /// The field is unique: it is written by `create`, by `move_item`, and by `set` of a value in an
    /// `update` of an item that was read.
    Unique,
    /// The field is a version or unique, which a batch cannot check.
    Batch,
}

impl UpdateError {
    #[cold]
    pub(crate) fn new(entity: &'static str, path: String, reason: UpdateReason) -> Self {
        Self(Box::new(Inner { entity, path, reason }))
    }

    /// The entity.
    #[must_use]
    pub fn entity(&self) -> &'static str {
        self.0.entity
    }

    /// The path that an action is on.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// Why it cannot be sent.
    #[must_use]
    pub fn reason(&self) -> &UpdateReason {
        &self.0.reason
    }
}

impl fmt::Display for UpdateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { entity, path, reason } = &*self.0;
        write!(f, "update of `{entity}`: {path}: {reason}")
    }
}

impl fmt::Display for UpdateReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overlap(other) => {
                write!(f, "another action is on {other}, and DynamoDB takes one for each attribute")
            }
            Self::KeyPart(part) => {
                write!(f, "`{part}` is a part of a key, which this would leave behind")
            }
            Self::Within => {
                f.write_str("`upsert` sets attributes as a whole, as there may be none to change")
            }
            Self::InitialSet => f.write_str(
                "`upsert` cannot change a set that is not empty initially: set it as a whole",
            ),
            Self::Batch => f.write_str(
                "a batch cannot check a version or a unique value: write the item by itself, or say `unchecked`",
            ),
            Self::Unique => f.write_str(
                "it is unique, and is written by `create`, by `move_item`, or by `set` in an `update(&item)`",
            ),
        }
    }
}

impl StdError for UpdateError {}
