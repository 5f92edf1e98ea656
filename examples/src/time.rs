//! Moments as tables have them: a text of one layout, in whole seconds of UTC.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// This moment, in a layout of `strftime`.
#[must_use]
pub fn now(layout: &str) -> String {
    TimeZone::UTC.to_datetime(Timestamp::now()).strftime(layout).to_string()
}

/// The moment that a text says in a layout; `None` for any other text, also for one that says the
/// same in other characters: texts are compared, and are the order of lists.
#[must_use]
pub fn parse(layout: &str, text: &str) -> Option<DateTime> {
    let moment = DateTime::strptime(layout, text).ok()?;
    // The texts of years before 0, which have a sign, are not in the order of time.
    (moment.year() >= 0 && moment.strftime(layout).to_string() == text).then_some(moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYOUT: &str = "%Y-%m-%dT%H:%M:%SZ";

    #[test]
    fn a_moment_has_one_text() {
        assert!(parse(LAYOUT, "2023-06-15T15:19:38Z").is_some());
        assert!(parse(LAYOUT, "2024-02-29T00:00:00Z").is_some());
        for other in [
            "",
            "2023-06-15",
            "2023-06-15T15:19:38",
            "2023-06-15T15:19:38z",
            "2023-06-15 15:19:38Z",
            "2023-06-15T15:19:38.0Z",
            "2023-06-15T15:19:38+00:00",
            "2023-6-15T15:19:38Z",
            "2023-02-29T15:19:38Z",
            "2023-06-15T24:00:00Z",
            "2023-06-15T15:19:60Z",
            " 2023-06-15T15:19:38Z",
            "2023-06-15T15:19:38Z ",
            "-2023-06-15T15:19:38Z",
        ] {
            assert!(parse(LAYOUT, other).is_none(), "{other}");
        }
    }

    #[test]
    fn now_is_one_of_them() {
        assert!(parse(LAYOUT, &now(LAYOUT)).is_some());
    }
}
