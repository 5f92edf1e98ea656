//! `bool`: `0` is `false`, `1` is `true`.

use crate::key::error::PartError;
use crate::key::kind;
use crate::key::part::KeyPart;
use crate::key::shape::{Class, Shape};

impl KeyPart for bool {
    type Kind = kind::Ordered;
    const SHAPE: Shape = Shape::Fixed(&[Class::Bit]);
    const STRICT: bool = true;

    fn write(&self, out: &mut String) -> Result<(), PartError> {
        out.push(if *self { '1' } else { '0' });
        Ok(())
    }

    fn parse(text: &str) -> Result<Self, PartError> {
        match text {
            "0" => Ok(false),
            "1" => Ok(true),
            _ => Err(PartError::expected("`0` or `1`")),
        }
    }
}
