//! Values that are lent for the parts of keys, and how the schema says that they are written.
//!
//! A derive lends values without their types: what is generic is one function for each type of
//! part, and not code of each entity.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;

use super::{Entity, PartSchema};
use crate::key::{Encoding, KeyType, Native, Part, PartError};

/// Writes a value, of the part's type or an `Option` of it, for a key attribute of that type;
/// without a text to write to it only says whether there is one.
pub(crate) type WritePart = fn(&dyn Any, KeyType, Option<&mut String>) -> Result<bool, PartError>;

/// Finds a part within the field that it is nested in; what is the part already stays.
pub(crate) type FindPart = fn(&dyn Any) -> &dyn Any;

/// A value that is lent for a part.
pub(crate) struct Lent<'a> {
    value: &'a dyn Any,
    part: &'static PartSchema,
}

impl<'a> Lent<'a> {
    pub(crate) fn new(part: &'static PartSchema, value: &'a dyn Any) -> Self {
        Self { value: part.within.map_or(value, |find| find(value)), part }
    }
}

impl Part for Lent<'_> {
    fn is_some(&self) -> bool {
        !matches!((self.part.write)(self.value, self.part.ty, None), Ok(false))
    }

    fn write(&self, out: &mut String) -> Result<bool, PartError> {
        (self.part.write)(self.value, self.part.ty, Some(out))
    }
}

impl fmt::Debug for Lent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lent").field("part", &self.part.path).finish_non_exhaustive()
    }
}

/// What values of parts are lent to: an argument that a derive writes at no cost, which a closure is not.
pub trait Lend {
    /// What it gives back.
    type Output;

    /// Takes the values, by slot.
    fn with<const COUNT: usize>(self, values: [&dyn Any; COUNT]) -> Self::Output;
}

/// A function that takes the parts of entity `E`.
pub(super) struct Parts<E, R, F> {
    with: F,
    of: PhantomData<fn(E) -> R>,
}

impl<E: Entity, R, F: FnOnce(&[&dyn Part]) -> R> Parts<E, R, F> {
    pub(super) fn new(with: F) -> Self {
        Self { with, of: PhantomData }
    }
}

impl<E: Entity, R, F: FnOnce(&[&dyn Part]) -> R> Lend for Parts<E, R, F> {
    type Output = R;

    fn with<const COUNT: usize>(self, values: [&dyn Any; COUNT]) -> R {
        lend::<E, R, COUNT>(values, self.with)
    }
}

/// Lends the first parts of an entity's keys: what [`Entity::parts`] is, and what its key is made of.
pub(crate) fn lend<E: Entity, R, const COUNT: usize>(
    values: [&dyn Any; COUNT],
    with: impl FnOnce(&[&dyn Part]) -> R,
) -> R {
    let mut parts = E::SCHEMA.parts.iter();
    let lent = values.map(|value| match parts.next() {
        Some(part) => Lent::new(part, value),
        None => unreachable!("the derive lends no more values than there are parts"),
    });
    with(&lent.each_ref().map(|part| part as &dyn Part))
}

/// Finds a part within a field of type `F`.
pub fn within<F: 'static, T: 'static>(value: &dyn Any, find: fn(&F) -> &T) -> &dyn Any {
    value.downcast_ref::<F>().map_or(value, |field| find(field))
}

/// A value by its type.
///
/// # Panics
///
/// If it has another.
pub fn typed<T: 'static>(value: &dyn Any) -> &T {
    match value.downcast_ref() {
        Some(value) => value,
        None => unreachable!("the derive lends values of their parts' types"),
    }
}

fn optional<T: 'static>(value: &dyn Any) -> Option<&T> {
    match value.downcast_ref() {
        Some(value) => Some(value),
        None => typed::<Option<T>>(value).as_ref(),
    }
}

/// Writes a part with an encoding.
pub(super) fn write_encoded<T: 'static, E: Encoding<T>>(
    value: &dyn Any,
    _: KeyType,
    out: Option<&mut String>,
) -> Result<bool, PartError> {
    match (optional(value), out) {
        (Some(value), Some(out)) => E::write(value, out).map(|()| true),
        (value, _) => Ok(value.is_some()),
    }
}

/// Writes a field that is the key attribute by itself.
pub(super) fn write_native<T: Serialize + 'static>(
    value: &dyn Any,
    ty: KeyType,
    out: Option<&mut String>,
) -> Result<bool, PartError> {
    optional::<T>(value).map_or(Ok(false), |value| write_serde(value, ty, out))
}

/// Writes what serde makes of a value.
pub fn write_serde<T: Serialize>(
    value: &T,
    ty: KeyType,
    out: Option<&mut String>,
) -> Result<bool, PartError> {
    let native = Native::new(value, ty);
    out.map_or_else(|| Ok(native.is_some()), |out| native.write(out))
}
