//! Keys: templates of literals and parts, and what builds, reads, bounds and compares them.
//!
//! A template such as `"ORDER#{id}#ITEM#{n:04}"` is data, a [`Template`]; the derive emits it as a `const`.
//! Every rule about keys is a function of this module, and one function serves all entities.
//!
//! | question | answer |
//! |---|---|
//! | can a type be part of a key? | [`KeyPart`] |
//! | how is it written? | [`Encoding`]: [`Plain`], [`Last`], [`Rest`], [`Padded`], [`Offset`], [`Desc`] |
//! | can it be ranged over, searched by prefix? | [`Ranged`], [`Prefixed`] |
//! | is it a template? | [`Template::check`], in `const` evaluation |
//! | can two templates have a key in common? | [`Template::disjoint`], in `const` evaluation |
//! | what is the key of these values? | [`Template::build`] |
//! | which values have this key? | [`Template::parse`], then [`Template::read`] |
//! | which keys does a query read? | [`Template::select`] |
//!
//! Two different tuples of values never have one key: what would make it so is refused by
//! [`build`](Template::build). A text that reads as values which would be written differently is
//! refused by [`read`](Template::read).

mod arg;
mod attribute;
mod bounds;
mod check;
mod disjoint;
mod encoded;
mod encoding;
mod error;
mod field;
mod fields;
pub mod kind;
pub mod laws;
mod message;
pub mod native;
mod parse;
mod part;
mod primary;
mod range;
mod shape;
mod shards;
mod template;
mod text;
mod value;

pub use arg::KeyArg;
pub(crate) use attribute::{attribute_text, attribute_value, check_text, unsharded_text};
pub use bounds::{Bounds, Selection, Step};
pub(crate) use check::is_reserved;
pub(crate) use disjoint::{MAX_STATES, states_a_byte};
pub use encoded::{Encoded, Part};
pub use encoding::{Desc, Encoding, Last, Offset, Padded, Plain, Rest};
pub use error::{PartError, PartErrorKind, TemplateError, TemplateErrorKind};
pub use field::{KeyField, SparseField};
pub use message::Message;
pub use native::{Native, NativeIn, NoKey};
pub(crate) use native::{check_native, key_scalar, same_key};
pub use part::{KeyPart, PartField};
pub(crate) use primary::check_parts;
pub use primary::{IntoKey, Key};
pub use range::{Prefixed, Ranged};
pub use shape::{Charset, Class, Shape};
pub use shards::Shards;
pub use template::{Segment, Template};
pub use text::Limit;
pub(crate) use value::write_value;
pub use value::{KeyType, KeyValue};
