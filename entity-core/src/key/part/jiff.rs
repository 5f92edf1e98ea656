//! `jiff`: instants and dates.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::key::error::PartError;
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

impl KeyPart for Timestamp {
    type Kind = kind::Ordered;
    const SHAPE: Shape = civil::INSTANT;
    const STRICT: bool = true;

    fn write(&self, out: &mut String) -> Result<(), PartError> {
        let utc = TimeZone::UTC.to_datetime(*self);
        let number = |number: i8| u32::from(number.unsigned_abs());
        let clock = civil::Clock {
            hour: number(utc.hour()),
            minute: number(utc.minute()),
            second: number(utc.second()),
            nanosecond: utc.subsec_nanosecond().unsigned_abs(),
        };
        civil::write_instant(&day_of(utc.date()), &clock, out)
    }

    fn parse(text: &str) -> Result<Self, PartError> {
        let instant = |(day, clock)| TimeZone::UTC.to_timestamp(datetime_of(&day, &clock)?).ok();
        civil::parse_instant(text).and_then(instant).ok_or_else(civil::instant_expected)
    }
}

fn day_of(date: Date) -> civil::Day {
    let number = |number: i8| u32::from(number.unsigned_abs());
    civil::Day { year: date.year().into(), month: number(date.month()), day: number(date.day()) }
}

fn date_of(day: &civil::Day) -> Option<Date> {
    Date::new(i16::try_from(day.year).ok()?, small(day.month)?, small(day.day)?).ok()
}

fn datetime_of(day: &civil::Day, clock: &civil::Clock) -> Option<DateTime> {
    let (hour, minute, second) = (small(clock.hour)?, small(clock.minute)?, small(clock.second)?);
    let time = jiff::civil::Time::new(hour, minute, second, i32::try_from(clock.nanosecond).ok()?);
    Some(date_of(day)?.to_datetime(time.ok()?))
}

fn small(number: u32) -> Option<i8> {
    i8::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::{Date, date};

    use crate::key::part::civil;
    use crate::key::{KeyPart, laws};

    #[test]
    fn laws_hold() {
        let at = |nanoseconds| Timestamp::from_nanosecond(nanoseconds).unwrap();
        let first = -62_167_219_200_000_000_000;
        laws::check(&[at(first), at(-1), at(0), at(1), Timestamp::MAX]).unwrap();
        assert!(at(first - 1).write(&mut String::new()).is_err());
        laws::check(&[date(0, 1, 1), date(999, 12, 31), date(2024, 2, 29), date(9999, 12, 31)])
            .unwrap();
        assert!(date(-1, 1, 1).write(&mut String::new()).is_err());
    }

    #[test]
    fn other_texts_are_refused() {
        for text in civil::OTHER_INSTANTS {
            assert!(Timestamp::parse(text).is_err(), "{text}");
        }
        for text in civil::OTHER_DATES {
            assert!(Date::parse(text).is_err(), "{text}");
        }
    }
}
