//! Strings: the text as it is. Nothing is folded, trimmed or escaped; what cannot stand in a key is refused.

use std::borrow::Cow;
use std::sync::Arc;

use crate::key::error::PartError;
use crate::key::kind;
use crate::key::part::KeyPart;
use crate::key::shape::{Charset, Shape};

macro_rules! text {
    ($($type:ty),*) => {$(
        impl KeyPart for $type {
            type Kind = kind::Text;
            const SHAPE: Shape = Shape::Variable(Charset::Any);
            const STRICT: bool = true;

            fn write(&self, out: &mut String) -> Result<(), PartError> {
                out.push_str(self);
                Ok(())
            }

            fn parse(text: &str) -> Result<Self, PartError> {
                Ok(<$type>::from(text.to_owned()))
            }
        }
    )*};
}

text!(String, Box<str>, Arc<str>, Cow<'static, str>);
