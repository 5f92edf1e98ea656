//! Tables: whether they exist, how they are created, filled and dropped.

use std::time::Duration;

use aws_sdk_dynamodb::client::Waiters;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use entity_core::op::TableSettings;
use entity_core::schema::Unlocked;
use entity_core::{ConsumedCapacity, Item, ItemOf, Table, TableHandle};
use indicatif::ProgressBar;

use crate::{Error, Result};

/// How long to wait for a table that is being deleted.
const WAIT: Duration = Duration::from_secs(300);

/// Creates the table, with those settings.
///
/// # Errors
///
/// If it exists, or the request fails.
pub async fn create<T: Table>(table: &TableHandle<T>, settings: &TableSettings) -> Result<()> {
    match table.create_table().with(settings).await {
        Err(error) if error.is_table_in_use() => {
            Err(Error::new(format!("the table {:?} exists already", table.name())))
        }
        created => Ok(created?),
    }
}

/// Creates the table, with those settings, unless it is there; says whether it was created. One that is
/// there is left as it is.
///
/// It asks first: who may write items may not be allowed to create tables.
///
/// # Errors
///
/// If a request fails.
pub async fn create_if_missing<T: Table>(
    table: &TableHandle<T>,
    settings: &TableSettings,
) -> Result<bool> {
    if exists(table).await? {
        return Ok(false);
    }
    create(table, settings).await.map(|()| true)
}

async fn exists<T: Table>(table: &TableHandle<T>) -> Result<bool> {
    match table.client().describe_table().table_name(table.name()).send().await {
        Ok(_) => Ok(true),
        Err(error) if error.code() == Some("ResourceNotFoundException") => Ok(false),
        Err(error) => Err(Error::sdk("DescribeTable", table.name(), &error)),
    }
}

/// The names of all tables that there are, of whatever program.
///
/// # Errors
///
/// If a request fails.
pub async fn list<T: Table>(table: &TableHandle<T>) -> Result<Vec<String>> {
    let mut pages = table.client().list_tables().into_paginator().items().send();
    let mut names = Vec::new();
    while let Some(name) = pages.next().await {
        names.push(name.map_err(|error| Error::sdk_without_table("ListTables", &error))?);
    }
    Ok(names)
}

/// Deletes the table and everything in it, if it is the one that is `meant`.
///
/// # Errors
///
/// If another table is meant, if there is none, or the request fails.
pub async fn drop<T: Table>(table: &TableHandle<T>, meant: &str) -> Result<()> {
    let name = table.name();
    if name != meant {
        let message = format!("the table is {name:?}, not {meant:?}; nothing was dropped");
        return Err(Error::new(message));
    }
    let sent = table.client().delete_table().table_name(name).send().await;
    sent.map_err(|error| Error::sdk("DeleteTable", name, &error))?;
    let gone = table.client().wait_until_table_not_exists().table_name(name).wait(WAIT).await;
    gone.map(|_| ()).map_err(|error| Error::new(format!("wait until {name:?} is gone: {error}")))
}

/// Writes items, with a bar on a terminal, and adds what it costs to `consumed`.
///
/// # Errors
///
/// If a request fails; the error says how many items were loaded before it.
pub async fn fill<T: Table, I: Item<Lock = Unlocked> + ItemOf<T>>(
    table: &TableHandle<T>,
    items: &[I],
    consumed: &mut ConsumedCapacity,
) -> Result<()> {
    // It draws on stderr, and nothing at all in a pipe.
    let bar = ProgressBar::new(items.len() as u64);
    for (loaded, item) in items.iter().enumerate() {
        match table.put(item).response().await {
            Ok(response) => *consumed += response.consumed,
            Err(error) => {
                bar.finish_and_clear();
                let all = items.len();
                return Err(Error::new(format!("{error}; {loaded} of {all} items were loaded")));
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}

#[cfg(test)]
mod tests {
    use entity_core::{Collection, Entity, Table};
    use entity_local::{Fault, LocalDynamo};
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, Table)]
    #[table(name = "Notes", pk = "Id", items = NoteItem)]
    struct Notes;

    #[derive(Debug, Serialize, Deserialize, Entity)]
    #[serde(rename_all = "PascalCase")]
    #[entity(table = Notes, pk = id)]
    struct Note {
        id: String,
    }

    #[derive(Debug, Collection)]
    enum NoteItem {
        Note(Note),
    }

    #[tokio::test]
    async fn a_load_that_breaks_off_says_how_far_it_came() {
        let local = LocalDynamo::in_memory().unwrap();
        let notes = Notes::on(&local.client());
        assert!(create_if_missing(&notes, &TableSettings::new()).await.unwrap());
        assert!(!create_if_missing(&notes, &TableSettings::new()).await.unwrap());

        local.faults().on("PutItem").after(2).inject(Fault::error(400, "AccessDeniedException"));
        let items = ["a", "b", "c"].map(|id| NoteItem::Note(Note { id: id.to_owned() }));
        let mut consumed = ConsumedCapacity::default();
        let error = fill(&notes, &items, &mut consumed).await.unwrap_err().to_string();
        assert!(error.starts_with("PutItem on `Notes`: AccessDeniedException"), "{error}");
        assert!(error.ends_with("; 2 of 3 items were loaded"), "{error}");
        assert_eq!(consumed.units, 2.0);
        assert_eq!(notes.scan().all().await.unwrap().len(), 2);
    }
}
