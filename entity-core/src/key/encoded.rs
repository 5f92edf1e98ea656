//! [`Part`]: a value with its encoding behind `dyn`, so that keys of all entities are built by one function.

use std::fmt;
use std::marker::PhantomData;

use super::encoding::Encoding;
use super::error::PartError;
use super::part::PartField;

/// A value that can write itself into a key.
pub trait Part {
    /// Whether there is a value.
    fn is_some(&self) -> bool;

    /// Appends the text of the value; says `false`, and appends nothing, if there is no value.
    ///
    /// # Errors
    ///
    /// If the value has no text.
    fn write(&self, out: &mut String) -> Result<bool, PartError>;
}

/// A value with its encoding, or the lack of one.
///
/// # Example
///
/// ```
/// use entity_core::key::{Encoded, Padded, Part};
///
/// let mut out = String::new();
/// assert_eq!(Encoded::<_, Padded<4>>::new(&7_u32).write(&mut out), Ok(true));
/// assert_eq!(Encoded::<_, Padded<4>>::of(&None::<u32>).write(&mut out), Ok(false));
/// assert_eq!(out, "0007");
/// ```
pub struct Encoded<'a, T, E> {
    value: Option<&'a T>,
    encoding: PhantomData<E>,
}

impl<'a, T, E> Encoded<'a, T, E> {
    /// The value `value`.
    #[must_use]
    pub const fn new(value: &'a T) -> Self {
        Encoded::maybe(Some(value))
    }

    /// The value in `value`, if there is one.
    #[must_use]
    pub const fn maybe(value: Option<&'a T>) -> Self {
        Encoded { value, encoding: PhantomData }
    }

    /// The value of a field that is a `T` or an `Option<T>`.
    #[must_use]
    pub fn of<F: PartField<Part = T>>(field: &'a F) -> Self {
        Encoded::maybe(field.part())
    }
}

impl<T, E: Encoding<T>> Part for Encoded<'_, T, E> {
    fn is_some(&self) -> bool {
        self.value.is_some()
    }

    fn write(&self, out: &mut String) -> Result<bool, PartError> {
        match self.value {
            Some(value) => E::write(value, out).map(|()| true),
            None => Ok(false),
        }
    }
}

impl<T, E> fmt::Debug for Encoded<'_, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encoded").field("present", &self.value.is_some()).finish_non_exhaustive()
    }
}
