//! [`KeyPart`]: a value that has one text in a key. One file for each family of types.

use super::error::PartError;
use super::kind::Kind;
use super::shape::Shape;

mod bool;
mod char;
#[cfg(feature = "chrono")]
mod chrono;
#[cfg(any(feature = "chrono", feature = "time", feature = "jiff"))]
mod civil;
mod integer;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "rust_decimal")]
mod rust_decimal;
mod text;
#[cfg(feature = "time")]
mod time;
#[cfg(feature = "ulid")]
mod ulid;
#[cfg(feature = "uuid")]
mod uuid;

/// A value that has one canonical text in a key.
///
/// Implemented for strings, integers, `bool`, `char`, and, behind cargo features named like the crates, for
/// the types of `uuid`, `ulid`, `chrono`, `time`, `jiff` and `rust_decimal`. Not for floating point numbers:
/// they have no one text. For unit enums and newtypes, derive it.
///
/// | types | text | kind |
/// |---|---|---|
/// | `String`, `Box<str>`, `Arc<str>`, `Cow<'static, str>` | as it is | [`Text`](super::kind::Text) |
/// | `u8` to `u128`, `usize` | decimal, no leading zeros | [`Unsigned`](super::kind::Unsigned) |
/// | `i8` to `i128`, `isize` | decimal, no leading zeros, `-` | [`Signed`](super::kind::Signed) |
/// | `bool` | `0`, `1` | [`Ordered`](super::kind::Ordered) |
/// | `char` | as it is | [`Opaque`](super::kind::Opaque) |
/// | `uuid::Uuid` | lower case with hyphens, of fixed width | [`Opaque`](super::kind::Opaque) |
/// | `ulid::Ulid` | 26 upper-case characters | [`Ordered`](super::kind::Ordered) |
/// | `chrono::DateTime<Utc>`, `time::OffsetDateTime`, `jiff::Timestamp` | `2024-02-29T23:59:59.123456789Z` | [`Ordered`](super::kind::Ordered) |
/// | `chrono::NaiveDate`, `time::Date`, `jiff::civil::Date` | `2024-02-29` | [`Ordered`](super::kind::Ordered) |
/// | `rust_decimal::Decimal` | decimal, no trailing zeros | [`Opaque`](super::kind::Opaque) |
///
/// The text of an instant is in UTC and has nine digits of fraction, so its width is fixed, its order is that
/// of time, it is the same text whichever of the three crates wrote it, and whatever a clock says can be
/// written: with six digits `now()` would be refused on systems whose clocks count nanoseconds. What a text
/// cannot say (a leap second, a year before 0 or after 9999) is refused, never rounded.
///
/// # Laws
///
/// 1. *Canonical.* `parse(write(x)) == x`, and `write(parse(t)) == t` for every `t` of the shape that `parse` accepts.
/// 2. *Shape.* Every text matches [`SHAPE`](KeyPart::SHAPE).
/// 3. *Order.* If [`Kind`](KeyPart::Kind) is [`Ordered`](super::kind::Ordered), the shape is fixed and
///    `x < y` exactly if `write(x) < write(y)`; if it is [`Text`](super::kind::Text), the latter alone.
/// 4. *No U+10FFFF* in any text.
///
/// [`laws::check`](super::laws::check) checks them on samples. The engine does not rely on them for which
/// item is written: it compares texts with shapes, and unless [`STRICT`](KeyPart::STRICT) says that it need
/// not, it writes again what it has read.
///
/// # Example
///
/// ```
/// use entity_core::key::{kind, laws, Class, KeyField, KeyPart, KeyType, PartError, Shape};
///
/// /// A month, `2018-01`.
/// #[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
/// struct Month { year: u16, month: u8 }
///
/// impl KeyField for Month {
///     const TYPE: Option<KeyType> = None; // serde makes a map of it: for templates only
/// }
///
/// impl KeyPart for Month {
///     type Kind = kind::Ordered;
///     const SHAPE: Shape = Shape::Fixed(&Class::pattern(*b"dddd-dd"));
///
///     fn write(&self, out: &mut String) -> Result<(), PartError> {
///         out.push_str(&format!("{:04}-{:02}", self.year, self.month));
///         Ok(())
///     }
///
///     fn parse(text: &str) -> Result<Self, PartError> {
///         let month = |text: &str| {
///             let (year, month) = text.split_once('-')?;
///             Some(Month { year: year.parse().ok()?, month: month.parse().ok()? })
///         };
///         month(text).filter(|m| (1..=12).contains(&m.month)).ok_or(PartError::expected("a month, `2018-01`"))
///     }
/// }
///
/// laws::check(&[Month { year: 2018, month: 1 }, Month { year: 985, month: 12 }]).unwrap();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a key",
    label = "used as a key part here",
    note = "key parts are strings, integers, `bool`, `char`, and with features UUIDs, ULIDs, timestamps, dates and decimals",
    note = "for local unit enums and newtypes consider adding `#[derive(KeyPart)]` to `{Self}`"
)]
pub trait KeyPart: super::KeyField + Sized {
    /// What the text is good for, one of [`kind`](super::kind).
    type Kind: Kind;

    /// What the text can look like.
    const SHAPE: Shape;

    /// Promises that `parse` refuses every text of the shape that `write` would not write, so that a text which was read
    /// need not be written again to be compared.
    const STRICT: bool = false;

    /// Appends the text of the value.
    ///
    /// # Errors
    ///
    /// If the value has no text. What has been appended then does not matter.
    fn write(&self, out: &mut String) -> Result<(), PartError>;

    /// Returns the value that has this text.
    ///
    /// # Errors
    ///
    /// If no value has it.
    fn parse(text: &str) -> Result<Self, PartError>;
}

/// The field of a part: a [`KeyPart`], or an `Option` of one.
///
/// `None` in a part `{field?}` leaves the part out; in another part of an index key it takes the item out of
/// the index.
///
/// # Example
///
/// ```
/// use entity_core::key::PartField;
///
/// assert_eq!(7_u32.part(), Some(&7));
/// assert_eq!(Some(7_u32).part(), Some(&7));
/// assert_eq!(None::<u32>.part(), None);
/// assert_eq!(<Option<u32> as PartField>::from_part(7), Some(7));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a key",
    label = "used as a key part here",
    note = "a part is a `KeyPart` or an `Option` of one"
)]
pub trait PartField: Sized {
    /// The type of the part itself.
    type Part: KeyPart;

    /// The part, unless the field is `None`.
    fn part(&self) -> Option<&Self::Part>;

    /// The field of a part that has been read.
    fn from_part(part: Self::Part) -> Self;
}

impl<T: KeyPart> PartField for T {
    type Part = T;

    fn part(&self) -> Option<&T> {
        Some(self)
    }

    fn from_part(part: T) -> T {
        part
    }
}

impl<T: KeyPart> PartField for Option<T> {
    type Part = T;

    fn part(&self) -> Option<&T> {
        self.as_ref()
    }

    fn from_part(part: T) -> Option<T> {
        Some(part)
    }
}
