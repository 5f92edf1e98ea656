//! What the arguments of commands may be.

use std::num::NonZeroU32;
use std::str::FromStr;

use rust_decimal::Decimal;

/// A name of something: an account, a product, an order. `#` is between names in keys.
pub(crate) fn name(text: &str) -> Result<String, String> {
    match text {
        "" => Err("expected a name, and it is empty".to_owned()),
        _ if text.contains('#') => Err("expected a name without `#`".to_owned()),
        _ => Ok(text.to_owned()),
    }
}

/// A price, `199.99`: digits, and nothing that would be rounded.
pub(crate) fn price(text: &str) -> Result<Decimal, String> {
    let expected = || "expected a price, such as 199.99".to_owned();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once('.') {
        Some((whole, cents)) if digits(whole) && digits(cents) => {}
        None if digits(text) => {}
        _ => return Err(expected()),
    }
    Decimal::from_str_exact(text).map_err(|_| format!("{}, with 28 digits at most", expected()))
}

/// How many, at least one.
pub(crate) fn quantity(text: &str) -> Result<u32, String> {
    match NonZeroU32::from_str(text) {
        Ok(quantity) => Ok(quantity.get()),
        Err(_) => Err(format!("expected a number from 1 to {}", u32::MAX)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_exact() {
        for text in ["0", "199.99", "0.10", "1599", "7922816251426433759354395033.5"] {
            assert_eq!(price(text).unwrap().to_string(), text);
        }
        for other in [
            "",
            ".",
            "1.",
            ".5",
            "-1",
            "+1",
            "1_0",
            "1e2",
            "1,5",
            " 1",
            "$1",
            "NaN",
            "1.2.3",
            "0.12345678901234567890123456789",
            "99999999999999999999999999999",
        ] {
            assert!(price(other).is_err(), "{other}");
        }
    }

    #[test]
    fn names_and_quantities() {
        assert_eq!(name("P-1").unwrap(), "P-1");
        assert!(name("").is_err() && name("P#1").is_err());
        assert_eq!(quantity("4294967295").unwrap(), u32::MAX);
        for other in ["", "0", "-1", "1.5", "4294967296", "x"] {
            assert!(quantity(other).is_err(), "{other}");
        }
    }
}
