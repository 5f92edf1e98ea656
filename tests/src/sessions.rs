//! Sessions, and where they are kept once they have expired.

use entity_core::{Collection, Entity, Table};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Live sessions.
#[derive(Debug, Table)]
#[table(name = "StandardTableExample", pk = "PK", items = LiveItem)]
pub struct Live;

/// Archived sessions.
#[derive(Debug, Table)]
#[table(name = "IA-TableExample", pk = "PK", items = ArchiveItem)]
pub struct Archive;

/// Who the session belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SessionInfo {
    /// The session.
    pub session_id: Uuid,
    /// The user.
    pub user_name: String,
    /// The day.
    pub date: String,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[serde(rename_all = "PascalCase")]
#[entity(table = Live, pk = "{session_id}")]
pub struct Session {
    /// The session.
    #[entity(key_only)]
    pub session_id: Uuid,
    /// When it began, in epoch seconds.
    pub creation_time: u64,
    /// When it ends, in epoch seconds.
    pub expiration_time: u64,
    /// Whose it is.
    pub session_info: SessionInfo,
}

/// A session that has expired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[serde(rename_all = "PascalCase")]
#[entity(table = Archive, pk = "{session_id}")]
pub struct ArchivedSession {
    /// The session.
    #[entity(key_only)]
    pub session_id: Uuid,
    /// When it began, in epoch seconds.
    pub creation_time: u64,
    /// Whose it was.
    pub session_info: SessionInfo,
}

/// Every kind of item in the table of live sessions.
#[derive(Debug, Clone, PartialEq, Eq, Collection)]
pub enum LiveItem {
    /// A session.
    Session(Session),
}

/// Every kind of item in the archive.
#[derive(Debug, Clone, PartialEq, Eq, Collection)]
pub enum ArchiveItem {
    /// An archived session.
    Session(ArchivedSession),
}
