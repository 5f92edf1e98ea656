//! DynamoDB JSON, `{"N":"3"}`, and plain JSON, `3`; numbers keep every digit on the way.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{MapAccess, Visitor};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// An attribute's value. To serde it is DynamoDB JSON, whose types are the variants' names.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Attribute {
    /// Text.
    S(String),
    /// A number, as its digits.
    N(String),
    /// Bytes, in Base64.
    B(String),
    /// True or false.
    Bool(bool),
    /// Nothing; the value is `true`.
    Null(bool),
    /// Named values.
    M(Members<Attribute>),
    /// Values.
    L(Vec<Attribute>),
    /// A set of texts.
    Ss(Vec<String>),
    /// A set of numbers.
    Ns(Vec<String>),
    /// A set of bytes.
    Bs(Vec<String>),
}

impl Attribute {
    /// The type's name, as DynamoDB has it.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::S(_) => "S",
            Self::N(_) => "N",
            Self::B(_) => "B",
            Self::Bool(_) => "BOOL",
            Self::Null(_) => "NULL",
            Self::M(_) => "M",
            Self::L(_) => "L",
            Self::Ss(_) => "SS",
            Self::Ns(_) => "NS",
            Self::Bs(_) => "BS",
        }
    }

    /// Reads plain JSON: strings are S, numbers N, objects M, arrays L.
    ///
    /// # Errors
    ///
    /// If a string is not text, or values nest deeper than DynamoDB lets them.
    pub fn from_plain(json: &RawValue) -> Result<Self, String> {
        from_plain(json, DEPTH)
    }

    /// The value as plain JSON.
    #[must_use]
    pub fn plain(&self) -> Plain<'_> {
        Plain(self)
    }
}

/// How deep DynamoDB lets values nest.
const DEPTH: usize = 32;

fn from_plain(json: &RawValue, depth: usize) -> Result<Attribute, String> {
    let depth = depth.checked_sub(1).ok_or("nested deeper than 32 levels")?;
    let text = json.get();
    let read = |error: serde_json::Error| error.to_string();
    Ok(match text.as_bytes().first() {
        Some(b'"') => Attribute::S(serde_json::from_str(text).map_err(read)?),
        Some(b't') => Attribute::Bool(true),
        Some(b'f') => Attribute::Bool(false),
        Some(b'n') => Attribute::Null(true),
        Some(b'{') => {
            let Members(members) =
                serde_json::from_str::<Members<&RawValue>>(text).map_err(read)?;
            let members = members.into_iter();
            let members = members.map(|(name, value)| Ok((name, from_plain(value, depth)?)));
            Attribute::M(Members(members.collect::<Result<_, String>>()?))
        }
        Some(b'[') => {
            let values: Vec<&RawValue> = serde_json::from_str(text).map_err(read)?;
            let values = values.into_iter().map(|value| from_plain(value, depth));
            Attribute::L(values.collect::<Result<_, String>>()?)
        }
        _ => Attribute::N(text.to_owned()),
    })
}

/// A value that serializes as plain JSON.
#[derive(Debug, Clone, Copy)]
pub struct Plain<'a>(&'a Attribute);

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Attribute::S(text) | Attribute::B(text) => serializer.serialize_str(text),
            Attribute::N(digits) => Digits(digits).serialize(serializer),
            Attribute::Bool(value) => serializer.serialize_bool(*value),
            Attribute::Null(_) => serializer.serialize_unit(),
            Attribute::M(members) => members.plain(serializer),
            Attribute::L(values) => serializer.collect_seq(values.iter().map(Attribute::plain)),
            Attribute::Ss(texts) | Attribute::Bs(texts) => serializer.collect_seq(texts),
            Attribute::Ns(numbers) => serializer.collect_seq(numbers.iter().map(|n| Digits(n))),
        }
    }
}

/// A number that serializes as the digits it has.
struct Digits<'a>(&'a str);

impl Serialize for Digits<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let number = RawValue::from_string(self.0.to_owned()).map_err(S::Error::custom)?;
        number.serialize(serializer)
    }
}

/// Names and values in the order they have in the text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Members<V>(pub Vec<(String, V)>);

/// An item: its attributes.
pub type Attributes = Members<Attribute>;

impl<V> Members<V> {
    /// The first value of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&V> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }
}

impl Members<Attribute> {
    /// Serializes the members as a plain JSON object.
    fn plain<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value.plain())))
    }

    /// The item as a line of plain JSON.
    ///
    /// # Errors
    ///
    /// If a number is not one of JSON.
    pub fn to_line(&self) -> Result<String, serde_json::Error> {
        let mut line = Vec::new();
        self.plain(&mut serde_json::Serializer::new(&mut line))?;
        String::from_utf8(line).map_err(serde_json::Error::custom)
    }
}

impl<V: Serialize> Serialize for Members<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Members<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Walk<V>(PhantomData<V>);

        impl<'de, V: Deserialize<'de>> Visitor<'de> for Walk<V> {
            type Value = Members<V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<V>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Walk(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_and_order_survive_both_ways() {
        let plain =
            r#"{"z":12345678901234567890123456789012345678,"a":[1.50,true,null,{"b":"é"}]}"#;
        let wire = concat!(
            r#"{"z":{"N":"12345678901234567890123456789012345678"},"#,
            r#""a":{"L":[{"N":"1.50"},{"BOOL":true},{"NULL":true},{"M":{"b":{"S":"é"}}}]}}"#,
        );
        let raw: &RawValue = serde_json::from_str(plain).unwrap();
        let Attribute::M(item) = Attribute::from_plain(raw).unwrap() else { panic!("an object") };
        assert_eq!(serde_json::to_string(&item).unwrap(), wire);
        let read: Attributes = serde_json::from_str(wire).unwrap();
        assert_eq!(read, item);
        assert_eq!(read.to_line().unwrap(), plain);
    }

    #[test]
    fn sets_are_arrays() {
        let wire = r#"{"n":{"NS":["1","2.0"]},"s":{"SS":["a"]},"b":{"BS":["AA=="]}}"#;
        let item: Attributes = serde_json::from_str(wire).unwrap();
        assert_eq!(item.to_line().unwrap(), r#"{"n":[1,2.0],"s":["a"],"b":["AA=="]}"#);
    }

    #[test]
    fn nesting_is_bounded() {
        let deep = "[".repeat(40_000) + &"]".repeat(40_000);
        let raw: &RawValue = serde_json::from_str(&deep).unwrap();
        assert_eq!(Attribute::from_plain(raw).unwrap_err(), "nested deeper than 32 levels");
    }
}
