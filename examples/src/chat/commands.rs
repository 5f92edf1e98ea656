//! The commands: one access pattern each, a few lines of the library each.

use clap::Subcommand;
use entity_core::op::TableSettings;
use entity_core::query::IntoQuery;
use entity_core::{Cursor, Page, Readable, Response, Table, TableHandle, begins_with};
use examples::draw::View;
use examples::json::{Attribute, Attributes, Members};
use examples::output::attributes;
use examples::{Document, Error, Flags, Output, Result, Session, table};
use uuid::Uuid;

use crate::model::{ChatItem, CruddurMessages, Message, MessageGroup};
use crate::seed::{load_bundled, model, seed};
use crate::send::{Sent, send};
use crate::timestamp::{Timestamp, Year};

/// What to do with the table.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create the table and its index
    SchemaLoad,
    /// Write what is not there of the bundled conversations, creating the table if there is none
    Seed,
    /// List the groups of a user, the one with the latest message first
    Groups {
        /// The user's id
        #[arg(value_parser = id)]
        user: Uuid,
        /// Only groups whose last message is of that year; without it, of all years
        #[arg(long, value_name = "Y")]
        year: Option<Year>,
    },
    /// List the messages of a group, the latest first, a page at a time
    ///
    /// They are of a year, of a range of time, or, without --year, --from and --to, of all times. If there may be more, the last line is `more: --after CURSOR`, on stderr with --json. The same command with
    /// that shows the next page.
    Messages {
        /// The group's id
        #[arg(value_parser = id)]
        group: Uuid,
        #[command(flatten)]
        when: When,
        /// How many, at most
        #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
        limit: u32,
        /// Go on where a page of the same messages ended
        #[arg(long, value_name = "CURSOR", allow_hyphen_values = true)]
        after: Option<String>,
    },
    /// Send a message to a group, and move the group up in the lists of its members
    ///
    /// A message that is older than the last one does not move the group. With --at the same message twice is sent
    /// once.
    Send {
        /// The group's id
        #[arg(value_parser = id)]
        group: Uuid,
        /// The id of the member who sends it
        #[arg(value_parser = id)]
        user: Uuid,
        /// The message
        #[arg(value_parser = message)]
        text: String,
        /// When, such as 2023-03-18T19:40:12.361+00:00; now, if it is not said
        #[arg(long, value_name = "T")]
        at: Option<Timestamp>,
    },
    /// List the names of all tables
    ListTables,
    /// List everything in the table
    ///
    /// People are shown the beginnings of ids, and not all columns; a column that is asked for is shown whole.
    Scan {
        /// Only these attributes, in this order
        #[arg(long, value_name = "A,B", value_delimiter = ',', value_parser = column)]
        columns: Vec<&'static str>,
    },
    /// Print what the table is, for people or for another tool; nothing is sent
    Schema(Document),
    /// Delete the table and everything in it
    Drop {
        /// The table's name, so that it is the one that is meant
        #[arg(long, value_name = "TABLE")]
        yes: String,
    },
}

/// A year, or a range of time.
#[derive(Debug, clap::Args)]
pub(crate) struct When {
    /// Only messages of that year
    #[arg(long, value_name = "Y", conflicts_with_all = ["from", "to"])]
    year: Option<Year>,
    /// Not before, such as 2023-03-18T00:00:00+00:00
    #[arg(long, value_name = "T")]
    from: Option<Timestamp>,
    /// Not after
    #[arg(long, value_name = "T")]
    to: Option<Timestamp>,
}

impl Command {
    pub(crate) async fn run(self, session: &mut Session) -> Result<()> {
        let chat = session.table::<CruddurMessages>();
        let reads = !matches!(self, Self::SchemaLoad | Self::Seed | Self::Schema(_));
        if session.flags.is_in_memory() && reads {
            // The command's own capacity is what `--capacity` shows.
            load_bundled(&mut Output::new(&Flags::default()), &chat).await?;
        }
        let out = &mut session.out;
        match self {
            Self::SchemaLoad => {
                table::create(&chat, &TableSettings::new()).await?;
                out.done(&format!("created the table {:?}", chat.name()))
            }
            Self::Seed => {
                let created = table::create_if_missing(&chat, &TableSettings::new()).await?;
                let created = if created { "created the table and " } else { "" };
                let name = chat.name();
                let count = seed(out, &chat).await?;
                out.done(&match count {
                    0 => format!("the conversations are in {name:?} already; nothing was written"),
                    count => format!("{created}wrote {count} items into {name:?}"),
                })
            }
            Self::Groups { user, year } => {
                let groups = MessageGroup::partition(user);
                let read = match year {
                    Some(year) => {
                        let groups = groups.last_message_at(begins_with(year.beginning()));
                        chat.query(groups).descending().all().response().await
                    }
                    None => chat.query(groups).descending().all().response().await,
                };
                out.all_through(&groups_view(), read)
            }
            Self::Messages { group, when, limit, after } => {
                let after = after.as_deref().map(str::parse).transpose();
                let after: Option<Cursor> = after.map_err(entity_core::Error::from)?;
                let read = page(&chat, group, when, limit as usize, after.as_ref()).await?;
                let page = out.spend(read);
                let more = page.cursor().map(|cursor| format!("more: --after {cursor}"));
                let shown = out.what_was_read(&messages_view(), page.into_items());
                more.map_or(Ok(()), |more| out.done(&more)).and(shown)
            }
            Self::Send { group, user, text, at } => {
                let (message, said) = match send(out, &chat, (group, user), &text, at).await? {
                    Sent::Now(message) => (message, "sent at"),
                    Sent::Before(message) => (message, "was sent already, at"),
                };
                out.done(&format!("{said} {}", message.created_at))?;
                out.json_item(&message)
            }
            Self::ListTables => table::list(&chat).await?.into_iter().try_for_each(|name| {
                let object = vec![("TableName".to_owned(), Attribute::S(name.clone()))];
                out.answer(&name, Members(object))
            }),
            Self::Scan { columns } => scan(out, &chat, &columns).await,
            Self::Schema(document) => {
                document.print(out, &model(&chat)?, &[CruddurMessages::schema()])
            }
            Self::Drop { yes } => {
                table::drop(&chat, &yes).await?;
                out.done(&format!("dropped the table {:?}", chat.name()))
            }
        }
    }
}

/// A page of messages, the latest first.
async fn page(
    chat: &TableHandle<CruddurMessages>,
    group: Uuid,
    When { year, from, to }: When,
    limit: usize,
    after: Option<&Cursor>,
) -> Result<Response<Page<Message>>> {
    let messages = Message::partition(group);
    if let (Some(from), Some(to)) = (&from, &to)
        && to.is_before(from)
    {
        return Err(Error::new(format!("--from {from} is after --to {to}")));
    }
    let to = to.map(Timestamp::last_text);
    match (year, from, to) {
        (Some(year), ..) => {
            let of_year = messages.created_at(begins_with(year.beginning()));
            latest_first(chat, of_year, limit, after).await
        }
        (None, Some(from), Some(to)) => {
            latest_first(chat, messages.created_at(from..=to), limit, after).await
        }
        (None, Some(from), None) => {
            latest_first(chat, messages.created_at(from..), limit, after).await
        }
        (None, None, Some(to)) => {
            latest_first(chat, messages.created_at(..=to), limit, after).await
        }
        (None, None, None) => latest_first(chat, messages, limit, after).await,
    }
}

async fn latest_first(
    chat: &TableHandle<CruddurMessages>,
    messages: impl IntoQuery<Output = Message> + Send + 'static,
    limit: usize,
    after: Option<&Cursor>,
) -> Result<Response<Page<Message>>> {
    let messages = chat.query(messages).descending();
    Ok(messages.limit(limit).after(after).page().response().await?)
}

async fn scan(
    out: &mut Output,
    chat: &TableHandle<CruddurMessages>,
    columns: &[&'static str],
) -> Result<()> {
    let read = chat.scan().all().response().await;
    let columns = each_once(columns.iter().copied());
    if columns.is_empty() {
        return out.all_through(&table_view(), read);
    }
    let items = out.spend(read?);
    let choose = |item: &ChatItem| {
        let item = attributes(item)?;
        let values = columns.iter().map(|name| (name, item.get(name).cloned()));
        Ok(Members(values.filter_map(|(name, value)| Some(((*name).to_owned(), value?))).collect()))
    };
    let items: Vec<Attributes> = items.iter().map(choose).collect::<Result<_>>()?;
    let view = View::table(CruddurMessages::SCHEMA).only(&columns);
    let view = columns.iter().fold(view, |view, column| view.cut(column, usize::MAX));
    out.rows(&view, &items)
}

/// The id of a user or of a group.
fn id(text: &str) -> Result<Uuid, String> {
    let expected = "expected a UUID, such as 5ae290ed-55d1-47a0-bc6d-fe2bc2700399";
    Uuid::try_parse(text).map_err(|_| expected.to_owned())
}

/// A message that says something.
fn message(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("expected a message, and it is empty".to_owned()),
        _ => Ok(text.to_owned()),
    }
}

/// An attribute of the table's items.
fn column(name: &str) -> Result<&'static str, String> {
    let columns = columns();
    columns.iter().copied().find(|column| *column == name).ok_or_else(|| {
        let columns = columns.join(", ");
        format!("no attribute of this table; expected some of {columns}")
    })
}

/// The attributes of the table's items: the key, and what the entities declare.
fn columns() -> Vec<&'static str> {
    let table = CruddurMessages::SCHEMA;
    let keys = [Some(table.pk), table.sk].into_iter().flatten().map(|key| key.name);
    let fields = ChatItem::ENTITIES.iter().flat_map(|entity| entity.fields);
    let stored = fields.filter(|field| !field.key_only).map(|field| field.attribute);
    each_once(keys.chain(stored))
}

fn each_once(names: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut once = Vec::new();
    for name in names {
        if !once.contains(&name) {
            once.push(name);
        }
    }
    once
}

/// How much of a key or an id is drawn: `GRP#8d319747…`.
const IDS: [(&str, usize); 4] =
    [("pk", 13), ("message_group_uuid", 9), ("message_uuid", 9), ("user_uuid", 9)];

/// The table, as a person draws it: ids by their beginnings, and who has a handle has a name.
pub(crate) fn table_view() -> View {
    short(View::table(CruddurMessages::SCHEMA))
}

/// Ids by their beginnings, and without what others say already.
pub(crate) fn short(view: View) -> View {
    let view = IDS.iter().fold(view, |view, (column, width)| view.cut(column, *width));
    view.cut("message", 18).without(&["message_uuid", "user_display_name"])
}

/// The groups of a user, with the id that `messages` takes.
pub(crate) fn groups_view() -> View {
    let columns = ["sk", "message_group_uuid", "user_display_name", "message"];
    View::table(CruddurMessages::SCHEMA).only(&columns).cut("message", 17)
}

/// The messages of a group, whole.
pub(crate) fn messages_view() -> View {
    let columns = ["sk", "user_display_name", "message"];
    View::table(CruddurMessages::SCHEMA).only(&columns).cut("message", usize::MAX)
}
