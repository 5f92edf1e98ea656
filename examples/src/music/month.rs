//! `Month`: a month as the table has it, `MM-YYYY`.

use std::str::FromStr;

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

#[cfg(test)]
mod tests {
    use super::Month;

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
}
