//! Writes that are tried again while other requests write the same item in transactions.

use entity_core::{Error, Table, TableHandle};
use entity_local::{Fault, LocalDynamo};
use tests::engine::needs_embedded;
use tests::music::{Song, Songs};

fn song(id: &str) -> Song {
    let (title, artist) = ("One".into(), "Metallica".into());
    Song { id: id.into(), title, artist, total_downloads: 3 }
}

async fn songs() -> (LocalDynamo, TableHandle<Songs>) {
    let local = LocalDynamo::in_memory().unwrap();
    let songs = Songs::on(&local.client());
    songs.create_table().await.unwrap();
    songs.put(&song("1")).await.unwrap();
    (local, songs)
}

const OPERATIONS: [&str; 4] = ["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"];

async fn write(songs: &TableHandle<Songs>, operation: &str, retries: u32) -> Result<(), Error> {
    let (one, two) = (song("1"), song("2"));
    match operation {
        "PutItem" => songs.put(&one).retry_conflicts(retries).await,
        "UpdateItem" => {
            let update = songs.update(Song::key("1")).set(|song| song.total_downloads.add(1));
            update.retry_conflicts(retries).await
        }
        "DeleteItem" => songs.delete(Song::key("1")).retry_conflicts(retries).await,
        _ => songs.move_item(&one, &two).retry_conflicts(retries).await,
    }
}

#[tokio::test]
async fn a_write_is_tried_again_as_often_as_it_says() {
    if !needs_embedded("faults") {
        return;
    }
    for operation in OPERATIONS {
        let (local, songs) = songs().await;
        let requests = local.requests();
        local.faults().on(operation).times(3).inject(Fault::TransactionConflict);
        let error = write(&songs, operation, 2).await.unwrap_err();
        assert!(error.is_conflict(), "{operation}: {error}");
        assert_eq!(requests.take().len(), 3, "{operation}");

        local.faults().on(operation).times(2).inject(Fault::TransactionConflict);
        write(&songs, operation, 2).await.unwrap();
        let sent = requests.take();
        assert_eq!(sent.len(), 3, "{operation}");
        // The same request each time, its token included.
        assert!(sent.iter().all(|request| request.body() == sent[0].body()), "{operation}");

        local.faults().on(operation).times(1).inject(Fault::TransactionConflict);
        assert!(write(&songs, operation, 0).await.unwrap_err().is_conflict(), "{operation}");
    }
}

#[tokio::test]
async fn a_lost_condition_is_not_tried_again() {
    if !needs_embedded("requests") {
        return;
    }
    let (local, songs) = songs().await;
    let requests = local.requests();
    let create = songs.create(&song("1")).retry_conflicts(5);
    assert!(create.await.unwrap_err().is_condition_failed());
    assert_eq!(requests.take().len(), 1);
}
