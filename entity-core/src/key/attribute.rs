//! The value of one key attribute, from an entity's parts.

use super::{KeyType, KeyValue, Part};
use crate::error::{KeyError, KeyReason};
use crate::schema::{KeyAttribute, KeyForm};

/// Builds the value of a key attribute; `None` if a part of it is absent.
pub(crate) fn attribute_value(
    entity: &'static str,
    attribute: &KeyAttribute,
    parts: &[&dyn Part],
) -> Result<Option<KeyValue>, KeyError> {
    let mut text = String::new();
    if !attribute_text(entity, attribute, parts, &mut text)? {
        return Ok(None);
    }
    Ok(Some(KeyValue::new(attribute.def.ty, text)))
}

/// Appends the text of a key attribute; `false` if a part of it is absent.
pub(crate) fn attribute_text(
    entity: &'static str,
    attribute: &KeyAttribute,
    parts: &[&dyn Part],
    text: &mut String,
) -> Result<bool, KeyError> {
    let refuse = |reason| KeyError::new(entity, attribute, reason);
    let present = match &attribute.form {
        KeyForm::Field { slot, name } => match parts.get(*slot) {
            Some(part) => part.write(text).map_err(|e| refuse(KeyReason::Field(name, e)))?,
            None => unreachable!("the derive gives every slot a part"),
        },
        KeyForm::Template(template) => {
            template.build(parts, text).map_err(|e| refuse(KeyReason::Template(e)))?
        }
    };
    if present {
        check_text(attribute, text).map_err(refuse)?;
    }
    Ok(present)
}

/// The service's rules for any key, which it would tell only after the request.
pub(crate) fn check_text(attribute: &KeyAttribute, text: &str) -> Result<(), KeyReason> {
    let bytes = match attribute.def.ty {
        KeyType::B => text.trim_end_matches('=').len() * 3 / 4,
        KeyType::S | KeyType::N => text.len(),
    };
    if bytes == 0 {
        return Err(KeyReason::Empty);
    }
    if bytes > attribute.max_bytes {
        return Err(KeyReason::TooLong { bytes, max: attribute.max_bytes });
    }
    Ok(())
}
