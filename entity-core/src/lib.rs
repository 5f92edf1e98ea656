//! A typed data-access layer for Amazon DynamoDB single-table designs.

extern crate self as entity_core;

mod cursor;
pub mod error;
mod fnv;
mod handle;
mod item;
pub mod key;
pub mod op;
mod page;
pub mod query;
mod request;
pub mod schema;
mod transport;
pub mod wire;

#[doc(hidden)]
pub mod __private;

pub use self::cursor::Cursor;
pub use self::error::{Error, ErrorKind};
pub use self::handle::TableHandle;
pub use self::item::{Item, ItemOf, ReadResult, Readable};
pub use self::key::Key;
pub use self::page::{ConsumedCapacity, Page, Response};
pub use self::query::begins_with;
pub use self::request::Request;
pub use self::schema::{Collection, Entity, Index, Projection, Table};
#[cfg(feature = "derive")]
#[doc = include_str!("../docs/derive/collection.md")]
pub use entity_derive::Collection;
#[cfg(feature = "derive")]
#[doc = include_str!("../docs/derive/document.md")]
pub use entity_derive::Document;
#[cfg(feature = "derive")]
#[doc = include_str!("../docs/derive/entity.md")]
pub use entity_derive::Entity;
#[cfg(feature = "derive")]
#[doc = include_str!("../docs/derive/index.md")]
pub use entity_derive::Index;
#[cfg(feature = "derive")]
#[doc = include_str!("../docs/derive/key_part.md")]
pub use entity_derive::KeyPart;
#[cfg(feature = "derive")]
#[doc = include_str!("../docs/derive/projection.md")]
pub use entity_derive::Projection;
#[cfg(feature = "derive")]
#[doc = include_str!("../docs/derive/table.md")]
pub use entity_derive::Table;
