//! `KeyError`: a key that cannot be made.

use std::error::Error as StdError;
use std::fmt;

use crate::key::{PartError, TemplateError};
use crate::schema::{KeyAttribute, KeyForm};

/// A key that cannot be made from its fields, because it could be taken for another, or because
/// the service would refuse it.
///
/// `Display` names entity, attribute, template and field, never the value.
///
/// # Example
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let error = MonthlyCount::key("1", "2018#01").unwrap_err();
/// assert_eq!((error.entity(), error.attribute()), ("MonthlyCount", "Metadata"));
/// assert_eq!(error.template(), Some("Month-{download_month}"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyError(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    entity: &'static str,
    attribute: &'static str,
    template: Option<&'static str>,
    reason: KeyReason,
}

/// Why a key cannot be made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyReason {
    /// A part of the template refuses its value.
    Template(TemplateError),
    /// The field that is the key refuses its value.
    Field(&'static str, PartError),
    /// A part of a primary key is `None`.
    Absent,
    /// The key is empty.
    Empty,
    /// The key is longer than the service allows.
    TooLong {
        /// The key's length.
        bytes: usize,
        /// The service's limit.
        max: usize,
    },
}

impl KeyError {
    #[cold]
    pub(crate) fn new(entity: &'static str, attribute: &KeyAttribute, reason: KeyReason) -> Self {
        let template = match &attribute.form {
            KeyForm::Template(template) => Some(template.source()),
            KeyForm::Field { .. } => None,
        };
        Self(Box::new(Inner { entity, attribute: attribute.def.name, template, reason }))
    }

    /// The entity whose key it is.
    #[must_use]
    pub fn entity(&self) -> &'static str {
        self.0.entity
    }

    /// The key attribute, as stored.
    #[must_use]
    pub fn attribute(&self) -> &'static str {
        self.0.attribute
    }

    /// The template, if the key is made by one.
    #[must_use]
    pub fn template(&self) -> Option<&'static str> {
        self.0.template
    }

    /// Why it cannot be made.
    #[must_use]
    pub fn reason(&self) -> &KeyReason {
        &self.0.reason
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { entity, attribute, template, reason } = &*self.0;
        write!(f, "key `{attribute}` of `{entity}`")?;
        template.iter().try_for_each(|template| write!(f, " (`{template}`)"))?;
        write!(f, ": {reason}")
    }
}

impl fmt::Display for KeyReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Template(error) => error.reason().fmt(f),
            Self::Field(field, error) => write!(f, "field `{field}`: {error}"),
            Self::Absent => f.write_str("a part is `None`, and a primary key has every part"),
            Self::Empty => f.write_str("the key is empty, which DynamoDB refuses"),
            Self::TooLong { bytes, max } => {
                write!(f, "the key has {bytes} bytes, DynamoDB allows {max}")
            }
        }
    }
}

impl StdError for KeyError {}
