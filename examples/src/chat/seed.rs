//! `seed`: the conversations that the program brings with it.

use entity_core::model::Model;
use entity_core::op::TableSettings;
use entity_core::{Table, TableHandle};
use examples::{Output, Result, data, table};
use indicatif::ProgressBar;

use crate::model::{ChatItem, CruddurMessages};
use crate::send::row;

const BUNDLED: &[u8] = include_bytes!("../../data/chat.json");

/// Writes what is not there of the bundled conversations; says how many items that were.
///
/// A message is there if its key is. A member's row is there if there is one of the group: it may
/// have moved on since.
pub(crate) async fn seed(out: &mut Output, chat: &TableHandle<CruddurMessages>) -> Result<usize> {
    let items: Vec<ChatItem> = data::parse("chat.json", BUNDLED)?;
    // It draws on stderr, and nothing at all in a pipe.
    let bar = ProgressBar::new(items.len() as u64);
    let mut written = 0;
    for item in &items {
        written +=
            usize::from(write(out, chat, item).await.inspect_err(|_| bar.finish_and_clear())?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(written)
}

async fn write(
    out: &mut Output,
    chat: &TableHandle<CruddurMessages>,
    item: &ChatItem,
) -> Result<bool> {
    if let ChatItem::MessageGroup(group) = item
        && row(out, chat, group.message_group_uuid, group.my_uuid).await?.is_some()
    {
        return Ok(false);
    }
    match chat.create(item).response().await {
        Ok(response) => {
            out.spend(response);
            Ok(true)
        }
        Err(error) if error.is_condition_failed() => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Creates the table and seeds it, unless the table is there; says how many items were written.
pub(crate) async fn load_bundled(
    out: &mut Output,
    chat: &TableHandle<CruddurMessages>,
) -> Result<Option<usize>> {
    if !table::create_if_missing(chat, &TableSettings::new()).await? {
        return Ok(None);
    }
    seed(out, chat).await.map(Some)
}

/// What the table is, with the bundled conversations as sample items.
pub(crate) fn model(chat: &TableHandle<CruddurMessages>) -> Result<Model<CruddurMessages>> {
    let items: Vec<ChatItem> = data::parse("chat.json", BUNDLED)?;
    Ok(CruddurMessages::model().named(chat.name()).items(&items)?)
}
