//! What the text of a part can look like: the facts that separation, matching and bounds rest on.

#![allow(
    clippy::indexing_slicing,
    reason = "`const fn` has no `get`; what is out of bounds does not compile, or was checked before"
)]

/// What the text of a part can look like.
///
/// A shape may say too much but never too little: every text of the part has the shape, while a text of
/// the shape need not be one of the part. Building checks it, so a wrong shape is an error and not a wrong key.
///
/// # Example
///
/// ```
/// use entity_core::key::{Charset, Class, Shape};
///
/// const DATE: Shape = Shape::Fixed(&Class::pattern(*b"dddd-dd-dd"));
/// assert!(DATE.matches("2024-02-29"));
/// assert!(!DATE.matches("2024-2-29"));
/// assert_eq!(DATE.width(), Some(10));
/// assert_eq!(Shape::Variable(Charset::Unsigned).width(), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// Any number of bytes, none included, of a set.
    Variable(Charset),
    /// One byte for each class, so always the same number of them.
    Fixed(&'static [Class]),
    /// Everything to the end of the key, the separator included.
    Rest,
}

/// The bytes that a text of variable width consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Charset {
    /// Every byte.
    Any,
    /// `0` to `9`.
    Unsigned,
    /// `0` to `9` and `-`.
    Signed,
    /// `0` to `9`, `-` and `.`.
    Decimal,
}

/// The bytes that may stand at one place of a text of fixed width. All of them are ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Class {
    /// `0` or `1`.
    Bit,
    /// `0` to `9`.
    Digit,
    /// `0` to `9`, `a` to `f`.
    Hex,
    /// The upper-case alphabet of Crockford's base 32, as in ULIDs: no `I`, `L`, `O`, `U`.
    Crockford,
    /// Any ASCII byte. Has no complement, so it cannot be read backwards (`:desc`).
    Ascii,
    /// This byte.
    Byte(u8),
}

const DIGITS: &[u8] = b"0123456789";
const HEX: &[u8] = b"0123456789abcdef";
const CROCKFORD: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl Shape {
    /// The number of bytes of every text of this shape, or `None` if they differ.
    #[must_use]
    pub const fn width(&self) -> Option<usize> {
        match self {
            Shape::Fixed(pattern) => Some(pattern.len()),
            Shape::Variable(_) | Shape::Rest => None,
        }
    }

    /// Whether `text` has this shape. Says nothing about the separator or the literal beside it.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let mut bytes = text.bytes();
        match self {
            Shape::Rest | Shape::Variable(Charset::Any) => true,
            Shape::Variable(charset) => bytes.all(|byte| charset.contains(byte)),
            Shape::Fixed(pattern) => {
                text.len() == pattern.len()
                    && pattern.iter().zip(bytes).all(|(class, byte)| class.contains(byte))
            }
        }
    }
}

impl Charset {
    /// Whether a text may hold this byte.
    #[must_use]
    pub const fn contains(self, byte: u8) -> bool {
        match self {
            Charset::Any => true,
            Charset::Unsigned => byte.is_ascii_digit(),
            Charset::Signed => byte.is_ascii_digit() || byte == b'-',
            Charset::Decimal => byte.is_ascii_digit() || byte == b'-' || byte == b'.',
        }
    }
}

impl Class {
    /// The classes of a pattern: `d` is a digit, `x` a lower-case hexadecimal digit, `c` a digit of
    /// Crockford's base 32, `a` any ASCII byte; every other byte is itself.
    ///
    /// ```
    /// use entity_core::key::Class;
    ///
    /// assert_eq!(Class::pattern(*b"d-x"), [Class::Digit, Class::Byte(b'-'), Class::Hex]);
    /// ```
    #[must_use]
    pub const fn pattern<const N: usize>(pattern: [u8; N]) -> [Class; N] {
        let mut classes = [Class::Digit; N];
        let mut i = 0;
        while i < N {
            classes[i] = match pattern[i] {
                b'd' => Class::Digit,
                b'x' => Class::Hex,
                b'c' => Class::Crockford,
                b'a' => Class::Ascii,
                byte => Class::Byte(byte),
            };
            i += 1;
        }
        classes
    }

    /// Whether `byte` may stand here.
    #[must_use]
    pub const fn contains(self, byte: u8) -> bool {
        match self {
            Class::Bit => byte == b'0' || byte == b'1',
            Class::Digit => byte.is_ascii_digit(),
            Class::Hex => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
            Class::Crockford => {
                matches!(byte, b'0'..=b'9' | b'A'..=b'H' | b'J' | b'K' | b'M' | b'N' | b'P'..=b'T' | b'V'..=b'Z')
            }
            Class::Ascii => byte.is_ascii(),
            Class::Byte(this) => this == byte,
        }
    }

    /// The byte that stands here in the complement: the last of the class for the first, and so on.
    /// `None` if `byte` is not of the class, or the class has no complement.
    #[must_use]
    pub fn complement(self, byte: u8) -> Option<u8> {
        let alphabet = match self {
            Class::Bit => DIGITS.get(..2)?,
            Class::Digit => DIGITS,
            Class::Hex => HEX,
            Class::Crockford => CROCKFORD,
            Class::Ascii => return None,
            Class::Byte(this) => return (this == byte).then_some(byte),
        };
        let at = alphabet.iter().position(|of_class| *of_class == byte)?;
        alphabet.iter().rev().nth(at).copied()
    }
}
