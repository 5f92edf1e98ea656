//! Calling an entity's hooks: an item that they change stays the item that it is.

use super::Unique;
use crate::error::{HookError, ItemReason};
use crate::schema::{BoxError, Entity};

/// What is written instead of an item; `None` for the item itself.
pub(crate) fn before_write<E: Entity>(entity: &E) -> Result<Option<E>, HookError> {
    let Some(hook) = E::HOOKS.before_write else { return Ok(None) };
    let written = hook(entity).and_then(|written| match written {
        Some(written) if Identity::of(&written) != Identity::of(entity) => Err(changed()),
        written => Ok(written),
    });
    written.map_err(|error| HookError::new(E::NAME, error))
}

/// An item as callers see it.
pub(super) fn after_read<E: Entity>(entity: E) -> Result<E, ItemReason> {
    let Some(hook) = E::HOOKS.after_read else { return Ok(entity) };
    let identity = Identity::of(&entity);
    let read = hook(entity).and_then(|read| match Identity::of(&read) == identity {
        true => Ok(read),
        false => Err(changed()),
    });
    read.map_err(ItemReason::Hook)
}

#[cold]
fn changed() -> BoxError {
    "the primary key, the version or a unique value was changed, by which writes find the item"
        .into()
}

/// By what other writes find an item, and the items that guard its unique values.
#[derive(PartialEq)]
struct Identity {
    /// `None` if it cannot be made, which the write says.
    key: Option<Vec<u8>>,
    version: Option<u64>,
    unique: Vec<Option<Vec<u8>>>,
}

impl Identity {
    fn of<E: Entity>(entity: &E) -> Self {
        let value = |unique: Unique| unique.value.ok().flatten();
        Self {
            key: entity.primary_key().ok().map(|key| key.to_json()),
            version: entity.version().map(|(_, version)| version),
            unique: entity.unique().into_iter().map(value).collect(),
        }
    }
}
