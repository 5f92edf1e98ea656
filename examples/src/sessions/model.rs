//! Sessions, and what becomes of them: two tables.

use entity_core::stream::Checkpoint;
use entity_core::{Collection, Entity, Table};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Live sessions.
#[derive(Debug, Table)]
#[table(name = "StandardTableExample", pk = "PK", items = LiveItem)]
pub(crate) struct Live;

/// Sessions that have expired, of the class for what is seldom read.
#[derive(Debug, Table)]
#[table(name = "IA-TableExample", pk = "PK", items = ArchiveItem)]
pub(crate) struct Archive;

/// Who a session belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SessionInfo {
    /// The session.
    pub(crate) session_id: Uuid,
    /// The user.
    pub(crate) user_name: String,
    /// The day on which it began.
    pub(crate) date: String,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[serde(rename_all = "PascalCase")]
#[entity(table = Live, pk = "{session_id}")]
pub(crate) struct Session {
    /// The session.
    #[entity(key_only)]
    pub(crate) session_id: Uuid,
    /// When it began, in seconds of Unix time.
    pub(crate) creation_time: u64,
    /// When it ends, in seconds of Unix time; the table removes it some time after.
    #[entity(ttl)]
    pub(crate) expiration_time: u64,
    /// Whose it is.
    pub(crate) session_info: SessionInfo,
}

/// Every kind of item in the table of live sessions.
#[derive(Debug, Clone, PartialEq, Eq, Collection)]
pub(crate) enum LiveItem {
    /// A session.
    Session(Session),
}

/// A session that has expired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[serde(rename_all = "PascalCase")]
#[entity(table = Archive, pk = "{session_id}")]
pub(crate) struct ArchivedSession {
    /// The session.
    #[entity(key_only)]
    pub(crate) session_id: Uuid,
    /// When it began, in seconds of Unix time.
    pub(crate) creation_time: u64,
    /// Whose it was.
    pub(crate) session_info: SessionInfo,
}

impl From<&Session> for ArchivedSession {
    fn from(session: &Session) -> Self {
        Self {
            session_id: session.session_id,
            creation_time: session.creation_time,
            session_info: session.session_info.clone(),
        }
    }
}

/// How far a stream was archived; written after what it covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[serde(rename_all = "PascalCase")]
#[entity(table = Archive, pk = "CHECKPOINT#{stream}")]
pub(crate) struct ArchivedUpTo {
    /// The stream's ARN.
    #[entity(key_only)]
    pub(crate) stream: String,
    /// How far, shard by shard.
    pub(crate) shards: Vec<Checkpoint>,
}

/// A record that could not be read, kept for a person to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[serde(rename_all = "PascalCase")]
#[entity(table = Archive, pk = "UNREADABLE#{sequence_number}")]
pub(crate) struct Unreadable {
    /// The record's place in its shard.
    #[entity(key_only)]
    pub(crate) sequence_number: String,
    /// The record.
    pub(crate) record: String,
    /// Why it could not be read.
    pub(crate) reason: String,
}

/// Every kind of item in the archive.
#[derive(Debug, Clone, PartialEq, Eq, Collection)]
pub(crate) enum ArchiveItem {
    /// A session.
    Session(ArchivedSession),
    /// How far it goes.
    UpTo(ArchivedUpTo),
    /// What it could not take.
    Unreadable(Unreadable),
}
