//! Groups and messages: one table, one index, two kinds of item.

use entity_core::{Collection, Entity, Index, Table};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::timestamp::Timestamp;

/// Conversations.
#[derive(Debug, Table)]
#[table(name = "cruddur-messages", pk = "pk", sk = "sk", indexes(ByGroup), items = ChatItem)]
pub(crate) struct CruddurMessages;

/// The rows of a group, one for each member.
#[derive(Debug, Index)]
#[index(table = CruddurMessages, name = "message-group-sk-index", pk = "message_group_uuid", sk = "sk")]
pub(crate) struct ByGroup;

/// A group, as one of its members has it in the list of groups: the member's row.
///
/// The list is in the order of the last messages, as that is the sort key; so a message moves the
/// rows of its group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[entity(table = CruddurMessages, pk = "GRP#{my_uuid}", sk = last_message_at)]
#[entity(index(ByGroup, pk = message_group_uuid, sk = last_message_at))]
pub(crate) struct MessageGroup {
    /// The member whose row it is.
    #[entity(key_only)]
    pub(crate) my_uuid: Uuid,
    /// When the last message was sent.
    #[entity(key_only)]
    pub(crate) last_message_at: Timestamp,
    /// The group.
    pub(crate) message_group_uuid: Uuid,
    /// The last message.
    pub(crate) message: String,
    /// The member that the row shows: the other one, or one of the others.
    pub(crate) user_uuid: Uuid,
    /// That member's name.
    pub(crate) user_display_name: String,
    /// That member's handle.
    pub(crate) user_handle: String,
}

/// A message. A group has one at a time: that is its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[entity(table = CruddurMessages, pk = "MSG#{message_group_uuid}", sk = created_at)]
pub(crate) struct Message {
    /// The group.
    #[entity(key_only)]
    pub(crate) message_group_uuid: Uuid,
    /// When it was sent.
    #[entity(key_only)]
    pub(crate) created_at: Timestamp,
    /// The message.
    pub(crate) message_uuid: Uuid,
    /// Its text.
    pub(crate) message: String,
    /// Who sent it.
    pub(crate) user_uuid: Uuid,
    /// The sender's name.
    pub(crate) user_display_name: String,
    /// The sender's handle.
    pub(crate) user_handle: String,
}

/// Every kind of item in the table.
#[derive(Debug, Clone, PartialEq, Eq, Collection)]
pub(crate) enum ChatItem {
    /// A group, as a member has it.
    MessageGroup(MessageGroup),
    /// A message.
    Message(Message),
}
