//! What a value is stored as, if that is a scalar: how fields become parts of keys.

use std::borrow::Cow;
use std::fmt::Display;

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
    match value.serialize(Probe { number: false }) {
        Ok(scalar) => Ok(scalar),
        // Not a scalar, or not storable: the way that says so costs more and is taken rarely.
        Err(NotScalar) => value_to_vec(value).map(Scalar::Other),
    }
}

/// Whether `value` is a `None`.
pub(super) fn is_none<T: Serialize + ?Sized>(value: &T) -> bool {
    matches!(value.serialize(Probe { number: false }), Ok(Scalar::Null))
}

/// Takes scalars and gives up at once on everything else.
struct Probe {
    /// Text is a number.
    number: bool,
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

impl Probe {
    fn refuse(_: &'static str) -> NotScalar {
        NotScalar
    }

    fn float(value: impl zmij::Float) -> Result<Scalar, NotScalar> {
        let mut text = Vec::new();
        Number::write_float(value, &mut text).map_err(|_| NotScalar)?;
        String::from_utf8(text).map(Scalar::N).map_err(|_| NotScalar)
    }

    fn number(number: Result<Number>) -> Result<Scalar, NotScalar> {
        number.map(|number| Scalar::N(number.to_string())).map_err(|_| NotScalar)
    }
}

macro_rules! integer_scalars {
    ($($method:ident: $int:ident)*) => {
        $(fn $method(self, value: $int) -> Result<Scalar, NotScalar> {
            Ok(Scalar::N(itoa::Buffer::new().format(value).to_owned()))
        })*
    };
}

impl ser::Serializer for Probe {
    type Ok = Scalar;
    type Error = NotScalar;
    type SerializeSeq = Impossible<Scalar, NotScalar>;
    type SerializeTuple = Impossible<Scalar, NotScalar>;
    type SerializeTupleStruct = Impossible<Scalar, NotScalar>;
    type SerializeTupleVariant = Impossible<Scalar, NotScalar>;
    type SerializeMap = Impossible<Scalar, NotScalar>;
    type SerializeStruct = Impossible<Scalar, NotScalar>;
    type SerializeStructVariant = Impossible<Scalar, NotScalar>;

    refuse!(newtype_variant lists maps);
    integer_scalars! {
        serialize_i8: i8 serialize_i16: i16 serialize_i32: i32 serialize_i64: i64
        serialize_u8: u8 serialize_u16: u16 serialize_u32: u32 serialize_u64: u64
    }

    fn serialize_i128(self, value: i128) -> Result<Scalar, NotScalar> {
        Self::number(Number::try_from(value))
    }

    fn serialize_u128(self, value: u128) -> Result<Scalar, NotScalar> {
        Self::number(Number::try_from(value))
    }

    fn serialize_f32(self, value: f32) -> Result<Scalar, NotScalar> {
        Self::float(value)
    }

    fn serialize_f64(self, value: f64) -> Result<Scalar, NotScalar> {
        Self::float(value)
    }

    fn serialize_bool(self, value: bool) -> Result<Scalar, NotScalar> {
        Ok(Scalar::Bool(value))
    }

    fn serialize_char(self, value: char) -> Result<Scalar, NotScalar> {
        Ok(Scalar::S(value.to_string()))
    }

    fn serialize_str(self, value: &str) -> Result<Scalar, NotScalar> {
        match self.number {
            true => Self::number(Number::parse(value)),
            false => Ok(Scalar::S(value.to_owned())),
        }
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Scalar, NotScalar> {
        Ok(Scalar::B(value.to_vec()))
    }

    fn serialize_none(self) -> Result<Scalar, NotScalar> {
        Ok(Scalar::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Scalar, NotScalar> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Scalar, NotScalar> {
        Ok(Scalar::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Scalar, NotScalar> {
        Ok(Scalar::Null)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Scalar, NotScalar> {
        Ok(Scalar::S(variant.to_owned()))
    }

    fn serialize_newtype_struct<T>(self, name: &'static str, value: &T) -> Result<Scalar, NotScalar>
    where
        T: Serialize + ?Sized,
    {
        match Kind::of(name) {
            Some(_) => Err(NotScalar),
            None => value.serialize(Probe { number: self.number || name == number::MARKER }),
        }
    }

    fn is_human_readable(&self) -> bool {
        !self.number
    }
}

macro_rules! scalars {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            self.into_leaf()?.$method(visitor)
        })*
    };
}

impl Scalar {
    /// The same, as it comes out of the text.
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
