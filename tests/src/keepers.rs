//! Items of which the library keeps something: versions, times, unique values.

use entity_core::{Collection, Entity, Index, Table};
use serde::{Deserialize, Serialize};

/// Accounts, users, and what else is in their table.
#[derive(Debug, Table)]
#[table(name = "Kept", pk = "pk", sk = "sk", indexes(ByOwner, ByEnd), items = KeptItem)]
pub struct Kept;

/// Accounts of an owner.
#[derive(Debug, Index)]
#[index(table = Kept, pk = "owner", keys_only)]
pub struct ByOwner;

/// Accounts of an owner in the order in which they end.
#[derive(Debug, Index)]
#[index(table = Kept, pk = "owner", sk = N("expires"))]
pub struct ByEnd;

/// An account, which has a version, times and an end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[entity(table = Kept, pk = "ACCOUNT#{id}", sk = "ACCOUNT")]
#[entity(index(ByOwner, pk = owner), index(ByEnd, pk = owner, sk = expires))]
pub struct Account {
    /// The account.
    #[entity(key_only)]
    pub id: String,
    /// Whose it is.
    pub owner: Option<String>,
    /// What is on it.
    pub balance: i64,
    /// Counts the writes.
    #[entity(version)]
    pub version: u64,
    /// When it was created.
    #[entity(created_at)]
    pub created: u64,
    /// When it was written last.
    #[entity(updated_at)]
    pub updated: u64,
    /// When it ends.
    #[entity(ttl)]
    pub expires: Option<u64>,
}

/// A user, whose mail and number nobody else has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[entity(table = Kept, pk = "USER#{id}", sk = "USER")]
pub struct User {
    /// The user.
    #[entity(key_only)]
    pub id: String,
    /// Nobody else has it.
    #[entity(unique)]
    pub mail: String,
    /// Nobody else has it.
    #[entity(unique)]
    pub number: Option<u32>,
    /// In no key.
    pub name: Option<String>,
}

/// A note, of which nothing is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[entity(table = Kept, pk = "NOTE#{id}", sk = "NOTE")]
pub struct Note {
    /// The note.
    #[entity(key_only)]
    pub id: String,
    /// Its text.
    pub text: String,
    /// How often it was read.
    pub reads: Option<u32>,
}

/// Every kind of item in the table.
#[derive(Debug, Clone, PartialEq, Eq, Collection)]
pub enum KeptItem {
    /// An account.
    Account(Account),
    /// A user.
    User(User),
    /// A note.
    Note(Note),
}

/// An account that was never written, of 10.
#[must_use]
pub fn account(id: &str) -> Account {
    let (owner, expires) = (Some("ada".to_owned()), None);
    Account { id: id.to_owned(), owner, balance: 10, version: 0, created: 0, updated: 0, expires }
}

/// A user with a mail.
#[must_use]
pub fn user(id: &str, mail: &str) -> User {
    User { id: id.to_owned(), mail: mail.to_owned(), number: None, name: None }
}

/// A note.
#[must_use]
pub fn note(id: &str, text: &str) -> Note {
    Note { id: id.to_owned(), text: text.to_owned(), reads: None }
}
