//! `send`: a message, and its group at its new time for every member, together and once.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use entity_core::error::{CancelReason, ConditionReason};
use entity_core::op::TransactWrite;
use entity_core::{Error, ErrorKind, TableHandle};
use examples::{Output, Result};
use uuid::Uuid;

use crate::model::{CruddurMessages, Message, MessageGroup};
use crate::timestamp::Timestamp;

/// How many members a message reaches: a row is moved by two writes, and the message is one.
pub(crate) const MEMBERS: usize = (TransactWrite::MAX_WRITES - 1) / 2;

/// How often a group is read again that has changed in between.
const ATTEMPTS: u32 = 40;

/// The longest first pause between attempts, and the longest of all.
const PAUSES: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(1));

/// What has become of a message, as it is stored.
pub(crate) enum Sent {
    /// It is sent now.
    Now(Message),
    /// It was sent before; nothing has changed.
    Before(Message),
}

/// The rows of a group, by member.
type Rows = BTreeMap<Uuid, MessageGroup>;

/// Sends a message to a group: creates it, and moves the row of each member to its time.
///
/// A row that is at a later time already stays. That the message must not be there makes it
/// idempotent where the time is given, whenever it is sent again; where it is not given, a moment
/// that is taken makes it a microsecond later.
pub(crate) async fn send(
    out: &mut Output,
    chat: &TableHandle<CruddurMessages>,
    (group, user): (Uuid, Uuid),
    text: &str,
    at: Option<Timestamp>,
) -> Result<Sent> {
    let given = at.is_some();
    let message = Message {
        message_group_uuid: group,
        created_at: at.unwrap_or_else(Timestamp::now),
        message_uuid: Uuid::new_v4(),
        message: text.to_owned(),
        user_uuid: user,
        user_display_name: String::new(),
        user_handle: String::new(),
    };
    deliver(out, chat, message, given).await
}

/// Sends the message at its time, or, if that was not `given`, at the first one from it on that is
/// free.
async fn deliver(
    out: &mut Output,
    chat: &TableHandle<CruddurMessages>,
    mut message: Message,
    given: bool,
) -> Result<Sent> {
    let (group, user) = (message.message_group_uuid, message.user_uuid);
    for attempt in 0..ATTEMPTS {
        let rows = rows(out, chat, group, user).await?;
        check(&rows, group, user)?;
        (message.user_display_name, message.user_handle) = names(&rows, user);
        match write(out, chat, &message, &rows).await? {
            None => return Ok(Sent::Now(message)),
            Some(Lost::Changed) => pause(attempt).await,
            Some(Lost::Taken(taken)) if given => return taken.by(&message),
            Some(Lost::Taken(_)) => {
                let next = message.created_at.next();
                message.created_at = next.ok_or_else(|| error("time has come to its end"))?;
            }
        }
    }
    Err(error(format!("the group \"{group}\" keeps changing; nothing was sent")))
}

/// Why nothing was written.
enum Lost {
    /// A row is not what was read: the group must be read again.
    Changed,
    /// The moment is not free.
    Taken(Taken),
}

/// By what a moment is taken.
enum Taken {
    /// The group has a message of that time.
    Message(Option<Message>),
    /// The member has another group of that time, whose row is where this group's would be.
    Row(Uuid),
}

impl Taken {
    /// What that means for a message whose time was given.
    fn by(self, message: &Message) -> Result<Sent> {
        let Message { created_at: at, message_group_uuid: group, .. } = message;
        let same = |there: &Message| {
            (there.user_uuid, &there.message) == (message.user_uuid, &message.message)
        };
        Err(error(match self {
            Self::Message(Some(there)) if same(&there) => return Ok(Sent::Before(there)),
            Self::Message(_) => {
                format!("the group \"{group}\" has another message at {at}; nothing was sent")
            }
            Self::Row(member) => format!(
                "the last message of another group of member \"{member}\" is at {at}; nothing was \
                 sent"
            ),
        }))
    }
}

/// Writes the message and moves the rows, if it is not there and they are as they were read; what
/// was not so, and nothing has changed, if not.
async fn write(
    out: &mut Output,
    chat: &TableHandle<CruddurMessages>,
    message: &Message,
    rows: &Rows,
) -> Result<Option<Lost>> {
    let older = rows.values().filter(|row| row.last_message_at.is_before(&message.created_at));
    let older: Vec<&MessageGroup> = older.collect();
    let moves: Vec<_> =
        older.iter().map(|row| chat.move_item(*row, &moved(row, message))).collect();
    let writes = (chat.create(message).return_stored_on_failure(), moves);
    match chat.transact_write(writes).response().await {
        Ok(response) => {
            out.spend(response);
            Ok(None)
        }
        Err(error) => lost(error, older.iter().map(|row| row.my_uuid)).map(Some),
    }
}

/// A row, once the message is the last one.
fn moved(row: &MessageGroup, message: &Message) -> MessageGroup {
    let (last_message_at, message) = (message.created_at.clone(), message.message.clone());
    MessageGroup { last_message_at, message, ..row.clone() }
}

/// What did not hold, by the place of its operation: the message first, then the members' rows.
fn lost(error: Error, members: impl Iterator<Item = Uuid>) -> Result<Lost> {
    let ErrorKind::TransactionCancelled(cancelled) = error.kind() else { return Err(error.into()) };
    let mut changed = false;
    let members = std::iter::once(None).chain(members.map(Some));
    for (reason, member) in cancelled.reasons().iter().zip(members) {
        match (reason, member) {
            (CancelReason::NotTheCause, _) => {}
            (CancelReason::ConditionFailed(failed), None) => {
                return Ok(Lost::Taken(Taken::Message(failed.stored()?)));
            }
            (CancelReason::ConditionFailed(failed), Some(member))
                if failed.reason() == ConditionReason::Exists =>
            {
                return Ok(Lost::Taken(Taken::Row(member)));
            }
            (CancelReason::ConditionFailed(_) | CancelReason::Conflict, _) => changed = true,
            _ => return Err(error.into()),
        }
    }
    if changed { Ok(Lost::Changed) } else { Err(error.into()) }
}

/// The rows of a group, one for each member.
///
/// The index follows the table with a delay. While a row moves, it may have it twice: the later one
/// is the row, and the earlier is gone. Or it lacks it: so who is named by a row, and `user`, but
/// has none is looked up in the table. That what is read may be outdated at once is for the writes
/// to find out.
async fn rows(
    out: &mut Output,
    chat: &TableHandle<CruddurMessages>,
    group: Uuid,
    user: Uuid,
) -> Result<Rows> {
    let read = chat.query(MessageGroup::by_group(group)).all().response().await?;
    // In the order of time, so the later of two stays.
    let rows = out.spend(read).into_iter().map(|row| (row.my_uuid, row)).collect();
    complete(out, chat, rows, group, user).await
}

/// Adds the rows of those who are named, and have none.
async fn complete(
    out: &mut Output,
    chat: &TableHandle<CruddurMessages>,
    mut rows: Rows,
    group: Uuid,
    user: Uuid,
) -> Result<Rows> {
    let mut asked = BTreeSet::new();
    loop {
        let mut named = rows.values().map(|row| row.user_uuid).chain([user]);
        let unknown = |member: &Uuid| !rows.contains_key(member) && !asked.contains(member);
        let Some(member) = named.find(unknown) else { return Ok(rows) };
        drop(named);
        asked.insert(member);
        rows.extend(row(out, chat, group, member).await?.map(|row| (member, row)));
    }
}

/// The row of a member, as it is now; `None` if the user is not one.
pub(crate) async fn row(
    out: &mut Output,
    chat: &TableHandle<CruddurMessages>,
    group: Uuid,
    member: Uuid,
) -> Result<Option<MessageGroup>> {
    let rows = chat.query(MessageGroup::partition(member)).descending().consistent();
    let of_group = rows.filter(|row| row.message_group_uuid.eq(group));
    Ok(out.spend(of_group.first().response().await?))
}

/// Whether the user may send to the group, and whether one transaction reaches it.
fn check(rows: &Rows, group: Uuid, user: Uuid) -> Result<()> {
    let count = rows.len();
    if count == 0 {
        return Err(error(format!("no group \"{group}\"")));
    }
    if !rows.contains_key(&user) {
        let message = format!("user \"{user}\" is no member of the group \"{group}\"");
        return Err(error(format!("{message}; nothing was sent")));
    }
    if count > MEMBERS {
        return Err(error(format!(
            "the group \"{group}\" has {count} members, and a message reaches {MEMBERS} at most: a \
             transaction has {} operations, one for the message and two for each member; nothing \
             was sent",
            TransactWrite::MAX_WRITES
        )));
    }
    Ok(())
}

/// The name and the handle of a member, as another's row shows them; the id, if none does.
fn names(rows: &Rows, member: Uuid) -> (String, String) {
    let row = rows.values().find(|row| row.user_uuid == member);
    row.map_or_else(
        || (member.to_string(), member.to_string()),
        |row| (row.user_display_name.clone(), row.user_handle.clone()),
    )
}

/// Waits, a random part of a time that doubles.
async fn pause(attempt: u32) {
    let (first, longest) = PAUSES;
    let most = first.saturating_mul(2_u32.saturating_pow(attempt)).min(longest);
    tokio::time::sleep(most.mul_f64(fastrand::f64())).await;
}

fn error(message: impl Into<String>) -> examples::Error {
    examples::Error::new(message)
}

#[cfg(test)]
mod tests {
    use entity_core::Table;
    use entity_local::LocalDynamo;
    use examples::Flags;

    use super::*;

    const GROUP: Uuid = Uuid::from_u128(1);

    fn row_of(member: u128, other: u128, at: &str) -> MessageGroup {
        MessageGroup {
            my_uuid: Uuid::from_u128(member),
            last_message_at: at.parse().unwrap(),
            message_group_uuid: GROUP,
            message: "hi".to_owned(),
            user_uuid: Uuid::from_u128(other),
            user_display_name: format!("U {other}"),
            user_handle: format!("u{other}"),
        }
    }

    fn message(sender: u128, at: &str) -> Message {
        Message {
            message_group_uuid: GROUP,
            created_at: at.parse().unwrap(),
            message_uuid: Uuid::new_v4(),
            message: "hi".to_owned(),
            user_uuid: Uuid::from_u128(sender),
            user_display_name: String::new(),
            user_handle: String::new(),
        }
    }

    /// A table with the rows of a group of three, at noon; and these rows.
    async fn group() -> (TableHandle<CruddurMessages>, Output, Rows) {
        let chat = CruddurMessages::on(&LocalDynamo::in_memory().unwrap().client());
        chat.create_table().await.unwrap();
        let rows = [(11, 12), (12, 13), (13, 11)];
        let rows = rows.map(|(member, other)| row_of(member, other, "2023-05-01T12:00:00Z"));
        for row in &rows {
            chat.put(row).await.unwrap();
        }
        let rows = rows.into_iter().map(|row| (row.my_uuid, row)).collect();
        (chat, Output::new(&Flags::default()), rows)
    }

    /// The index gave what it had some time ago: one row has moved since.
    #[tokio::test]
    async fn rows_that_are_outdated_write_nothing() {
        let (chat, mut out, read) = group().await;
        let out = &mut out;
        let old = row_of(13, 11, "2023-05-01T12:00:00Z");
        chat.move_item(&old, &row_of(13, 11, "2023-05-01T13:00:00Z")).await.unwrap();
        let stored = chat.scan().all().await.unwrap();

        let late = message(11, "2023-05-01T14:00:00Z");
        let lost = write(out, &chat, &late, &read).await.unwrap();
        assert!(matches!(lost, Some(Lost::Changed)));
        assert_eq!(chat.scan().all().await.unwrap(), stored, "nothing has changed");

        let Sent::Now(_) = deliver(out, &chat, late, true).await.unwrap() else { panic!("sent") };
        let rows = rows(out, &chat, GROUP, Uuid::from_u128(11)).await.unwrap();
        let at = rows.values().map(|row| row.last_message_at.to_string()).collect::<Vec<_>>();
        assert_eq!(at, ["2023-05-01T14:00:00+00:00"; 3]);
    }

    #[tokio::test]
    async fn rows_that_the_index_lacks_are_looked_up() {
        let (chat, mut out, rows) = group().await;
        for lacks in [&[11_u128][..], &[12, 13], &[11, 12, 13]] {
            let mut read = rows.clone();
            read.retain(|member, _| !lacks.contains(&member.as_u128()));
            let found = complete(&mut out, &chat, read, GROUP, Uuid::from_u128(11)).await.unwrap();
            assert_eq!(found, rows, "{lacks:?}");
        }
        let nobody = Uuid::from_u128(99);
        let found = complete(&mut out, &chat, rows.clone(), GROUP, nobody).await.unwrap();
        assert_eq!(found, rows);
    }

    #[tokio::test]
    async fn a_moment_that_is_taken_makes_a_message_later_if_none_was_given() {
        let (chat, mut out, _) = group().await;
        let one = "2023-05-01T13:00:00Z";
        let mut sent = Vec::new();
        for sender in [11, 12, 11] {
            let Sent::Now(message) =
                deliver(&mut out, &chat, message(sender, one), false).await.unwrap()
            else {
                panic!("each is another message")
            };
            sent.push((message.created_at.to_string(), message.user_handle));
        }
        let at = |fraction: &str| format!("2023-05-01T13:00:00{fraction}+00:00");
        let expected = [(at(""), "u11"), (at(".000001"), "u12"), (at(".000002"), "u11")];
        assert_eq!(sent, expected.map(|(at, handle)| (at, handle.to_owned())));
        assert!(deliver(&mut out, &chat, message(12, one), true).await.is_err());
    }

    #[tokio::test]
    async fn another_group_is_not_overwritten() {
        let (chat, mut out, _) = group().await;
        let at = "2023-05-01T15:00:00Z";
        let other = MessageGroup { message_group_uuid: Uuid::from_u128(2), ..row_of(12, 11, at) };
        chat.put(&other).await.unwrap();
        assert!(deliver(&mut out, &chat, message(11, at), true).await.is_err());
        let sent = deliver(&mut out, &chat, message(11, at), false).await.unwrap();
        let Sent::Now(message) = sent else { panic!("sent") };
        assert_eq!(message.created_at.to_string(), "2023-05-01T15:00:00.000001+00:00");
        assert_eq!(
            chat.get(MessageGroup::key(other.my_uuid, &other.last_message_at)).await.unwrap(),
            Some(other)
        );
    }
}
