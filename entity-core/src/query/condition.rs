//! What can be said of a part of a sort key.

use std::fmt;
use std::ops::{Range, RangeFrom, RangeInclusive, RangeTo, RangeToInclusive};

use crate::key::{KeyArg, KeyField, Prefixed, Ranged};

/// A condition on one part of a sort key.
#[derive(Debug)]
#[doc(hidden)]
pub enum Condition<T> {
    Equal(T),
    Range(Option<T>, Option<T>),
    Prefix(String),
}

/// No part follows: after a range or a prefix, or after the last part.
#[derive(Debug)]
pub enum Ended {}

/// The part at this position is the next to be given, of those that the partition key does not
/// give.
#[derive(Debug)]
pub enum Awaits<const PART: usize> {}

/// Holds where the part at this position is the next to be given.
#[diagnostic::on_unimplemented(
    message = "this part of the sort key cannot be given here",
    label = "given out of turn",
    note = "parts of a sort key are given once each, from the left, in the template's order; after a range or a prefix none is"
)]
pub trait Takes<const PART: usize> {}

impl<const PART: usize> Takes<PART> for Awaits<PART> {}

/// What a part of a sort key of type `T`, written as `E`, can be compared with.
///
/// A value; a range that includes its ends, `a..=b`, `a..` or `..=b`, where text order is value
/// order; or [`begins_with`] for strings.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a condition on a sort key part of type `{T}`",
    label = "expected a value, `a..=b`, `a..`, `..=b` or `begins_with(..)`"
)]
pub trait SortCondition<T, E> {
    /// Which part follows, if `Next` is the one to the right.
    type Then<Next>;

    /// The condition.
    #[doc(hidden)]
    fn into_condition(self) -> Condition<T>;
}

impl<T: KeyField, E> SortCondition<T, E> for T {
    type Then<Next> = Next;

    fn into_condition(self) -> Condition<T> {
        Condition::Equal(self)
    }
}

impl<T: KeyField + Clone, E> SortCondition<T, E> for &T {
    type Then<Next> = Next;

    fn into_condition(self) -> Condition<T> {
        Condition::Equal(self.clone())
    }
}

impl<E> SortCondition<String, E> for &str {
    type Then<Next> = Next;

    fn into_condition(self) -> Condition<String> {
        Condition::Equal(self.to_owned())
    }
}

macro_rules! ranges {
    ($($range:ident: $value:ident => $lower:expr, $upper:expr;)*) => {$(
        impl<T: Ranged<E>, E, A: KeyArg<T>> SortCondition<T, E> for $range<A> {
            type Then<Next> = Ended;

            fn into_condition(self) -> Condition<T> {
                let $value = self;
                Condition::Range($lower, $upper)
            }
        }
    )*};
}

ranges! {
    RangeFrom: range => Some(range.start.into_part()), None;
    RangeToInclusive: range => None, Some(range.end.into_part());
}

impl<T: Ranged<E>, E, A: KeyArg<T>> SortCondition<T, E> for RangeInclusive<A> {
    type Then<Next> = Ended;

    fn into_condition(self) -> Condition<T> {
        let (lower, upper) = self.into_inner();
        Condition::Range(Some(lower.into_part()), Some(upper.into_part()))
    }
}

/// Holds for no range that leaves out its end, so that the message says what to write.
#[diagnostic::on_unimplemented(
    message = "a key range includes both ends: write `a..=b` for `a..b`",
    label = "leaves out its end",
    note = "DynamoDB's BETWEEN includes both ends"
)]
pub trait InclusiveEnds {}

macro_rules! open_ended {
    ($($range:ident),*) => {$(
        impl<T, E, A: KeyArg<T>> SortCondition<T, E> for $range<A>
        where
            Self: InclusiveEnds,
        {
            type Then<Next> = Ended;

            fn into_condition(self) -> Condition<T> {
                Condition::Range(None, None)
            }
        }
    )*};
}

open_ended!(Range, RangeTo);

/// The parts that begin with a text; made by [`begins_with`].
#[derive(Clone)]
pub struct BeginsWith(String);

/// Without the text, which is a key's.
impl fmt::Debug for BeginsWith {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BeginsWith(..)")
    }
}

/// The parts of a sort key that begin with `text`.
///
/// It is for strings; the last part given.
///
/// # Example
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
/// use entity_core::begins_with;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let songs = songs().await?;
/// let of_2018 = MonthlyCount::partition("1").download_month(begins_with("2018-"));
/// assert_eq!(songs.query(of_2018).count().await?, 3);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn begins_with(text: impl Into<String>) -> BeginsWith {
    BeginsWith(text.into())
}

impl<T: Prefixed<E>, E> SortCondition<T, E> for BeginsWith {
    type Then<Next> = Ended;

    fn into_condition(self) -> Condition<T> {
        Condition::Prefix(self.0)
    }
}
