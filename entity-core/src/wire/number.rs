//! Numbers as DynamoDB holds them: 38 significant digits, and the rules that texts of them keep.

use std::cmp::Ordering;
use std::fmt::{self, Display};
use std::str::FromStr;

use serde::de::{self, DeserializeSeed, IntoDeserializer, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::carrier::{Carrier, Key};
use super::error::{Error, Result};

/// The newtype name by which this format knows a number that is to be kept exactly.
pub(super) const MARKER: &str = "$entity_core::wire::Number";

const DIGITS: u32 = 38;
/// Digits of which every decimal survives a trip through `f64`.
pub(super) const FLOAT_DIGITS: u32 = 15;
/// Longest run of digits written without an exponent.
const PLAIN: i32 = 40;

/// A number exactly as DynamoDB holds it: up to 38 significant digits, at 1e-130 to 9.9e125.
///
/// In this format it is an N, read and written without loss. It is compared, hashed and printed by
/// value, so `1.50` equals `1.5` and prints as it. It does not calculate; convert it for that.
///
/// In other formats it is a number if an integer of 64 bits or 15 digits hold it, and text if not;
/// there it reads integers, text, and floats of at most 15 digits, since more may have been rounded.
/// Formats that are not human readable get text.
///
/// # Example
///
/// ```
/// use entity_core::wire::{self, Number};
///
/// let price: Number = "79228162514264337593543950336.5".parse()?;
/// let stored = wire::value_to_vec(&price)?;
/// assert_eq!(stored, br#"{"N":"79228162514264337593543950336.5"}"#);
/// assert_eq!(wire::value_from_slice::<Number>(&stored)?, price);
/// assert!("1.10".parse::<Number>()? < Number::from(2));
/// # Ok::<(), wire::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Number {
    /// The digits, without zeros at the end; at most 38 of them.
    digits: u128,
    /// The value is `digits` times ten to this power; 0 for zero.
    exponent: i32,
    negative: bool,
}

impl Number {
    /// Returns the nearest `f64`; it does not say whether that is exact.
    ///
    /// # Example
    ///
    /// ```
    /// use entity_core::wire::Number;
    ///
    /// assert_eq!("0.1".parse::<Number>()?.to_f64(), 0.1);
    /// # Ok::<(), entity_core::wire::Error>(())
    /// ```
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.small_float().unwrap_or_else(|| self.to_string().parse().unwrap_or(f64::NAN))
    }

    /// The nearest `f32`; by way of `f64` it would be rounded twice.
    pub(super) fn to_f32(self) -> f32 {
        self.to_string().parse().unwrap_or(f32::NAN)
    }

    /// Takes `text` apart.
    #[inline]
    pub(super) fn parse(text: &str) -> Result<Self> {
        match Self::parse_small(text) {
            Some(number) => Ok(number),
            None => Scan::new(text).and_then(Scan::finish).map_err(Error::data),
        }
    }

    /// Takes a text of up to 18 digits and a point apart, which most are, without wide arithmetic.
    #[inline]
    fn parse_small(text: &str) -> Option<Self> {
        let (negative, text) = match text.as_bytes() {
            [b'-', rest @ ..] => (true, rest),
            rest => (false, rest),
        };
        if text.len() > 19 {
            return None;
        }
        let (mut digits, mut point) = (0_u64, None);
        for (at, byte) in text.iter().enumerate() {
            match byte {
                b'0'..=b'9' => digits = digits * 10 + u64::from(byte - b'0'),
                b'.' if point.is_none() && at > 0 => point = Some(at + 1),
                _ => return None,
            }
        }
        let mut exponent = point.map_or(0, |point| point as i32 - text.len() as i32);
        let count = text.len() - usize::from(point.is_some());
        if digits == 0 || count > 18 || point == Some(text.len()) {
            return None;
        }
        while digits % 10 == 0 {
            (digits, exponent) = (digits / 10, exponent + 1);
        }
        Some(Number { digits: u128::from(digits), exponent, negative })
    }

    /// The number of `digits` times ten to the `exponent`, if DynamoDB can hold it.
    fn new(negative: bool, mut digits: u128, mut exponent: i32) -> Result<Self, &'static str> {
        if digits == 0 {
            return Ok(Number::default());
        }
        while digits.is_multiple_of(10) {
            (digits, exponent) = (digits / 10, exponent + 1);
        }
        let number = Number { digits, exponent, negative };
        match number.magnitude() {
            _ if number.count() > DIGITS => Err("a number of more than 38 significant digits"),
            -130..=125 => Ok(number),
            _ => Err("a number outside 1e-130 to 9.9e125"),
        }
    }

    /// How many significant digits there are.
    #[inline]
    pub(crate) fn count(self) -> u32 {
        self.digits.checked_ilog10().map_or(1, |log| log + 1)
    }

    /// The bytes that DynamoDB counts: one, one for a sign, and one for each two digits before the
    /// point, and behind it, zeros at either end aside.
    pub(crate) fn size(self) -> usize {
        let count = if self.digits == 0 { 0 } else { self.count() as i32 };
        let whole = (count + self.exponent).clamp(0, count);
        let pairs = |digits: i32| digits.unsigned_abs().div_ceil(2) as usize;
        1 + usize::from(self.negative && count > 0) + pairs(whole) + pairs(count - whole)
    }

    /// The power of ten of the first digit.
    #[inline]
    fn magnitude(self) -> i32 {
        self.exponent + self.count() as i32 - 1
    }

    pub(super) fn is_integer(self) -> bool {
        self.exponent >= 0
    }

    /// The absolute value, if it is an integer that fits.
    fn whole(self) -> Option<u128> {
        let power = 10u128.checked_pow(u32::try_from(self.exponent).ok()?)?;
        self.digits.checked_mul(power)
    }

    fn to_u128(self) -> Option<u128> {
        self.whole().filter(|_| !self.negative)
    }

    fn to_i128(self) -> Option<i128> {
        let whole = self.whole()?;
        match self.negative {
            true => 0i128.checked_sub_unsigned(whole),
            false => i128::try_from(whole).ok(),
        }
    }

    /// The float, where one exact division or multiplication gives the nearest.
    #[inline]
    fn small_float(self) -> Option<f64> {
        const POWERS: [f64; 23] = [
            1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
            1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
        ];
        let digits = u64::try_from(self.digits).ok().filter(|digits| *digits <= 1 << 53)? as f64;
        let power = POWERS.get(self.exponent.unsigned_abs() as usize)?;
        let float = if self.exponent < 0 { digits / power } else { digits * power };
        Some(if self.negative { -float } else { float })
    }

    /// Writes the value's one text: plain up to 40 digits, with an exponent beyond.
    pub(super) fn write(self, out: &mut Vec<u8>) {
        if self.negative {
            out.push(b'-');
        }
        let mut buffer = itoa::Buffer::new();
        let digits = buffer.format(self.digits).as_bytes();
        let point = digits.len() as i32 + self.exponent;
        if self.exponent >= 0 && point <= PLAIN {
            out.extend_from_slice(digits);
            out.resize(out.len() + self.exponent as usize, b'0');
        } else if point > 0 && self.exponent < 0 {
            let (whole, fraction) =
                digits.split_at_checked(point as usize).unwrap_or((digits, &[]));
            out.extend_from_slice(whole);
            out.push(b'.');
            out.extend_from_slice(fraction);
        } else if point <= 0 && point > -PLAIN {
            out.extend_from_slice(b"0.");
            out.resize(out.len() + point.unsigned_abs() as usize, b'0');
            out.extend_from_slice(digits);
        } else {
            self.write_scientific(digits, out);
        }
    }

    fn write_scientific(self, digits: &[u8], out: &mut Vec<u8>) {
        let (first, fraction) = digits.split_at_checked(1).unwrap_or((digits, &[]));
        out.extend_from_slice(first);
        if !fraction.is_empty() {
            out.push(b'.');
            out.extend_from_slice(fraction);
        }
        out.push(b'e');
        out.extend_from_slice(itoa::Buffer::new().format(self.magnitude()).as_bytes());
    }

    /// Writes a float's shortest text, if DynamoDB can hold it.
    pub(super) fn write_float<F: zmij::Float>(float: F, out: &mut Vec<u8>) -> Result<()> {
        let mut buffer = zmij::Buffer::new();
        let text = buffer.format(float);
        let plain = text.strip_suffix(".0").unwrap_or(text);
        // Without an exponent it is the value's one text already, except for the sign of zero.
        if plain != "-0" && plain.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'-')) {
            out.extend_from_slice(plain.as_bytes());
            return Ok(());
        }
        if plain.bytes().any(|b| matches!(b, b'N' | b'i')) {
            return Err(Error::data("NaN and infinity cannot be stored as N"));
        }
        Self::parse(plain)?.write(out);
        Ok(())
    }

    /// Gives the integer that this is to the visitor of a type of at most 64 bits.
    pub(super) fn visit_integer<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.to_i128() {
            Some(whole) if u64::try_from(whole).is_ok() => visitor.visit_u64(whole as u64),
            Some(whole) if i64::try_from(whole).is_ok() => visitor.visit_i64(whole as i64),
            _ => Err(self.misfit(&visitor)),
        }
    }

    /// Gives the integer that this is to the visitor of a type of 128 bits.
    pub(super) fn visit_wide<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match (self.to_i128(), self.to_u128()) {
            (Some(whole), _) => visitor.visit_i128(whole),
            (None, Some(whole)) => visitor.visit_u128(whole),
            (None, None) => Err(self.misfit(&visitor)),
        }
    }

    #[cold]
    fn misfit<'de, V: Visitor<'de>>(self, visitor: &V) -> Error {
        let what = if self.is_integer() { "number out of range" } else { "not an integer" };
        Error::data(&format!("{what}, expected {}", Wanted(visitor)))
    }

    /// Gives a visitor that takes anything what holds this number exactly: where neither an integer of
    /// 64 bits nor 15 digits do, its text in a carrier. It is not rounded.
    pub(super) fn visit_any<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.to_i128() {
            Some(whole) if u64::try_from(whole).is_ok() => visitor.visit_u64(whole as u64),
            Some(whole) if i64::try_from(whole).is_ok() => visitor.visit_i64(whole as i64),
            _ if self.count() <= FLOAT_DIGITS => visitor.visit_f64(self.to_f64()),
            _ => visitor.visit_newtype_struct(Carrier(self.to_string().into_deserializer())),
        }
    }
}

/// What a visitor says that it expects.
struct Wanted<'a, V>(&'a V);

impl<'de, V: Visitor<'de>> Display for Wanted<'_, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }
}

/// A text of a number on its way to one.
struct Scan<'a> {
    rest: &'a [u8],
    negative: bool,
    digits: u128,
    /// Zeros seen after the last digit that is not one.
    zeros: u32,
    exponent: i32,
}

const NOT_A_NUMBER: &str = "not a number";

impl<'a> Scan<'a> {
    #[inline]
    fn new(text: &'a str) -> Result<Self, &'static str> {
        let bytes = text.as_bytes();
        let (negative, rest) = match bytes.split_first() {
            Some((b'-', rest)) => (true, rest),
            Some((b'+', rest)) => (false, rest),
            _ => (false, bytes),
        };
        Ok(Scan { rest, negative, digits: 0, zeros: 0, exponent: 0 })
    }

    #[inline]
    fn finish(mut self) -> Result<Number, &'static str> {
        self.run()?;
        if let Some((b'.', rest)) = self.rest.split_first() {
            self.rest = rest;
            self.exponent = -(self.run()? as i32);
        }
        if let Some((b'e' | b'E', rest)) = self.rest.split_first() {
            let power = std::str::from_utf8(rest).map_err(|_| NOT_A_NUMBER)?;
            self.exponent = self.exponent.saturating_add(power_of(power)?);
        } else if !self.rest.is_empty() {
            return Err(NOT_A_NUMBER);
        }
        Number::new(self.negative, self.digits, self.exponent.saturating_add(self.zeros as i32))
    }

    /// Takes one or more digits and says how many they are.
    #[inline]
    fn run(&mut self) -> Result<u32, &'static str> {
        let before = self.rest.len();
        while let Some((byte @ b'0'..=b'9', rest)) = self.rest.split_first() {
            self.rest = rest;
            match (byte - b'0', self.digits) {
                (0, 0) => {}
                (0, _) => self.zeros += 1,
                (digit, _) => self.push(digit)?,
            }
        }
        match before - self.rest.len() {
            0 => Err(NOT_A_NUMBER),
            count => Ok(count.min(i32::MAX as usize) as u32),
        }
    }

    #[inline]
    fn push(&mut self, digit: u8) -> Result<(), &'static str> {
        let digits = (10u128.checked_pow(self.zeros + 1))
            .and_then(|power| self.digits.checked_mul(power))
            .and_then(|digits| digits.checked_add(u128::from(digit)));
        self.digits = digits.ok_or("a number of more than 38 significant digits")?;
        self.zeros = 0;
        Ok(())
    }
}

/// The power after an `e`; beyond any range if it has more than a few digits.
fn power_of(text: &str) -> Result<i32, &'static str> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NOT_A_NUMBER);
    }
    let size = digits.parse().unwrap_or(i32::MAX / 2).min(i32::MAX / 2);
    Ok(if text.starts_with('-') { -size } else { size })
}

impl FromStr for Number {
    type Err = Error;

    /// Reads digits with an optional sign, fraction and exponent.
    ///
    /// # Errors
    ///
    /// If it is not that, or DynamoDB cannot hold it.
    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

impl Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::new();
        self.write(&mut text);
        f.pad(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_size = |a: &Self, b: &Self| {
            let aligned = |n: &Self| n.digits * 10u128.pow(DIGITS.saturating_sub(n.count()));
            let magnitude = |n: &Self| (n.digits != 0).then(|| n.magnitude());
            magnitude(a).cmp(&magnitude(b)).then_with(|| aligned(a).cmp(&aligned(b)))
        };
        match (self.negative, other.negative) {
            (false, false) => by_size(self, other),
            (true, true) => by_size(other, self),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

macro_rules! integers {
    ($($small:ident)*; $($wide:ident)*) => {
        $(impl From<$small> for Number {
            fn from(value: $small) -> Self {
                // An integer of 64 bits has at most 20 digits.
                let size = (value as i128).unsigned_abs();
                Number::new((value as i128) < 0, size, 0).unwrap_or_default()
            }
        })*
        $(impl TryFrom<$wide> for Number {
            type Error = Error;

            fn try_from(value: $wide) -> Result<Self> {
                value.to_string().parse()
            }
        })*
        $(integers!(@back $small to_i128);)*
        integers!(@back i128 to_i128);
        integers!(@back u128 to_u128);
    };
    (@back $int:ident $through:ident) => {
        impl TryFrom<Number> for $int {
            type Error = Error;

            fn try_from(number: Number) -> Result<Self> {
                let fits = number.$through().and_then(|whole| $int::try_from(whole).ok());
                fits.ok_or_else(|| match number.is_integer() {
                    true => Error::data(concat!("number out of range, expected ", stringify!($int))),
                    false => Error::data(concat!("not an integer, expected ", stringify!($int))),
                })
            }
        }
    };
}
integers!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize; u128 i128);

macro_rules! floats {
    ($($float:ident)*) => {
        $(impl TryFrom<$float> for Number {
            type Error = Error;

            /// Takes the shortest decimal that reads back as the same float.
            fn try_from(value: $float) -> Result<Self> {
                match value.is_finite() {
                    true => Self::parse(zmij::Buffer::new().format_finite(value)),
                    false => Err(Error::data("NaN and infinity cannot be stored as N")),
                }
            }
        })*
    };
}
floats!(f32 f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(MARKER, &Inside(*self))
    }
}

/// What is inside the marked newtype. This format is not human readable there and takes the text.
struct Inside(Number);

impl Serialize for Inside {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let number = self.0;
        if !serializer.is_human_readable() {
            return serializer.collect_str(&number);
        }
        match number.to_i128() {
            Some(whole) if u64::try_from(whole).is_ok() => serializer.serialize_u64(whole as u64),
            Some(whole) if i64::try_from(whole).is_ok() => serializer.serialize_i64(whole as i64),
            _ if number.count() <= FLOAT_DIGITS => serializer.serialize_f64(number.to_f64()),
            _ => serializer.collect_str(&number),
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(MARKER, NumberVisitor)
    }
}

pub(super) struct NumberVisitor;

impl<'de> Visitor<'de> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("N")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inside: D) -> Result<Number, D::Error> {
        match inside.is_human_readable() {
            true => inside.deserialize_any(self),
            false => inside.deserialize_str(self),
        }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Number, E> {
        Number::parse(text).map_err(E::custom)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Number, E> {
        Ok(value.into())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Number, E> {
        Ok(value.into())
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<Number, E> {
        Number::try_from(value).map_err(E::custom)
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<Number, E> {
        Number::try_from(value).map_err(E::custom)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Number, E> {
        let number = Number::try_from(value).map_err(E::custom)?;
        // A float of more digits may be what is left of a longer number.
        match number.count() <= FLOAT_DIGITS {
            true => Ok(number),
            false => {
                Err(E::invalid_value(Unexpected::Float(value), &"a number of up to 15 digits"))
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Number, A::Error> {
        match map.next_key()? {
            Some(Key::Carrier) => map.next_value_seed(Carried),
            _ => Err(de::Error::invalid_type(Unexpected::Map, &self)),
        }
    }
}

/// The text of a number, in a carrier.
struct Carried;

impl<'de> DeserializeSeed<'de> for Carried {
    type Value = Number;

    fn deserialize<D: Deserializer<'de>>(self, text: D) -> Result<Number, D::Error> {
        text.deserialize_str(NumberVisitor)
    }
}

/// Stores any type that prints and parses as a decimal number as N, exactly.
///
/// Meant for decimals: `#[serde(with = "wire::as_number")]` on a field of type `Decimal` or
/// `Option<Decimal>` (the latter with `#[serde(default)]` too, since serde asks for it with `with`).
/// It does not round: what DynamoDB cannot hold is an error. The text goes through the type's own
/// `Display` and `FromStr`; other formats see what they see of a [`Number`].
///
/// # Example
///
/// ```
/// use entity_core::wire;
/// use rust_decimal::Decimal;
///
/// #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
/// struct Price {
///     #[serde(with = "wire::as_number")]
///     amount: Decimal,
///     #[serde(with = "wire::as_number", default)]
///     discount: Option<Decimal>,
/// }
///
/// let price = Price { amount: "199.99".parse()?, discount: None };
/// let stored = wire::to_vec(&price)?;
/// assert_eq!(stored, br#"{"amount":{"N":"199.99"}}"#);
/// assert_eq!(wire::from_slice::<Price>(&stored)?, price);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub mod as_number {
    use super::*;

    /// Writes `value` as N; a `None` as none.
    ///
    /// # Errors
    ///
    /// If its text is not a number, or one that DynamoDB cannot hold.
    ///
    /// # Example
    ///
    /// ```
    /// use entity_core::wire::{self, as_number};
    ///
    /// let mut out = Vec::new();
    /// as_number::serialize(&Some("1.5".to_string()), wire::Serializer::new(&mut out))?;
    /// assert_eq!(out, br#"{"N":"1.5"}"#);
    /// # Ok::<(), wire::Error>(())
    /// ```
    pub fn serialize<T, K, S>(value: &T, serializer: S) -> Result<S::Ok, S::Error>
    where
        T: AsNumber<K>,
        S: Serializer,
    {
        match value.to_text() {
            Some(text) => {
                Number::parse(&text).map_err(serde::ser::Error::custom)?.serialize(serializer)
            }
            None => serializer.serialize_none(),
        }
    }

    /// Reads an N through the type's `FromStr`; NULL as none.
    ///
    /// # Errors
    ///
    /// If there is no N, or the type does not take it as it is: more digits than a decimal has are
    /// not rounded.
    ///
    /// # Example
    ///
    /// ```
    /// use entity_core::wire::{self, as_number};
    ///
    /// let mut reader = wire::read::Reader::new(r#"{"N":"1.5"}"#);
    /// let text: String = as_number::deserialize(wire::Deserializer::new(&mut reader))?;
    /// assert_eq!(text, "1.5");
    /// # Ok::<(), wire::Error>(())
    /// ```
    pub fn deserialize<'de, T, K, D>(deserializer: D) -> Result<T, D::Error>
    where
        T: AsNumber<K>,
        D: Deserializer<'de>,
    {
        T::read(deserializer)
    }

    /// What [`as_number`](self) takes: `T: Display + FromStr`, and `Option` of it.
    ///
    /// It is not implemented by hand; `K` only keeps the two apart.
    pub trait AsNumber<K>: Sized {
        #[doc(hidden)]
        fn to_text(&self) -> Option<String>;
        #[doc(hidden)]
        fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
    }

    #[doc(hidden)]
    #[derive(Debug)]
    pub struct Plain;

    #[doc(hidden)]
    #[derive(Debug)]
    pub struct Optional;

    impl<T: Display + FromStr> AsNumber<Plain> for T {
        fn to_text(&self) -> Option<String> {
            Some(self.to_string())
        }

        fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            parse(Number::deserialize(deserializer)?)
        }
    }

    impl<T: Display + FromStr> AsNumber<Optional> for Option<T> {
        fn to_text(&self) -> Option<String> {
            self.as_ref().map(T::to_string)
        }

        fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            Option::<Number>::deserialize(deserializer)?.map(parse).transpose()
        }
    }

    /// A type may round what it parses, as decimals do with more digits than they have.
    fn parse<T: Display + FromStr, E: de::Error>(number: Number) -> Result<T, E> {
        let value: Option<T> = number.to_string().parse().ok();
        let same = |value: &T| Number::parse(&value.to_string()).is_ok_and(|again| again == number);
        value.filter(same).ok_or_else(|| E::custom("this number does not fit the type"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        text.parse().unwrap()
    }

    #[test]
    fn a_value_has_one_text() {
        for (text, canonical) in [
            ("0", "0"),
            ("-0.00", "0"),
            ("0e999", "0"),
            ("007", "7"),
            ("+1.50", "1.5"),
            ("1e2", "100"),
            ("12.5E-1", "1.25"),
            ("0.000120", "0.00012"),
            ("-1e-130", "-1e-130"),
            ("1.5e125", "1.5e125"),
            ("1e39", "1000000000000000000000000000000000000000"),
            ("1e40", "1e40"),
            ("99999999999999999999999999999999999999", "99999999999999999999999999999999999999"),
            ("0.0000000000000000000000000000000000000000000000012", "1.2e-48"),
        ] {
            assert_eq!(number(text).to_string(), canonical, "{text}");
            assert_eq!(number(canonical), number(text));
        }
    }

    #[test]
    fn texts_that_are_not_numbers_are_refused() {
        for text in [
            "", "-", "+", ".", "1.", ".5", "1e", "1e+", "e5", "1 ", " 1", "0x1", "1_0", "inf",
            "NaN", "--1", "1e1.5", "1e+-5", "1,5", "１",
        ] {
            assert!(text.parse::<Number>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_limits_are_those_of_dynamodb() {
        for good in
            ["9.9999999999999999999999999999999999999e125", "1e-130", "-1.5e-130", &"9".repeat(38)]
        {
            assert!(good.parse::<Number>().is_ok(), "{good}");
        }
        for bad in [
            "1e126",
            "9e-131",
            "1e99999999999999999999",
            "1e-99999999999999999999",
            &"9".repeat(39),
        ] {
            assert!(bad.parse::<Number>().is_err(), "{bad}");
        }
        assert!(Number::try_from(u128::MAX).is_err());
        assert!(Number::try_from(10u128.pow(38)).is_ok());
        assert!(format!("1{}1", "0".repeat(50)).parse::<Number>().is_err());
        assert!(format!("{}1", "0".repeat(5000)).parse::<Number>().is_ok());
    }

    #[test]
    fn order_is_by_value() {
        let sorted = [
            "-1e5", "-12", "-1.5", "-1e-9", "0", "1e-130", "0.5", "0.55", "1", "9", "10", "1e5",
            "1e125",
        ];
        for (i, a) in sorted.iter().enumerate() {
            for (j, b) in sorted.iter().enumerate() {
                assert_eq!(number(a).cmp(&number(b)), i.cmp(&j), "{a} {b}");
            }
        }
    }

    #[test]
    fn integers_convert_both_ways() {
        assert_eq!(
            i128::try_from(number("-99999999999999999999999999999999999999")).unwrap(),
            -(10i128.pow(38) - 1)
        );
        assert_eq!(u8::try_from(number("2.55e2")).unwrap(), 255);
        assert_eq!(
            u8::try_from(number("256")).unwrap_err().to_string(),
            "number out of range, expected u8"
        );
        assert_eq!(
            u8::try_from(number("1.5")).unwrap_err().to_string(),
            "not an integer, expected u8"
        );
        assert_eq!(Number::from(i64::MIN).to_string(), i64::MIN.to_string());
    }

    #[test]
    fn floats_are_written_short_and_in_one_form() {
        for (float, text) in [
            (1.0, "1"),
            (-0.0, "0"),
            (0.1, "0.1"),
            (1e21, "1000000000000000000000"),
            (-2.5, "-2.5"),
            (1e100, "1e100"),
            (0.30000000000000004, "0.30000000000000004"),
            (1e-7, "0.0000001"),
            (123456.0, "123456"),
        ] {
            let mut out = Vec::new();
            Number::write_float(float, &mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), text);
            assert_eq!(number(text).to_f64(), float);
        }
        for float in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, f64::MIN_POSITIVE] {
            assert!(Number::write_float(float, &mut Vec::new()).is_err());
        }
    }

    #[test]
    fn what_a_type_would_round_is_refused() {
        use rust_decimal::Decimal;

        let read = |text: &str| {
            let stored = format!("{{\"N\":\"{text}\"}}");
            let mut reader = crate::wire::read::Reader::new(&stored);
            as_number::deserialize::<Decimal, _, _>(crate::wire::Deserializer::new(&mut reader))
        };
        for text in ["199.9", "-0.5", "1e3", "79228162514264337593543950335"] {
            assert_eq!(Number::parse(&read(text).unwrap().to_string()).unwrap(), number(text));
        }
        for text in ["0.12345678901234567890123456789", "1.00000000000000000000000000001", "1e-29"]
        {
            let error = read(text).unwrap_err().to_string();
            assert_eq!(error, "this number does not fit the type", "{text}");
        }
    }

    #[test]
    fn other_formats_get_a_number_where_it_is_exact() {
        for (text, json) in [
            ("1.5", "1.5"),
            ("-3", "-3"),
            ("1e20", "1e+20"),
            ("0.1234567890123456", "\"0.1234567890123456\""),
        ] {
            let written = serde_json::to_string(&number(text)).unwrap();
            assert_eq!(written, json);
            assert_eq!(serde_json::from_str::<Number>(&written).unwrap(), number(text));
        }
        assert!(serde_json::from_str::<Number>("0.1234567890123456").is_err());
    }
}
