//! Notes by number: items to load by the thousand.

use entity_core::{Collection, Entity, Table};
use serde::{Deserialize, Serialize};

/// Notes, in a few partitions.
#[derive(Debug, Table)]
#[table(name = "Notes", pk = N("bucket"), sk = N("number"), items = NoteItem)]
pub struct Notes;

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Entity)]
#[entity(table = Notes, pk = bucket, sk = number)]
pub struct Note {
    /// Its partition.
    pub bucket: u8,
    /// Its number.
    pub number: u32,
    /// What it says.
    pub text: String,
}

/// Every kind of item in the table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Collection)]
pub enum NoteItem {
    /// A note.
    Note(Note),
}

/// The note of that number.
#[must_use]
pub fn note(number: u32) -> Note {
    Note { bucket: (number % 7) as u8, number, text: format!("note {number}") }
}
