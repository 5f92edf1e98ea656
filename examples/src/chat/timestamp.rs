//! `Timestamp` and `Year`: the times that the table has, in its own texts.

use std::fmt;
use std::str::FromStr;

use entity_core::KeyPart;
use jiff::{SignedDuration, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// A moment, in the text that keys have: `2023-03-18T19:40:12.361000+00:00`.
///
/// What is stored stays as it is, whatever its writer's offset. What this program writes is in UTC,
/// as Python's `isoformat` has it: six digits of fraction, or none. The order of such texts, which
/// is that of keys, is the order of time: `+` sorts before `.`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, KeyPart)]
pub(crate) struct Timestamp(String);

const SECONDS: &str = "%Y-%m-%dT%H:%M:%S+00:00";
const MICROSECONDS: &str = "%Y-%m-%dT%H:%M:%S%.6f+00:00";

impl Timestamp {
    /// This moment.
    pub(crate) fn now() -> Self {
        Self::of(jiff::Timestamp::now())
    }

    fn of(moment: jiff::Timestamp) -> Self {
        let whole = moment.subsec_nanosecond() / 1_000 == 0;
        let layout = if whole { SECONDS } else { MICROSECONDS };
        Self(TimeZone::UTC.to_datetime(moment).strftime(layout).to_string())
    }

    /// The moment, if the text is one: others write into the table, too.
    pub(crate) fn moment(&self) -> Option<jiff::Timestamp> {
        self.0.parse().ok()
    }

    /// Whether it is earlier, whatever the offsets; what is no moment is earlier than any.
    pub(crate) fn is_before(&self, other: &Self) -> bool {
        self.moment() < other.moment()
    }

    /// A microsecond later.
    pub(crate) fn next(&self) -> Option<Self> {
        self.moment()?.checked_add(SignedDuration::from_micros(1)).ok().map(Self::of)
    }

    /// The last text of this moment: a whole second, too, with the digits that others may write.
    pub(crate) fn last_text(self) -> Self {
        match self.moment() {
            Some(moment) => {
                Self(TimeZone::UTC.to_datetime(moment).strftime(MICROSECONDS).to_string())
            }
            None => self,
        }
    }
}

impl FromStr for Timestamp {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = "expected a time with an offset, such as 2023-03-18T19:40:12.361+00:00";
        let moment: jiff::Timestamp = text.parse().map_err(|_| expected)?;
        if moment.subsec_nanosecond() % 1_000 != 0 {
            return Err("expected a time with six digits of fraction at most".to_owned());
        }
        // The texts of years before 0, which have a sign, are not in the order of time.
        match TimeZone::UTC.to_datetime(moment).year() {
            0.. => Ok(Self::of(moment)),
            _ => Err("expected a time after the year 0".to_owned()),
        }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A year of UTC, of four digits.
#[derive(Debug, Clone)]
pub(crate) struct Year(String);

impl Year {
    /// What the texts of its moments begin with, and those of no other year's.
    pub(crate) fn beginning(&self) -> String {
        format!("{}-", self.0)
    }
}

impl FromStr for Year {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            true => Ok(Self(text.to_owned())),
            false => Err("expected a year of four digits, such as 2023".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> String {
        text.parse::<Timestamp>().unwrap().0
    }

    #[test]
    fn a_moment_has_one_text_whatever_its_offset() {
        let golden = "2023-03-18T19:40:12.361000+00:00";
        for same in [
            golden,
            "2023-03-18T19:40:12.361Z",
            "2023-03-18T15:40:12.361-04:00",
            "2023-03-19T01:10:12.361000000+05:30",
            "2023-03-18 19:40:12.361z",
        ] {
            assert_eq!(text(same), golden);
        }
        assert_eq!(text("2023-12-31T23:30:00-01:00"), "2024-01-01T00:30:00+00:00");
        assert_eq!(text("2024-02-29T00:00:00.000001Z"), "2024-02-29T00:00:00.000001+00:00");
        for other in [
            "",
            "now",
            "2023",
            "2023-03-18",
            "2023-03-18T19:40:12",
            "2023-02-29T19:40:12Z",
            "2023-03-18T24:40:12Z",
            "2023-03-18T19:40:12.3610001Z",
            "-000001-03-18T19:40:12Z",
            " 2023-03-18T19:40:12Z",
            "2023-03-18T19:40:12Z x",
        ] {
            assert!(other.parse::<Timestamp>().is_err(), "{other}");
        }
    }

    #[test]
    fn the_order_of_texts_is_that_of_time() {
        let first: Timestamp = "2023-03-18T19:40:12Z".parse().unwrap();
        let mut last = first.clone();
        for later in ["12.000001Z", "12.1Z", "12.999999Z", "13Z", "13.5Z"] {
            let later: Timestamp = format!("2023-03-18T19:40:{later}").parse().unwrap();
            assert!(last.0 < later.0 && last.is_before(&later) && !later.is_before(&last));
            last = later;
        }
        assert!(first.0 < first.clone().last_text().0);
        assert!(first.clone().last_text().0 < first.next().unwrap().0);
    }

    #[test]
    fn stored_texts_are_compared_by_their_moments() {
        let stored = |text: &str| Timestamp(text.to_owned());
        let eastern = stored("2023-03-18T15:40:12-04:00");
        assert!(stored("2023-03-18T19:40:11+00:00").is_before(&eastern));
        assert!(!stored("2023-03-18T19:40:12+00:00").is_before(&eastern));
        assert!(stored("yesterday").is_before(&eastern) && !eastern.is_before(&stored("tomorrow")));
    }

    #[test]
    fn the_next_moment_is_a_microsecond_later() {
        let next = |text: &str| text.parse::<Timestamp>().unwrap().next().unwrap().0;
        assert_eq!(next("2023-12-31T23:59:59.999999Z"), "2024-01-01T00:00:00+00:00");
        assert_eq!(next("2023-12-31T23:59:59Z"), "2023-12-31T23:59:59.000001+00:00");
        let now = Timestamp::now();
        assert_eq!(text(&now.0), now.0);
    }

    #[test]
    fn a_year_has_four_digits() {
        assert_eq!("0987".parse::<Year>().unwrap().beginning(), "0987-");
        for other in ["", "23", "02023", "2o23", "+202", "-202"] {
            assert!(other.parse::<Year>().is_err(), "{other}");
        }
    }
}
