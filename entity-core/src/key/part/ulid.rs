//! `ulid::Ulid`: 26 characters of Crockford's base 32 in upper case. Lower case, `I`, `L` and `O` are refused.

use ulid::{ULID_LEN, Ulid};

use crate::key::error::PartError;
use crate::key::kind;
use crate::key::part::KeyPart;
use crate::key::shape::{Class, Shape};

impl KeyPart for Ulid {
    type Kind = kind::Ordered;
    const SHAPE: Shape = Shape::Fixed(&[Class::Crockford; ULID_LEN]);
    const STRICT: bool = true;

    fn write(&self, out: &mut String) -> Result<(), PartError> {
        out.push_str(self.array_to_str(&mut [0; ULID_LEN]));
        Ok(())
    }

    fn parse(text: &str) -> Result<Self, PartError> {
        // The crate reads a first character above `7` and drops the bits that do not fit.
        let same = |ulid: &Ulid| ulid.array_to_str(&mut [0; ULID_LEN]) == text;
        Ulid::from_string(text).ok().filter(same).ok_or(PartError::expected("a ULID in upper case"))
    }
}

#[cfg(test)]
mod tests {
    use super::Ulid;
    use crate::key::{Desc, Encoding, KeyPart, Plain, laws};

    #[test]
    fn laws_hold() {
        laws::check(&[0, 9, 10, 31, 32, u128::MAX / 3, u128::MAX].map(Ulid)).unwrap();
    }

    #[test]
    fn other_forms_are_refused() {
        assert!(Ulid::parse("01ARZ3NDEKTSV4RRFFQ69G5FAV").is_ok());
        for text in [
            "01arz3ndektsv4rrffq69g5fav",
            "8ZZZZZZZZZZZZZZZZZZZZZZZZZ",
            "O1ARZ3NDEKTSV4RRFFQ69G5FAV",
        ] {
            assert!(Ulid::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn latest_first() {
        let text = |ulid: u128| {
            let mut out = String::new();
            <Desc<Plain> as Encoding<Ulid>>::write(&Ulid(ulid), &mut out).unwrap();
            assert_eq!(<Desc<Plain> as Encoding<Ulid>>::parse(&out), Ok(Ulid(ulid)));
            out
        };
        assert!([u128::MAX, 1 << 100, 33, 32, 31, 10, 9, 0].map(text).is_sorted());
    }
}
