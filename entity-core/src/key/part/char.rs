//! `char`: one character. Its width is one to four bytes, so it is neither padded nor ranged over.

use crate::key::error::{PartError, PartErrorKind};
use crate::key::kind;
use crate::key::part::KeyPart;
use crate::key::shape::{Charset, Shape};

impl KeyPart for char {
    type Kind = kind::Opaque;
    const SHAPE: Shape = Shape::Variable(Charset::Any);
    const STRICT: bool = true;

    fn write(&self, out: &mut String) -> Result<(), PartError> {
        if *self == char::MAX {
            return Err(PartError::new(PartErrorKind::Reserved));
        }
        out.push(*self);
        Ok(())
    }

    fn parse(text: &str) -> Result<Self, PartError> {
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(char), None) if char != char::MAX => Ok(char),
            _ => Err(PartError::expected("one character")),
        }
    }
}
