//! Items as they come, over many pages; builders are values that can go anywhere.

use entity_core::{ErrorKind, Table, TableHandle};
use tests::engine::{self, embedded, needs_embedded, table, table_of, watched};
use tests::music::{Download, Song, SongItem, Songs};
use tests::stream::{collect, next};

/// Downloads so large that a page of the service holds about ten.
async fn fill(songs: &TableHandle<Songs>, count: u64) {
    for id in 0..count {
        let at = "x".repeat(100_000);
        let download = Download { song_id: "1".into(), download_id: id, download_timestamp: at };
        songs.put(&download).await.unwrap();
    }
}

fn id(download: Download) -> u64 {
    download.download_id
}

#[tokio::test]
async fn every_item_of_many_pages_comes_once_and_in_order() {
    let (songs, watch) = watched::<Songs>().await;
    fill(&songs, 35).await;
    let mut expected: Vec<u64> = (0..35).collect();
    expected.sort_by_key(ToString::to_string);
    watch.clear();
    let query = || songs.query(Download::partition("1"));
    let ids = collect(query().stream()).await.into_iter().map(|item| id(item.unwrap()));
    assert_eq!(ids.collect::<Vec<u64>>(), expected);
    assert!(watch.counts().0 >= 4, "several pages");
    let ids = query().all().await.unwrap().into_iter().map(id);
    assert_eq!(ids.collect::<Vec<u64>>(), expected);
    assert_eq!(query().count().await.unwrap(), 35);
    let response = query().all().response().await.unwrap();
    // The embedded engine counts the item that did not fit into a page for both pages.
    assert!(response.skipped == 0 && response.scanned >= 35, "{}", response.scanned);
    assert!(response.requests >= 4, "{}", response.requests);
    assert!(response.consumed.units >= 35.0 * 12.0, "{:?}", response.consumed);
    let back = query().descending().limit(13).stream();
    let ids = collect(back).await.into_iter().map(|item| id(item.unwrap()));
    let last: Vec<u64> = expected.iter().rev().take(13).copied().collect();
    assert_eq!(ids.collect::<Vec<u64>>(), last);
    assert_eq!(collect(songs.scan().stream()).await.len(), 35);

    let (mut cursor, mut walked) = (None, Vec::new());
    loop {
        let page = query().after(&cursor).page().await.unwrap();
        cursor = page.cursor().cloned();
        walked.extend(page.into_items().unwrap().into_iter().map(id));
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(walked, expected);
}

#[tokio::test]
async fn nothing_is_asked_for_before_it_is_polled_or_after_it_is_dropped() {
    let (songs, watch) = watched::<Songs>().await;
    fill(&songs, 25).await;
    watch.clear();
    let mut stream = songs.query(Download::partition("1")).stream();
    assert_eq!(watch.counts(), (0, 0));
    next(&mut stream).await.unwrap().unwrap();
    assert_eq!(watch.counts(), (1, 1));
    for _ in 0..5 {
        next(&mut stream).await.unwrap().unwrap();
    }
    assert_eq!(watch.counts(), (0, 0), "nothing is asked for ahead");
    drop(stream);
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert_eq!(watch.counts(), (0, 0));
}

#[tokio::test]
async fn an_error_on_the_way_is_the_last_element() {
    if !needs_embedded("faults") {
        return;
    }
    let local = embedded();
    let songs = table_of::<Songs>(&local.client()).await;
    fill(&songs, 25).await;
    let denied = || entity_local::Fault::error(400, "AccessDeniedException");
    local.faults().on("Query").after(1).inject(denied());
    let mut items = collect(songs.query(Download::partition("1")).stream()).await;
    let last = items.pop().unwrap().unwrap_err();
    assert_eq!(last.code(), Some("AccessDeniedException"));
    let ids: Vec<u64> = items.into_iter().map(|item| id(item.unwrap())).collect();
    assert!((5..=20).contains(&ids.len()), "{ids:?}");

    // The read of all of them carries what came before.
    local.faults().on("Query").after(1).inject(denied());
    let partial = songs.query(Download::partition("1")).all().await.unwrap_err();
    assert_eq!(partial.items().iter().cloned().map(id).collect::<Vec<u64>>(), ids);
    assert_eq!(partial.errors().len(), 1);
    assert!(matches!(partial.errors()[0].kind(), ErrorKind::Service(_)));

    // After the error the stream has ended, and stays so.
    local.faults().on("Query").inject(denied());
    let mut stream = songs.query(Download::partition("1")).stream();
    assert!(next(&mut stream).await.unwrap().is_err());
    assert!(next(&mut stream).await.is_none());
    assert!(next(&mut stream).await.is_none());
}

fn goes_anywhere<T: Send + 'static>(value: T) -> T {
    value
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn builders_and_streams_go_to_other_tasks() {
    let songs = table::<Songs>().await;
    let mut tasks = Vec::new();
    for number in 0..16_u64 {
        let songs = songs.clone();
        tasks.push(tokio::spawn(async move {
            let at = "2018".to_owned();
            let download =
                Download { song_id: "1".into(), download_id: number, download_timestamp: at };
            songs.create(&download).await?;
            songs.get(Download::key("1", number)).consistent().await
        }));
    }
    for (number, task) in tasks.into_iter().enumerate() {
        let read = task.await.unwrap().unwrap().expect("it was written before");
        assert_eq!(read.download_id, number as u64);
    }
    let all = goes_anywhere(songs.query(Download::partition("1")).all());
    assert_eq!(tokio::spawn(all.into_future()).await.unwrap().unwrap().len(), 16);
    let count = goes_anywhere(songs.query(SongItem::partition("1")).count());
    assert_eq!(
        tokio::spawn(async move { count.response().await }).await.unwrap().unwrap().value,
        16
    );
    let stream = goes_anywhere(songs.query(Download::partition("1")).stream());
    assert_eq!(tokio::spawn(collect(stream)).await.unwrap().len(), 16);
    let first = goes_anywhere(songs.query(Download::partition("1")).first());
    assert!(tokio::spawn(first.into_future()).await.unwrap().unwrap().is_some());
    let page = goes_anywhere(songs.scan().limit(3).page());
    assert_eq!(tokio::spawn(page.into_future()).await.unwrap().unwrap().items().len(), 3);
    let song = Song { id: "2".into(), title: "T".into(), artist: "A".into(), total_downloads: 0 };
    let put = goes_anywhere(songs.put(&song));
    tokio::spawn(put.into_future()).await.unwrap().unwrap();
    let delete = goes_anywhere(songs.delete(Song::key("2")));
    tokio::spawn(delete.into_future()).await.unwrap().unwrap();
    let create = goes_anywhere(engine::named::<Songs>(songs.client()).create_table());
    tokio::spawn(create.into_future()).await.unwrap().unwrap();
    assert_eq!(Songs::SCHEMA.name, "Songs");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_that_create_one_item_one_does() {
    let songs = table::<Songs>().await;
    let song = Song { id: "1".into(), title: "T".into(), artist: "A".into(), total_downloads: 0 };
    let tasks: Vec<_> = (0..20).map(|_| tokio::spawn(songs.create(&song).into_future())).collect();
    let mut created = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => created += 1,
            Err(error) => assert!(error.is_condition_failed(), "{error}"),
        }
    }
    assert_eq!(created, 1);
}
