//! The tour: the table and its index as they are stored, then every access pattern.

use entity_core::{Index, Item, Response, Table, TableHandle, begins_with};
use examples::draw::View;
use examples::output::{attributes, units};
use examples::{Error, Output, Result, Session};
use uuid::Uuid;

use crate::commands::{groups_view, messages_view, short, table_view};
use crate::model::{ByGroup, ChatItem, CruddurMessages, Message, MessageGroup};
use crate::seed::load_bundled;
use crate::send::{Sent, send};
use crate::timestamp::Timestamp;

/// How many items are read to be drawn: the table may be a large one, which was there before.
const READ: usize = 200;

/// How many items of a partition are drawn.
const DRAWN: usize = 6;

pub(crate) async fn run(session: &mut Session) -> Result<()> {
    let chat = session.table::<CruddurMessages>();
    let loaded = load_bundled(&mut session.out, &chat).await?;
    let name = chat.name();
    session.out.text(&match (loaded, session.flags.is_in_memory()) {
        (Some(items), true) => format!("Created {name} in memory and loaded {items} items."),
        (Some(items), false) => format!("Created {name} and loaded {items} items."),
        (None, _) => format!("{name} exists: the tour reads what is there, and writes nothing."),
    })?;
    let out = &mut session.out;
    let sample = draw(out, &chat).await?;
    patterns(out, &chat, &sample).await?;
    if loaded.is_some() {
        writes(out, &chat, &sample).await?;
    }
    if session.flags.is_in_memory() {
        out.text("\nTo keep a table of your own:\n  $ chat --data chat.db seed")?;
    }
    Ok(())
}

/// Draws the table and its index, and finds something to ask for.
async fn draw(out: &mut Output, chat: &TableHandle<CruddurMessages>) -> Result<Sample> {
    let stored = out.spend(chat.scan().limit(READ).all().response().await?);
    let title = "one partition a user, with groups; one a group, with messages";
    out.text(&format!("\nTHE TABLE {}: {title}\n", chat.name()))?;
    let partitions = stored.chunk_by(|one, other| partition(one) == partition(other));
    let drawn = partitions.flat_map(|items| items.iter().take(DRAWN).cloned());
    let drawn: Vec<ChatItem> = drawn.collect();
    out.show(&table_view(), &drawn)?;
    if drawn.len() < stored.len() || stored.len() == READ {
        out.text(&format!("(the first {DRAWN} items of each partition; ids are cut)"))?;
    }
    let sample = Sample::of(&stored);
    let view = View::table(CruddurMessages::SCHEMA);
    for (kind, item) in [("GROUPS", &sample.row), ("MESSAGES", &sample.message)] {
        if let Some(item) = item {
            out.text(&format!("\nONE OF ITS {kind}, with all that is stored\n"))?;
            for (name, value) in &view.arrange(attributes(item)?).0 {
                let value = serde_json::to_string(&value.plain()).unwrap_or_default();
                out.text(&format!("  {name:<18}  {value}"))?;
            }
        }
    }

    let title = "one partition a group, with a row for each member";
    out.text(&format!("\nITS INDEX {}: {title}\n", ByGroup::SCHEMA.name))?;
    let mut drawn = Vec::new();
    for group in &sample.groups {
        let rows = chat.query(MessageGroup::by_group(*group)).limit(DRAWN);
        drawn.extend(out.spend(rows.all().response().await?));
    }
    out.show(&index_view(), &drawn)?;
    Ok(sample)
}

fn index_view() -> View {
    short(View::index(ByGroup::SCHEMA, CruddurMessages::SCHEMA))
}

fn partition(item: &ChatItem) -> (bool, Uuid) {
    match item {
        ChatItem::MessageGroup(group) => (false, group.my_uuid),
        ChatItem::Message(message) => (true, message.message_group_uuid),
    }
}

/// Asks for something, and shows the command, the code as it is written here, and the answer.
macro_rules! ask {
    ($out:ident, $question:literal, $command:expr, $view:expr, $read:expr) => {{
        let line = |line: &str| line.trim().replace(",", ", ");
        let code: String = stringify!($read).lines().map(line).collect();
        let code = code.replace(",  ", ", ");
        $out.text(&format!("\n{}\n  $ chat {}\n  {code}\n", $question, $command))?;
        show($out, &$view, $read.response().await?)?;
    }};
}

async fn patterns(
    out: &mut Output,
    chat: &TableHandle<CruddurMessages>,
    sample: &Sample,
) -> Result<()> {
    let Sample { user, group, .. } = *sample;

    ask!(
        out,
        "THE GROUPS OF A USER, the latest first",
        format!("groups {user}"),
        groups_view(),
        chat.query(MessageGroup::partition(user)).descending().all()
    );
    ask!(
        out,
        "THOSE OF ONE YEAR",
        format!("groups {user} --year 2022"),
        groups_view(),
        chat.query(MessageGroup::partition(user).last_message_at(begins_with("2022-")))
            .descending()
            .all()
    );

    let of_year = || Message::partition(group).created_at(begins_with("2023-"));
    out.text("\nTHE MESSAGES OF A GROUP IN A YEAR, the latest first, a page at a time")?;
    out.text(&format!("  $ chat messages {group} --year 2023 --limit 5"))?;
    out.text("  let of_year = || Message::partition(group).created_at(begins_with(\"2023-\"));")?;
    out.text("  chat.query(of_year()).descending().limit(5).page()\n")?;
    let page = chat.query(of_year()).descending().limit(5).page().response().await?;
    let cursor = page.value.cursor().cloned();
    show_page(out, page)?;
    if let Some(cursor) = cursor {
        out.text(&format!("\n  $ chat messages {group} --year 2023 --limit 5 --after CURSOR"))?;
        out.text("  chat.query(of_year()).descending().limit(5).after(&cursor).page()\n")?;
        let messages = chat.query(of_year()).descending().limit(5);
        show_page(out, messages.after(&cursor).page().response().await?)?;
    }

    let from: Timestamp = "2023-03-18T07:00:00Z".parse().map_err(Error::new)?;
    let to: Timestamp = "2023-03-18T12:00:00Z".parse().map_err(Error::new)?;
    ask!(
        out,
        "THOSE OF A RANGE OF TIME, both ends included",
        format!("messages {group} \\\n      --from {from} --to {to}"),
        messages_view(),
        chat.query(Message::partition(group).created_at(from..=to)).descending().limit(20).all()
    );
    Ok(())
}

/// What `send` does.
const SEND: &str = "  let rows = chat.query(MessageGroup::by_group(group)).all().await?;
  // of those that are older than the message
  let moves: Vec<_> = older.iter().map(|row| chat.move_item(*row, &moved(row, &message))).collect();
  chat.transact_write((chat.create(&message).return_stored_on_failure(), moves))";

/// Sends a message, the same one again, and one that comes late.
async fn writes(
    out: &mut Output,
    chat: &TableHandle<CruddurMessages>,
    sample: &Sample,
) -> Result<()> {
    let Sample { user, group, .. } = *sample;
    out.text("\nSENDING A MESSAGE: it and the rows of all members, in one transaction\n")?;
    out.text(SEND)?;
    for (text, at) in [
        ("can't wait", "2023-03-18T19:45:00Z"),
        ("can't wait", "2023-03-18T19:45:00Z"),
        ("which sunday?", "2023-03-18T19:39:00Z"),
    ] {
        let at: Timestamp = at.parse().map_err(Error::new)?;
        out.text(&format!("\n  $ chat send {group} {user} \\\n      {text:?} --at {at}"))?;
        let said = match send(out, chat, (group, user), text, Some(at)).await? {
            Sent::Now(_) => "sent",
            Sent::Before(_) => "was sent already; nothing has changed",
        };
        out.text(&format!("  {said}"))?;
    }
    out.text("\nSent once each; the group is at its latest message, for every member:\n")?;
    let messages = chat.query(Message::partition(group)).descending().consistent().limit(4);
    let messages = out.spend(messages.all().response().await?);
    out.show(&messages_view(), &messages)?;
    out.text("")?;
    let rows = out.spend(chat.query(MessageGroup::by_group(group)).all().response().await?);
    out.show(&index_view(), &rows)
}

/// Shows a page, and what it cost.
fn show_page(out: &mut Output, page: Response<entity_core::Page<Message>>) -> Result<()> {
    let (requests, cost) = (page.requests, units(&page.consumed));
    let messages = out.spend(page).into_items()?;
    out.show(&messages_view(), &messages)?;
    out.text(&said(messages.len(), requests, &cost))
}

/// Shows an answer, and what it cost.
fn show<I: Item>(
    out: &mut Output,
    view: &View,
    read: Response<impl IntoIterator<Item = I>>,
) -> Result<()> {
    let (requests, cost) = (read.requests, units(&read.consumed));
    let items: Vec<I> = out.spend(read).into_iter().collect();
    out.show(view, &items)?;
    out.text(&said(items.len(), requests, &cost))
}

fn said(count: usize, requests: usize, cost: &str) -> String {
    let plural = |count| if count == 1 { "" } else { "s" };
    let (s, requests_s) = (plural(count), plural(requests));
    format!("{count} item{s}, {requests} request{requests_s}, {cost}")
}

/// What the tour asks for, taken from the items that are there.
struct Sample {
    user: Uuid,
    group: Uuid,
    /// The groups of that user.
    groups: Vec<Uuid>,
    row: Option<ChatItem>,
    message: Option<ChatItem>,
}

impl Sample {
    /// The user with most groups, and the last of these.
    fn of(items: &[ChatItem]) -> Self {
        let partitions = items.chunk_by(|one, other| partition(one) == partition(other));
        let rows = partitions.filter(|items| matches!(items, [ChatItem::MessageGroup(_), ..]));
        let rows = rows.max_by_key(|items| items.len()).unwrap_or_default();
        let row = rows.last().cloned();
        let (user, group) = match &row {
            Some(ChatItem::MessageGroup(row)) => (row.my_uuid, row.message_group_uuid),
            _ => Default::default(),
        };
        let groups = rows.iter().filter_map(|item| match item {
            ChatItem::MessageGroup(row) => Some(row.message_group_uuid),
            ChatItem::Message(_) => None,
        });
        let groups = groups.take(DRAWN).collect();
        let message = items.iter().rfind(|item| partition(item) == (true, group)).cloned();
        Self { user, group, groups, row, message }
    }
}
