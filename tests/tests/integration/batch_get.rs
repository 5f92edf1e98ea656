//! Many items by their keys: in the order asked, none left out.

use entity_core::ErrorKind;
use entity_local::Fault;
use tests::engine::{embedded, named, needs_embedded, table, table_of};
use tests::music::{Download, Song, Songs};
use tests::notes::{Note, Notes, note};

async fn notes(count: u32) -> entity_core::TableHandle<Notes> {
    let notes = table::<Notes>().await;
    notes.load((0..count).map(note)).run().await.unwrap();
    notes
}

#[tokio::test]
async fn items_come_in_the_order_asked_and_as_often() {
    let notes = notes(230).await;
    let numbers: Vec<u32> = (0..250).rev().chain([3, 3, 249]).collect();
    let keys: Vec<_> = numbers.iter().map(|n| Note::key((n % 7) as u8, *n)).collect();
    let response = notes.batch_get(keys).consistent().response().await.unwrap();
    let expected: Vec<Option<Note>> =
        numbers.iter().map(|n| (*n < 230).then(|| note(*n))).collect();
    assert_eq!(response.value, expected);
    assert_eq!(response.requests, 3, "250 different keys, 100 a request");
}

#[tokio::test]
async fn entities_and_tables_are_mixed() {
    let songs = table::<Songs>().await;
    let notes = table_of::<Notes>(songs.client()).await;
    let song = Song { id: "1".into(), title: "One".into(), artist: "M".into(), total_downloads: 3 };
    let download = Download {
        song_id: "1".into(),
        download_id: 7,
        download_timestamp: "2018-01-01T00:00:07".into(),
    };
    songs.put(&song).await.unwrap();
    songs.put(&download).await.unwrap();
    notes.put(&note(9)).await.unwrap();
    let keys = (
        vec![Download::key("1", 7), Download::key("1", 8)],
        Song::key("1"),
        notes.get(Note::key(2, 9)),
    );
    let (downloads, found, nine) = songs.batch_get(keys).await.unwrap();
    assert_eq!(downloads, [Some(download), None]);
    assert_eq!((found, nine), (Some(song), Some(note(9))));

    let none: Vec<Option<Song>> =
        songs.batch_get(Vec::<entity_core::Key<Song>>::new()).await.unwrap();
    assert_eq!(none, []);
}

#[tokio::test(start_paused = true)]
async fn what_the_service_does_not_get_to_is_asked_for_again() {
    if !needs_embedded("unprocessed keys are injected") {
        return;
    }
    let local = embedded();
    let notes = table_of::<Notes>(&local.client()).await;
    notes.load((0..100).map(note)).run().await.unwrap();
    for left in [60, 20, 3] {
        local.faults().on("BatchGetItem").inject(Fault::Unprocessed(left));
    }
    let keys: Vec<_> = (0..100).map(|n| Note::key((n % 7) as u8, n)).collect();
    let response = notes.batch_get(keys.clone()).response().await.unwrap();
    assert_eq!(response.value, (0..100).map(|n| Some(note(n))).collect::<Vec<_>>());
    assert_eq!(local.faults().pending(), 0);
    assert_eq!(response.requests, 4);

    // The budget is used up: an error, and not a part of the answer.
    local.faults().on("BatchGetItem").always().inject(Fault::Unprocessed(1));
    let error = notes.batch_get(keys).attempts(1).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Unprocessed(left) if left.table() == notes.name()));
}

#[tokio::test]
async fn what_cannot_be_asked_is_told_before_it_is() {
    let songs = named::<Songs>(&tests::engine::client());
    let other = named::<Notes>(&tests::engine::client());
    let error = songs.batch_get((Song::key(""), Song::key("1"))).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Key(_)));
    let error = songs.batch_get(other.get(Note::key(1, 1))).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Transaction(_)), "{error}");
    let error = songs.batch_get(vec![Song::key("1")]).await.unwrap_err();
    assert!(error.is_table_not_found(), "{error}");
}
