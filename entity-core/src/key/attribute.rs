//! The value of one key attribute, from an entity's parts.

use super::{KeyType, KeyValue, Part, Shards};
use crate::error::{KeyError, KeyReason};
use crate::schema::{EntitySchema, KeyAttribute, KeyForm};

/// Builds the value of a key attribute; `None` if a part of it is absent.
pub(crate) fn attribute_value(
    entity: &EntitySchema,
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
    entity: &EntitySchema,
    attribute: &KeyAttribute,
    parts: &[&dyn Part],
    text: &mut String,
) -> Result<bool, KeyError> {
    let present = unsharded_text(entity, attribute, parts, text)?;
    if let Some(shards) = attribute.shards.filter(|_| present) {
        shards.write(shard(entity, shards, parts)?, text);
    }
    Ok(present)
}

/// Appends the text of a key attribute, without the shard that an item would be in.
pub(crate) fn unsharded_text(
    entity: &EntitySchema,
    attribute: &KeyAttribute,
    parts: &[&dyn Part],
    text: &mut String,
) -> Result<bool, KeyError> {
    let refuse = |reason| KeyError::new(entity.name, attribute, reason);
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

/// The shard that an item is in.
fn shard(entity: &EntitySchema, shards: Shards, parts: &[&dyn Part]) -> Result<u32, KeyError> {
    let primary = entity.primary().map(|key| {
        let absent = || KeyError::new(entity.name, key, KeyReason::Absent);
        attribute_value(entity, key, parts)?.ok_or_else(absent)
    });
    let primary = primary.collect::<Result<Vec<KeyValue>, KeyError>>()?;
    Ok(shards.of(primary.iter()))
}

/// The service's rules for any key, which it would tell only after the request. The text is without a
/// shard, for which there must be room.
pub(crate) fn check_text(attribute: &KeyAttribute, text: &str) -> Result<(), KeyReason> {
    let bytes = match attribute.def.ty {
        KeyType::B => text.trim_end_matches('=').len() * 3 / 4,
        KeyType::S | KeyType::N => text.len(),
    };
    if bytes == 0 {
        return Err(KeyReason::Empty);
    }
    let bytes = bytes + attribute.shards.map_or(0, Shards::width);
    if bytes > attribute.max_bytes {
        return Err(KeyReason::TooLong { bytes, max: attribute.max_bytes });
    }
    Ok(())
}
