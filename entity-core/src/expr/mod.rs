//! Expressions: what is asked of an item, and what is changed of it, typed by the entity's fields.
//!
//! An operation gives a closure the entity's paths, one for each field, and takes what the closure
//! makes of them: a [`Condition`] for `when` and `filter`, [`Action`]s for `set`. What a path offers
//! depends on the type of the field, and on what the field is to the item's keys.
//!
//! | of a path | is there for |
//! |---|---|
//! | [`eq`](Path::eq), [`ne`](Path::ne), [`is_in`](Path::is_in), [`exists`](Path::exists), [`not_exists`](Path::not_exists), [`is_type`](Path::is_type) | every field that is an attribute |
//! | [`lt`](Path::lt), [`le`](Path::le), [`gt`](Path::gt), [`ge`](Path::ge), [`between`](Path::between) | numbers, strings and bytes: what DynamoDB orders as Rust does |
//! | [`begins_with`](Path::begins_with) | strings and bytes |
//! | [`contains`](Path::contains) | strings, lists and sets |
//! | [`size`](Path::size) | strings, bytes, lists, maps, sets |
//! | [`set`](Path::set) | fields that are in no key, and those that feed an index key alone, which is then made anew |
//! | [`set_some`](Path::set_some), [`if_not_exists`](Path::if_not_exists) | fields that are in no key |
//! | [`remove`](Path::remove) | `Option` fields of these |
//! | [`add`](Path::add), [`subtract`](Path::subtract), [`plus`](Path::plus), [`minus`](Path::minus) | numbers |
//! | [`append`](Path::append), [`prepend`](Path::prepend), [`at`](Path::at) | lists |
//! | [`key`](Path::key) | maps |
//! | [`insert`](Path::insert), [`delete`](Path::delete) | sets |
//!
//! Fields of nested structs that derive [`Document`](macro@crate::Document) are reached by their
//! names: `|c| c.item_sku.price.lt(price)`.
//!
//! # Example
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let songs = songs().await?;
//! use entity_core::expr::Paths;
//!
//! let rare = |m: &Paths<MonthlyCount>| m.downloads.lt(15).or(m.downloads.is_in([30]));
//! let months = songs.query(MonthlyCount::partition("1")).filter(rare).all().await?;
//! assert_eq!(months.len(), 2);
//! # Ok(())
//! # }
//! ```

/// The paths of an entity's fields, as closures of `when`, `filter` and `set` get them.
pub type Paths<E> = <E as crate::schema::Entity>::Paths;

mod action;
mod codec;
mod condition;
mod kind;
mod operand;
mod path;
mod role;
mod write;

#[doc(hidden)]
pub use self::action::Act;
pub(crate) use self::action::Verb;
pub use self::action::{Action, IntoActions};
pub use self::codec::{Codec, Serde};
pub(crate) use self::condition::Test;
pub use self::condition::{AttributeType, Condition, Size};
pub use self::kind::{
    Compares, Contains, Elements, Kind, Kinded, List, Map, Measured, Numeric, Ordered, Prefix, Set,
    Typed, kinds,
};
pub use self::operand::{Assigned, Computed, Operand, Sum};
pub(crate) use self::operand::{Json, Term};
#[doc(hidden)]
pub use self::path::Steps;
#[doc(hidden)]
pub use self::path::path;
pub use self::path::{At, Element, Entry, Fixed, Here, In, Joined, Location, Path, Place, Rooted};
pub(crate) use self::path::{Step, display, overlap};
pub use self::role::{
    Alone, Attribute, Computable, Free, Grouped, KeyOnly, Managed, Maybe, Nested, Primary,
    Removable, Settable,
};
pub(crate) use self::write::Writer;
