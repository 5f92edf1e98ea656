//! Integers: decimal, without leading zeros, and `-` for negatives. A `+` and `-0` are refused.

use std::fmt::Write;

use crate::key::error::PartError;
use crate::key::kind;
use crate::key::part::KeyPart;
use crate::key::shape::{Charset, Shape};

macro_rules! integer {
    ($kind:ident: $($type:ty),*) => {$(
        impl KeyPart for $type {
            type Kind = kind::$kind;
            const SHAPE: Shape = Shape::Variable(Charset::$kind);
            const STRICT: bool = true;

            fn write(&self, out: &mut String) -> Result<(), PartError> {
                // Writing to a `String` does not fail.
                let _ = write!(out, "{self}");
                Ok(())
            }

            fn parse(text: &str) -> Result<Self, PartError> {
                check_canonical(text)?;
                text.parse().map_err(|_| PartError::expected(concat!("an integer of type ", stringify!($type))))
            }
        }
    )*};
}

integer!(Unsigned: u8, u16, u32, u64, u128, usize);
integer!(Signed: i8, i16, i32, i64, i128, isize);

fn check_canonical(text: &str) -> Result<(), PartError> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let zero_led = digits.starts_with('0') && text != "0";
    if zero_led || text.starts_with('+') {
        return Err(PartError::expected("an integer without leading zeros"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::key::{KeyPart, laws};

    #[test]
    fn laws_hold() {
        laws::check(&[0, 9, 10, 255, u8::MAX]).unwrap();
        laws::check(&[u128::MAX, 0]).unwrap();
        laws::check(&[i128::MIN, -10, -9, 0, 9, 10, i128::MAX]).unwrap();
    }

    #[test]
    fn other_texts_are_refused() {
        for text in
            ["", "-", "+1", "007", "00", "-0", "-01", " 1", "1 ", "1_0", "0x1", "٣", "1.0", "256"]
        {
            assert!(u8::parse(text).is_err(), "{text:?}");
            assert!(text == "256" || i64::parse(text).is_err(), "{text:?}");
        }
    }
}
