//! A field that is a key attribute by itself: `pk = id`.

use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::kind::{Kind, Ordered, PrefixesIn, RangesIn, Text};
use super::{KeyType, Part, PartError, PartErrorKind, Ranged};
use crate::wire::scalar::{Found, Scalar, is_none, scalar_into};
use crate::wire::{Number, write};

/// A field's value as a part of a key that it is alone.
pub struct Native<'a, T: ?Sized> {
    value: &'a T,
    ty: KeyType,
}

impl<'a, T: Serialize + ?Sized> Native<'a, T> {
    /// The value, for a key attribute of that type.
    pub fn new(value: &'a T, ty: KeyType) -> Self {
        Self { value, ty }
    }

    fn unexpected(&self) -> PartError {
        PartError::expected(match self.ty {
            KeyType::S => "a value that serde makes a string of",
            KeyType::N => "a number that DynamoDB can hold",
            KeyType::B => "a value that serde makes bytes of",
        })
    }
}

impl<T: Serialize + ?Sized> Part for Native<'_, T> {
    fn is_some(&self) -> bool {
        !is_none(self.value)
    }

    fn write(&self, out: &mut String) -> Result<bool, PartError> {
        let start = out.len();
        match (scalar_into(self.value, out), self.ty) {
            (Some(Found::S), KeyType::S) | (Some(Found::N), KeyType::N) => Ok(true),
            (Some(Found::B(bytes)), KeyType::B) => {
                let mut text = Vec::new();
                write::base64(&mut text, &bytes);
                out.push_str(&String::from_utf8_lossy(&text));
                Ok(true)
            }
            (Some(Found::Null), _) => Ok(false),
            _ => {
                out.truncate(start);
                Err(self.unexpected())
            }
        }
    }
}

/// Whether a key attribute's text is what serde makes of a value of the type.
pub(crate) fn check_native<T: Serialize + DeserializeOwned>(
    text: &str,
    ty: KeyType,
) -> Result<(), PartError> {
    let unexpected = || PartError::expected("a value of the field's type");
    let value = T::deserialize(key_scalar(ty, text)?).map_err(|_| unexpected())?;
    let mut made = String::new();
    Native::new(&value, ty).write(&mut made)?;
    match same_key(ty, &made, text) {
        true => Ok(()),
        false => Err(PartError::new(PartErrorKind::NotCanonical)),
    }
}

/// A key attribute's value, as the field that it is.
pub(crate) fn key_scalar(ty: KeyType, text: &str) -> Result<Scalar, PartError> {
    match ty {
        KeyType::S => Ok(Scalar::S(text.to_owned())),
        KeyType::N => Ok(Scalar::N(text.to_owned())),
        KeyType::B => {
            let bytes = write::decode_base64(text);
            bytes.map(Scalar::B).ok_or_else(|| PartError::expected("Base64"))
        }
    }
}

/// Whether two texts of a key attribute are one key; numbers have more texts than one.
pub(crate) fn same_key(ty: KeyType, made: &str, stored: &str) -> bool {
    made == stored
        || ty == KeyType::N
            && matches!((made.parse::<Number>(), stored.parse::<Number>()), (Ok(a), Ok(b)) if a == b)
}

impl<T: ?Sized> fmt::Debug for Native<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Native").field("ty", &self.ty).finish_non_exhaustive()
    }
}

/// A key attribute of type S.
#[derive(Debug)]
pub enum S {}

/// A key attribute of type N.
#[derive(Debug)]
pub enum N {}

/// A key attribute of type B.
#[derive(Debug)]
pub enum B {}

/// The sort key of a table or of an index without one.
#[derive(Debug)]
pub enum NoKey {}

/// The kind of the attribute at a position of a sort key: tables and indexes declare four, of which
/// those that are not there are [`NoKey`].
pub trait Nth<const POSITION: usize> {
    /// [`S`], [`N`], [`B`] or [`NoKey`].
    type Kind;
}

impl<K0, K1, K2, K3> Nth<0> for (K0, K1, K2, K3) {
    type Kind = K0;
}

impl<K0, K1, K2, K3> Nth<1> for (K0, K1, K2, K3) {
    type Kind = K1;
}

impl<K0, K1, K2, K3> Nth<2> for (K0, K1, K2, K3) {
    type Kind = K2;
}

impl<K0, K1, K2, K3> Nth<3> for (K0, K1, K2, K3) {
    type Kind = K3;
}

/// How a field that is a key attribute by itself is written: as serde does, in an attribute of kind
/// `K`.
#[derive(Debug)]
pub struct NativeIn<K>(PhantomData<K>);

// Numbers are in the order of their values; texts are where the text of the type is.
impl<K: Kind> RangesIn<NativeIn<N>> for K {}
impl RangesIn<NativeIn<S>> for Text {}
impl RangesIn<NativeIn<S>> for Ordered {}
impl PrefixesIn<NativeIn<S>> for Text {}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl Ranged<NativeIn<N>> for $number {}
    )*};
}

// Numbers that have no text in a template.
numbers!(f32, f64, Number);
