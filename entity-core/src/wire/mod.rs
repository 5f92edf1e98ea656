//! DynamoDB JSON as a serde data format: `{"Id":{"S":"1"},"Count":{"N":"3"}}`.
//!
//! It reads and writes the bytes of requests and responses, table exports, stream records and
//! fixtures directly, without the SDK's `AttributeValue` in between.
//!
//! | item | one attribute value |
//! |---|---|
//! | [`to_vec`] | [`value_to_vec`] |
//! | [`from_slice`] | [`value_from_slice`] |
//! | [`ItemSerializer`] | [`Serializer`] |
//! | [`ItemDeserializer`] | [`Deserializer`] |
//!
//! | Rust | DynamoDB |
//! |---|---|
//! | strings, `char`, unit variants | S |
//! | integers, floats, [`Number`], fields `with` [`as_number`] | N |
//! | bytes (`serde_bytes`) | B |
//! | `bool` | BOOL |
//! | `()`, unit structs, `None` in a list or a map | NULL |
//! | structs, maps, other variants (one entry, the variant's name) | M |
//! | sequences, tuples | L |
//! | sequences `with` [`string_set`], [`number_set`], [`binary_set`] or serde_dynamo's | SS, NS, BS |
//!
//! - A field that is `None` is absent, at every depth of structs and in an item as a whole. Absent and
//!   NULL both read as `None`.
//! - Numbers are exact or refused: more than 38 digits, NaN, infinities, and what is out of DynamoDB's range
//!   are errors. Only an `f64` or `f32` that is read is the nearest to what is stored.
//! - [`Value`] holds any attribute value as it is stored.
//! - Through serde's buffering (`flatten`, internally tagged and untagged enums), sets and numbers of more
//!   than 15 digits (if not integers of 64 bits) are read as [`Value`], the former also `with`
//!   [`string_set`], [`number_set`], [`binary_set`], the latter also as [`Number`] and `with` [`as_number`].
//!   Anything else there, a plain `Vec`, an `f64` or serde_dynamo's markers, refuses them, and so do types
//!   that take anything, such as `serde_json::Value`: they would be written back as something else.
//! - An empty set, an element twice in a set, an attribute twice in an item, and nesting beyond 32 levels
//!   are refused, as DynamoDB does.
//! - `&str` fields, and `Cow` ones with `#[serde(borrow)]`, borrow from the bytes where these have no escapes.
//! - Errors name the attribute: `item_sku.price: expected N, found S`. Inside what serde buffers, the
//!   types find out too late to say more than where the buffering began.
//!
//! It does not check sizes (400 KB), and a sequence that is not buffered reads from a set as from a list; a
//! tuple or an array does not, as a set has no order.
//!
//! # Example
//!
//! ```
//! use entity_core::wire;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Debug, PartialEq, Serialize, Deserialize)]
//! struct Song { id: String, downloads: u64, label: Option<String> }
//!
//! let song = Song { id: "1".into(), downloads: 3, label: None };
//! let bytes = wire::to_vec(&song)?;
//! assert_eq!(bytes, br#"{"id":{"S":"1"},"downloads":{"N":"3"}}"#);
//! assert_eq!(wire::from_slice::<Song>(&bytes)?, song);
//! # Ok::<(), wire::Error>(())
//! ```

#[macro_use]
mod refuse;

mod carrier;
mod de;
mod error;
mod key;
mod leaf;
mod number;
#[doc(hidden)]
pub mod read;
#[doc(hidden)]
pub mod scalar;
#[doc(hidden)]
pub mod ser;
mod set;
mod value;
#[doc(hidden)]
pub mod write;

pub use de::{Deserializer, ItemDeserializer, from_slice, value_from_slice};
pub use error::{Error, ErrorKind, Result};
pub use number::{Number, as_number};
#[doc(inline)]
pub use ser::{ItemSerializer, Serializer, to_vec, value_to_vec};
pub use set::{binary_set, number_set, string_set};
pub use value::Value;

/// How deep values may nest in an attribute: a scalar in 31 maps or lists is the 32nd level.
pub(crate) const LEVELS: u8 = 32;

#[cold]
fn too_deep() -> Error {
    Error::data("nested deeper than 32 levels")
}
