//! Scalars that have been taken out of the text, and the types that values have.

use std::borrow::Cow;

use serde::de::value::CowStrDeserializer;
use serde::de::{self, IntoDeserializer, Visitor};

use super::carrier;
use super::error::{Error, Result};
use super::number::{self, Number};
use super::write;

/// The type of an attribute value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    S,
    N,
    B,
    Bool,
    Null,
    M,
    L,
    Ss,
    Ns,
    Bs,
}

impl Tag {
    #[inline]
    pub(super) fn of_letter(letter: u8) -> Option<Self> {
        match letter {
            b'S' => Some(Tag::S),
            b'N' => Some(Tag::N),
            b'M' => Some(Tag::M),
            b'L' => Some(Tag::L),
            b'B' => Some(Tag::B),
            _ => None,
        }
    }

    /// The set of the values that have a type of one letter.
    #[inline]
    pub(super) fn of_set(letter: u8) -> Option<Self> {
        match letter {
            b'S' => Some(Tag::Ss),
            b'N' => Some(Tag::Ns),
            b'B' => Some(Tag::Bs),
            _ => None,
        }
    }

    pub(super) fn of_word(word: &str) -> Option<Self> {
        match word.as_bytes() {
            [letter] => Self::of_letter(*letter),
            b"BOOL" => Some(Tag::Bool),
            b"NULL" => Some(Tag::Null),
            [letter, b'S'] => Self::of_set(*letter),
            _ => None,
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Tag::S => "S",
            Tag::N => "N",
            Tag::B => "B",
            Tag::Bool => "BOOL",
            Tag::Null => "NULL",
            Tag::M => "M",
            Tag::L => "L",
            Tag::Ss => "SS",
            Tag::Ns => "NS",
            Tag::Bs => "BS",
        }
    }

    #[cold]
    pub(super) fn instead_of(self, expected: &str) -> Error {
        Error::mismatch(expected, self.word())
    }
}

/// A scalar that has been taken out of the text.
pub(super) enum Leaf<'de> {
    S(Cow<'de, str>),
    N(Cow<'de, str>),
    B(Vec<u8>),
    Bool(bool),
    Null,
}

impl<'de> Leaf<'de> {
    pub(super) fn of_text(tag: Tag, text: Cow<'de, str>) -> Result<Self> {
        match tag {
            Tag::N => Ok(Leaf::N(text)),
            Tag::B => match write::decode_base64(&text) {
                Some(bytes) => Ok(Leaf::B(bytes)),
                None => Err(Error::data("B is not base64")),
            },
            _ => Ok(Leaf::S(text)),
        }
    }

    pub(super) fn tag(&self) -> Tag {
        match self {
            Leaf::S(_) => Tag::S,
            Leaf::N(_) => Tag::N,
            Leaf::B(_) => Tag::B,
            Leaf::Bool(_) => Tag::Bool,
            Leaf::Null => Tag::Null,
        }
    }

    /// The text, as the name of a variant without content.
    pub(super) fn into_text(self) -> CowStrDeserializer<'de, Error> {
        match self {
            Leaf::S(text) | Leaf::N(text) => text.into_deserializer(),
            _ => Cow::Borrowed("").into_deserializer(),
        }
    }
}

macro_rules! leaf_numbers {
    ($($method:ident $with:expr;)*) => {
        $(#[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            let Leaf::N(text) = self else {
                return Err(self.tag().instead_of("N"));
            };
            let visit: fn(Number, V) -> Result<V::Value> = $with;
            visit(Number::parse(&text)?, visitor)
        })*
    };
}

/// Refuses a scalar of another type than the method asks for.
macro_rules! leaf_of {
    ($($method:ident $tag:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            match self.tag() {
                Tag::$tag => self.deserialize_any(visitor),
                tag => Err(tag.instead_of(Tag::$tag.word())),
            }
        })*
    };
}

impl<'de> de::Deserializer<'de> for Leaf<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self {
            Leaf::S(text) => visit_text(text, visitor),
            Leaf::N(text) => Number::parse(&text)?.visit_any(visitor),
            Leaf::B(bytes) => visitor.visit_byte_buf(bytes),
            Leaf::Bool(value) => visitor.visit_bool(value),
            Leaf::Null => visitor.visit_unit(),
        }
    }

    leaf_numbers! {
        deserialize_i8 Number::visit_integer; deserialize_i16 Number::visit_integer;
        deserialize_i32 Number::visit_integer; deserialize_i64 Number::visit_integer;
        deserialize_u8 Number::visit_integer; deserialize_u16 Number::visit_integer;
        deserialize_u32 Number::visit_integer; deserialize_u64 Number::visit_integer;
        deserialize_i128 Number::visit_wide; deserialize_u128 Number::visit_wide;
        deserialize_f32 |number, visitor| visitor.visit_f32(number.to_f32());
        deserialize_f64 |number, visitor| visitor.visit_f64(number.to_f64());
    }

    leaf_of! {
        deserialize_bool Bool deserialize_bytes B deserialize_byte_buf B deserialize_unit Null
        deserialize_seq L deserialize_map M
    }

    #[inline]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self {
            Leaf::S(text) => visit_text(text, visitor),
            leaf => Err(leaf.tag().instead_of("S")),
        }
    }

    #[inline]
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self {
            Leaf::Null => visitor.visit_none(),
            leaf => visitor.visit_some(leaf),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        match self {
            Leaf::N(text) if name == number::MARKER => visit_text(text, visitor),
            leaf if name == number::MARKER => Err(leaf.tag().instead_of("N")),
            leaf if name == carrier::PLAIN => visitor.visit_some(leaf),
            leaf => visitor.visit_newtype_struct(leaf),
        }
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

    fn deserialize_enum<V>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value>
    where
        V: Visitor<'de>,
    {
        match self.tag() {
            Tag::S => visitor.visit_enum(self.into_text()),
            tag => Err(tag.instead_of("S")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }
}

/// Lends the text if it is borrowed.
#[inline]
pub(super) fn visit_text<'de, V: Visitor<'de>>(
    text: Cow<'de, str>,
    visitor: V,
) -> Result<V::Value> {
    match text {
        Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
        Cow::Owned(text) => visitor.visit_string(text),
    }
}
