//! `rust_decimal::Decimal`: without trailing zeros and without `-0`, as equal numbers have one text. Its
//! width is not fixed, so it is neither padded nor ranged over.

use std::fmt::Write;

use rust_decimal::Decimal;

use crate::key::error::PartError;
use crate::key::kind;
use crate::key::part::KeyPart;
use crate::key::shape::{Charset, Shape};

impl KeyPart for Decimal {
    type Kind = kind::Opaque;
    const SHAPE: Shape = Shape::Variable(Charset::Decimal);
    const STRICT: bool = true;

    fn write(&self, out: &mut String) -> Result<(), PartError> {
        // Writing to a `String` does not fail.
        let _ = write!(out, "{}", self.normalize());
        Ok(())
    }

    fn parse(text: &str) -> Result<Self, PartError> {
        let same = |decimal: &Decimal| decimal.normalize().to_string() == text;
        let decimal = Decimal::from_str_exact(text).ok().filter(same);
        decimal.ok_or(PartError::expected("a decimal number without trailing zeros"))
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;
    use crate::key::{KeyPart, laws};

    #[test]
    fn laws_hold() {
        let number = |text: &str| Decimal::from_str_exact(text).unwrap();
        laws::check(&["0", "-0", "1.50", "-1.5", "100", "0.001"].map(number)).unwrap();
        laws::check(&[Decimal::MAX, Decimal::MIN, Decimal::new(1, 28)]).unwrap();
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "-", ".", "1.", ".5", "1.0", "1.50", "-0", "01", "+1", "1e3", "1_000"] {
            assert!(Decimal::parse(text).is_err(), "{text}");
        }
    }
}
