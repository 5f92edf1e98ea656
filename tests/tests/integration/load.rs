//! Loads: whatever happens, each item is accounted for.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use entity_core::op::{Failed, Load};
use entity_core::{ErrorKind, Item, TableHandle};
use entity_local::{Fault, LocalDynamo, Request};
use tests::desk::{Agent, Desk, DeskItem};
use tests::engine::{embedded, named, needs_embedded, table, table_of};
use tests::music::{MonthlyCount, Songs};
use tests::notes::{Note, NoteItem, Notes, note};

/// Every kind of fault that can befall a batch.
fn faults() -> Vec<Fault> {
    vec![
        Fault::InternalServerError,
        Fault::ProvisionedThroughputExceeded,
        Fault::Throttling,
        Fault::RequestLimitExceeded,
        Fault::ConnectionDropped { executed: false },
        Fault::ConnectionDropped { executed: true },
        Fault::NoAnswer { executed: false },
        Fault::NoAnswer { executed: true },
        Fault::Slow(Duration::from_millis(30)),
        Fault::TruncatedBody,
        Fault::Unprocessed(1),
        Fault::Unprocessed(7),
        Fault::Unprocessed(24),
    ]
}

/// A client that does not wait for ever.
fn client(local: &LocalDynamo) -> Client {
    let timeouts =
        TimeoutConfig::builder().operation_attempt_timeout(Duration::from_secs(1)).build();
    Client::from_conf(local.config().timeout_config(timeouts).build())
}

async fn stored(notes: &TableHandle<Notes>) -> Vec<Note> {
    let items = notes.scan().consistent().all().await.unwrap();
    let mut notes: Vec<Note> = items.into_iter().map(|NoteItem::Note(note)| note).collect();
    notes.sort_by_key(|note| note.number);
    notes
}

/// How many seeds a test runs with: `LOAD_SEEDS` says more than is quick.
fn seeds(quick: u64) -> u64 {
    std::env::var("LOAD_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(quick)
}

async fn storm(seed: u64, items: u32, least: usize) {
    let local = embedded();
    let notes = table_of::<Notes>(&client(&local)).await;
    local.faults().storm(seed, 0.9, faults());
    let mut load = notes.load((0..items).map(note)).attempts(1_000);
    load.run().await.unwrap();
    local.faults().clear();
    let met = local.faults().injected_on("BatchWriteItem");
    assert!(met >= least, "seed {seed}: {met} faults");
    assert_eq!(load.report().written(), u64::from(items), "seed {seed}");
    assert!(stored(&notes).await.into_iter().eq((0..items).map(note)), "seed {seed}");
}

#[tokio::test(start_paused = true)]
async fn a_storm_of_every_fault_loses_nothing() {
    if !needs_embedded("faults are injected") {
        return;
    }
    storm(1, 10_000, 1_000).await;
    for seed in 2..=seeds(1) {
        storm(seed, 10_000, 1_000).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_budget_that_is_too_small_names_what_is_not_there() {
    if !needs_embedded("faults are injected") {
        return;
    }
    for seed in 0..seeds(8) {
        let local = embedded();
        let notes = table_of::<Notes>(&client(&local)).await;
        // Faults after which it is certain that nothing was written.
        let certain = [Fault::Throttling, Fault::Unprocessed(3), Fault::Unprocessed(20)];
        local.faults().storm(seed, 0.8, certain);
        let mut load = notes.load((0..500).map(note)).attempts(3).max_failures(usize::MAX - 1);
        load.run().await.unwrap();
        local.faults().clear();
        let failed = numbers(load.report().failed());
        let there: BTreeSet<u32> = stored(&notes).await.iter().map(|note| note.number).collect();
        let missing: BTreeSet<u32> = (0..500).filter(|number| !there.contains(number)).collect();
        assert!(!missing.is_empty(), "seed {seed}: the budget was large enough");
        assert_eq!(failed, missing, "seed {seed}");
        assert_eq!(load.report().in_doubt().len(), 0, "seed {seed}");
        assert_eq!(load.report().written(), there.len() as u64, "seed {seed}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_not_answered_is_in_doubt_and_not_failed() {
    if !needs_embedded("faults are injected") {
        return;
    }
    for seed in 0..seeds(8) {
        let local = embedded();
        let notes = table_of::<Notes>(&client(&local)).await;
        local.faults().storm(seed, 0.7, faults());
        let mut load = notes.load((0..500).map(note)).attempts(2).max_failures(usize::MAX - 1);
        load.run().await.unwrap();
        local.faults().clear();
        let (failed, doubt) = (numbers(load.report().failed()), numbers(load.report().in_doubt()));
        let there: BTreeSet<u32> = stored(&notes).await.iter().map(|note| note.number).collect();
        assert!(failed.is_disjoint(&there), "seed {seed}: failed, and there");
        assert!(failed.is_disjoint(&doubt), "seed {seed}");
        let written = 500 - failed.len() - doubt.len();
        assert_eq!(load.report().written(), written as u64, "seed {seed}");
        let certain = |n: &u32| !failed.contains(n) && !doubt.contains(n);
        assert!((0..500).filter(certain).all(|n| there.contains(&n)), "seed {seed}");
    }
}

fn numbers(failed: &[Failed<Note>]) -> BTreeSet<u32> {
    failed.iter().map(|failed| failed.item.number).collect()
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_dropped_is_accounted_for_and_goes_on() {
    if !needs_embedded("faults are injected") {
        return;
    }
    const ITEMS: u32 = 130;
    for round in 0..100 {
        let local = embedded();
        let notes = table_of::<Notes>(&client(&local)).await;
        local.faults().storm(round, 0.4, faults());
        let taken = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&taken);
        let source = (0..ITEMS).map(move |number| {
            count.fetch_add(1, Ordering::Relaxed);
            note(number)
        });
        let mut load = notes.load(source).attempts(1_000).concurrency(3);
        poll_some(&mut load, round / 2).await;

        local.faults().clear();
        let taken = taken.load(Ordering::Relaxed);
        let places = [
            numbers(load.report().failed()),
            numbers(load.report().in_doubt()),
            load.in_flight().map(|note| note.number).collect(),
            load.not_begun().map(|note| note.number).collect(),
            (taken..ITEMS).collect(),
        ];
        let elsewhere: BTreeSet<u32> = places.iter().flatten().copied().collect();
        let sum: usize = places.iter().map(BTreeSet::len).sum();
        assert_eq!(elsewhere.len(), sum, "round {round}: an item in two places");
        let written: Vec<u32> = (0..ITEMS).filter(|n| !elsewhere.contains(n)).collect();
        assert_eq!(load.report().written(), written.len() as u64, "round {round}");
        let there: BTreeSet<u32> = stored(&notes).await.iter().map(|note| note.number).collect();
        assert!(written.iter().all(|number| there.contains(number)), "round {round}");
        let begun = |n: &u32| places[3].contains(n) || places[4].contains(n);
        assert!(!there.iter().any(begun), "round {round}: there, and not begun");

        load.run().await.unwrap();
        assert_eq!(load.report().written(), u64::from(ITEMS), "round {round}");
        assert!(stored(&notes).await.into_iter().eq((0..ITEMS).map(note)), "round {round}");
    }
}

/// Polls a run some times, and drops it.
async fn poll_some(load: &mut Load<Note>, mut times: u64) {
    let mut run = pin!(load.run());
    std::future::poll_fn(|cx| {
        if times == 0 {
            return std::task::Poll::Ready(());
        }
        times -= 1;
        run.as_mut().poll(cx).map(|ended| ended.unwrap())
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_last_item_of_a_key_wins() {
    let versions =
        |round: u32| move |number: u32| Note { text: format!("{round}"), ..note(number) };
    let input: Vec<Note> = (0..6).flat_map(|round| (0..90).map(versions(round))).collect();
    let mut expected: BTreeMap<u32, Note> = BTreeMap::new();
    for note in &input {
        expected.insert(note.number, note.clone());
    }
    let notes = table::<Notes>().await;
    let mut load = notes.load(input.clone());
    load.run().await.unwrap();
    assert_eq!(load.report().written(), 540);
    assert!(stored(&notes).await.into_iter().eq(expected.values().cloned()));

    if needs_embedded("faults are injected") {
        for seed in 0..4 {
            let local = embedded();
            let notes = table_of::<Notes>(&client(&local)).await;
            let certain = [Fault::Throttling, Fault::Unprocessed(3), Fault::Unprocessed(20)];
            local.faults().storm(seed, 0.6, certain);
            notes.load(input.clone()).attempts(1_000).run().await.unwrap();
            local.faults().clear();
            assert!(stored(&notes).await.into_iter().eq(expected.values().cloned()), "{seed}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn one_item_that_is_refused_does_not_take_others_with_it() {
    if !needs_embedded("a refusal is injected") {
        return;
    }
    let local = embedded();
    let notes = table_of::<Notes>(&local.client()).await;
    // The batch is refused, and then the one of its items that is sent first by itself.
    local.faults().on("BatchWriteItem").times(2).inject(Fault::error(400, "ValidationException"));
    let mut load = notes.load((0..25).map(note)).concurrency(1).max_failures(1);
    load.run().await.unwrap();
    assert_eq!((load.report().written(), load.report().failed().len()), (24, 1));
    let failed = &load.report().failed()[0];
    assert_eq!(failed.reason.code(), Some("ValidationException"));
    let there = stored(&notes).await;
    assert!(!there.contains(&failed.item) && there.len() == 24);
}

#[tokio::test]
async fn a_table_that_is_not_there_stops_the_run_and_another_goes_on() {
    let notes = named::<Notes>(&tests::engine::client());
    let mut load = notes.load((0..60).map(note));
    let error = load.run().await.unwrap_err();
    assert!(error.is_table_not_found(), "{error}");
    assert_eq!((load.report().written(), load.report().failed().len()), (0, 0));
    notes.create_table().await.unwrap();
    load.run().await.unwrap();
    assert_eq!(stored(&notes).await, (0..60).map(note).collect::<Vec<_>>());
}

#[tokio::test]
async fn items_that_cannot_be_written_fail_by_themselves() {
    let desk = table::<Desk>().await;
    let agent = |id: &str| Agent { id: id.into(), email: format!("{id}@x"), answered: 0 };
    let mut load = desk.load([agent("1"), agent("2")]).max_failures(2);
    load.run().await.unwrap();
    let reason = load.report().failed()[0].reason.to_string();
    assert_eq!(
        reason,
        "update of `Agent`: email: a batch cannot check a version or a unique value: write the item \
         by itself, or say `unchecked`",
    );
    let mut load = desk.load([DeskItem::Agent(agent("1"))]).unchecked();
    load.run().await.unwrap();
    assert_eq!(load.report().to_string(), "1 written");

    let notes = table::<Notes>().await;
    let large = Note { text: "x".repeat(410_000), ..note(1) };
    let mut load = notes.load([note(0), large, note(2)]);
    let error = load.run().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Load(load) if load.failed() == 1), "{error}");
    load.run().await.unwrap();
    assert_eq!(stored(&notes).await, [note(0), note(2)]);
}

#[tokio::test]
async fn large_items_are_split_by_bytes() {
    let notes = table::<Notes>().await;
    let large = |number| Note { text: "x".repeat(390_000), ..note(number) };
    let sizes = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&sizes);
    let mut load = notes.load((0..60).map(large)).concurrency(2).on_progress(move |progress| {
        told.lock().unwrap().push(progress.written);
    });
    load.run().await.unwrap();
    assert_eq!(load.report().written(), 60);
    let told = sizes.lock().unwrap().clone();
    assert!(told.is_sorted() && told.last() == Some(&60), "{told:?}");
    assert_eq!(stored(&notes).await.len(), 60);
}

#[tokio::test(start_paused = true)]
async fn what_a_query_finds_is_deleted() {
    let notes = table::<Notes>().await;
    notes.load((0..300).map(note)).run().await.unwrap();
    let mut delete = notes.delete_all(Note::partition(3).number(100..));
    delete.run().await.unwrap();
    let kept = |note: &Note| note.bucket != 3 || note.number < 100;
    let left: Vec<Note> = (0..300).map(note).filter(kept).collect();
    assert_eq!(delete.report().written(), 300 - left.len() as u64);
    assert_eq!(stored(&notes).await, left);
}

#[tokio::test]
async fn a_source_without_an_end_stops_at_its_failures() {
    let notes = table::<Notes>().await;
    let large = |number| Note { text: "x".repeat(410_000), ..note(number) };
    let mut load = notes.load((0..).map(large)).max_failures(3);
    let error = load.run().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Load(load) if load.failed() == 4), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_query_that_fails_is_not_taken_for_its_end() {
    if !needs_embedded("a refusal is injected") {
        return;
    }
    let local = embedded();
    let notes = table_of::<Notes>(&local.client()).await;
    notes.load((0..30).map(note)).run().await.unwrap();
    local.faults().on("Query").inject(Fault::error(400, "AccessDeniedException"));
    let mut delete = notes.delete_all(Note::partition(3));
    assert_eq!(delete.run().await.unwrap_err().code(), Some("AccessDeniedException"));
    assert!(delete.run().await.unwrap_err().to_string().contains("AccessDeniedException"));
    assert_eq!(stored(&notes).await.len(), 30);
}

#[tokio::test]
async fn items_of_one_key_are_an_error_by_choice() {
    let notes = table::<Notes>().await;
    let mut load = notes.load([1, 2, 1, 3].map(note)).refuse_duplicates().max_failures(1);
    load.run().await.unwrap();
    let failed: Vec<u32> = load.report().failed().iter().map(|failed| failed.item.number).collect();
    assert_eq!((load.report().written(), failed), (3, vec![1]));
    let reason = load.report().failed()[0].reason.to_string();
    assert_eq!(
        reason,
        format!("load of `{}`: an item of the same key is on its way", notes.name())
    );
    assert_eq!(stored(&notes).await.len(), 3);

    // What was written is not remembered: an item that comes later replaces it.
    let far: Vec<Note> = (0..600).chain([0]).map(note).collect();
    let mut load = notes.load(far).refuse_duplicates();
    load.run().await.unwrap();
    assert_eq!(load.report().written(), 601);
}

#[tokio::test(start_paused = true)]
async fn a_load_keeps_its_rate() {
    if !needs_embedded("time is the test's own") {
        return;
    }
    let local = embedded();
    let notes = table_of::<Notes>(&local.client()).await;
    let start = tokio::time::Instant::now();
    let mut load = notes.load((0..1_000).map(note)).units_per_second(100);
    load.run().await.unwrap();
    let units = load.report().consumed().units;
    assert!(units >= 1_000.0, "{units}");
    // What comes first is free: as many requests as run at once.
    let (took, least) = (start.elapsed().as_secs_f64(), (units - 400.0) / 100.0);
    assert!((least..units / 100.0 + 1.0).contains(&took), "{took} of {least}");
}

/// The values of an attribute of what a request writes.
fn values(request: &Request, attribute: &str) -> BTreeSet<String> {
    let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
    let tables = body["RequestItems"].as_object().unwrap().values();
    let items = tables.flat_map(|writes| writes.as_array().unwrap());
    let values = items.map(|write| write["PutRequest"]["Item"][attribute].clone());
    values.map(|value| value["N"].as_str().or(value["S"].as_str()).unwrap().to_owned()).collect()
}

fn only<'a>(attribute: &'a str, hot: &'a str) -> impl Fn(&Request) -> bool + use<'a> {
    move |request| values(request, attribute) == BTreeSet::from([hot.to_owned()])
}

fn arn(table: &str) -> String {
    format!("arn:aws:dynamodb:eu-west-1:000000000000:table/{table}")
}

/// Notes of bucket 0 first, and then of the others.
fn hot_and_cold(hot: u32, cold: u32) -> impl Iterator<Item = Note> + Send + Unpin {
    let bucket = move |number| if number < hot { 0 } else { 1 + (number % 6) as u8 };
    (0..hot + cold).map(move |number| Note { bucket: bucket(number), ..note(number) })
}

/// The least number of requests that ran at once.
fn least<W: Item>(load: Load<W>) -> (Load<W>, Arc<AtomicU32>) {
    let least = Arc::new(AtomicU32::new(u32::MAX));
    let seen = Arc::clone(&least);
    let load = load.on_progress(move |progress| {
        seen.fetch_min(progress.concurrency as u32, Ordering::Relaxed);
    });
    (load, least)
}

#[tokio::test(start_paused = true)]
async fn a_hot_partition_does_not_slow_the_others() {
    if !needs_embedded("faults are injected") {
        return;
    }
    // The limit that the service says was exceeded, and whether the others keep their pace.
    let limits = [
        ("TableWriteKeyRangeThroughputExceeded", true),
        ("TableWriteProvisionedThroughputExceeded", false),
    ];
    for (limit, keeps) in limits {
        let local = embedded();
        let notes = table_of::<Notes>(&client(&local)).await;
        let fault = Fault::throttled(limit, &arn(notes.name()));
        let hot = local.faults().on("BatchWriteItem").when(only("bucket", "0"));
        hot.times(6).inject(fault);
        let (requests, (mut load, least)) =
            (local.requests(), least(notes.load(hot_and_cold(50, 1_000))));
        load.run().await.unwrap();
        assert_eq!(load.report().written(), 1_050);
        assert_eq!(local.faults().pending(), 0, "{limit}");
        assert_eq!(least.load(Ordering::Relaxed) >= 4, keeps, "{limit}: {least:?}");
        let sent = requests.of("BatchWriteItem");
        let of_hot: Vec<bool> = sent.iter().map(only("bucket", "0")).collect();
        if keeps {
            // Two batches of the hot partition, of which six requests were refused; nothing of the
            // others was sent twice, and they did not wait for it.
            assert_eq!(of_hot.iter().filter(|hot| **hot).count(), 8);
            assert_eq!(sent.len(), 8 + 40);
            assert_eq!(of_hot.iter().rposition(|hot| *hot), Some(47));
            let before = of_hot.iter().take(44).filter(|hot| !**hot).count();
            assert!(before >= 38, "{of_hot:?}");
        }
        assert_eq!(stored(&notes).await.len(), 1_050);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_left_tells_which_partition_is_hot() {
    if !needs_embedded("faults are injected") {
        return;
    }
    let local = embedded();
    let notes = table_of::<Notes>(&client(&local)).await;
    // Five of a batch come back, which the service does not explain; and then it does.
    let mixed = |request: &Request| {
        let buckets = values(request, "bucket");
        buckets.contains("0") && buckets.len() > 1
    };
    local.faults().on("BatchWriteItem").when(mixed).inject(Fault::Unprocessed(5));
    let fault = Fault::throttled("TableWriteKeyRangeThroughputExceeded", &arn(notes.name()));
    local.faults().on("BatchWriteItem").when(only("bucket", "0")).times(3).inject(fault);
    // The clock moves on while others are on their way.
    let slow = Fault::Slow(Duration::from_millis(20));
    local.faults().on("BatchWriteItem").always().inject(slow);
    // In each batch the last five are of the hot partition.
    let bucket = |number: u32| if number % 25 < 20 { 1 + (number % 6) as u8 } else { 0 };
    let items = (0..5_000).map(move |number| Note { bucket: bucket(number), ..note(number) });
    let (requests, mut load) = (local.requests(), notes.load(items));
    load.run().await.unwrap();
    assert_eq!(local.faults().pending(), 0);
    local.faults().clear();
    assert_eq!(load.report().written(), 5_000);
    let sent = requests.of("BatchWriteItem");
    let mixed = sent.iter().filter(|request| mixed(request)).count();
    // Those that were on their way before the service said why.
    assert!(mixed < 60, "{mixed} of {}", sent.len());
    assert_eq!(stored(&notes).await.len(), 5_000);
}

#[tokio::test(start_paused = true)]
async fn a_hot_partition_of_an_index_is_one_of_its_keys() {
    if !needs_embedded("faults are injected") {
        return;
    }
    let local = embedded();
    let songs = table_of::<Songs>(&client(&local)).await;
    let index = format!("{}/index/DownloadsByMonth", arn(songs.name()));
    let fault = Fault::throttled("IndexWriteKeyRangeThroughputExceeded", &index);
    let hot = local.faults().on("BatchWriteItem").when(only("DownloadMonth", "01-2018"));
    hot.times(4).inject(fault);
    // Each in a partition of the table by itself.
    let count = |number: u32| MonthlyCount {
        song_id: format!("{number}"),
        download_month: format!("{:02}-2018", if number < 25 { 1 } else { 2 + number % 10 }),
        total_downloads_in_month: u64::from(number),
    };
    let (requests, (mut load, least)) = (local.requests(), least(songs.load((0..525).map(count))));
    load.run().await.unwrap();
    assert_eq!(load.report().written(), 525);
    assert_eq!(local.faults().pending(), 0);
    assert!(least.load(Ordering::Relaxed) >= 4, "{least:?}");
    assert_eq!(requests.of("BatchWriteItem").len(), 5 + 20);
}
