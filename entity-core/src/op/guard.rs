//! The items that guard unique values, in the transaction of the item that has them.

use super::expected::{Expected, Presence};
use super::writing::{Kind, Writing};
use crate::error::EncodeError;
use crate::item::Unique;

/// Creates the guard of a value, if there is one.
pub(super) fn create(main: &Writing, unique: &Unique) -> Result<Option<Writing>, EncodeError> {
    let key = unique.key(main.expected.table, main.entity)?;
    Ok(key.map(|item| {
        let mut guard = of(main, Presence::Absent, Kind::Put { item });
        guard.expected.unique = Some(unique.field);
        guard
    }))
}

/// Deletes the guard of a value, if there is one.
pub(super) fn delete(main: &Writing, unique: &Unique) -> Result<Option<Writing>, EncodeError> {
    let key = unique.key(main.expected.table, main.entity)?;
    Ok(key.map(|key| of(main, Presence::Any, Kind::Delete { key })))
}

/// What keeps guards true when an item's values change from those of `old` to those of `new`.
pub(super) fn change(
    main: &Writing,
    old: &[Unique],
    new: &[Unique],
) -> Result<Vec<Writing>, EncodeError> {
    let mut writings = Vec::new();
    let key = |unique: &Unique| unique.key(main.expected.table, main.entity);
    for unique in old {
        let kept = new.iter().find(|other| other.attribute == unique.attribute);
        let kept = kept.map(key).transpose()?.flatten();
        if key(unique)?.is_some_and(|key| Some(key) != kept) {
            writings.extend(delete(main, unique)?);
        }
    }
    for unique in new {
        let had = old.iter().find(|other| other.attribute == unique.attribute);
        let had = had.map(key).transpose()?.flatten();
        if key(unique)?.is_some_and(|key| Some(key) != had) {
            writings.extend(create(main, unique)?);
        }
    }
    Ok(writings)
}

fn of(main: &Writing, presence: Presence, kind: Kind) -> Writing {
    Writing {
        target: main.target.clone(),
        operation: main.operation,
        entity: main.entity,
        schema: None,
        expected: Expected::new(main.expected.table, presence),
        kind,
    }
}
