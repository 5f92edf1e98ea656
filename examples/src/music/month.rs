//! `Month` and `Moment`: the times that the table has, in its own texts.

use std::str::FromStr;

use examples::time;

/// A month, `MM-YYYY`; another text would be a key that no item has.
#[derive(Debug, Clone)]
pub(crate) struct Month(pub(crate) String);

impl FromStr for Month {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        match text.split_once('-') {
            Some((month, year))
                if month.len() == 2
                    && year.len() == 4
                    && digits(month)
                    && digits(year)
                    && ("01"..="12").contains(&month) =>
            {
                Ok(Self(text.to_owned()))
            }
            _ => Err("expected a month and a year, MM-YYYY, such as 01-2018".to_owned()),
        }
    }
}

/// How the table writes a moment.
const LAYOUT: &str = "%Y-%m-%dT%H:%M:%S";

/// A moment, `YYYY-MM-DDTHH:MM:SS`, and the month that it is in.
#[derive(Debug, Clone)]
pub(crate) struct Moment {
    pub(crate) text: String,
    pub(crate) month: Month,
}

impl Moment {
    /// This moment, in UTC.
    pub(crate) fn now() -> Self {
        let text = time::now(LAYOUT);
        Self { month: Month(time::now("%m-%Y")), text }
    }
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let moment = time::parse(LAYOUT, text)
            .ok_or("expected a moment, YYYY-MM-DDTHH:MM:SS, such as 2018-01-01T00:00:07")?;
        let month = Month(moment.strftime("%m-%Y").to_string());
        Ok(Self { text: text.to_owned(), month })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_has_two_digits_and_a_year_four() {
        for month in ["01-2018", "12-0001"] {
            assert!(month.parse::<Month>().is_ok(), "{month}");
        }
        for other in ["", "1-2018", "13-2018", "00-2018", "01-18", "2018-01", "01/2018", "0a-2018"]
        {
            assert!(other.parse::<Month>().is_err(), "{other}");
        }
    }

    #[test]
    fn a_moment_is_in_its_month() {
        let moment: Moment = "2018-12-31T23:59:59".parse().unwrap();
        assert_eq!((&*moment.text, &*moment.month.0), ("2018-12-31T23:59:59", "12-2018"));
        assert_eq!("0007-01-01T00:00:00".parse::<Moment>().unwrap().month.0, "01-0007");
        assert!("2018-12-31T23:59:59Z".parse::<Moment>().is_err());
        let now = Moment::now();
        assert_eq!(now.text.parse::<Moment>().unwrap().month.0, now.month.0);
    }
}
