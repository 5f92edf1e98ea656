//! What the derives declare, as data: tables, indexes, vector indexes, entities and collections.
//!
//! Everything here is `const`, so that rules which need two declarations at once (an entity and
//! its table, two entities of one table) are checked while the user's crate compiles; [`check`]
//! holds those rules.

pub mod check;
mod collection;
pub(crate) mod declare;
mod document;
mod entity;
mod guard;
mod hook;
mod index;
mod kept;
pub(crate) mod lent;
mod lock;
pub(crate) mod outline;
mod projection;
mod table;
pub(crate) mod vector_index;
mod version;

pub use self::collection::{Collection, CollectionOf, Contains, Gathered, Variants};
pub use self::declare::Declared;
pub use self::document::{Document, DocumentField, hash_name};
pub use self::entity::{
    DecodePart, Entity, EntitySchema, FieldSchema, IndexKeys, Kept, KeyAttribute, KeyForm,
    PartSchema, Recode, Stored,
};
pub use self::guard::{ByItem, ByKey, ByVersion, Guarded, Returning, Unlocked, Versioned};
pub use self::hook::{BoxError, Hooks, Written};
pub use self::index::{Index, IndexKind, IndexOf, IndexProjection, IndexSchema};
pub(crate) use self::kept::seconds;
pub use self::kept::{Expires, Now, Version};
pub use self::lock::{Schema, SchemaChanged};
pub use self::projection::Projection;
pub use self::table::{KeyDef, Table, TableSchema};
pub use self::vector_index::{Distance, VectorField, VectorIndex, VectorIndexSchema};
pub(crate) use self::version::Attributes;
pub use self::version::{Older, SchemaVersions, Upgrades, Versions};
