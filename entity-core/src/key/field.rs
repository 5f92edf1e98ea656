//! `KeyField`: what serde makes of a value that can stand in a key.

use std::borrow::Cow;
use std::sync::Arc;

use super::KeyType;
use crate::wire::Number;

/// A field's type that can stand in a key: by itself (`pk = id`), or as a part of a template.
///
/// A type of your own says what serde makes of it: `Some(KeyType::S)` for text, `None` if it is
/// neither text, nor a number, nor bytes, so that it can be in templates only.
/// [`#[derive(KeyPart)]`](macro@crate::KeyPart) does so for enums and newtypes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a key",
    label = "used as a key here",
    note = "keys are made of strings, numbers and bytes, and with features of UUIDs, ULIDs, timestamps, dates and decimals",
    note = "for local unit enums and newtypes consider adding `#[derive(KeyPart)]` to `{Self}`"
)]
pub trait KeyField {
    /// The type of attribute that serde makes of it, if that can be a key.
    const TYPE: Option<KeyType>;
}

/// A field of an index key: a [`KeyField`], or an `Option` of one, whose `None` takes the item out of
/// the index.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a key",
    label = "used as a key here",
    note = "a key attribute by itself is a string, a number or bytes, or an `Option` of one in an index",
    note = "for local unit enums and newtypes consider adding `#[derive(KeyPart)]` to `{Self}`"
)]
pub trait SparseField {
    /// The type of the value where there is one.
    type Field: KeyField;

    /// Whether there may be none.
    const OPTIONAL: bool;
}

#[diagnostic::do_not_recommend]
impl<T: KeyField> SparseField for T {
    type Field = T;

    const OPTIONAL: bool = false;
}

#[diagnostic::do_not_recommend]
impl<T: KeyField> SparseField for Option<T> {
    type Field = T;

    const OPTIONAL: bool = true;
}

macro_rules! fields {
    ($($ty:expr => $($(#[$feature:meta])? $field:ty),+;)*) => {$($(
        $(#[$feature])?
        impl KeyField for $field {
            const TYPE: Option<KeyType> = $ty;
        }
    )+)*};
}

fields! {
    Some(KeyType::S) => String, Box<str>, Arc<str>, Cow<'static, str>, char;
    Some(KeyType::N) => u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, f32, f64, Number;
    None => bool;
    Some(KeyType::S) =>
        #[cfg(feature = "uuid")] uuid::Uuid,
        #[cfg(feature = "ulid")] ulid::Ulid,
        #[cfg(feature = "chrono")] chrono::DateTime<chrono::Utc>,
        #[cfg(feature = "chrono")] chrono::NaiveDate,
        #[cfg(feature = "jiff")] jiff::Timestamp,
        #[cfg(feature = "jiff")] jiff::civil::Date,
        #[cfg(feature = "rust_decimal")] rust_decimal::Decimal;
    // Without its feature `serde-human-readable` serde makes tuples of them.
    None =>
        #[cfg(feature = "time")] time::OffsetDateTime,
        #[cfg(feature = "time")] time::Date;
}
