//! `ItemError`: a stored item that is not what it was read as.

use std::error::Error as StdError;
use std::fmt;

use crate::key::PartError;
use crate::schema::BoxError;
use crate::wire;

/// A stored item that cannot be read as the entity it was asked for.
///
/// `Display` names table, entity, key and attribute path:
/// `Songs/Download 1/Dld-7: DownloadTimestamp: expected S, found N`.
pub struct ItemError(Box<Inner>);

struct Inner {
    table: String,
    entity: &'static str,
    key: Option<String>,
    reason: ItemReason,
}

/// Why an item cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum ItemReason {
    /// An attribute is not of the field's type, or is missing.
    Decode(wire::Error),
    /// The item has no such key attribute.
    NoKey(&'static str),
    /// The key attribute's type is not the declared one, or its text does not have the form of the
    /// entity's template.
    KeyForm(&'static str),
    /// A part of the key is not a value of its field's type.
    KeyPart {
        /// The key attribute.
        attribute: &'static str,
        /// The field.
        field: &'static str,
        /// What is wrong with the part's text.
        error: PartError,
    },
    /// The key attribute is not the one that the item's fields make; an update would go to another
    /// item.
    KeyMismatch(&'static str),
    /// The type attribute is missing, or names no entity of the table.
    Type(&'static str),
    /// The item is none of the table's entities, by its keys.
    Unknown,
    /// The item is another entity of the table.
    Other(&'static str),
    /// The item is of a version of the entity's schema that is not known here: of a newer program,
    /// or an older one that nothing upgrades any more, as nothing does a part of an item.
    Schema {
        /// The attribute that holds the number.
        attribute: &'static str,
        /// The number that it holds.
        found: u64,
        /// The oldest version that can be read so.
        oldest: u32,
        /// The newest version that is known.
        newest: u32,
    },
    /// The item is of an older version of the entity's schema, and a step of its upgrade has failed.
    Upgrade(BoxError),
    /// The function that the entity calls after reads has failed.
    Hook(BoxError),
}

impl ItemError {
    #[cold]
    pub(crate) fn new(
        table: &str,
        entity: &'static str,
        key: Option<String>,
        reason: ItemReason,
    ) -> Self {
        Self(Box::new(Inner { table: table.to_owned(), entity, key, reason }))
    }

    /// The same item, for another reason.
    pub(crate) fn because(mut self, reason: ItemReason) -> Self {
        self.0.reason = reason;
        self
    }

    /// The table's name.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.0.table
    }

    /// The entity, or the collection, that the item was read as.
    #[must_use]
    pub fn entity(&self) -> &'static str {
        self.0.entity
    }

    /// The primary key as stored, its attributes joined by `/`, where it could be read.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.0.key.as_deref()
    }

    /// Why the item cannot be read.
    #[must_use]
    pub fn reason(&self) -> &ItemReason {
        &self.0.reason
    }

    /// Whether the item is another entity of the table, and not a broken one.
    #[must_use]
    pub fn is_other_entity(&self) -> bool {
        matches!(self.0.reason, ItemReason::Other(_))
    }
}

/// Without the key: `Display` shows it.
impl fmt::Debug for ItemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ItemError")
            .field("table", &self.0.table)
            .field("entity", &self.0.entity)
            .field("reason", &self.0.reason)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for ItemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { table, entity, key, reason } = &*self.0;
        write!(f, "{table}/{entity}")?;
        key.iter().try_for_each(|key| write!(f, " {key}"))?;
        write!(f, ": {reason}")
    }
}

impl fmt::Display for ItemReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decode(error) => error.fmt(f),
            Self::NoKey(name) => write!(f, "the item has no key attribute `{name}`"),
            Self::KeyForm(name) => {
                write!(f, "{name}: the key does not have the form of the entity's")
            }
            Self::KeyPart { attribute, field, error } => {
                write!(f, "{attribute}: part `{field}`: {error}")
            }
            Self::KeyMismatch(name) => {
                write!(f, "{name}: the key is not the one that the item's fields make")
            }
            Self::Type(name) => write!(f, "{name}: the item's type is missing or unknown"),
            Self::Unknown => f.write_str("the item's keys are of no entity of the table"),
            Self::Other(entity) => write!(f, "the item is a `{entity}`"),
            Self::Schema { attribute, found, oldest, newest } => {
                write!(f, "{attribute}: the item is of schema version {found}, and ")?;
                match *found > u64::from(*newest) {
                    true => write!(f, "the newest that is known here is {newest}"),
                    false => write!(f, "the oldest that can be read so is {oldest}"),
                }
            }
            Self::Upgrade(error) => write!(f, "upgrade of the item: {error}"),
            Self::Hook(error) => write!(f, "after_read: {error}"),
        }
    }
}

impl StdError for ItemError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.reason {
            ItemReason::Upgrade(error) | ItemReason::Hook(error) => Some(&**error),
            _ => None,
        }
    }
}
