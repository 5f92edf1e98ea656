//! Records of events: Lambda's, and JSON of any kind.

use std::time::{Duration, UNIX_EPOCH};

use aws_lambda_events::event::dynamodb::Event;
use entity_core::stream::{Change, Keys, Record, Records};
use serde_json::{Value, json};
use tests::music::{Download, Song, SongItem};

const EVENT: &str = include_str!("../../fixtures/lambda.json");

fn event() -> Value {
    serde_json::from_str(EVENT).unwrap()
}

fn both(event: &Value) -> [Records<SongItem>; 2] {
    let lambda: Event = serde_json::from_value(event.clone()).unwrap();
    [Records::from_lambda(&lambda), Records::from_json(event.to_string().as_bytes()).unwrap()]
}

fn song() -> SongItem {
    let (id, title, artist) = ("1".into(), "One".into(), "Metallica".into());
    SongItem::Song(Song { id, title, artist, total_downloads: 3 })
}

fn download(at: &str) -> SongItem {
    let song_id = "1".into();
    SongItem::Download(Download { song_id, download_id: 7, download_timestamp: at.into() })
}

#[test]
fn an_event_is_read_as_it_is_typed_and_as_it_is_written() {
    for records in both(&event()) {
        let records: Vec<Record<SongItem>> = records.into_iter().map(Result::unwrap).collect();
        let changes: Vec<_> = records.iter().map(|record| record.change.clone()).collect();
        let expected = [
            Change::Inserted { new: song() },
            Change::Modified { old: download("a"), new: download("b") },
            Change::Removed { old: song(), by_ttl: true },
        ];
        assert_eq!(changes, expected);
        let numbers: Vec<_> = records.iter().filter_map(Record::sequence_number).collect();
        assert_eq!(numbers, ["222", "333", "444"]);
        assert_eq!(records[2].event_id(), Some("a87ff679a2f3e71d9181a67b7542122c"));
        let time = UNIX_EPOCH + Duration::from_secs(1_722_960_002);
        assert_eq!(records[2].time(), Some(time));
        let keys: Value = serde_json::from_str(records[1].keys()).unwrap();
        assert_eq!(keys, json!({"Id": {"S": "1"}, "Metadata": {"S": "Dld-7"}}));
    }
}

#[test]
fn one_entity_and_keys_alone() {
    let records: Records<Download> = Records::from_json(EVENT.as_bytes()).unwrap();
    assert_eq!((records.as_slice().len(), records.skipped()), (1, 2));
    let records: Records<Keys<Song>> = Records::from_json(EVENT.as_bytes()).unwrap();
    assert_eq!((records.as_slice().len(), records.skipped()), (2, 1));
    let records: Records<Keys<SongItem>, SongItem> = Records::from_json(EVENT.as_bytes()).unwrap();
    assert_eq!(records.skipped(), 0);
    let last = records.as_slice()[2].as_ref().unwrap();
    let Change::Removed { old, by_ttl: true } = &last.change else { panic!("{last:?}") };
    assert_eq!(old.entity(), Some("Song"));
}

#[test]
fn only_the_service_itself_removes_by_the_time_to_live() {
    let others = [
        json!(null),
        json!({"type": "Service", "principalId": "replication.dynamodb.amazonaws.com"}),
        json!({"type": "IAMUser", "principalId": "dynamodb.amazonaws.com"}),
        json!({"type": "Service"}),
    ];
    for identity in others {
        let mut event = event();
        event["Records"][2]["userIdentity"] = identity.clone();
        for records in both(&event) {
            let last = records.as_slice()[2].as_ref().unwrap();
            assert_eq!(last.change, Change::Removed { old: song(), by_ttl: false }, "{identity}");
        }
    }
    // As the streams API spells it.
    let mut event = event();
    event["Records"][2]["userIdentity"] =
        json!({"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"});
    let records: Records<SongItem> = Records::from_json(event.to_string().as_bytes()).unwrap();
    let last = records.as_slice()[2].as_ref().unwrap();
    assert_eq!(last.change, Change::Removed { old: song(), by_ttl: true });
}

#[test]
fn a_record_that_cannot_be_read_does_not_hide_the_others() {
    let cases = [
        ("/dynamodb/NewImage/TotalDownloads", json!({"S": "3"}), "expected N, found S"),
        ("/dynamodb/NewImage/TotalDownloads", json!({"X": "3"}), "TotalDownloads"),
        ("/dynamodb/NewImage", json!(null), "NewImage: the record has none"),
        ("/dynamodb/NewImage", json!({}), "NewImage: the record has none"),
        ("/dynamodb/NewImage", json!([]), "dynamodb.NewImage: expected an item"),
        ("/dynamodb/NewImage/Metadata", json!({"S": "Details2"}), "of no entity of the table"),
        ("/dynamodb/Keys", json!(7), "dynamodb.Keys: expected an item"),
        ("/eventName", json!("UPSERT"), "eventName: expected INSERT, MODIFY or REMOVE"),
        ("/eventName", json!(null), "eventName: is missing"),
    ];
    for (path, value, expected) in cases {
        let mut event = event();
        *event["Records"][0].pointer_mut(path).unwrap() = value;
        let records: Records<SongItem> = Records::from_json(event.to_string().as_bytes()).unwrap();
        let read: Vec<bool> = records.as_slice().iter().map(Result::is_ok).collect();
        assert_eq!(read, [false, true, true], "{path}");
        let error = records.as_slice()[0].as_ref().unwrap_err();
        assert!(error.to_string().starts_with("stream record 222: "), "{error}");
        assert!(error.to_string().contains(expected), "{error}\n{expected}");
        assert_eq!(error.event_id(), Some("c81e728d9d4c2f636f067f89cc14862c"));
        let text: Value = serde_json::from_str(error.as_json()).unwrap();
        assert_eq!(text, event["Records"][0], "it keeps the record");
        assert!(!format!("{error:?}").contains("Metallica"), "{error:?}");
    }
}

#[test]
fn an_item_that_becomes_another_entity_is_not_passed_over() {
    let mut event = event();
    event["Records"][1]["dynamodb"]["NewImage"] =
        event["Records"][0]["dynamodb"]["NewImage"].clone();
    let records: Records<Download> = Records::from_json(event.to_string().as_bytes()).unwrap();
    let error = records.as_slice()[0].as_ref().unwrap_err();
    assert_eq!(error.to_string(), "stream record 333: its images are of two entities of the table");
}

#[test]
fn what_is_no_event_is_an_error() {
    for text in
        ["", "{", "[]", "{}", "7", r#"{"Records":7}"#, r#"{"Records":[{]}"#, "{\"Records\":[]"]
    {
        assert!(Records::<SongItem>::from_json(text.as_bytes()).is_err(), "{text}");
        assert!(Record::<SongItem>::from_json(text.as_bytes()).is_err(), "{text}");
    }
    let empty: Records<SongItem> = Records::from_json(br#"{"Records":[]}"#).unwrap();
    assert!(empty.as_slice().is_empty());
}

#[test]
fn no_text_makes_it_panic() {
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..20_000 {
        let mut text = EVENT.as_bytes().to_vec();
        for _ in 0..random.usize(1..4) {
            let at = random.usize(0..text.len());
            match random.u8(0..3) {
                0 => text[at] = random.u8(..),
                1 => drop(text.drain(at..(at + random.usize(1..40)).min(text.len()))),
                _ => text.insert(at, *random.choice(b"{}[]\",:0n").unwrap()),
            }
        }
        if let Ok(records) = Records::<SongItem>::from_json(&text) {
            let _ = format!("{records:?}");
        }
    }
}

#[tokio::test]
async fn lambda_is_told_the_first_record_that_failed() {
    let response = async |fails: &[&str]| {
        let event: Event = serde_json::from_value(event()).unwrap();
        let records: Records<SongItem> = Records::from_lambda(&event);
        let mut handled = Vec::new();
        let done = records.handle(async |record| {
            let record = record.map_err(|error| error.to_string())?;
            let number = record.sequence_number().unwrap_or_default().to_owned();
            tokio::task::yield_now().await;
            if fails.contains(&&*number) {
                return Err(format!("no {number}"));
            }
            handled.push(number);
            Ok(())
        });
        let done = done.await;
        assert_eq!(done.records, handled.len());
        (serde_json::to_value(done.response()).unwrap(), handled)
    };
    let failed = |number: &str| json!({"batchItemFailures": [{"itemIdentifier": number}]});
    assert_eq!(response(&[]).await.0, json!({"batchItemFailures": []}));
    let (answer, handled) = response(&["333", "444"]).await;
    assert_eq!((answer, handled), (failed("333"), vec!["222".to_owned()]));
    assert_eq!(response(&["222"]).await, (failed("222"), vec![]));
}

#[tokio::test]
async fn a_record_without_a_number_makes_lambda_hand_over_all() {
    let mut event = event();
    event["Records"][0]["dynamodb"]["SequenceNumber"] = json!(null);
    let [records, _] = both(&event);
    let handled = records.handle(async |_| Err("no")).await;
    // Lambda takes an empty identifier for the failure of the batch.
    let all = json!({"batchItemFailures": [{"itemIdentifier": ""}]});
    assert_eq!(serde_json::to_value(handled.response()).unwrap(), all);
}
