//! An attribute value of any type, as it is stored.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::carrier::Key;
use super::number::{Number, NumberVisitor};

/// An attribute value of any type, as it is stored.
///
/// In this format it is read and written without loss, also through serde's buffering (`flatten`,
/// untagged and internally tagged enums): sets stay sets, numbers keep 38 digits, bytes stay bytes
/// and NULL stays NULL. So a flattened map of it keeps the attributes that a struct does not know.
/// In an `Option` of it, NULL reads as `None`.
///
/// Sets and maps are ordered, so that what is equal is written as the same bytes. An empty set can be
/// made, and is refused when it is written, as DynamoDB has none; so it is when it is read.
///
/// In other formats it is plain data, and does not come back as it was: a set is a list there, bytes
/// are what the format makes of them, and numbers are as [`Number`] says. It reads from formats that
/// describe themselves, such as JSON.
///
/// # Example
///
/// ```
/// use std::collections::BTreeMap;
///
/// use entity_core::wire::{self, Value};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Song {
///     id: String,
///     #[serde(flatten)]
///     extra: BTreeMap<String, Value>,
/// }
///
/// let stored = br#"{"id":{"S":"1"},"label":{"NULL":true},"tags":{"SS":["a","b"]}}"#;
/// let song: Song = wire::from_slice(stored)?;
/// assert_eq!(song.extra["tags"], Value::Ss(["a", "b"].map(String::from).into()));
/// assert!(song.extra["label"].is_null());
/// assert_eq!(wire::to_vec(&song)?, stored);
/// # Ok::<(), wire::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Value {
    /// Text.
    S(String),
    /// A number.
    N(Number),
    /// Bytes.
    B(Vec<u8>),
    /// A boolean.
    Bool(bool),
    /// The attribute is there and has no value.
    Null,
    /// A map.
    M(BTreeMap<String, Value>),
    /// A list.
    L(Vec<Value>),
    /// A set of texts.
    Ss(BTreeSet<String>),
    /// A set of numbers.
    Ns(BTreeSet<Number>),
    /// A set of bytes.
    Bs(BTreeSet<Vec<u8>>),
}

macro_rules! accessors {
    ($($(#[$doc:meta])* $method:ident $variant:ident $to:ty, $example:literal;)*) => {
        impl Value {
            $(
                $(#[$doc])*
                ///
                /// It does not convert.
                ///
                /// # Example
                ///
                /// ```
                /// # use std::collections::{BTreeMap, BTreeSet};
                /// use entity_core::wire::Value;
                ///
                #[doc = $example]
                #[doc = concat!("assert_eq!(Value::Null.", stringify!($method), "(), None);")]
                /// ```
                pub fn $method(&self) -> Option<&$to> {
                    match self {
                        Value::$variant(value) => Some(value),
                        _ => None,
                    }
                }
            )*
        }
    };
}
accessors! {
    /// Returns the text, if it is S.
    as_s S str, "assert_eq!(Value::from(\"a\").as_s(), Some(\"a\"));";
    /// Returns the number, if it is N.
    as_n N Number, "assert_eq!(Value::from(1).as_n(), Some(&1.into()));";
    /// Returns the bytes, if it is B.
    as_b B [u8], "assert_eq!(Value::from(vec![1]).as_b(), Some(&[1][..]));";
    /// Returns the map, if it is M.
    as_m M BTreeMap<String, Value>, "assert!(Value::from(BTreeMap::new()).as_m().is_some());";
    /// Returns the list, if it is L.
    as_l L [Value], "assert!(Value::from(vec![Value::Null]).as_l().is_some());";
    /// Returns the set of texts, if it is SS.
    as_ss Ss BTreeSet<String>, "assert!(Value::Ss(BTreeSet::new()).as_ss().is_some());";
    /// Returns the set of numbers, if it is NS.
    as_ns Ns BTreeSet<Number>, "assert!(Value::Ns(BTreeSet::new()).as_ns().is_some());";
    /// Returns the set of bytes, if it is BS.
    as_bs Bs BTreeSet<Vec<u8>>, "assert!(Value::Bs(BTreeSet::new()).as_bs().is_some());";
}

impl Value {
    /// Returns the boolean, if it is BOOL.
    ///
    /// It does not convert.
    ///
    /// # Example
    ///
    /// ```
    /// use entity_core::wire::Value;
    ///
    /// assert_eq!(Value::from(true).as_bool(), Some(true));
    /// assert_eq!(Value::Null.as_bool(), None);
    /// ```
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// Returns whether it is NULL.
    ///
    /// It does not say that of what is empty.
    ///
    /// # Example
    ///
    /// ```
    /// use entity_core::wire::Value;
    ///
    /// assert!(Value::Null.is_null());
    /// assert!(!Value::from("").is_null());
    /// ```
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }
}

macro_rules! from {
    ($($from:ty, $variant:ident;)*) => {
        $(impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Value::$variant(value.into())
            }
        })*
    };
}
from! {
    String, S; &str, S; Number, N; bool, Bool; Vec<u8>, B; &[u8], B;
    BTreeMap<String, Value>, M; Vec<Value>, L;
    BTreeSet<String>, Ss; BTreeSet<Number>, Ns; BTreeSet<Vec<u8>>, Bs;
    u8, N; u16, N; u32, N; u64, N; usize, N; i8, N; i16, N; i32, N; i64, N; isize, N;
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::S(text) => serializer.serialize_str(text),
            Value::N(number) => number.serialize(serializer),
            Value::B(bytes) => serializer.serialize_bytes(bytes),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Null => serializer.serialize_unit(),
            Value::M(members) => members.serialize(serializer),
            Value::L(elements) => elements.serialize(serializer),
            Value::Ss(set) => serde_dynamo::string_set::serialize(set, serializer),
            Value::Ns(set) => serde_dynamo::number_set::serialize(set, serializer),
            Value::Bs(set) => serde_dynamo::binary_set::serialize(&Binaries(set), serializer),
        }
    }
}

/// A `Vec<u8>` by itself is a list of numbers to serde.
struct Binaries<'a>(&'a BTreeSet<Vec<u8>>);

impl Serialize for Binaries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|bytes| Binary(bytes)))
    }
}

struct Binary<'a>(&'a [u8]);

impl Serialize for Binary<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

macro_rules! visit {
    ($($method:ident $from:ty;)*) => {
        $(fn $method<E: de::Error>(self, value: $from) -> Result<Value, E> {
            Ok(value.into())
        })*
    };
}

macro_rules! visit_numbers {
    ($($method:ident $from:ty;)*) => {
        $(fn $method<E: de::Error>(self, value: $from) -> Result<Value, E> {
            NumberVisitor.$method(value).map(Value::N)
        })*
    };
}

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an attribute value")
    }

    visit! {
        visit_bool bool; visit_u64 u64; visit_i64 i64; visit_str &str; visit_string String;
        visit_bytes &[u8]; visit_byte_buf Vec<u8>;
    }
    visit_numbers! { visit_u128 u128; visit_i128 i128; visit_f64 f64; }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, value: D) -> Result<Value, D::Error> {
        value.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, value: D) -> Result<Value, D::Error> {
        value.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = list.next_element()? {
            elements.push(element);
        }
        Ok(Value::L(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = BTreeMap::new();
        while let Some(key) = map.next_key()? {
            match key {
                Key::Carrier => return map.next_value_seed(Carried),
                Key::Name(name) => members.insert(name, map.next_value()?),
            };
        }
        Ok(Value::M(members))
    }
}

/// What a carrier holds: the text of a number, or the elements of a set.
struct Carried;

impl<'de> DeserializeSeed<'de> for Carried {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, payload: D) -> Result<Value, D::Error> {
        payload.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Carried {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number or a set")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Number::parse(text).map(Value::N).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut set = match elements.next_element()? {
            Some(Value::S(text)) => Value::Ss([text].into()),
            Some(Value::N(number)) => Value::Ns([number].into()),
            Some(Value::B(bytes)) => Value::Bs([bytes].into()),
            Some(_) => return Err(de::Error::invalid_type(Unexpected::Seq, &self)),
            None => return Err(de::Error::custom("an empty set, which DynamoDB does not have")),
        };
        while let Some(element) = elements.next_element()? {
            match (&mut set, element) {
                (Value::Ss(set), Value::S(text)) => set.insert(text),
                (Value::Ns(set), Value::N(number)) => set.insert(number),
                (Value::Bs(set), Value::B(bytes)) => set.insert(bytes),
                _ => return Err(de::Error::invalid_type(Unexpected::Seq, &self)),
            };
        }
        Ok(set)
    }
}
