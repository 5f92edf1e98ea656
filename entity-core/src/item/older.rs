//! Reading items of older versions of an entity's schema.

use super::read::{ItemDeserializer, Scratch, accept};
use super::{ReadResult, key_text, members_of};
use crate::error::{ItemError, ItemReason};
use crate::key::KeyType;
use crate::schema::{Entity, SchemaVersions, Versions};
use crate::wire::read::Reader;

/// Reads an item that could not be read as one of the newest version: as what it was, and upgraded,
/// if its number says so.
///
/// Nearly all items are of the newest version, so that is tried first.
#[cold]
pub(super) fn read_older<'de, E: Entity>(
    versions: &Versions<E>,
    text: &'de str,
    error: ItemError,
    scratch: &mut Scratch<'de>,
) -> ReadResult<E> {
    let read = match back(&versions.schema, text) {
        Ok(0) => return Err(error),
        Ok(back) => read(versions, text, back, scratch),
        Err(reason) => Err(reason),
    };
    match read {
        Ok(entity) => Ok(Some(entity).filter(|_| scratch.admits(&scratch.keys))),
        Err(reason) => Err(error.because(reason)),
    }
}

/// What is told of a part of an item that could not be read: that it is of another version, if it is.
#[cold]
pub(super) fn of_part(versions: &SchemaVersions, text: &str, error: ItemError) -> ItemError {
    match number(versions, text) {
        Ok(number) if number == u64::from(versions.newest) => error,
        Ok(number) => error.because(versions.unknown_part(number)),
        Err(reason) => error.because(reason),
    }
}

fn number(versions: &SchemaVersions, text: &str) -> Result<u64, ItemReason> {
    versions.of(&members_of(text.as_bytes()).map_err(ItemReason::Decode)?)
}

/// How many versions back the item is.
fn back(versions: &SchemaVersions, text: &str) -> Result<u32, ItemReason> {
    let number = number(versions, text)?;
    versions.back(number).ok_or_else(|| versions.unknown(number))
}

fn read<'de, E: Entity>(
    versions: &Versions<E>,
    text: &'de str,
    back: u32,
    scratch: &mut Scratch<'de>,
) -> Result<E, ItemReason> {
    let plan = scratch.plan::<E>(E::SCHEMA);
    scratch.keys.clear();
    let reader = &mut Reader::new(text);
    let read =
        (versions.read)(ItemDeserializer { reader, plan: &plan, keys: &mut scratch.keys }, back);
    let Some(read) = read else { unreachable!("the oldest version says how far the chain goes") };
    accept(read?, scratch)
}

impl SchemaVersions {
    /// The number of an item's version.
    pub(crate) fn of(&self, members: &[(String, Vec<u8>)]) -> Result<u64, ItemReason> {
        let found = members.iter().find(|(name, _)| name == self.attribute);
        // What is no number has no text that is one.
        let text = found.map(|(_, json)| key_text(json, KeyType::N).unwrap_or_default());
        self.number(text.as_deref())
    }
}
