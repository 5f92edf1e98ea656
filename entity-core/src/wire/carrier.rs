//! How what serde's buffers have no place for gets through them: sets, and numbers of many digits.
//!
//! `flatten`, untagged and internally tagged enums keep what they read in serde's `Content` until
//! the type is known. Nothing in it is read as a list and can yet be told from one, and no number in
//! it has 38 digits. So a set or such a number is offered as a newtype around a map whose one key is
//! a unit. No attribute has such a key, so nothing else is taken for it, however many newtypes and
//! options are taken off; a type that does not know it refuses it.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::UnitDeserializer;
use serde::de::{
    self, Deserialize, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::error::{Error, Result};

/// The inside of the newtype: the map with the payload.
pub(super) struct Carrier<P>(pub(super) P);

impl<'de, P: de::Deserializer<'de, Error = Error>> de::Deserializer<'de> for Carrier<P> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_map(Entry { payload: Some(self.0), named: false })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}

struct Entry<P> {
    payload: Option<P>,
    named: bool,
}

impl<'de, P: de::Deserializer<'de, Error = Error>> MapAccess<'de> for Entry<P> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        if self.named {
            return Ok(None);
        }
        self.named = true;
        let unit: UnitDeserializer<Error> = ().into_deserializer();
        seed.deserialize(unit).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        let payload = self.payload.take();
        seed.deserialize(payload.ok_or_else(|| Error::data("a value is read once"))?)
    }
}

/// A key of a map: that of a carrier, or a name.
pub(super) enum Key {
    Carrier,
    Name(String),
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KeyVisitor)
    }
}

struct KeyVisitor;

impl Visitor<'_> for KeyVisitor {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_unit<E>(self) -> Result<Key, E> {
        Ok(Key::Carrier)
    }

    fn visit_str<E>(self, name: &str) -> Result<Key, E> {
        Ok(Key::Name(name.to_owned()))
    }

    fn visit_string<E>(self, name: String) -> Result<Key, E> {
        Ok(Key::Name(name))
    }
}

/// The newtype name by which a type asks for a set or list as a plain sequence. This format answers
/// with `visit_some`, so that a `visit_newtype_struct` is known to be something else: a buffer, or
/// another format.
pub(super) const PLAIN: &str = "$entity_core::wire::set";

/// Reads a `T`, a sequence or an option of one, also out of a carrier.
pub(super) struct Plain<T>(PhantomData<T>);

impl<T> Plain<T> {
    pub(super) fn new() -> Self {
        Plain(PhantomData)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Plain<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a set or list")
    }

    #[inline]
    fn visit_some<D: de::Deserializer<'de>>(self, plain: D) -> Result<T, D::Error> {
        T::deserialize(plain)
    }

    fn visit_newtype_struct<D: de::Deserializer<'de>>(self, other: D) -> Result<T, D::Error> {
        match other.is_human_readable() {
            true => other.deserialize_any(self),
            // Such formats may not say what is there. serde's buffers call themselves readable.
            false => T::deserialize(other),
        }
    }

    fn visit_unit<E: de::Error>(self) -> Result<T, E> {
        T::deserialize(UnitDeserializer::new())
    }

    fn visit_none<E: de::Error>(self) -> Result<T, E> {
        self.visit_unit()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<T, A::Error> {
        T::deserialize(Sequence(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        match map.next_key()? {
            Some(Key::Carrier) => map.next_value(),
            _ => Err(de::Error::invalid_type(de::Unexpected::Map, &self)),
        }
    }
}

/// A sequence, which is also an option or a newtype of one.
struct Sequence<A>(A);

impl<'de, A: SeqAccess<'de>> de::Deserializer<'de> for Sequence<A> {
    type Error = A::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_seq(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
