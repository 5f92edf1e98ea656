//! What a caller may pass for a part.

use std::borrow::Cow;
use std::sync::Arc;

/// What may be passed where a part of type `T` is asked for: a `T`, a `&T`, and for strings a `&str`.
///
/// # Example
///
/// ```
/// use entity_core::key::KeyArg;
///
/// fn song(id: impl KeyArg<String>) -> String {
///     id.into_part()
/// }
///
/// let owned = "1".to_owned();
/// assert_eq!(song("1"), song(&owned));
/// assert_eq!(song(&owned), song(owned.clone()));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be passed as a key part of type `{T}`",
    label = "expected `{T}` or `&{T}`"
)]
pub trait KeyArg<T> {
    /// The value of the part.
    fn into_part(self) -> T;
}

impl<T> KeyArg<T> for T {
    fn into_part(self) -> T {
        self
    }
}

impl<T: Clone> KeyArg<T> for &T {
    fn into_part(self) -> T {
        self.clone()
    }
}

/// For an optional part that is there; `None` is its own argument.
impl KeyArg<Option<String>> for &str {
    fn into_part(self) -> Option<String> {
        Some(self.to_owned())
    }
}

macro_rules! from_str {
    ($($type:ty),*) => {$(
        impl KeyArg<$type> for &str {
            fn into_part(self) -> $type {
                <$type>::from(self.to_owned())
            }
        }
    )*};
}

from_str!(String, Box<str>, Arc<str>, Cow<'static, str>);
