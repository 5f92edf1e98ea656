//! `Difference`: where a table is another one than its types and settings say.

use std::fmt;

use super::step::Step;

/// Where a table is another one than its types and settings say.
///
/// `Display` is one line: `Songs: index `ByArtist`: expected global, Artist (S), found none`.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    table: String,
    aspect: Aspect,
    expected: String,
    found: String,
    note: bool,
    /// What would end it, if the library does that.
    pub(super) step: Option<Step>,
    /// Whether that would take something away.
    pub(super) narrows: bool,
}

/// What of a table is another.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Aspect {
    /// The partition key.
    PartitionKey,
    /// The sort key.
    SortKey,
    /// Whether there is the index, and whether it is global or local.
    Index(String),
    /// The key attributes of the index, with their types.
    IndexKey(String),
    /// What the index projects.
    Projection(String),
    /// Whether items expire, and by which attribute.
    TimeToLive,
    /// The table's class.
    Class,
    /// Whether there is a stream, and with which view of the items.
    Stream,
    /// Whether it is billed on demand or for provisioned capacity.
    BillingMode,
    /// The units that are provisioned, or the most on demand, of the table or of an index.
    Throughput(Option<String>),
    /// The warm throughput, of the table or of an index.
    WarmThroughput(Option<String>),
    /// Whether the table is protected from being deleted.
    DeletionProtection,
    /// Whether the table can be restored to a point in time.
    PointInTimeRecovery,
    /// The tag of that key.
    Tag(String),
    /// Keys of the index that items lack or that are others than their fields make.
    ItemKeys(String),
    /// Items that are none of the table's entities, or cannot be read as what they are.
    Items,
}

impl Difference {
    pub(super) fn new(
        table: &str,
        aspect: Aspect,
        expected: impl fmt::Display,
        found: impl fmt::Display,
    ) -> Self {
        Self {
            table: table.to_owned(),
            aspect,
            expected: expected.to_string(),
            found: found.to_string(),
            note: false,
            step: None,
            narrows: false,
        }
    }

    pub(super) fn by(mut self, step: Step) -> Self {
        self.step = Some(step);
        self
    }

    pub(super) fn narrowing(mut self, narrows: bool) -> Self {
        self.narrows = narrows;
        self
    }

    pub(super) fn noted(mut self) -> Self {
        self.note = true;
        self
    }

    /// The table's name.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }

    /// What of it is another.
    #[must_use]
    pub fn aspect(&self) -> &Aspect {
        &self.aspect
    }

    /// What it should be.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// What it is.
    #[must_use]
    pub fn found(&self) -> &str {
        &self.found
    }

    /// Whether the types do not mind: an index that they do not know, units that autoscaling has set.
    #[must_use]
    pub fn is_note(&self) -> bool {
        self.note
    }

    pub(crate) fn fmt_without_table(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, found {}", self.aspect, self.expected, self.found)
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.table)?;
        if self.note {
            f.write_str("note: ")?;
        }
        self.fmt_without_table(f)
    }
}

impl fmt::Display for Aspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PartitionKey => f.write_str("partition key"),
            Self::SortKey => f.write_str("sort key"),
            Self::Index(index) => write!(f, "index `{index}`"),
            Self::IndexKey(index) => write!(f, "key of index `{index}`"),
            Self::Projection(index) => write!(f, "projection of index `{index}`"),
            Self::TimeToLive => f.write_str("TTL"),
            Self::Class => f.write_str("class"),
            Self::Stream => f.write_str("stream"),
            Self::BillingMode => f.write_str("billing mode"),
            Self::Throughput(None) => f.write_str("throughput"),
            Self::Throughput(Some(index)) => write!(f, "throughput of index `{index}`"),
            Self::WarmThroughput(None) => f.write_str("warm throughput"),
            Self::WarmThroughput(Some(index)) => write!(f, "warm throughput of index `{index}`"),
            Self::DeletionProtection => f.write_str("deletion protection"),
            Self::PointInTimeRecovery => f.write_str("point-in-time recovery"),
            Self::Tag(key) => write!(f, "tag `{key}`"),
            Self::ItemKeys(index) => write!(f, "keys of items in index `{index}`"),
            Self::Items => f.write_str("items"),
        }
    }
}
