//! `KeyValue`: what a key attribute holds.

use std::borrow::Cow;
use std::fmt;

use crate::wire::{Number, write};

/// The type of a key attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyType {
    /// A string.
    S,
    /// A number.
    N,
    /// Bytes.
    B,
}

impl KeyType {
    /// DynamoDB's name of the type.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::N => "N",
            Self::B => "B",
        }
    }

    /// Whether it is the other; `==` is not `const`.
    pub(crate) const fn same(self, other: Self) -> bool {
        self as u8 == other as u8
    }
}

/// The value of one key attribute: its type and its text.
///
/// `Ord` is the order of the texts, as maps need one; it is not DynamoDB's order of numbers.
/// `Display` shows the text, `Debug` does not: keys are data, and logs are not the place for it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyValue {
    ty: KeyType,
    text: String,
}

impl KeyValue {
    pub(crate) fn new(ty: KeyType, text: String) -> Self {
        Self { ty, text }
    }

    /// The attribute's type.
    #[must_use]
    pub fn key_type(&self) -> KeyType {
        self.ty
    }

    /// The text: of a string itself, of a number its digits, of bytes their Base64.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text that all texts of the value have in common: a number has more than one.
    pub(crate) fn one_text(&self) -> Cow<'_, str> {
        match (self.ty, self.text.parse::<Number>()) {
            (KeyType::N, Ok(number)) => Cow::Owned(number.to_string()),
            _ => Cow::Borrowed(&self.text),
        }
    }

    /// Whether it comes after the other in DynamoDB's order of their type.
    ///
    /// Bytes have no order here: they are not ranged over.
    pub(crate) fn is_above(&self, other: &Self) -> bool {
        match self.ty {
            KeyType::S => self.text > other.text,
            KeyType::N => matches!(
                (self.text.parse::<Number>(), other.text.parse::<Number>()),
                (Ok(value), Ok(other)) if value > other
            ),
            KeyType::B => false,
        }
    }

    /// Writes the attribute value: `{"S":"1"}`.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        write_value(self.ty, &self.text, out);
    }
}

/// Writes the attribute value that has a text.
pub(crate) fn write_value(ty: KeyType, text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(match ty {
        KeyType::S => b"{\"S\":",
        KeyType::N => b"{\"N\":",
        KeyType::B => b"{\"B\":",
    });
    write::string(out, text);
    out.push(b'}');
}

impl fmt::Display for KeyValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for KeyValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyValue({}, {} bytes)", self.ty.name(), self.text.len())
    }
}
