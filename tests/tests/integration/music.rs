//! The library's main path, on songs.

use entity_core::ErrorKind;
use tests::engine::table;
use tests::music::{Download, MonthlyCount, Song, SongItem, Songs};

fn song(id: &str) -> Song {
    Song { id: id.into(), title: "One".into(), artist: "Metallica".into(), total_downloads: 3 }
}

fn download(song: &str, id: u64) -> Download {
    Download {
        song_id: song.into(),
        download_id: id,
        download_timestamp: "2018-01-01T00:00:07".into(),
    }
}

fn month(song: &str, month: &str, count: u64) -> MonthlyCount {
    MonthlyCount {
        song_id: song.into(),
        download_month: month.into(),
        total_downloads_in_month: count,
    }
}

#[tokio::test]
async fn items_are_written_and_read_back() {
    let songs = table::<Songs>().await;
    songs.put(&song("1")).await.unwrap();
    songs.put(&download("1", 7)).await.unwrap();
    assert_eq!(songs.get(Song::key("1")).await.unwrap(), Some(song("1")));
    assert_eq!(
        songs.get(Download::key("1", 7)).consistent().await.unwrap(),
        Some(download("1", 7))
    );
    assert_eq!(songs.get(Song::key("2")).await.unwrap(), None);
    songs.delete(Song::key("1")).await.unwrap();
    assert_eq!(songs.get(Song::key("1")).await.unwrap(), None);
}

#[tokio::test]
async fn create_does_not_replace_and_replace_does_not_create() {
    let songs = table::<Songs>().await;
    let error = songs.replace(&song("1")).await.unwrap_err();
    assert!(error.is_condition_failed(), "{error}");
    songs.create(&song("1")).await.unwrap();
    let error = songs.create(&song("1")).await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::ConditionFailed(failed) if failed.operation() == "create")
    );
    songs.replace(&song("1")).await.unwrap();
}

#[tokio::test]
async fn a_query_returns_its_own_items_in_order() {
    let songs = table::<Songs>().await;
    for id in [9, 10, 8] {
        songs.put(&download("1", id)).await.unwrap();
    }
    songs.put(&song("1")).await.unwrap();
    songs.put(&month("1", "01-2018", 3)).await.unwrap();
    songs.put(&download("2", 1)).await.unwrap();

    let ids =
        |downloads: Vec<Download>| downloads.iter().map(|d| d.download_id).collect::<Vec<_>>();
    let all = songs.query(Download::partition("1")).all().await.unwrap();
    assert_eq!(ids(all), [10, 8, 9]);
    let last = songs.query(Download::partition("1")).descending().limit(2).all().await.unwrap();
    assert_eq!(ids(last), [9, 8]);
    let one = songs.query(Download::partition("1").download_id(8)).all().await.unwrap();
    assert_eq!(ids(one), [8]);
    assert_eq!(songs.query(Download::partition("1")).count().await.unwrap(), 3);
    assert_eq!(songs.query(Song::partition("1")).first().await.unwrap(), Some(song("1")));

    let everything = songs.query(SongItem::partition("1")).all().await.unwrap();
    assert_eq!(everything.len(), 5);
    assert_eq!(everything[0], SongItem::Song(song("1")));
    assert_eq!(songs.scan().all().await.unwrap().len(), 6);
}

#[tokio::test]
async fn an_index_is_queried_with_the_same_methods() {
    let songs = table::<Songs>().await;
    for (id, count) in [("1", 3), ("2", 20), ("3", 100)] {
        songs.put(&month(id, "01-2018", count)).await.unwrap();
    }
    songs.put(&month("1", "02-2018", 50)).await.unwrap();
    let counts = |items: Vec<MonthlyCount>| {
        items.iter().map(|m| m.total_downloads_in_month).collect::<Vec<_>>()
    };
    let january = || MonthlyCount::downloads_by_month("01-2018");
    let top = songs.query(january()).descending().limit(2).all().await.unwrap();
    assert_eq!(counts(top), [100, 20]);
    let some = songs.query(january().total_downloads_in_month(3..=20)).all().await.unwrap();
    assert_eq!(counts(some), [3, 20]);
    let many = songs.query(january().total_downloads_in_month(4..)).all().await.unwrap();
    assert_eq!(counts(many), [20, 100]);
}
