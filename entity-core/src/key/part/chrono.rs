//! `chrono`: instants in UTC, and dates.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};

use crate::key::error::PartError;
use crate::key::kind;
use crate::key::part::{KeyPart, civil};
use crate::key::shape::Shape;

impl KeyPart for NaiveDate {
    type Kind = kind::Ordered;
    const SHAPE: Shape = civil::DATE;
    const STRICT: bool = true;

    fn write(&self, out: &mut String) -> Result<(), PartError> {
        civil::write_date(&day_of(self), out)
    }

    fn parse(text: &str) -> Result<Self, PartError> {
        civil::parse_date(text).and_then(|day| date_of(&day)).ok_or_else(civil::date_expected)
    }
}

impl KeyPart for DateTime<Utc> {
    type Kind = kind::Ordered;
    const SHAPE: Shape = civil::INSTANT;
    const STRICT: bool = true;

    fn write(&self, out: &mut String) -> Result<(), PartError> {
        let clock = civil::Clock {
            hour: self.hour(),
            minute: self.minute(),
            second: self.second(),
            nanosecond: self.nanosecond(),
        };
        civil::write_instant(&day_of(self), &clock, out)
    }

    fn parse(text: &str) -> Result<Self, PartError> {
        let instant = |(day, clock): (civil::Day, civil::Clock)| {
            let civil::Clock { hour, minute, second, nanosecond } = clock;
            Some(date_of(&day)?.and_hms_nano_opt(hour, minute, second, nanosecond)?.and_utc())
        };
        civil::parse_instant(text).and_then(instant).ok_or_else(civil::instant_expected)
    }
}

fn day_of(date: &impl Datelike) -> civil::Day {
    civil::Day { year: date.year(), month: date.month(), day: date.day() }
}

fn date_of(day: &civil::Day) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(day.year, day.month, day.day)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate, Utc};

    use crate::key::part::civil;
    use crate::key::{KeyPart, laws};

    fn at(seconds: i64, nanoseconds: u32) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, nanoseconds).unwrap()
    }

    #[test]
    fn laws_hold() {
        let first = -62_167_219_200;
        let last = 253_402_300_799;
        laws::check(&[
            at(first, 0),
            at(-1, 999_999_999),
            at(0, 0),
            at(0, 1),
            at(last, 999_999_999),
        ])
        .unwrap();
        let dates = [(0, 1, 1), (999, 12, 31), (1000, 1, 1), (2024, 2, 29), (9999, 12, 31)];
        laws::check(&dates.map(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d).unwrap())).unwrap();
        assert!(at(first - 1, 0).write(&mut String::new()).is_err());
        assert!(at(last + 1, 0).write(&mut String::new()).is_err());
    }

    #[test]
    fn a_leap_second_is_refused() {
        let leap = NaiveDate::from_ymd_opt(2016, 12, 31).unwrap();
        let leap = leap.and_hms_nano_opt(23, 59, 59, 1_500_000_000).unwrap().and_utc();
        assert!(leap.write(&mut String::new()).is_err());
    }

    #[test]
    fn other_texts_are_refused() {
        for text in civil::OTHER_INSTANTS {
            assert!(DateTime::<Utc>::parse(text).is_err(), "{text}");
        }
        for text in civil::OTHER_DATES {
            assert!(NaiveDate::parse(text).is_err(), "{text}");
        }
    }
}
