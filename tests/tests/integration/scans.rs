//! Scans: in segments, of one entity, at a rate.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use entity_core::error::CursorReason;
use entity_core::{Cursor, ErrorKind, Projection, TableHandle};
use serde::Deserialize;
use tests::engine::{embedded, needs_embedded, table, table_of, watched};
use tests::music::{Download, MonthlyCount, Song, SongItem, Songs};
use tests::stream::{collect, next};

/// Songs of which each has a download and some have a count.
async fn fill(songs: &TableHandle<Songs>, count: u64, bytes: usize) {
    for number in 0..count {
        let song_id = format!("{number}");
        let title = format!("T{number}");
        let song = Song { id: song_id.clone(), title, artist: "A".into(), total_downloads: number };
        let download_timestamp = "x".repeat(bytes);
        songs.put(&song).await.unwrap();
        songs.put(&Download { song_id, download_id: number, download_timestamp }).await.unwrap();
    }
}

/// How often each item was read, by its key.
fn tally(items: impl IntoIterator<Item = SongItem>) -> BTreeMap<String, usize> {
    let mut tally = BTreeMap::new();
    for item in items {
        let key = match item {
            SongItem::Song(song) => format!("song {}", song.id),
            SongItem::Download(download) => format!("download {}", download.download_id),
            SongItem::MonthlyCount(count) => format!("count {}", count.song_id),
        };
        *tally.entry(key).or_default() += 1;
    }
    tally
}

fn all_of(count: u64) -> BTreeMap<String, usize> {
    let keys = (0..count).flat_map(|n| [format!("song {n}"), format!("download {n}")]);
    keys.map(|key| (key, 1)).collect()
}

#[tokio::test]
async fn segments_together_are_the_table() {
    let songs = table::<Songs>().await;
    fill(&songs, 60, 40_000).await;
    for segments in [0, 1, 2, 3, 7, 100] {
        let items = songs.scan().segments(segments).all().await.unwrap();
        assert_eq!(tally(items), all_of(60), "{segments}");
        let streamed = collect(songs.scan().segments(segments).stream()).await;
        assert_eq!(tally(streamed.into_iter().map(Result::unwrap)), all_of(60), "{segments}");
        let pages = collect(songs.scan().segments(segments).pages()).await;
        let items = pages.into_iter().flat_map(|page| page.unwrap().into_items().unwrap());
        assert_eq!(tally(items), all_of(60), "{segments}");
        assert_eq!(songs.scan().segments(segments).count().await.unwrap(), 120, "{segments}");
    }
}

#[tokio::test]
async fn a_scan_that_is_left_anywhere_goes_on_there() {
    let songs = table::<Songs>().await;
    fill(&songs, 40, 40_000).await;
    for leave in [0, 1, 5, 17, 40, 79, 80] {
        let mut stream = songs.scan().segments(4).stream();
        let mut items = Vec::new();
        for _ in 0..leave {
            items.push(next(&mut stream).await.unwrap().unwrap());
        }
        let cursor: Cursor = stream.cursor().to_string().parse().unwrap();
        drop(stream);
        let rest = songs.scan().segments(4).after(&cursor).all().await.unwrap();
        assert_eq!(rest.len(), 80 - leave);
        items.extend(rest);
        assert_eq!(tally(items), all_of(40), "left after {leave}");
    }
    let mut stream = songs.scan().segments(4).stream();
    while let Some(item) = next(&mut stream).await {
        item.unwrap();
    }
    let end = songs.scan().segments(4).after(&stream.cursor()).page().await.unwrap();
    assert!(end.items().is_empty() && end.cursor().is_none());
}

#[tokio::test]
async fn pages_of_segments_are_walked_to_the_end() {
    let (songs, watch) = watched::<Songs>().await;
    fill(&songs, 50, 40_000).await;
    for limit in [None, Some(1), Some(7), Some(1_000)] {
        let (mut cursor, mut items) = (None, Vec::new());
        loop {
            let mut scan = songs.scan().segments(3);
            if let Some(limit) = limit {
                scan = scan.limit(limit);
            }
            watch.clear();
            let page = scan.after(&cursor).page().await.unwrap();
            assert!(page.items().len() <= limit.unwrap_or(usize::MAX));
            assert!(limit.is_some() || watch.counts().1 <= 3, "a request a segment");
            cursor = page.cursor().cloned();
            items.extend(page.into_items().unwrap());
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(tally(items), all_of(50), "{limit:?}");
    }
}

#[tokio::test]
async fn a_cursor_is_of_as_many_segments() {
    let (songs, watch) = watched::<Songs>().await;
    fill(&songs, 5, 10).await;
    let page = songs.scan().segments(2).limit(1).page().await.unwrap();
    watch.clear();
    for segments in [1, 3] {
        let error = songs.scan().segments(segments).after(page.cursor()).all().await.unwrap_err();
        let ErrorKind::Cursor(error) = error.errors()[0].kind() else { panic!("{error}") };
        assert_eq!(error.reason(), CursorReason::OtherQuery);
    }
    let error = songs.scan().after(page.cursor()).page().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Cursor(_)));
    assert_eq!(watch.counts(), (0, 0));
}

#[derive(Debug, PartialEq, Deserialize, Projection)]
#[serde(rename_all = "PascalCase")]
#[projection(entity = Song)]
struct Title {
    title: String,
}

#[tokio::test]
async fn one_entity_is_read_filtered_and_projected() {
    let (songs, watch) = watched::<Songs>().await;
    fill(&songs, 20, 10).await;
    let count = MonthlyCount {
        song_id: "1".into(),
        download_month: "01-2018".into(),
        total_downloads_in_month: 3,
    };
    songs.put(&count).await.unwrap();
    let scan = || songs.scan().segments(3).only::<Song>();
    let response = scan().all().response().await.unwrap();
    assert_eq!((response.value.len(), response.skipped, response.scanned), (20, 21, 41));
    let some = || scan().filter(|s| s.total_downloads.between(5, 9)).filter(|s| s.title.ne("T7"));
    let mut ids: Vec<u64> =
        some().all().await.unwrap().iter().map(|song| song.total_downloads).collect();
    ids.sort_unstable();
    assert_eq!(ids, [5, 6, 8, 9]);
    assert_eq!(some().count().await.unwrap(), 4);
    watch.clear();
    let mut titles: Vec<String> =
        some().project::<Title>().all().await.unwrap().into_iter().map(|t| t.title).collect();
    titles.sort();
    assert_eq!(titles, ["T5", "T6", "T8", "T9"]);
    for body in watch.bodies() {
        assert_eq!(body["TotalSegments"], 3);
        assert!(body["ProjectionExpression"].is_string() && body["FilterExpression"].is_string());
    }
    // A limit is of items returned, also if most are filtered out.
    let three = some().limit(3).all().await.unwrap();
    assert_eq!(three.len(), 3);
}

#[tokio::test]
async fn an_error_ends_all_segments_and_nothing_is_lost() {
    if !needs_embedded("faults") {
        return;
    }
    let local = embedded();
    let songs = table_of::<Songs>(&local.client()).await;
    fill(&songs, 60, 40_000).await;
    let denied = entity_local::Fault::error(400, "AccessDeniedException");
    local.faults().on("Scan").after(3).inject(denied);
    let mut stream = songs.scan().segments(3).stream();
    let (mut items, mut failed) = (Vec::new(), None);
    while let Some(item) = next(&mut stream).await {
        match item {
            Ok(item) => items.push(item),
            Err(error) => failed = Some(error),
        }
    }
    assert_eq!(failed.unwrap().code(), Some("AccessDeniedException"));
    assert!(!items.is_empty() && items.len() < 120, "{}", items.len());
    let rest = songs.scan().segments(3).after(&stream.cursor()).all().await.unwrap();
    items.extend(rest);
    assert_eq!(tally(items), all_of(60));
}

#[tokio::test]
async fn bounds_are_shared_by_segments() {
    let songs = table::<Songs>().await;
    fill(&songs, 30, 10).await;
    for max in [0, 1, 5, 59, 1_000] {
        let response = songs.scan().segments(4).max_scanned(max).page().response().await.unwrap();
        let page = response.value;
        assert!(response.scanned <= max);
        assert_eq!(page.stopped().is_some(), page.cursor().is_some(), "{max}");
        assert_eq!(page.stopped().is_none(), max == 1_000, "{max}");
        let mut items =
            page.items().iter().map(|item| item.as_ref().unwrap().clone()).collect::<Vec<_>>();
        if let Some(cursor) = page.cursor() {
            items.extend(songs.scan().segments(4).after(cursor).all().await.unwrap());
        }
        assert_eq!(tally(items), all_of(30), "{max}");
    }
}

#[tokio::test]
async fn a_rate_is_kept_by_all_segments_together() {
    if !needs_embedded("DynamoDB Local's pages are of other sizes") {
        return;
    }
    let (songs, watch) = watched::<Songs>().await;
    fill(&songs, 60, 60_000).await;
    let read = songs.scan().segments(2).all().response().await.unwrap();
    assert!(read.requests > 2 && read.consumed.units > 300.0, "{read:?}");
    // What comes first is free, and what comes last is not waited for.
    let start = Instant::now();
    watch.clear();
    let items = songs.scan().segments(2).units_per_second(400).all().await.unwrap();
    let took = start.elapsed();
    assert_eq!(items.len(), 120);
    assert!(watch.bodies().iter().all(|body| body["ReturnConsumedCapacity"] == "INDEXES"));
    let waited = (read.consumed.units - 2.0 * 140.0) / 400.0;
    assert!(waited > 0.1 && took >= Duration::from_secs_f64(waited), "{took:?} of {waited}");
}
