//! Names of attributes: text, and what has one text.

use std::borrow::Cow;
use std::fmt::Display;

use serde::de::{self, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde::ser::{self, Impossible, Serialize};

use super::error::{Error, Result};
use super::leaf::visit_text;
use super::{ser::collect, write};

/// Writes the name of a member: text, and what has one text.
pub(super) struct KeySerializer<'a> {
    out: &'a mut Vec<u8>,
}

impl<'a> KeySerializer<'a> {
    pub(super) fn new(out: &'a mut Vec<u8>) -> Self {
        KeySerializer { out }
    }

    #[cold]
    fn refuse(_: &'static str) -> Error {
        Error::data("a map's key is text, an integer, a bool, a char or a unit variant")
    }

    fn quoted(self, text: &str) -> Result<()> {
        write::string(self.out, text);
        Ok(())
    }
}

macro_rules! integer_keys {
    ($($method:ident: $int:ident)*) => {
        $(fn $method(self, value: $int) -> Result<()> {
            self.quoted(itoa::Buffer::new().format(value))
        })*
    };
}

impl ser::Serializer for KeySerializer<'_> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Impossible<(), Error>;
    type SerializeTuple = Impossible<(), Error>;
    type SerializeTupleStruct = Impossible<(), Error>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Impossible<(), Error>;
    type SerializeStruct = Impossible<(), Error>;
    type SerializeStructVariant = Impossible<(), Error>;

    refuse!(floats bytes unit none newtype_variant lists maps);
    integer_keys! {
        serialize_i8: i8 serialize_i16: i16 serialize_i32: i32 serialize_i64: i64 serialize_i128: i128
        serialize_u8: u8 serialize_u16: u16 serialize_u32: u32 serialize_u64: u64 serialize_u128: u128
    }

    fn serialize_bool(self, value: bool) -> Result<()> {
        self.quoted(if value { "true" } else { "false" })
    }

    fn serialize_char(self, value: char) -> Result<()> {
        self.quoted(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<()> {
        self.quoted(value)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<()> {
        Err(Self::refuse("M"))
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<()> {
        self.quoted(variant)
    }

    fn serialize_newtype_struct<T>(self, _: &'static str, value: &T) -> Result<()>
    where
        T: Serialize + ?Sized,
    {
        value.serialize(self)
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<()> {
        self.out.push(b'"');
        collect(self.out, value)?;
        self.out.push(b'"');
        Ok(())
    }
}

/// The name of a member, which is text, or what has one text.
pub(super) struct Name<'de>(pub(super) Cow<'de, str>);

macro_rules! parsed_names {
    ($($method:ident $visit:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            match self.0.parse() {
                Ok(parsed) => visitor.$visit(parsed),
                Err(_) => visit_text(self.0, visitor),
            }
        })*
    };
}

impl<'de> de::Deserializer<'de> for Name<'de> {
    type Error = Error;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visit_text(self.0, visitor)
    }

    parsed_names! {
        deserialize_i8 visit_i8 deserialize_i16 visit_i16 deserialize_i32 visit_i32 deserialize_i64 visit_i64
        deserialize_u8 visit_u8 deserialize_u16 visit_u16 deserialize_u32 visit_u32 deserialize_u64 visit_u64
        deserialize_i128 visit_i128 deserialize_u128 visit_u128 deserialize_bool visit_bool
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value>
    where
        V: Visitor<'de>,
    {
        visitor.visit_enum(IntoDeserializer::<Error>::into_deserializer(self.0))
    }

    forward_to_deserialize_any! {
        f32 f64 char str string bytes byte_buf option unit unit_struct seq tuple tuple_struct map struct
        identifier ignored_any
    }
}
