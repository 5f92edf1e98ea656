//! `Index`: a secondary index of a table.

use super::{KeyDef, Table, hash_name};

/// Which attributes an index copies beside the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum IndexProjection {
    /// Every attribute of the item.
    All,
    /// The keys of the table and of the index alone.
    KeysOnly,
    /// The keys, and the attributes named.
    Include(&'static [&'static str]),
}

/// Whether an index has partitions of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum IndexKind {
    /// A global secondary index: any partition key, eventually consistent reads only.
    Global,
    /// A local secondary index: the table's partition key with another sort key.
    Local,
}

/// An index as declared: its name, its keys and its projection.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct IndexSchema {
    /// The index's name.
    pub name: &'static str,
    /// The attributes of the partition key; more than one in a multi-attribute key. Empty for a
    /// local index, whose partition key is the table's.
    pub pk: &'static [KeyDef],
    /// The attributes of the sort key; none if the index has no sort key.
    pub sk: &'static [KeyDef],
    /// Global or local.
    pub kind: IndexKind,
    /// Which attributes can be read from it.
    pub projection: IndexProjection,
}

impl IndexSchema {
    /// Gathers an index's declaration; called by `#[derive(Index)]`.
    #[doc(hidden)]
    pub const fn new(
        name: &'static str,
        pk: &'static [KeyDef],
        sk: &'static [KeyDef],
        kind: IndexKind,
        projection: IndexProjection,
    ) -> Self {
        Self { name, pk, sk, kind, projection }
    }

    /// Whether a read from the index returns the attribute, as a key or as one that is projected.
    pub(crate) fn has(&self, attribute: &str) -> bool {
        self.projects(attribute) || self.pk.iter().chain(self.sk).any(|key| key.name == attribute)
    }

    /// Whether a read from the index returns the attribute, keys aside.
    pub(crate) fn projects(&self, attribute: &str) -> bool {
        match self.projection {
            IndexProjection::All => true,
            IndexProjection::KeysOnly => false,
            IndexProjection::Include(names) => names.contains(&attribute),
        }
    }
}

/// A secondary index, declared on a unit struct by [`#[derive(Index)]`](macro@crate::Index).
///
/// An item is in the index when it has all of the index's key attributes; entities say how these
/// are made with `#[entity(index(...))]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an index",
    label = "not an index",
    note = "name the struct that derives `Index`"
)]
pub trait Index: Sized + Send + Sync + 'static {
    /// The table that the index belongs to.
    type Table: Table;

    /// Whether reads may be consistent: [`Eventual`](crate::query::Eventual) for a global index.
    type Consistency;

    /// The kind of the sort key, as [`native`](crate::key::native) names it.
    type Sort;

    /// The declaration, as data.
    const SCHEMA: &'static IndexSchema;

    /// The hashes of its attributes' names: those of the partition key, and of the sort key.
    #[doc(hidden)]
    const NAMES: ([u64; 4], [u64; 4]) = (names(Self::SCHEMA.pk), names(Self::SCHEMA.sk));
}

/// The hashes of the names; a key has four attributes at most.
#[allow(
    clippy::indexing_slicing,
    reason = "in `const` evaluation; the index is below both lengths"
)]
const fn names(keys: &[KeyDef]) -> [u64; 4] {
    let (mut names, mut i) = ([0; 4], 0);
    while i < keys.len() && i < names.len() {
        names[i] = hash_name(keys[i].name);
        i += 1;
    }
    names
}

/// Holds for the indexes of table `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an index of the table `{T}`",
    label = "an index of another table",
    note = "an entity can only use indexes declared with `#[index(table = {T}, ...)]`"
)]
pub trait IndexOf<T> {}
