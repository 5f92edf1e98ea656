//! `uuid::Uuid`: lower case with hyphens, 36 bytes. Other forms that the crate reads are refused.
//!
//! The text has a fixed width, so it may stand anywhere. It is not ranged over: the order is one of time for
//! versions 6 and 7 only, and the type does not tell the versions apart.

use uuid::Uuid;

use crate::key::error::PartError;
use crate::key::kind;
use crate::key::part::KeyPart;
use crate::key::shape::{Class, Shape};

impl KeyPart for Uuid {
    // The text of two UUIDs is in order, but what is drawn by chance has no order to range over.
    type Kind = kind::Opaque;
    const SHAPE: Shape = Shape::Fixed(&Class::pattern(*b"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"));
    const STRICT: bool = true;

    fn write(&self, out: &mut String) -> Result<(), PartError> {
        out.push_str(self.as_hyphenated().encode_lower(&mut Uuid::encode_buffer()));
        Ok(())
    }

    fn parse(text: &str) -> Result<Self, PartError> {
        let uuid = Uuid::try_parse(text).ok().filter(|_| Self::SHAPE.matches(text));
        uuid.ok_or(PartError::expected("a UUID in lower case, with hyphens"))
    }
}

#[cfg(test)]
mod tests {
    use super::Uuid;
    use crate::key::{KeyPart, laws};

    #[test]
    fn laws_hold() {
        laws::check(&[0, 9, 10, 0x9F, 0xA0, u128::MAX].map(Uuid::from_u128)).unwrap();
    }

    #[test]
    fn other_forms_are_refused() {
        let text = "0190b3ab-ff00-7c3e-8c1d-2f1b6a9d4e5f";
        assert!(Uuid::parse(text).is_ok());
        for text in [
            text.to_uppercase(),
            text.replace('-', ""),
            format!("{{{text}}}"),
            format!("urn:uuid:{text}"),
        ] {
            assert!(Uuid::parse(&text).is_err(), "{text}");
        }
    }
}
