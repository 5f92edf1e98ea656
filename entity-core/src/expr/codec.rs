//! How a field's value is written where an expression holds it.

use serde::Serialize;

use crate::wire;
use crate::wire::ser::{Serializer, Written};

/// Writes values of type `T` as the field does.
///
/// The derive implements it for fields that serde writes `with` a function.
#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be written as an attribute",
    label = "serde does not know it",
    note = "consider adding `#[derive(Serialize)]` to `{T}`"
)]
pub trait Codec<T> {
    /// Appends the attribute value; says `false`, and appends nothing, if there is none.
    ///
    /// # Errors
    ///
    /// If DynamoDB cannot hold the value.
    #[doc(hidden)]
    fn write(value: &T, out: &mut Vec<u8>) -> Result<bool, wire::Error>;
}

/// As the type's own `Serialize` does.
#[derive(Debug)]
pub enum Serde {}

impl<T: Serialize> Codec<T> for Serde {
    fn write(value: &T, out: &mut Vec<u8>) -> Result<bool, wire::Error> {
        Ok(value.serialize(Serializer::new(out))? != Written::Nothing)
    }
}
