//! What a value is stored as, if that is a scalar: how fields become parts of keys.

use std::borrow::Cow;
use std::fmt::{Display, Write as _};

use serde::de::{self, Visitor};
use serde::ser::{self, Impossible, Serialize};

use super::error::{Error, Result};
use super::leaf::Leaf;
use super::number::{self, Number};
use super::ser::value_to_vec;
use super::set::Kind;

/// What a value is stored as, if that is a scalar.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scalar {
    /// Text.
    S(String),
    /// The text of a number, in its one form.
    N(String),
    /// Bytes.
    B(Vec<u8>),
    /// Either.
    Bool(bool),
    /// Nothing, or a value that says so.
    Null,
    /// No scalar; the JSON of the attribute value.
    Other(Vec<u8>),
}

/// Returns what `value` is stored as. The way back is [`Scalar`]'s own `Deserializer`.
///
/// # Errors
///
/// If DynamoDB cannot hold something in the value.
#[doc(hidden)]
pub fn scalar<T: Serialize + ?Sized>(value: &T) -> Result<Scalar> {
    let mut text = String::new();
    match scalar_into(value, &mut text) {
        Some(Found::S) => Ok(Scalar::S(text)),
        Some(Found::N) => Ok(Scalar::N(text)),
        Some(Found::B(bytes)) => Ok(Scalar::B(bytes)),
        Some(Found::Bool(value)) => Ok(Scalar::Bool(value)),
        Some(Found::Null) => Ok(Scalar::Null),
        // Not a scalar, or not storable: the way that says so costs more and is taken rarely.
        None => value_to_vec(value).map(Scalar::Other),
    }
}

/// A scalar, whose text is elsewhere if it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    S,
    N,
    B(Vec<u8>),
    Bool(bool),
    Null,
}

/// Appends the text of an S or N, and says what `value` is stored as; `None` if that is no scalar.
pub(crate) fn scalar_into<T: Serialize + ?Sized>(value: &T, text: &mut String) -> Option<Found> {
    value.serialize(Probe { number: false, text }).ok()
}

/// Whether `value` is a `None`.
pub(crate) fn is_none<T: Serialize + ?Sized>(value: &T) -> bool {
    scalar_into(value, &mut String::new()) == Some(Found::Null)
}

/// Takes scalars and gives up at once on everything else.
struct Probe<'a> {
    /// Text is a number.
    number: bool,
    text: &'a mut String,
}

#[derive(Debug)]
struct NotScalar;

impl Display for NotScalar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not a scalar")
    }
}

impl std::error::Error for NotScalar {}

impl ser::Error for NotScalar {
    fn custom<T: Display>(_: T) -> Self {
        NotScalar
    }
}

impl Probe<'_> {
    fn refuse(_: &'static str) -> NotScalar {
        NotScalar
    }

    fn float(self, value: impl zmij::Float) -> Result<Found, NotScalar> {
        let mut text = Vec::new();
        Number::write_float(value, &mut text).map_err(|_| NotScalar)?;
        self.text.push_str(std::str::from_utf8(&text).map_err(|_| NotScalar)?);
        Ok(Found::N)
    }

    fn number(self, number: Result<Number>) -> Result<Found, NotScalar> {
        let number = number.map_err(|_| NotScalar)?;
        write!(self.text, "{number}").map(|()| Found::N).map_err(|_| NotScalar)
    }
}

macro_rules! integer_scalars {
    ($($method:ident: $int:ident)*) => {
        $(fn $method(self, value: $int) -> Result<Found, NotScalar> {
            self.text.push_str(itoa::Buffer::new().format(value));
            Ok(Found::N)
        })*
    };
}

impl ser::Serializer for Probe<'_> {
    type Ok = Found;
    type Error = NotScalar;
    type SerializeSeq = Impossible<Found, NotScalar>;
    type SerializeTuple = Impossible<Found, NotScalar>;
    type SerializeTupleStruct = Impossible<Found, NotScalar>;
    type SerializeTupleVariant = Impossible<Found, NotScalar>;
    type SerializeMap = Impossible<Found, NotScalar>;
    type SerializeStruct = Impossible<Found, NotScalar>;
    type SerializeStructVariant = Impossible<Found, NotScalar>;

    refuse!(newtype_variant lists maps);
    integer_scalars! {
        serialize_i8: i8 serialize_i16: i16 serialize_i32: i32 serialize_i64: i64
        serialize_u8: u8 serialize_u16: u16 serialize_u32: u32 serialize_u64: u64
    }

    fn serialize_i128(self, value: i128) -> Result<Found, NotScalar> {
        self.number(Number::try_from(value))
    }

    fn serialize_u128(self, value: u128) -> Result<Found, NotScalar> {
        self.number(Number::try_from(value))
    }

    fn serialize_f32(self, value: f32) -> Result<Found, NotScalar> {
        self.float(value)
    }

    fn serialize_f64(self, value: f64) -> Result<Found, NotScalar> {
        self.float(value)
    }

    fn serialize_bool(self, value: bool) -> Result<Found, NotScalar> {
        Ok(Found::Bool(value))
    }

    fn serialize_char(self, value: char) -> Result<Found, NotScalar> {
        self.text.push(value);
        Ok(Found::S)
    }

    fn serialize_str(self, value: &str) -> Result<Found, NotScalar> {
        match self.number {
            true => self.number(Number::parse(value)),
            false => {
                self.text.push_str(value);
                Ok(Found::S)
            }
        }
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Found, NotScalar> {
        Ok(Found::B(value.to_vec()))
    }

    fn serialize_none(self) -> Result<Found, NotScalar> {
        Ok(Found::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Found, NotScalar> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Found, NotScalar> {
        Ok(Found::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Found, NotScalar> {
        Ok(Found::Null)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Found, NotScalar> {
        self.text.push_str(variant);
        Ok(Found::S)
    }

    fn serialize_newtype_struct<T>(self, name: &'static str, value: &T) -> Result<Found, NotScalar>
    where
        T: Serialize + ?Sized,
    {
        match Kind::of(name) {
            Some(_) => Err(NotScalar),
            None => {
                let number = self.number || name == number::MARKER;
                value.serialize(Probe { number, text: self.text })
            }
        }
    }

    fn is_human_readable(&self) -> bool {
        !self.number
    }
}

macro_rules! scalars {
    ($($method:ident)*) => {
        $(#[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            self.into_leaf()?.$method(visitor)
        })*
    };
}

impl Scalar {
    /// The same, as it comes out of the text.
    #[inline]
    fn into_leaf<'de>(self) -> Result<Leaf<'de>> {
        match self {
            Scalar::S(text) => Ok(Leaf::S(Cow::Owned(text))),
            Scalar::N(text) => Ok(Leaf::N(Cow::Owned(text))),
            Scalar::B(bytes) => Ok(Leaf::B(bytes)),
            Scalar::Bool(value) => Ok(Leaf::Bool(value)),
            Scalar::Null => Ok(Leaf::Null),
            Scalar::Other(_) => Err(Error::data("not a scalar")),
        }
    }
}

/// Reads a value back from the scalar that it was stored as; what is no scalar is an error.
impl<'de> de::Deserializer<'de> for Scalar {
    type Error = Error;

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        self.into_leaf()?.deserialize_newtype_struct(name, visitor)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        self.into_leaf()?.deserialize_unit_struct(name, visitor)
    }

    fn deserialize_enum<V>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value>
    where
        V: Visitor<'de>,
    {
        self.into_leaf()?.deserialize_enum(name, variants, visitor)
    }

    scalars! {
        deserialize_any deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_i128 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64 deserialize_char deserialize_str deserialize_string
        deserialize_bytes deserialize_byte_buf deserialize_option deserialize_unit deserialize_seq
        deserialize_map deserialize_identifier deserialize_ignored_any
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V>(self, _: &'static str, _: usize, visitor: V) -> Result<V::Value>
    where
        V: Visitor<'de>,
    {
        self.deserialize_seq(visitor)
    }

    fn deserialize_struct<V>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value>
    where
        V: Visitor<'de>,
    {
        self.deserialize_map(visitor)
    }
}
