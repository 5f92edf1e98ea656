//! `RecordError`: a record of a stream that cannot be read.

use std::error::Error as StdError;
use std::fmt;

use super::ItemError;
use crate::wire;

/// A record of a stream that cannot be read as the change it was asked for.
///
/// It is of that record alone, names it by its sequence number, and keeps its text, so that it can be
/// put aside where it is not lost.
pub struct RecordError(Box<Inner>);

struct Inner {
    sequence_number: Option<String>,
    event_id: Option<String>,
    json: String,
    reason: RecordReason,
}

/// Why a record cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum RecordReason {
    /// It does not have the form of a stream record: what it lacks, or what is of another type.
    Form(wire::Error),
    /// The record has no such image, as the stream's view type leaves it out: `NewImage`.
    NoImage(&'static str),
    /// An image, or the key, is not an item of the type.
    Item(ItemError),
    /// The old image is of another entity of the table than the new one.
    OtherEntity,
}

impl RecordError {
    #[cold]
    pub(crate) fn new(
        sequence_number: Option<String>,
        event_id: Option<String>,
        json: &str,
        reason: RecordReason,
    ) -> Self {
        Self(Box::new(Inner { sequence_number, event_id, json: json.to_owned(), reason }))
    }

    /// The record's sequence number, where it could be read.
    #[must_use]
    pub fn sequence_number(&self) -> Option<&str> {
        self.0.sequence_number.as_deref()
    }

    /// The record's event id, where it could be read.
    #[must_use]
    pub fn event_id(&self) -> Option<&str> {
        self.0.event_id.as_deref()
    }

    /// The record, as JSON: what a queue of records that need a person's eye takes.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.0.json
    }

    /// Why the record cannot be read.
    #[must_use]
    pub fn reason(&self) -> &RecordReason {
        &self.0.reason
    }
}

/// Without the record's text, which has values of attributes.
impl fmt::Debug for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordError")
            .field("sequence_number", &self.0.sequence_number)
            .field("reason", &self.0.reason)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stream record")?;
        self.sequence_number().iter().try_for_each(|number| write!(f, " {number}"))?;
        write!(f, ": {}", self.0.reason)
    }
}

impl fmt::Display for RecordReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(error) => error.fmt(f),
            Self::NoImage(name) => {
                write!(
                    f,
                    "{name}: the record has none, as the stream's view type leaves it out; read its `Keys`"
                )
            }
            Self::Item(error) => error.fmt(f),
            Self::OtherEntity => f.write_str("its images are of two entities of the table"),
        }
    }
}

impl StdError for RecordError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.reason {
            RecordReason::Item(error) => error.source(),
            _ => None,
        }
    }
}
