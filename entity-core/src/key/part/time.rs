//! `time`: instants, which are written in UTC whatever their offset is, and dates.
//!
//! Two `OffsetDateTime`s are equal if they are one instant, so `parse(write(x)) == x` holds; the offset is not
//! part of the value and comes back as UTC.

use time::{Date, Month, OffsetDateTime, Time};

use crate::key::error::{PartError, PartErrorKind};
use crate::key::kind;
use crate::key::part::{KeyPart, civil};
use crate::key::shape::Shape;

impl KeyPart for Date {
    type Kind = kind::Ordered;
    const SHAPE: Shape = civil::DATE;
    const STRICT: bool = true;

    fn write(&self, out: &mut String) -> Result<(), PartError> {
        civil::write_date(&day_of(*self), out)
    }

    fn parse(text: &str) -> Result<Self, PartError> {
        civil::parse_date(text).and_then(|day| date_of(&day)).ok_or_else(civil::date_expected)
    }
}

impl KeyPart for OffsetDateTime {
    type Kind = kind::Ordered;
    const SHAPE: Shape = civil::INSTANT;
    const STRICT: bool = true;

    fn write(&self, out: &mut String) -> Result<(), PartError> {
        let utc = self.checked_to_utc().ok_or(PartError::new(PartErrorKind::OutOfRange))?;
        let clock = civil::Clock {
            hour: utc.hour().into(),
            minute: utc.minute().into(),
            second: utc.second().into(),
            nanosecond: utc.nanosecond(),
        };
        civil::write_instant(&day_of(utc.date()), &clock, out)
    }

    fn parse(text: &str) -> Result<Self, PartError> {
        let instant =
            |(day, clock)| Some(OffsetDateTime::new_utc(date_of(&day)?, time_of(&clock)?));
        civil::parse_instant(text).and_then(instant).ok_or_else(civil::instant_expected)
    }
}

fn day_of(date: Date) -> civil::Day {
    let (year, month, day) = date.to_calendar_date();
    civil::Day { year, month: u8::from(month).into(), day: day.into() }
}

fn date_of(day: &civil::Day) -> Option<Date> {
    let month = Month::try_from(u8::try_from(day.month).ok()?).ok()?;
    Date::from_calendar_date(day.year, month, u8::try_from(day.day).ok()?).ok()
}

fn time_of(clock: &civil::Clock) -> Option<Time> {
    let small = |number: u32| u8::try_from(number).ok();
    let (hour, minute, second) = (small(clock.hour)?, small(clock.minute)?, small(clock.second)?);
    Time::from_hms_nano(hour, minute, second, clock.nanosecond).ok()
}

#[cfg(test)]
mod tests {
    use time::{Date, OffsetDateTime, UtcOffset};

    use super::date_of;
    use crate::key::part::civil;
    use crate::key::{KeyPart, laws};

    #[test]
    fn laws_hold() {
        let at = |nanoseconds| OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).unwrap();
        let (first, last) = (-62_167_219_200_000_000_000, 253_402_300_799_999_999_999);
        laws::check(&[first, -1, 0, 1, last].map(at)).unwrap();
        assert!(at(first - 1).write(&mut String::new()).is_err());
        let dates = [(0, 1, 1), (999, 12, 31), (1000, 1, 1), (2024, 2, 29), (9999, 12, 31)];
        laws::check(
            &dates.map(|(year, month, day)| date_of(&civil::Day { year, month, day }).unwrap()),
        )
        .unwrap();
    }

    #[test]
    fn an_offset_is_the_same_instant() {
        let utc = OffsetDateTime::from_unix_timestamp(1_700_000_000).unwrap();
        let there = utc.to_offset(UtcOffset::from_hms(-5, -30, 0).unwrap());
        laws::check(&[utc, there]).unwrap();
        let end = OffsetDateTime::from_unix_timestamp(253_402_300_799).unwrap();
        let end = end.replace_offset(UtcOffset::from_hms(-1, 0, 0).unwrap());
        assert!(end.write(&mut String::new()).is_err(), "the year 10000 in UTC");
    }

    #[test]
    fn other_texts_are_refused() {
        for text in civil::OTHER_INSTANTS {
            assert!(<OffsetDateTime as KeyPart>::parse(text).is_err(), "{text}");
        }
        for text in civil::OTHER_DATES {
            assert!(<Date as KeyPart>::parse(text).is_err(), "{text}");
        }
    }
}
