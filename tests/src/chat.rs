//! Conversations: groups of users, and their messages.

use entity_core::{Collection, Entity, Index, Table};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Groups and messages.
#[derive(Debug, Table)]
#[table(name = "cruddur-messages", pk = "pk", sk = "sk", indexes(ByGroup), items = ChatItem)]
pub struct CruddurMessages;

/// The rows of one group, one a member.
#[derive(Debug, Index)]
#[index(table = CruddurMessages, name = "message-group-sk-index", pk = "message_group_uuid", sk = "sk")]
pub struct ByGroup;

/// A group, as one of its members sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[entity(table = CruddurMessages, pk = "GRP#{my_uuid}", sk = last_message_at)]
#[entity(index(ByGroup, pk = message_group_uuid, sk = last_message_at))]
pub struct MessageGroup {
    /// The member whose row it is.
    #[entity(key_only)]
    pub my_uuid: Uuid,
    /// When the last message was sent, with the offset of its writer.
    #[entity(key_only)]
    pub last_message_at: String,
    /// The group.
    pub message_group_uuid: Uuid,
    /// The last message.
    pub message: String,
    /// The other member.
    pub user_uuid: Uuid,
    /// The other member's name.
    pub user_display_name: String,
    /// The other member's handle.
    pub user_handle: String,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[entity(table = CruddurMessages, pk = "MSG#{message_group_uuid}", sk = created_at)]
pub struct Message {
    /// The group.
    #[entity(key_only)]
    pub message_group_uuid: Uuid,
    /// When it was sent.
    #[entity(key_only)]
    pub created_at: String,
    /// The message.
    pub message_uuid: Uuid,
    /// Its text.
    pub message: String,
    /// Who sent it.
    pub user_uuid: Uuid,
    /// The sender's name.
    pub user_display_name: String,
    /// The sender's handle.
    pub user_handle: String,
}

/// Every kind of item in the table.
#[derive(Debug, Clone, PartialEq, Eq, Collection)]
pub enum ChatItem {
    /// A group.
    MessageGroup(MessageGroup),
    /// A message.
    Message(Message),
}
