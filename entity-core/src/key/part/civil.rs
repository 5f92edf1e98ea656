//! The texts of instants and dates, the same for every crate: `2024-02-29T23:59:59.123456789Z`, `2024-02-29`.

use std::fmt::Write;

use crate::key::error::{PartError, PartErrorKind};
use crate::key::shape::{Class, Shape};

/// `2024-02-29`.
pub(super) const DATE: Shape = Shape::Fixed(&Class::pattern(*b"dddd-dd-dd"));

/// `2024-02-29T23:59:59.123456789Z`.
pub(super) const INSTANT: Shape = Shape::Fixed(&Class::pattern(*b"dddd-dd-ddTdd:dd:dd.dddddddddZ"));

/// A day, whether it exists or not.
pub(super) struct Day {
    pub(super) year: i32,
    pub(super) month: u32,
    pub(super) day: u32,
}

/// A time of the day, whether it exists or not.
pub(super) struct Clock {
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) second: u32,
    pub(super) nanosecond: u32,
}

pub(super) fn write_date(date: &Day, out: &mut String) -> Result<(), PartError> {
    let Day { year, month, day } = date;
    if !(0..=9999).contains(year) {
        return Err(PartError::new(PartErrorKind::OutOfRange));
    }
    // Writing to a `String` does not fail.
    let _ = write!(out, "{year:04}-{month:02}-{day:02}");
    Ok(())
}

pub(super) fn write_instant(date: &Day, clock: &Clock, out: &mut String) -> Result<(), PartError> {
    write_date(date, out)?;
    let Clock { hour, minute, second, nanosecond } = clock;
    if *nanosecond > 999_999_999 {
        // A leap second, as chrono has it.
        return Err(PartError::new(PartErrorKind::OutOfRange));
    }
    let _ = write!(out, "T{hour:02}:{minute:02}:{second:02}.{nanosecond:09}Z");
    Ok(())
}

pub(super) fn date_expected() -> PartError {
    PartError::expected("a date, `2024-02-29`")
}

pub(super) fn instant_expected() -> PartError {
    PartError::expected("an instant, `2024-02-29T23:59:59.123456789Z`")
}

/// Reads the numbers of a date.
pub(super) fn parse_date(text: &str) -> Option<Day> {
    if !DATE.matches(text) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse().ok();
    Some(Day { year: text.get(..4)?.parse().ok()?, month: number(5..7)?, day: number(8..10)? })
}

/// Reads the numbers of an instant.
pub(super) fn parse_instant(text: &str) -> Option<(Day, Clock)> {
    if !INSTANT.matches(text) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse().ok();
    let clock = Clock {
        hour: number(11..13)?,
        minute: number(14..16)?,
        second: number(17..19)?,
        nanosecond: number(20..29)?,
    };
    Some((parse_date(text.get(..10)?)?, clock))
}

/// Texts that other programs write, and days and times that are none.
#[cfg(test)]
pub(super) const OTHER_INSTANTS: &[&str] = &[
    "",
    "2024-02-29T23:59:59Z",
    "2024-02-29T23:59:59.123456Z",
    "2024-02-29T23:59:59.123456789",
    "2024-02-29 23:59:59.123456789Z",
    "2024-02-29t23:59:59.123456789z",
    "2024-02-29T23:59:59.12345678+0",
    "2024-02-29T23:59:59.123456789+00:00",
    "2023-02-29T23:59:59.123456789Z",
    "2024-13-29T23:59:59.123456789Z",
    "2024-02-29T24:00:00.000000000Z",
    "2016-12-31T23:59:60.000000000Z",
    "+024-02-29T23:59:59.123456789Z",
    "2024-02-29T23:59:59.12345678\u{00E9}",
];

/// See [`OTHER_INSTANTS`].
#[cfg(test)]
pub(super) const OTHER_DATES: &[&str] = &[
    "",
    "2024-2-29",
    "20240229",
    "2023-02-29",
    "2024-00-01",
    "2024-01-00",
    "+024-01-01",
    "-024-01-01",
    "12024-01-01",
];
