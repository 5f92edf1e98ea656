//! `consume`: what is handed out, in which order, and what is never passed by.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use entity_core::stream::{
    Change, Checkpoint, CheckpointError, Checkpoints, Consumer, InMemory, Keys,
};
use entity_core::{Error, ErrorKind, Table};
use serde_json::{Value, json};
use tests::changes::{ARN, Service, Shard, streamed};
use tests::engine::skip;
use tests::music::{Download, Song, SongItem, Songs};
use tests::sessions::{Live, LiveItem, Session, SessionInfo};

use aws_sdk_dynamodb::types::{StreamViewType, TimeToLiveSpecification};

/// The insertion of a download of that number.
fn inserted(number: u64) -> (u64, Value) {
    let key = json!({"Id": {"S": "1"}, "Metadata": {"S": format!("Dld-{number}")}});
    let image = json!({
        "Id": {"S": "1"}, "Metadata": {"S": format!("Dld-{number}")},
        "DownloadTimestamp": {"S": "now"},
    });
    let change = json!({"SequenceNumber": number.to_string(), "Keys": key, "NewImage": image});
    (number, json!({"eventName": "INSERT", "dynamodb": change}))
}

fn shard(id: &'static str, parent: Option<&'static str>, numbers: &[u64], closed: bool) -> Shard {
    let records = numbers.iter().map(|number| inserted(*number)).collect();
    Shard { id, parent, records, closed, oldest: 0 }
}

fn service(shards: impl IntoIterator<Item = Shard>) -> Service {
    let service = Service::default();
    service.state().shards.extend(shards);
    service
}

fn consumer(service: &Service, checkpoints: impl Checkpoints) -> Consumer<SongItem> {
    let songs = Songs::on(&tests::engine::client());
    songs
        .consume(&service.client(), checkpoints)
        .stream(ARN)
        .interval(Duration::ZERO)
        .until_caught_up()
}

/// The numbers of a batch; 0 for a record that cannot be read.
fn numbers(batch: &entity_core::stream::Batch<'_, SongItem>) -> Vec<u64> {
    let number = |change: &Change<SongItem>| match change {
        Change::Inserted { new: SongItem::Download(download) } => download.download_id,
        other => panic!("{other:?}"),
    };
    batch.records().iter().map(|r| r.as_ref().map_or(0, |r| number(&r.change))).collect()
}

/// Everything there is, each batch with its shard; all of it is acknowledged.
async fn drain(consumer: &mut Consumer<SongItem>) -> Result<Vec<(String, Vec<u64>)>, Error> {
    let mut all = Vec::new();
    while let Some(batch) = consumer.next().await? {
        all.push((batch.shard().to_owned(), numbers(&batch)));
        batch.acknowledge().await?;
    }
    Ok(all)
}

fn of(shard: &str, numbers: &[u64]) -> (String, Vec<u64>) {
    (shard.to_owned(), numbers.to_vec())
}

#[tokio::test]
async fn parents_come_before_children() {
    let service = service([
        shard("c", Some("b"), &[5, 6], false),
        shard("d", Some("b"), &[7], false),
        shard("b", Some("a"), &[3, 4], true),
        shard("a", None, &[1, 2], true),
    ]);
    let mut consumer = consumer(&service, InMemory::default());
    let all = drain(&mut consumer).await.unwrap();
    assert_eq!(all[..2], [of("a", &[1, 2]), of("b", &[3, 4])]);
    let mut rest = all[2..].to_vec();
    rest.sort();
    assert_eq!(rest, [of("c", &[5, 6]), of("d", &[7])]);
    assert_eq!(consumer.report().acknowledged, 7);
}

#[tokio::test]
async fn a_child_waits_until_its_parent_is_acknowledged() {
    let service = service([shard("a", None, &[1], true), shard("b", Some("a"), &[2], false)]);
    let mut consumer = consumer(&service, InMemory::default());
    for attempt in 1..=3 {
        let batch = consumer.next().await.unwrap().unwrap();
        assert_eq!((batch.shard(), batch.attempt()), ("a", attempt));
    }
    assert_eq!(consumer.report().again, 2);
    assert_eq!(drain(&mut consumer).await.unwrap(), [of("a", &[1]), of("b", &[2])]);
}

#[tokio::test]
async fn what_is_not_acknowledged_comes_again_and_holds_up_nothing_else() {
    let service = service([shard("a", None, &[1, 2, 3], false), shard("b", None, &[4, 5], false)]);
    let mut consumer = consumer(&service, InMemory::default()).batch(2);
    let (mut seen, mut refused) = (Vec::new(), 0);
    while let Some(batch) = consumer.next().await.unwrap() {
        if batch.shard() == "a" && refused < 3 {
            refused += 1;
            assert_eq!(numbers(&batch), [1, 2], "nothing that follows comes before");
            continue;
        }
        seen.push(of(batch.shard(), &numbers(&batch)));
        batch.acknowledge().await.unwrap();
    }
    assert_eq!(seen, [of("b", &[4, 5]), of("a", &[1, 2]), of("a", &[3])]);
}

#[tokio::test]
async fn the_first_records_may_be_acknowledged_alone() {
    let checkpoints = InMemory::default();
    let service = service([shard("a", None, &[1, 2, 3], true)]);
    let mut first = consumer(&service, checkpoints.clone());
    let batch = first.next().await.unwrap().unwrap();
    batch.acknowledge_first(1).await.unwrap();
    let batch = first.next().await.unwrap().unwrap();
    assert_eq!(numbers(&batch), [2, 3]);
    batch.acknowledge_first(0).await.unwrap();
    let saved = checkpoints.load(ARN).await.unwrap();
    assert_eq!((saved[0].after.as_deref(), saved[0].ended), (Some("1"), false));

    // The same in another process.
    let mut second = consumer(&service, checkpoints.clone());
    assert_eq!(drain(&mut second).await.unwrap(), [of("a", &[2, 3])]);
    assert!(checkpoints.load(ARN).await.unwrap()[0].ended);
    assert_eq!(drain(&mut consumer(&service, checkpoints)).await.unwrap(), []);
}

#[tokio::test]
async fn new_records_and_new_shards_are_found() {
    let service = service([shard("a", None, &[1], false)]);
    let mut consumer = consumer(&service, InMemory::default());
    assert_eq!(drain(&mut consumer).await.unwrap(), [of("a", &[1])]);
    service.state().shards[0].records.push(inserted(2));
    assert_eq!(drain(&mut consumer).await.unwrap(), [of("a", &[2])]);
    {
        let mut state = service.state();
        state.shards[0].closed = true;
        state.shards.push(shard("b", Some("a"), &[3], false));
        state.shards.push(shard("c", Some("a"), &[4], false));
    }
    let mut found = drain(&mut consumer).await.unwrap();
    found.sort();
    assert_eq!(found, [of("b", &[3]), of("c", &[4])]);
}

#[tokio::test(start_paused = true)]
async fn it_waits_for_more_unless_it_is_to_catch_up() {
    let service = service([shard("a", None, &[], false)]);
    let songs = Songs::on(&tests::engine::client());
    let mut consumer = songs.consume(&service.client(), InMemory::default()).stream(ARN);
    let waited = tokio::time::timeout(Duration::from_secs(10), consumer.next()).await;
    assert!(waited.is_err());
    let reads = consumer.report().reads;
    assert!((8..=12).contains(&reads), "one a second where nothing comes: {reads}");
    service.state().shards[0].records.push(inserted(1));
    let batch = consumer.next().await.unwrap().unwrap();
    assert_eq!(numbers(&batch), [1]);
    batch.acknowledge().await.unwrap();
    // The stream is turned off: there is nothing to wait for.
    (service.state().disabled, service.state().shards[0].closed) = (true, true);
    assert!(consumer.next().await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_shard_is_read_five_times_a_second() {
    let service = service([shard("a", None, &(1..=10).collect::<Vec<_>>(), false)]);
    let songs = Songs::on(&tests::engine::client());
    let mut consumer = songs.consume(&service.client(), InMemory::default()).stream(ARN).batch(1);
    let start = tokio::time::Instant::now();
    for number in 1..=10 {
        let batch = consumer.next().await.unwrap().unwrap();
        assert_eq!(numbers(&batch), [number]);
        batch.acknowledge().await.unwrap();
    }
    assert!(start.elapsed() >= Duration::from_millis(9 * 200), "{:?}", start.elapsed());
}

#[tokio::test]
async fn records_behind_empty_reads_are_found() {
    let service = service([shard("a", None, &[1, 2, 3], false)]);
    service.state().empty = 4;
    let mut consumer = consumer(&service, InMemory::default()).batch(1);
    let all = drain(&mut consumer).await.unwrap();
    assert_eq!(all, [of("a", &[1]), of("a", &[2]), of("a", &[3])]);
}

#[tokio::test(start_paused = true)]
async fn failures_that_pass_are_not_seen() {
    let service = service([shard("a", None, &[1, 2, 3], true)]);
    service.state().failures.extend([
        ("DescribeStream", 400, "LimitExceededException"),
        ("GetShardIterator", 400, "ThrottlingException"),
        ("GetShardIterator", 500, "InternalServerError"),
        ("GetRecords", 400, "ExpiredIteratorException"),
        ("GetRecords", 400, "ProvisionedThroughputExceededException"),
        ("GetRecords", 400, "LimitExceededException"),
        ("GetRecords", 500, "InternalServerError"),
        // Nothing was promised of what is before the oldest record.
        ("GetRecords", 400, "TrimmedDataAccessException"),
    ]);
    let mut consumer = consumer(&service, InMemory::default()).batch(2);
    assert_eq!(drain(&mut consumer).await.unwrap(), [of("a", &[1, 2]), of("a", &[3])]);
    assert!(service.state().failures.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_iterator_that_expires_while_records_are_handled_is_got_anew() {
    let service = service([shard("a", None, &[1, 2], true)]);
    let mut consumer = consumer(&service, InMemory::default()).batch(1);
    let batch = consumer.next().await.unwrap().unwrap();
    batch.acknowledge().await.unwrap();
    service.state().failures.push_back(("GetRecords", 400, "ExpiredIteratorException"));
    assert_eq!(drain(&mut consumer).await.unwrap(), [of("a", &[2])]);
    let iterators = |(of, body): &(String, Value)| {
        (of == "GetShardIterator").then(|| body["SequenceNumber"].clone())
    };
    let iterators: Vec<Value> = service.state().requests.iter().filter_map(iterators).collect();
    assert_eq!(iterators, [Value::Null, json!("1")]);
}

#[tokio::test(start_paused = true)]
async fn failures_that_stay_are_said_and_the_next_run_goes_on() {
    let service = service([shard("a", None, &[1], true)]);
    let fails = [("GetRecords", 500, "InternalServerError"); 10];
    service.state().failures.extend(fails);
    service.state().failures.push_back(("GetRecords", 400, "AccessDeniedException"));
    let mut consumer = consumer(&service, InMemory::default());
    let error = drain(&mut consumer).await.unwrap_err();
    assert_eq!(error.code(), Some("InternalServerError"));
    let error = drain(&mut consumer).await.unwrap_err();
    assert_eq!(error.code(), Some("AccessDeniedException"));
    assert_eq!(drain(&mut consumer).await.unwrap(), [of("a", &[1])]);
}

#[track_caller]
fn lost(error: &Error) -> (&str, Option<&str>) {
    let ErrorKind::Stream(error) = error.kind() else { panic!("{error:?}") };
    assert!(error.is_lost() && error.to_string().contains("records were lost"), "{error}");
    match error.reason() {
        entity_core::error::StreamReason::Lost { shard, after } => (shard, after.as_deref()),
        other => panic!("{other:?}"),
    }
}

async fn checkpoint(kept: &InMemory, shard: &str, after: Option<&str>, ended: bool) {
    let mut checkpoint = Checkpoint::new(shard);
    (checkpoint.after, checkpoint.ended) = (after.map(str::to_owned), ended);
    kept.save(ARN, &checkpoint).await.unwrap();
}

#[tokio::test]
async fn a_trimmed_checkpoint_is_an_error_and_never_silence() {
    let kept = InMemory::default();
    checkpoint(&kept, "a", Some("1"), false).await;
    let service = service([shard("a", None, &[1, 2, 3, 4], false)]);
    service.state().shards[0].oldest = 3;
    let mut first = consumer(&service, kept.clone());
    for _ in 0..2 {
        assert_eq!(lost(&drain(&mut first).await.unwrap_err()), ("a", Some("1")));
    }
    // In another process too, as nothing was saved.
    let mut second = consumer(&service, kept);
    assert_eq!(lost(&drain(&mut second).await.unwrap_err()), ("a", Some("1")));
    second.accept_loss();
    assert_eq!(drain(&mut second).await.unwrap(), [of("a", &[3, 4])]);
}

#[tokio::test]
async fn a_shard_that_is_gone_before_its_end_is_an_error() {
    let kept = InMemory::default();
    checkpoint(&kept, "a", Some("1"), false).await;
    let service = service([shard("b", Some("a"), &[3], false)]);
    let mut consumer = consumer(&service, kept.clone());
    assert_eq!(lost(&drain(&mut consumer).await.unwrap_err()), ("a", Some("1")));
    consumer.accept_loss();
    assert_eq!(drain(&mut consumer).await.unwrap(), [of("b", &[3])]);
}

#[tokio::test]
async fn a_shard_that_came_and_went_unseen_is_an_error() {
    let kept = InMemory::default();
    checkpoint(&kept, "a", Some("1"), true).await;
    // `b` was between them.
    let service = service([shard("c", Some("b"), &[3], false)]);
    let mut consumer = consumer(&service, kept.clone());
    assert_eq!(lost(&drain(&mut consumer).await.unwrap_err()), ("c", None));
    consumer.accept_loss();
    assert_eq!(drain(&mut consumer).await.unwrap(), [of("c", &[3])]);
}

#[tokio::test]
async fn the_beginning_of_a_child_may_be_gone() {
    let kept = InMemory::default();
    checkpoint(&kept, "a", Some("1"), true).await;
    let service = service([shard("b", Some("a"), &[2, 3], false)]);
    service.state().shards[0].oldest = 3;
    let mut consumer = consumer(&service, kept);
    assert_eq!(lost(&drain(&mut consumer).await.unwrap_err()), ("b", None));
}

#[tokio::test]
async fn what_is_gone_is_no_loss_where_it_was_acknowledged_or_never_promised() {
    // A first consumer begins with what there is.
    let service = service([
        shard("b", Some("a"), &[1, 2], true),
        shard("c", Some("b"), &[], false),
        shard("x", Some("w"), &[], false),
    ]);
    service.state().shards[0].oldest = 2;
    let kept = InMemory::default();
    assert_eq!(drain(&mut consumer(&service, kept.clone())).await.unwrap(), [of("b", &[2])]);
    // A later one goes on, with shards that had no record when the first one ended.
    service.state().shards[1].records.push(inserted(3));
    service.state().shards[2].records.push(inserted(4));
    let mut second = drain(&mut consumer(&service, kept.clone())).await.unwrap();
    second.sort();
    assert_eq!(second, [of("c", &[3]), of("x", &[4])]);
    // Parents go, once they were acknowledged, and so do their checkpoints when no child needs them.
    {
        let mut state = service.state();
        state.shards[1].closed = true;
        state.shards.push(shard("d", Some("c"), &[5], false));
        state.shards.remove(0);
    }
    assert_eq!(drain(&mut consumer(&service, kept.clone())).await.unwrap(), [of("d", &[5])]);
    service.state().shards.remove(0);
    assert_eq!(drain(&mut consumer(&service, kept.clone())).await.unwrap(), []);
    let kept = kept.load(ARN).await.unwrap();
    let kept: Vec<&str> = kept.iter().map(|of| &*of.shard).collect();
    assert_eq!(kept, ["c", "d", "x"]);
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_an_error_in_its_place() {
    let service = service([shard("a", None, &[1, 2, 3], true)]);
    service.state().shards[0].records[1].1["dynamodb"]["NewImage"]["DownloadTimestamp"] =
        json!({"N": "7"});
    let kept = InMemory::default();
    let mut consumer = consumer(&service, kept.clone());
    let batch = consumer.next().await.unwrap().unwrap();
    assert_eq!(numbers(&batch), [1, 0, 3]);
    let error = batch.records()[1].as_ref().unwrap_err();
    assert_eq!(error.sequence_number(), Some("2"));
    let text = "stream record 2: Songs/Download 1/Dld-2: DownloadTimestamp: expected S, found N";
    assert!(error.to_string().starts_with("stream record 2: Songs"), "{error}\n{text}");
    let json: Value = serde_json::from_str(error.as_json()).unwrap();
    assert_eq!(json["dynamodb"]["NewImage"]["DownloadTimestamp"], json!({"N": "7"}));
    // Those before it are acknowledged; it is the next one, again and again.
    batch.acknowledge_first(1).await.unwrap();
    for _ in 0..2 {
        assert_eq!(numbers(&consumer.next().await.unwrap().unwrap()), [0, 3]);
    }
    let batch = consumer.next().await.unwrap().unwrap();
    batch.acknowledge().await.unwrap();
    assert_eq!(kept.load(ARN).await.unwrap()[0].after.as_deref(), Some("3"));
}

#[tokio::test]
async fn records_of_other_entities_are_passed_over_and_counted() {
    let service = service([shard("a", None, &[1, 2, 3], true)]);
    let kept = InMemory::default();
    let mut consumer: Consumer<Song> = consumer(&service, kept.clone()).read_as();
    assert!(consumer.next().await.unwrap().is_none());
    assert_eq!((consumer.report().read, consumer.report().skipped), (3, 3));
    let kept = kept.load(ARN).await.unwrap();
    assert_eq!((kept[0].after.as_deref(), kept[0].ended), (Some("3"), true));
}

/// Checkpoints that fail when they are told to, and count.
#[derive(Debug, Default)]
struct Failing {
    kept: InMemory,
    fails: AtomicBool,
    saves: AtomicUsize,
}

impl Checkpoints for Failing {
    async fn load(&self, stream: &str) -> Result<Vec<Checkpoint>, CheckpointError> {
        if self.fails.load(Ordering::SeqCst) {
            return Err("not today".into());
        }
        self.kept.load(stream).await
    }

    async fn save(&self, stream: &str, checkpoint: &Checkpoint) -> Result<(), CheckpointError> {
        self.saves.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        if self.fails.load(Ordering::SeqCst) {
            return Err("not today".into());
        }
        self.kept.save(stream, checkpoint).await
    }
}

#[tokio::test]
async fn nothing_is_handed_out_before_checkpoints_are_kept() {
    let failing = Arc::new(Failing::default());
    failing.fails.store(true, Ordering::SeqCst);
    let service = service([shard("a", None, &[1, 2], true)]);
    let mut consumer = consumer(&service, Arc::clone(&failing)).batch(1);
    let error = consumer.next().await.unwrap_err();
    assert!(error.to_string().ends_with("its checkpoints: not today"), "{error}");

    failing.fails.store(false, Ordering::SeqCst);
    let batch = consumer.next().await.unwrap().unwrap();
    failing.fails.store(true, Ordering::SeqCst);
    assert!(batch.acknowledge().await.is_err());
    assert!(consumer.next().await.is_err(), "not before the first is saved");
    failing.fails.store(false, Ordering::SeqCst);
    assert_eq!(drain(&mut consumer).await.unwrap(), [of("a", &[2])]);
    assert!(failing.kept.load(ARN).await.unwrap()[0].ended);
}

/// Futures are dropped at any point, and processes end at any point: each record is seen, those of a
/// shard in order, and none behind one that was not acknowledged.
#[tokio::test]
async fn nothing_is_lost_however_often_it_is_interrupted() {
    for seed in 0..100 {
        let mut random = fastrand::Rng::with_seed(seed);
        let first: Vec<u64> = (1..=20).collect();
        let service = service([
            shard("a", None, &first, true),
            shard("b", Some("a"), &[21, 22, 23, 24, 25], true),
            shard("c", Some("a"), &[31, 32, 33], false),
            shard("d", Some("b"), &[41, 42], false),
        ]);
        let kept = Arc::new(Failing::default());
        let done = Arc::new(Mutex::new(Vec::new()));
        let mut runs = 0;
        loop {
            let mut consumer = consumer(&service, Arc::clone(&kept)).batch(random.u16(1..=6));
            let mut over = false;
            // Some futures of one consumer are dropped, and then the consumer.
            for _ in 0..random.usize(1..=4) {
                let work = async {
                    while let Some(batch) = consumer.next().await.unwrap() {
                        for number in numbers(&batch) {
                            tokio::task::yield_now().await;
                            done.lock().unwrap().push(number);
                        }
                        batch.acknowledge().await.unwrap();
                    }
                    true
                };
                over |= until(work, random.usize(1..=40 + 5 * runs)).await.is_some();
            }
            runs += 1;
            if over {
                break;
            }
            assert!(runs < 1000);
        }
        let done = done.lock().unwrap();
        for numbers in [&first[..], &[21, 22, 23, 24, 25], &[31, 32, 33], &[41, 42]] {
            let mut expected = numbers.iter().copied().peekable();
            let mut highest = 0;
            for number in done.iter().filter(|number| numbers.contains(number)) {
                match expected.peek() {
                    Some(next) if number == next => highest = expected.next().unwrap_or_default(),
                    _ => assert!(*number <= highest, "{number} of {done:?}"),
                }
            }
            assert_eq!(expected.next(), None, "seed {seed}: {done:?}");
        }
        let at = |number| done.iter().position(|other| *other == number).unwrap();
        assert!(at(20) < at(21) && at(20) < at(31) && at(25) < at(41), "seed {seed}");
    }
}

/// Polls a future so many times, and drops it.
async fn until<V>(work: impl Future<Output = V>, polls: usize) -> Option<V> {
    let (mut work, mut left) = (std::pin::pin!(work), polls);
    std::future::poll_fn(|cx| {
        let polled = work.as_mut().poll(cx).map(Some);
        left -= 1;
        if left == 0 { std::task::Poll::Ready(None) } else { polled }
    })
    .await
}

fn download(id: u64, at: &str) -> Download {
    Download { song_id: "1".into(), download_id: id, download_timestamp: at.into() }
}

#[tokio::test]
async fn an_engine_says_what_changed_in_order() {
    let on = streamed::<Songs>(StreamViewType::NewAndOldImages).await;
    let songs = &on.table;
    for at in ["a", "b"] {
        songs.put(&download(1, at)).await.unwrap();
        songs.put(&download(2, at)).await.unwrap();
    }
    songs.delete(Download::key("1", 1)).await.unwrap();
    let kept = InMemory::default();
    let consumer = || songs.consume(&on.streams, kept.clone()).until_caught_up();
    let mut first = consumer().interval(Duration::from_millis(20)).batch(2);
    let mut changes = Vec::new();
    while let Some(batch) = first.next().await.unwrap() {
        for record in batch.records() {
            let record = record.as_ref().unwrap();
            assert!(record.event_id().is_some() && record.time().is_some(), "{record:?}");
            assert!(record.keys().contains("Dld-"));
            changes.push(record.change.clone());
        }
        batch.acknowledge().await.unwrap();
    }
    let item = |id, at| SongItem::Download(download(id, at));
    let of_one = [
        Change::Inserted { new: item(1, "a") },
        Change::Modified { old: item(1, "a"), new: item(1, "b") },
        Change::Removed { old: item(1, "b"), by_ttl: false },
    ];
    let of_two = [
        Change::Inserted { new: item(2, "a") },
        Change::Modified { old: item(2, "a"), new: item(2, "b") },
    ];
    let of = |id: u64| {
        let is =
            move |item: &SongItem| matches!(item, SongItem::Download(d) if d.download_id == id);
        let changes = changes.iter();
        changes.filter(move |c| c.current().or(c.old()).is_some_and(is)).cloned()
    };
    assert_eq!(of(1).collect::<Vec<_>>(), of_one);
    assert_eq!(of(2).collect::<Vec<_>>(), of_two);

    songs.put(&download(3, "c")).await.unwrap();
    let mut second = consumer().interval(Duration::from_millis(20));
    let batch = second.next().await.unwrap().unwrap();
    assert_eq!(batch.records().len(), 1, "it resumes after what was acknowledged");
    batch.acknowledge().await.unwrap();
    assert!(second.next().await.unwrap().is_none());
}

#[tokio::test]
async fn images_that_a_stream_leaves_out_are_not_made_up() {
    let views = [
        (StreamViewType::NewImage, [false, true]),
        (StreamViewType::OldImage, [true, false]),
        (StreamViewType::KeysOnly, [false, false]),
    ];
    for (view, [has_old, has_new]) in views {
        let on = streamed::<Songs>(view.clone()).await;
        on.table.put(&download(1, "a")).await.unwrap();
        on.table.put(&download(1, "b")).await.unwrap();
        on.table.delete(Download::key("1", 1)).await.unwrap();
        let consumer = || {
            let consumer = on.table.consume(&on.streams, InMemory::default());
            consumer.until_caught_up().interval(Duration::from_millis(20))
        };
        let mut keys: Consumer<Keys<SongItem>> = consumer().read_as();
        let batch = keys.next().await.unwrap().unwrap();
        for record in batch.records() {
            let change = &record.as_ref().unwrap().change;
            let keys = change.old().or(change.current()).unwrap();
            assert_eq!(keys.entity(), Some("Download"));
            let json: Value = serde_json::from_str(keys.as_json()).unwrap();
            assert_eq!(json, json!({"Id": {"S": "1"}, "Metadata": {"S": "Dld-1"}}));
        }
        assert_eq!(batch.records().len(), 3);
        drop(batch);

        let mut both = consumer();
        let batch = both.next().await.unwrap().unwrap();
        let read: Vec<bool> = batch.records().iter().map(Result::is_ok).collect();
        assert_eq!(read, [has_new, false, has_old], "{view:?}");
        let missing = batch.records().iter().filter_map(|record| record.as_ref().err());
        for error in missing {
            assert!(error.to_string().contains("view type leaves it out"), "{error}");
            assert!(error.sequence_number().is_some());
        }
        drop(batch);
        if has_new {
            let mut new: Consumer<Keys<Download>, Download> = consumer().read_as();
            let batch = new.next().await.unwrap().unwrap();
            assert!(batch.records().iter().all(Result::is_ok), "{:?}", batch.records());
        }
        if has_old {
            let mut old: Consumer<Download, Keys<Download>> = consumer().read_as();
            let batch = old.next().await.unwrap().unwrap();
            assert!(batch.records().iter().all(Result::is_ok), "{:?}", batch.records());
        }
    }
}

#[tokio::test]
async fn what_the_time_to_live_removes_is_told_from_what_others_remove() {
    let on = streamed::<Live>(StreamViewType::NewAndOldImages).await;
    let name = on.table.name();
    let ttl = TimeToLiveSpecification::builder().attribute_name("ExpirationTime").enabled(true);
    let update = on.table.client().update_time_to_live().table_name(name);
    update.time_to_live_specification(ttl.build().unwrap()).send().await.unwrap();
    let session = |number: u128| {
        let id = uuid::Uuid::from_u128(number);
        let info =
            SessionInfo { session_id: id, user_name: "user".into(), date: "2024-08-06".into() };
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        let expiration_time = now.as_secs() - 10;
        Session { session_id: id, creation_time: 1, expiration_time, session_info: info }
    };
    on.table.put(&session(1)).await.unwrap();
    on.table.delete(Session::key(uuid::Uuid::from_u128(1))).await.unwrap();
    on.table.put(&session(2)).await.unwrap();
    match &on.local {
        Some(local) => assert_eq!(local.delete_expired_items().await.unwrap(), 1),
        None => skip("the user of removals by the time to live, which DynamoDB Local leaves out"),
    }
    let consumer = on.table.consume(&on.streams, InMemory::default()).until_caught_up();
    let mut consumer = consumer.interval(Duration::from_millis(20));
    let mut removed = Vec::new();
    while let Some(batch) = consumer.next().await.unwrap() {
        for record in batch.records() {
            if let Change::Removed { old: LiveItem::Session(old), by_ttl } =
                &record.as_ref().unwrap().change
            {
                removed.push((old.session_id.as_u128(), *by_ttl));
            }
        }
        batch.acknowledge().await.unwrap();
    }
    match on.local {
        Some(_) => assert_eq!(removed, [(1, false), (2, true)]),
        None => assert_eq!(removed[0], (1, false)),
    }
}

#[tokio::test]
async fn a_table_without_a_stream_has_no_changes() {
    let client = tests::engine::client();
    let songs = tests::engine::table_of::<Songs>(&client).await;
    let mut consumer = songs.consume(&Service::default().client(), InMemory::default());
    let error = consumer.next().await.unwrap_err();
    let says = format!("the table `{}` has no stream; `update_table`", songs.name());
    assert!(error.to_string().starts_with(&says), "{error}");
}
