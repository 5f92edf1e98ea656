//! Which conditions a part can have: ranges and prefixes exist only where they mean what they say.

use std::ops::{RangeFrom, RangeFull, RangeInclusive, RangeToInclusive};

use super::arg::KeyArg;
use super::kind::{PrefixesIn, RangesIn};
use super::part::KeyPart;

/// In encoding `E` the texts of this type order as the values do, or exactly against them.
#[diagnostic::on_unimplemented(
    message = "a range over `{Self}` is not possible in this key",
    label = "text order is not value order here",
    note = "give integers a width: `{{field:06}}` if unsigned, `{{field:+06}}` if signed",
    note = "strings can be ranged over as the last part of a key only"
)]
pub trait Ranged<E> {}

#[diagnostic::do_not_recommend]
impl<T: KeyPart, E> Ranged<E> for T where T::Kind: RangesIn<E> {}

/// In encoding `E` this type can be searched by the beginning of its text.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be searched by prefix in this key",
    label = "not a string",
    note = "`begins_with` is for strings; what has an order can be searched by range"
)]
pub trait Prefixed<E> {}

#[diagnostic::do_not_recommend]
impl<T: KeyPart, E> Prefixed<E> for T where T::Kind: PrefixesIn<E> {}

/// A range of values of type `T`: `a..`, `..=b`, `a..=b` or `..`.
///
/// `a..b` is not one: DynamoDB's BETWEEN includes both ends.
///
/// # Example
///
/// ```
/// use entity_core::key::KeyRange;
///
/// fn ends(range: impl KeyRange<String>) -> (Option<String>, Option<String>) {
///     range.into_ends()
/// }
///
/// assert_eq!(ends("a"..="b"), (Some("a".to_owned()), Some("b".to_owned())));
/// assert_eq!(ends("a".to_owned()..), (Some("a".to_owned()), None));
/// assert_eq!(ends(..), (None, None));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a range of `{T}` for a key",
    label = "expected `a..=b`, `a..` or `..=b`",
    note = "`a..b` leaves out its end, and DynamoDB's BETWEEN includes both: write `a..=b`"
)]
pub trait KeyRange<T> {
    /// The least and the greatest value of the range, both included; `None` where it has no end.
    fn into_ends(self) -> (Option<T>, Option<T>);
}

impl<T, A: KeyArg<T>> KeyRange<T> for RangeInclusive<A> {
    fn into_ends(self) -> (Option<T>, Option<T>) {
        let (lower, upper) = self.into_inner();
        (Some(lower.into_part()), Some(upper.into_part()))
    }
}

impl<T, A: KeyArg<T>> KeyRange<T> for RangeFrom<A> {
    fn into_ends(self) -> (Option<T>, Option<T>) {
        (Some(self.start.into_part()), None)
    }
}

impl<T, A: KeyArg<T>> KeyRange<T> for RangeToInclusive<A> {
    fn into_ends(self) -> (Option<T>, Option<T>) {
        (None, Some(self.end.into_part()))
    }
}

impl<T> KeyRange<T> for RangeFull {
    fn into_ends(self) -> (Option<T>, Option<T>) {
        (None, None)
    }
}
