//! Pages, limits, bounds and filters agree with a model, wherever the pages of the service end.

use entity_core::error::{Bound, PartialRead};
use entity_core::{Cursor, ErrorKind, Page, TableHandle};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use tests::engine::{is_embedded, table, watched};
use tests::music::{Download, MonthlyCount, Song, Songs};
use tests::stream::{collect, next};

/// What is in the partition, and how it is read.
#[derive(Debug, Clone)]
struct Case {
    /// A download each, and how many bytes it has.
    downloads: Vec<(u64, usize)>,
    /// How many items of other entities lie beside them.
    others: u8,
    filter: Option<char>,
    descending: bool,
    limit: Option<usize>,
    max_scanned: Option<u64>,
    max_requests: Option<usize>,
    page_size: Option<u32>,
    /// After how many items a stream is left and resumed.
    leave: usize,
}

fn cases() -> impl Strategy<Value = Case> {
    // Some partitions have several pages of the service's 1 MB.
    let bytes = prop_oneof![3 => 1..200_usize, 1 => 50_000..250_000_usize];
    let downloads = prop::collection::btree_map(0..2_000_u64, bytes, 0..30);
    let bounds = (
        prop::option::of(0..12_usize),
        prop::option::of(0..15_u64),
        prop::option::of(0..5_usize),
        prop::option::of(1..9_u32),
    );
    let filter = prop::option::of(prop::sample::select(vec!['a', 'b', 'z']));
    (downloads, 0..20_u8, filter, any::<bool>(), bounds, 0..20_usize).prop_map(
        |(
            downloads,
            others,
            filter,
            descending,
            (limit, max_scanned, max_requests, page_size),
            leave,
        )| Case {
            downloads: downloads.into_iter().collect(),
            others,
            filter,
            descending,
            limit,
            max_scanned,
            max_requests,
            page_size,
            leave,
        },
    )
}

/// A download whose text begins with a letter that its number says.
fn download(id: u64, bytes: usize) -> Download {
    let letter = if id.is_multiple_of(3) { "a" } else { "b" };
    let download_timestamp = letter.repeat(bytes);
    Download { song_id: "1".into(), download_id: id, download_timestamp }
}

async fn fill(songs: &TableHandle<Songs>, case: &Case) {
    for (id, bytes) in &case.downloads {
        songs.put(&download(*id, *bytes)).await.unwrap();
    }
    for number in 0..case.others {
        let download_month = format!("{number:02}-2018");
        let count = MonthlyCount {
            song_id: "1".into(),
            download_month,
            total_downloads_in_month: number.into(),
        };
        songs.put(&count).await.unwrap();
    }
    let song = |id: &str| Song {
        id: id.into(),
        title: "T".into(),
        artist: "A".into(),
        total_downloads: 0,
    };
    songs.put(&song("1")).await.unwrap();
    songs.put(&song("2")).await.unwrap();
}

/// The ids that the query is to return, in its order.
fn model(case: &Case) -> Vec<u64> {
    let wanted = |(id, bytes): &&(u64, usize)| {
        case.filter
            .is_none_or(|letter| download(*id, *bytes).download_timestamp.starts_with(letter))
    };
    let mut ids: Vec<u64> = case.downloads.iter().filter(wanted).map(|(id, _)| *id).collect();
    ids.sort_by_key(ToString::to_string);
    if case.descending {
        ids.reverse();
    }
    ids
}

/// The query of a case, without its bounds.
macro_rules! query {
    ($songs:ident, $case:ident) => {{
        let mut query = $songs.query(Download::partition("1"));
        if let Some(letter) = $case.filter {
            query = query.filter(|d| d.download_timestamp.begins_with(letter.to_string()));
        }
        if $case.descending { query.descending() } else { query }
    }};
}

/// The query of a case with its bounds.
macro_rules! bounded {
    ($songs:ident, $case:ident) => {{
        let mut query = query!($songs, $case);
        if let Some(limit) = $case.limit {
            query = query.limit(limit);
        }
        if let Some(items) = $case.max_scanned {
            query = query.max_scanned(items);
        }
        if let Some(requests) = $case.max_requests {
            query = query.max_requests(requests);
        }
        if let Some(items) = $case.page_size {
            query = query.page_size(items);
        }
        query
    }};
}

fn id(download: &Download) -> u64 {
    download.download_id
}

fn ids(page: Page<Download>) -> Vec<u64> {
    page.into_items().unwrap().iter().map(id).collect()
}

/// Walks all pages; each keeps to its bounds, says whether one was met, and the next goes on there.
async fn walked(songs: &TableHandle<Songs>, case: &Case) -> Vec<u64> {
    let (mut cursor, mut all) = (None::<Cursor>, Vec::new());
    for round in 0.. {
        assert!(round < 500, "it does not end");
        let response = bounded!(songs, case).after(&cursor).page().response().await.unwrap();
        let (page, scanned, requests) = (response.value, response.scanned, response.requests);
        let (count, stopped) = (page.items().len(), page.stopped());
        let limit = case.limit.unwrap_or(usize::MAX);
        assert!(count <= limit);
        assert!(case.max_scanned.is_none_or(|max| scanned <= max), "{scanned} looked at");
        assert!(case.max_requests.is_none_or(|max| requests <= max), "{requests} sent");
        match stopped {
            Some(Bound::MaxScanned) => assert_eq!(Some(scanned), case.max_scanned),
            Some(Bound::MaxRequests) => assert_eq!(Some(requests), case.max_requests),
            Some(other) => panic!("{other} is not known here"),
            // Without a bound met, a page is full, or the last, or one request.
            None => assert!(
                count == limit
                    || page.cursor().is_none()
                    || (case.limit.is_none() && requests == 1)
            ),
        }
        assert!(stopped.is_none() || page.cursor().is_some(), "what stopped early goes on");
        let stuck = count == 0 && [case.limit, case.max_requests].contains(&Some(0));
        let stuck = stuck || case.max_scanned == Some(0);
        let before = std::mem::replace(&mut cursor, page.cursor().cloned());
        all.extend(ids(page));
        if stuck {
            assert_eq!((requests, before), (0, None), "nothing is asked for");
            assert!(cursor.is_some(), "all of it is left");
            return model(case);
        }
        if cursor.is_none() {
            break;
        }
        // A cursor travels as text.
        cursor = cursor.map(|cursor| cursor.to_string().parse().unwrap());
    }
    all
}

/// `all` and `stream` give as much as the bounds allow, and what they say goes on gives the rest.
async fn in_one(songs: &TableHandle<Songs>, case: &Case) {
    let expected = model(case);
    let wanted = expected.len().min(case.limit.unwrap_or(usize::MAX));
    let (got, stopped) = match bounded!(songs, case).all().await {
        Ok(items) => (items, None),
        Err(error) => stopped(error),
    };
    let got: Vec<u64> = got.iter().map(id).collect();
    assert!(got.len() <= wanted && expected.starts_with(&got));
    match &stopped {
        None => assert_eq!(got.len(), wanted),
        Some(cursor) => {
            let rest = query!(songs, case).after(cursor).all().await.unwrap();
            let all: Vec<u64> = got.iter().copied().chain(rest.iter().map(id)).collect();
            assert_eq!(all, expected);
        }
    }
    let mut streamed = collect(bounded!(songs, case).stream()).await;
    if stopped.is_some() {
        let last = streamed.pop().unwrap().unwrap_err();
        assert!(matches!(last.kind(), ErrorKind::Stopped(_)), "{last}");
    }
    assert_eq!(streamed.iter().map(|item| id(item.as_ref().unwrap())).collect::<Vec<_>>(), got);

    if case.limit == Some(0) {
        return;
    }
    let first = bounded!(songs, case).first().await;
    match (first, got.first()) {
        (Ok(found), Some(first)) => assert_eq!(found.as_ref().map(id), Some(*first)),
        // The first one may take less than all of them, and does not take more.
        (Ok(found), None) => assert_eq!((found, stopped.is_none()), (None, true)),
        (Err(error), _) => assert!(matches!(error.kind(), ErrorKind::Stopped(_)), "{error}"),
    }
}

/// What was read before a bound was met, and where to go on.
fn stopped(error: PartialRead<Vec<Download>>) -> (Vec<Download>, Option<Cursor>) {
    let (items, errors) = error.into_parts();
    let [error] = errors.as_slice() else { panic!("{errors:?}") };
    let ErrorKind::Stopped(stopped) = error.kind() else { panic!("{error}") };
    (items, Some(stopped.cursor().clone()))
}

/// A stream that is left after some items goes on exactly there.
async fn left_and_resumed(songs: &TableHandle<Songs>, case: &Case) {
    let mut stream = query!(songs, case).stream();
    let mut taken = Vec::new();
    for _ in 0..case.leave {
        match next(&mut stream).await {
            Some(item) => taken.push(id(&item.unwrap())),
            None => break,
        }
    }
    let cursor: Cursor = stream.cursor().to_string().parse().unwrap();
    let rest = query!(songs, case).after(&cursor).all().await.unwrap();
    taken.extend(rest.iter().map(id));
    assert_eq!(taken, model(case));

    let (mut pages, mut taken) = (query!(songs, case).pages(), Vec::new());
    for _ in 0..case.leave % 3 {
        if let Some(page) = next(&mut pages).await {
            taken.extend(ids(page.unwrap()));
        }
    }
    let rest = query!(songs, case).after(&pages.cursor()).all().await.unwrap();
    taken.extend(rest.iter().map(id));
    assert_eq!(taken, model(case));
}

#[test]
fn pages_bounds_and_filters_agree_with_a_model() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let cases_of = Config { cases: if is_embedded() { 60 } else { 20 }, ..Config::default() };
    let cases_of = Config { rng_seed: RngSeed::Fixed(5), failure_persistence: None, ..cases_of };
    let mut runner = TestRunner::new(cases_of);
    let checked = runner.run(&cases(), |case| {
        runtime.block_on(async {
            let songs = &table::<Songs>().await;
            fill(songs, &case).await;
            assert_eq!(walked(songs, &case).await, model(&case));
            in_one(songs, &case).await;
            left_and_resumed(songs, &case).await;
            let count = query!(songs, case).count().await.unwrap();
            assert_eq!(count, model(&case).len() as u64);
        });
        Ok(())
    });
    checked.unwrap();
}

#[tokio::test]
async fn a_bound_is_said_by_every_ending() {
    let (songs, watch) = watched::<Songs>().await;
    for number in 1..=5 {
        songs.put(&download(number, 1)).await.unwrap();
    }
    let query = || songs.query(Download::partition("1")).filter(|d| d.download_timestamp.eq("z"));
    watch.clear();
    let first = query().max_scanned(3).first().await.unwrap_err();
    let said = "stopped by `max_scanned` before its end; go on after its `cursor()`";
    let said = format!("read of `{}`: {said}", songs.name());
    assert_eq!(first.to_string(), said);
    let count = songs.query(Download::partition("1")).max_scanned(3).count().await.unwrap_err();
    assert_eq!(count.to_string(), said);
    let error = songs.scan().max_scanned(3).count().await.unwrap_err();
    assert_eq!(error.to_string(), said);
    let mut pages = query().max_scanned(3).pages();
    let page = next(&mut pages).await.unwrap().unwrap();
    assert!(page.items().is_empty());
    assert_eq!(next(&mut pages).await.unwrap().unwrap_err().to_string(), said);
    assert!(next(&mut pages).await.is_none());
    // The request asks for no more than that.
    assert!(watch.bodies().iter().all(|body| body["Limit"].as_u64().unwrap() <= 3));

    let error = query().max_requests(0).all().await.unwrap_err();
    assert_eq!(error.to_string(), said.replace("max_scanned", "max_requests"));
    assert_eq!(watch.counts(), (0, 0), "nothing may be sent");
    // A bound that is not met is not spoken of.
    assert_eq!(query().max_scanned(6).max_requests(1).all().await.unwrap(), []);
}
