//! `move_item`: writing what was read as it is now to be, under another key or under the same.

use std::fmt;

use super::delete::{delete, expected};
use super::expected::Presence;
use super::guard;
use super::put::put;
use super::returned::Nothing;
use super::target::{IntoTarget, unchanged};
use super::transact_write::{Collected, Writes};
use super::writing::{Writing, Writings, debug, written};
use crate::error::{EncodeError, WriteError};
use crate::expr::Json;
use crate::handle::{TableHandle, Target};
use crate::item::{Item, ItemOf, members_of};
use crate::schema::{Entity, Table};

/// Writes an item that was read under another key, or under the same; made by
/// [`TableHandle::move_item`].
#[must_use = "nothing is sent until it is awaited"]
pub struct MoveItem {
    writings: Writings,
}

impl<T: Table> TableHandle<T> {
    /// Moves an item to another key: `old`, which was read, is gone, and `new` is there; or nothing is
    /// changed. If both have one key, `new` replaces `old`.
    ///
    /// The item must be what was read: in its version, or, if the entity has none, with the same
    /// values of all attributes that the entity knows. None may be there under the new key. Unique
    /// values go along.
    ///
    /// # Errors
    ///
    /// Before anything is sent, if a key or a value cannot be written; as a transaction otherwise, and
    /// [`is_condition_failed`](crate::Error::is_condition_failed) if the item is no longer what was read, or
    /// one is there under the new key.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let old = songs.get(Song::key("1")).await?.unwrap();
    /// let new = Song { id: "one".into(), ..old.clone() };
    /// songs.move_item(&old, &new).await?;
    /// assert_eq!(songs.get(Song::key("1")).await?, None);
    /// assert_eq!(songs.get(Song::key("one")).await?, Some(new.clone()));
    ///
    /// // It is not there any more.
    /// let again = songs.move_item(&old, &Song { id: "uno".into(), ..new });
    /// assert!(again.await.unwrap_err().is_condition_failed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn move_item<O, N>(&self, old: &O, new: &N) -> MoveItem
    where
        O: Entity + ItemOf<T>,
        N: Entity + ItemOf<T>,
    {
        MoveItem { writings: writings(&self.target(), old, new) }
    }
}

fn writings<O: Entity, N: Entity>(target: &Target, old: &O, new: &N) -> Writings {
    let item = old.into_target()?;
    let moved = item.key.to_json() != new.primary_key()?.to_json();
    // It is one item all along, which has been created already.
    let stamped = new.stamped(false);
    let presence = if moved { Presence::Absent } else { Presence::Present };
    let mut written = put(target.clone(), stamped.as_ref().unwrap_or(new), "move_item", presence)?;
    let mut same = expected(&item, Presence::Present);
    if item.version.is_none() {
        // It is compared with what was read, as it is written.
        same.of_newest(O::SCHEMA.versions);
        same.unchanged = unchanged(attributes(old)?.iter().map(|(name, value)| (&**name, value)));
    }
    let mut writings: Vec<Writing> = Vec::new();
    if moved {
        let mut removed = delete(target.clone(), "move_item", &item);
        removed.expected = same;
        writings.push(removed);
    } else {
        written.expected = same;
    }
    let (had, has) = (old.unique(), new.unique());
    writings.push(written);
    if let (Some(first), Some(last)) = (writings.first().cloned(), writings.last().cloned()) {
        if O::SCHEMA.name == N::SCHEMA.name {
            writings.extend(guard::change(&last, &had, &has)?);
        } else {
            writings.extend(guard::change(&first, &had, &[])?);
            writings.extend(guard::change(&last, &[], &has)?);
        }
    }
    Ok(writings)
}

/// The attributes that an entity knows, as they were read; those that it may lack and lacks too.
fn attributes<E: Entity>(entity: &E) -> Result<Vec<(String, Json)>, WriteError> {
    let mut json = Vec::with_capacity(512);
    Item::write(entity, &mut json)?;
    let members = members_of(&json).map_err(|error| EncodeError::new(E::SCHEMA.name, error))?;
    let keys: Vec<&str> = E::SCHEMA.key_attributes().map(|key| key.def.name).collect();
    let stored = |name: &str| E::SCHEMA.fields.iter().any(|field| field.attribute == name);
    let known = members.into_iter().filter(|(name, _)| stored(name) || !keys.contains(&&**name));
    let mut attributes: Vec<(String, Json)> =
        known.map(|(name, value)| (name, Ok(Some(value)))).collect();
    for field in E::SCHEMA.fields.iter().filter(|field| field.optional && !field.key_only) {
        if !attributes.iter().any(|(name, _)| name == field.attribute) {
            attributes.push((field.attribute.to_owned(), Ok(None)));
        }
    }
    Ok(attributes)
}

written!(MoveItem, Nothing);

impl Writes for MoveItem {
    fn collect(self, collected: &mut Collected) {
        collected.operation(self.writings);
    }
}

impl fmt::Debug for MoveItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(f, "MoveItem", &self.writings)
    }
}
