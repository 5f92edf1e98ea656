//! `DocumentField`: nested fields, named at compile time.

use crate::expr::Location;

/// A nested struct whose fields can be named; implemented by
/// [`#[derive(Document)]`](macro@crate::Document).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a document, whose fields can be parts of a key",
    label = "a field of this type is named here",
    note = "add `#[derive(Document)]` to the struct; a field within an `Option` cannot be part of a key"
)]
pub trait Document {
    /// The struct's name.
    const NAME: &'static str;

    /// The paths of its fields, of a document that is somewhere in an item.
    type Paths<L: Location>;

    /// The names of its fields, in Rust.
    const FIELDS: &'static [&'static str];

    /// The names of its fields, as stored.
    const ATTRIBUTES: &'static [&'static str];
}

/// The field of a nested struct whose name hashes to `NAME`; implemented by
/// [`#[derive(Document)]`](macro@crate::Document).
///
/// A template such as `"{item_sku.product_id}"` reaches through it to the field's type, which the
/// entity's derive cannot see.
#[diagnostic::on_unimplemented(
    message = "the template names a nested field that `{Self}` does not have",
    label = "nested fields of this type are used in a key",
    note = "add `#[derive(Document)]` to `{Self}`, and check the field's name"
)]
pub trait DocumentField<const NAME: u64> {
    /// The field's type.
    type Type;

    /// The field's name as stored.
    const ATTRIBUTE: &'static str;

    /// The field.
    #[doc(hidden)]
    fn get(&self) -> &Self::Type;
}

/// Hashes a field's name (FNV-1a, 64 bit), so that it can be a const parameter.
///
/// ```
/// assert_ne!(entity_core::schema::hash_name("a"), entity_core::schema::hash_name("b"));
/// ```
#[must_use]
pub const fn hash_name(name: &str) -> u64 {
    crate::fnv::hash(crate::fnv::START, name.as_bytes())
}
