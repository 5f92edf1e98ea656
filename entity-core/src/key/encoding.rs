//! How a part is written: chosen by the template, named as a type in the derive's output.

#![allow(
    clippy::indexing_slicing,
    reason = "`const fn` has no `get`; what is out of bounds does not compile, or was checked before"
)]

use std::marker::PhantomData;

use super::check::plain_width;
use super::disjoint::MAX_STATES;
use super::error::{PartError, PartErrorKind};
use super::kind::{FixedIn, Signed, Text, Unsigned};
use super::part::KeyPart;
use super::shape::{Class, Shape};

/// How a value of type `T` is written in a template.
///
/// Not for implementing outside of this crate: the templates know no other encodings.
///
/// # Example
///
/// ```
/// use entity_core::key::{Desc, Encoding, Offset, Padded};
///
/// fn text<E: Encoding<T>, T>(value: T) -> String {
///     let mut out = String::new();
///     E::write(&value, &mut out).unwrap();
///     out
/// }
///
/// assert_eq!(text::<Padded<4>, _>(42_u32), "0042");
/// assert_eq!(text::<Offset<4>, _>(-1_i32), "4999");
/// assert_eq!(text::<Desc<Padded<4>>, _>(42_u32), "9957");
/// assert!(<Padded<4> as Encoding<u32>>::parse("42").is_err());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be written like this in a key",
    label = "used as a key part here",
    note = "`{{field:06}}` is for unsigned integers, `{{field:+06}}` for signed ones, `{{field:rest}}` for strings",
    note = "`:desc` is for what has a fixed width and an order: timestamps, dates, ULIDs, integers with a width"
)]
pub trait Encoding<T> {
    /// What the text can look like.
    const SHAPE: Shape;

    /// How many bytes each text has, 0 if they differ; too many for any template if a part of that shape may
    /// be wrong at some place.
    #[doc(hidden)]
    const WIDTH: usize = match plain_width(&Self::SHAPE) {
        Some(width) => width,
        None => MAX_STATES + 1,
    };

    /// Whether the texts order against the values.
    const DESCENDING: bool = false;

    /// Appends the text of the value.
    ///
    /// # Errors
    ///
    /// If the value has no text in this encoding.
    fn write(value: &T, out: &mut String) -> Result<(), PartError>;

    /// Returns the value that has this text.
    ///
    /// # Errors
    ///
    /// If no value has exactly this text.
    fn parse(text: &str) -> Result<T, PartError>;
}

/// `{field}`, with something after it: the part's own text.
#[derive(Debug)]
pub struct Plain(());

/// `{field}` at the end of its template: the same text as [`Plain`], but the texts of strings order like the strings.
#[derive(Debug)]
pub struct Last(());

/// `{field:rest}`: a string that runs to the end of the key and may contain the separator.
#[derive(Debug)]
pub struct Rest(());

/// `{field:0N}`: an unsigned integer in `N` digits, 1 to 39. A larger value is refused.
#[derive(Debug)]
pub struct Padded<const N: usize>(());

/// `{field:+0N}`: a signed integer in `N` digits, 1 to 38, that counts from -5·10^(N-1): with four digits
/// -5000 is `0000`, -1 is `4999`, 0 is `5000` and 4999 is `9999`. A value outside of that is refused.
#[derive(Debug)]
pub struct Offset<const N: usize>(());

/// `{field:desc}` and `:desc` after a width: the complement, so that the latest comes first. Of every digit it
/// is what is missing to 9; of `bool` the other one; of a letter in a ULID its counterpart from the
/// other end of the alphabet. Everything else (the `-`, `:`, `T` and `Z` of a timestamp) stays.
#[derive(Debug)]
pub struct Desc<E>(PhantomData<E>);

impl<T: KeyPart> Encoding<T> for Plain {
    const SHAPE: Shape = T::SHAPE;

    fn write(value: &T, out: &mut String) -> Result<(), PartError> {
        value.write(out)
    }

    fn parse(text: &str) -> Result<T, PartError> {
        parse_strictly(text)
    }
}

impl<T: KeyPart> Encoding<T> for Last {
    const SHAPE: Shape = T::SHAPE;

    fn write(value: &T, out: &mut String) -> Result<(), PartError> {
        value.write(out)
    }

    fn parse(text: &str) -> Result<T, PartError> {
        parse_strictly(text)
    }
}

#[diagnostic::do_not_recommend]
impl<T: KeyPart<Kind = Text>> Encoding<T> for Rest {
    const SHAPE: Shape = Shape::Rest;

    fn write(value: &T, out: &mut String) -> Result<(), PartError> {
        value.write(out)
    }

    fn parse(text: &str) -> Result<T, PartError> {
        parse_strictly(text)
    }
}

/// `T::parse`, and the text again unless the type promises that it would be the same.
fn parse_strictly<T: KeyPart>(text: &str) -> Result<T, PartError> {
    let value = T::parse(text)?;
    if !T::STRICT {
        let mut again = String::with_capacity(text.len());
        value.write(&mut again)?;
        if again != text {
            return Err(PartError::new(PartErrorKind::NotCanonical));
        }
    }
    Ok(value)
}

const ZEROS: &str = "000000000000000000000000000000000000000";

impl<const N: usize> Padded<N> {
    const PATTERN: [Class; N] = {
        assert!(N >= 1 && N <= 39, "a width is 1 to 39 digits");
        [Class::Digit; N]
    };
}

#[diagnostic::do_not_recommend]
impl<T: KeyPart<Kind = Unsigned>, const N: usize> Encoding<T> for Padded<N> {
    const SHAPE: Shape = Shape::Fixed(&Self::PATTERN);

    fn write(value: &T, out: &mut String) -> Result<(), PartError> {
        let start = out.len();
        value.write(out)?;
        pad::<N>(start, out)
    }

    fn parse(text: &str) -> Result<T, PartError> {
        parse_strictly(unpad::<N>(text)?)
    }
}

/// Fills the number at the end of `out` up with zeros.
fn pad<const N: usize>(start: usize, out: &mut String) -> Result<(), PartError> {
    let digits = out.get(start..).map(str::len);
    let missing = digits.and_then(|digits| N.checked_sub(digits));
    let Some(zeros) = missing.and_then(|missing| ZEROS.get(..missing)) else {
        return Err(PartError::new(PartErrorKind::Width));
    };
    out.insert_str(start, zeros);
    Ok(())
}

/// The number without the zeros before it.
fn unpad<const N: usize>(text: &str) -> Result<&str, PartError> {
    if text.len() != N || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(PartError::expected("digits that fill the width of the part"));
    }
    let digits = text.trim_start_matches('0');
    Ok(if digits.is_empty() { "0" } else { digits })
}

impl<const N: usize> Offset<N> {
    const PATTERN: [Class; N] = {
        assert!(N >= 1 && N <= 38, "a width with an offset is 1 to 38 digits");
        [Class::Digit; N]
    };

    const ZERO: i128 = 5 * 10_i128.pow(Self::PATTERN.len() as u32 - 1);
}

#[diagnostic::do_not_recommend]
impl<T: KeyPart<Kind = Signed>, const N: usize> Encoding<T> for Offset<N> {
    const SHAPE: Shape = Shape::Fixed(&Self::PATTERN);

    fn write(value: &T, out: &mut String) -> Result<(), PartError> {
        let start = out.len();
        value.write(out)?;
        let value: Option<i128> = out.get(start..).and_then(|text| text.parse().ok());
        let moved = value.and_then(|value| value.checked_add(Self::ZERO));
        let Some(moved) = moved.and_then(|moved| u128::try_from(moved).ok()) else {
            return Err(PartError::new(PartErrorKind::Width));
        };
        out.truncate(start);
        moved.write(out)?;
        pad::<N>(start, out)
    }

    fn parse(text: &str) -> Result<T, PartError> {
        let moved: i128 = parse_strictly(unpad::<N>(text)?)?;
        parse_strictly(&(moved - Self::ZERO).to_string())
    }
}

#[diagnostic::do_not_recommend]
impl<T: KeyPart, E: Encoding<T>> Encoding<T> for Desc<E>
where
    T::Kind: FixedIn<E>,
{
    const SHAPE: Shape = {
        assert!(has_complement(pattern_of(E::SHAPE)), "`:desc` needs a text that has a complement");
        E::SHAPE
    };

    const DESCENDING: bool = true;

    fn write(value: &T, out: &mut String) -> Result<(), PartError> {
        let start = out.len();
        E::write(value, out)?;
        let text = out.get(start..).unwrap_or_default().to_owned();
        out.truncate(start);
        complement(pattern_of(Self::SHAPE), &text, out)
    }

    fn parse(text: &str) -> Result<T, PartError> {
        let mut undone = String::with_capacity(text.len());
        complement(pattern_of(Self::SHAPE), text, &mut undone)?;
        E::parse(&undone)
    }
}

#[allow(clippy::panic, reason = "evaluated while compiling: it is the compile error")]
const fn pattern_of(shape: Shape) -> &'static [Class] {
    match shape {
        Shape::Fixed(pattern) => pattern,
        Shape::Variable(_) | Shape::Rest => panic!("a part that orders has a fixed width"),
    }
}

const fn has_complement(pattern: &[Class]) -> bool {
    let mut i = 0;
    while i < pattern.len() {
        if matches!(pattern[i], Class::Ascii) {
            return false;
        }
        i += 1;
    }
    true
}

fn complement(pattern: &[Class], text: &str, out: &mut String) -> Result<(), PartError> {
    if text.len() != pattern.len() {
        return Err(PartError::new(PartErrorKind::Shape));
    }
    for (at, (class, byte)) in pattern.iter().zip(text.bytes()).enumerate() {
        let Some(byte) = class.complement(byte) else {
            return Err(PartError::new(PartErrorKind::Shape).at(at));
        };
        out.push(char::from(byte));
    }
    Ok(())
}
