//! A struct that holds a whole partition.

use aws_sdk_dynamodb::types::AttributeValue;
use entity_core::{Collection, ErrorKind, TableHandle};
use tests::engine::{table, watched};
use tests::music::{Download, MonthlyCount, Song, SongRecords, Songs};

fn song() -> Song {
    Song { id: "1".into(), title: "One".into(), artist: "Metallica".into(), total_downloads: 2 }
}

fn download(download_id: u64) -> Download {
    Download { song_id: "1".into(), download_id, download_timestamp: "2018".into() }
}

fn month() -> MonthlyCount {
    MonthlyCount {
        song_id: "1".into(),
        download_month: "01-2018".into(),
        total_downloads_in_month: 2,
    }
}

async fn fill(songs: &TableHandle<Songs>) {
    songs.put(&song()).await.unwrap();
    songs.put(&download(8)).await.unwrap();
    songs.put(&download(7)).await.unwrap();
    songs.put(&month()).await.unwrap();
    songs.put(&Song { id: "2".into(), ..song() }).await.unwrap();
}

#[tokio::test]
async fn one_query_gives_parent_and_children() {
    let (songs, watch) = watched::<Songs>().await;
    fill(&songs).await;
    watch.clear();
    let query = || songs.query(SongRecords::partition("1"));
    let records: SongRecords = query().all().await.unwrap();
    assert_eq!(watch.counts(), (1, 1));
    let downloads = vec![download(7), download(8)];
    let all = SongRecords { song: Some(song()), downloads, months: vec![month()] };
    assert_eq!(records, all);
    assert_eq!(query().count().await.unwrap(), 4);
    let backwards = query().descending().consistent().all().await.unwrap();
    assert_eq!(backwards.downloads, [download(8), download(7)]);
    let none = songs.query(SongRecords::partition("9")).all().await.unwrap();
    assert_eq!(none, SongRecords { song: None, downloads: vec![], months: vec![] });
}

/// Some of the entities; the others are passed over.
#[derive(Debug, PartialEq, Collection)]
struct Downloaded {
    song: Option<Song>,
    downloads: Vec<Download>,
}

#[tokio::test]
async fn entities_that_it_does_not_hold_are_counted() {
    let songs = table::<Songs>().await;
    fill(&songs).await;
    let response = songs.query(Downloaded::partition("1")).all().response().await.unwrap();
    assert_eq!(response.value.song, Some(song()));
    assert_eq!((response.value.downloads.len(), response.skipped), (2, 1));
}

#[tokio::test]
async fn a_bad_item_does_not_hide_the_others() {
    let songs = table::<Songs>().await;
    fill(&songs).await;
    let text = |text: &str| AttributeValue::S(text.into());
    let put = songs.client().put_item().table_name(songs.name());
    put.item("Id", text("1")).item("Metadata", text("Dld-9")).send().await.unwrap();
    let partial = songs.query(SongRecords::partition("1")).all().await.unwrap_err();
    assert_eq!(partial.value().downloads.len(), 2);
    assert_eq!(partial.value().song, Some(song()));
    let [error] = partial.errors() else { panic!("{partial}") };
    assert!(matches!(error.kind(), ErrorKind::Item(_)), "{error}");
    let partial = songs.query(SongRecords::partition("1")).max_scanned(2).all().await.unwrap_err();
    assert_eq!(partial.value().song, Some(song()));
    assert!(matches!(partial.errors()[0].kind(), ErrorKind::Stopped(_)));
}
