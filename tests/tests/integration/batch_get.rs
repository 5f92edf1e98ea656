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

    // With a result for each key, that is the result of the keys which were left, and of no other.
    let keys: Vec<_> = (0..150).map(|n| Note::key((n % 7) as u8, n)).collect();
    let results = notes.batch_get(keys).attempts(3).results().await.unwrap();
    let mut left = 0;
    for (number, result) in results.into_iter().enumerate() {
        let number = u32::try_from(number).unwrap();
        match result {
            Ok(found) => assert_eq!(found, (number < 100).then(|| note(number))),
            Err(error) => {
                let ErrorKind::Unprocessed(unprocessed) = error.kind() else { panic!("{error}") };
                assert_eq!((unprocessed.table(), unprocessed.count()), (notes.name(), 1));
                left += 1;
            }
        }
    }
    assert_eq!(left, 1);
}

#[tokio::test]
async fn an_item_that_cannot_be_read_does_not_hide_the_others() {
    let songs = table::<Songs>().await;
    let song = Song { id: "1".into(), title: "One".into(), artist: "M".into(), total_downloads: 3 };
    songs.put(&song).await.unwrap();
    let text = |text: &str| aws_sdk_dynamodb::types::AttributeValue::S(text.into());
    let put = songs.client().put_item().table_name(songs.name());
    put.item("Id", text("1")).item("Metadata", text("Dld-7")).send().await.unwrap();
    let keys = || (Download::key("1", 7), vec![Song::key("1"), Song::key("2")]);
    let (download, found) = songs.batch_get(keys()).results().await.unwrap();
    let error = download.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Item(_)), "{error}");
    let found: Vec<Option<Song>> = found.into_iter().map(Result::unwrap).collect();
    assert_eq!(found, [Some(song), None]);
    let error = songs.batch_get(keys()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Item(_)), "{error}");
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
