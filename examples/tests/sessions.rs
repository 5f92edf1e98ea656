//! The program `sessions`, run as its users run it, and killed.
//!
//! With `DYNAMODB_ENDPOINT`, the same tests run against the engine there.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "`allow-unwrap-in-tests` does not see the functions beside the tests"
)]

mod support;

use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::thread::sleep;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};

use crate::support::{Program, Store, check_documents, wire};

static SESSIONS: Program =
    Program { path: env!("CARGO_BIN_EXE_sessions"), table: "StandardTableExample" };

/// What they were on 2024-08-06, for a week.
const EXPIRED: &str = "--at 1722960000 --ttl 604800";

fn created() -> Store {
    let store = Store::new(&SESSIONS);
    store.run("create").succeeds();
    store
}

fn archive_of(store: &Store) -> String {
    format!("IA-{}", store.table)
}

type SdkItem = HashMap<String, AttributeValue>;

/// Everything in a table, by its key.
fn everything(store: &Store, table: &str) -> BTreeMap<String, Value> {
    let items: Vec<SdkItem> = store.sdk(async |client| {
        let scan = client.scan().table_name(table).consistent_read(true).into_paginator();
        scan.items().send().try_collect().await.unwrap()
    });
    let pk = |item: &SdkItem| item["PK"].as_s().unwrap().clone();
    items.iter().map(|item| (pk(item), plain(item))).collect()
}

/// The archived sessions, by their key.
fn archived(store: &Store) -> BTreeMap<String, Value> {
    let mut all = everything(store, &archive_of(store));
    all.retain(|key, _| !key.contains('#'));
    all
}

/// An item as JSON; what holds a list is the library's own.
fn plain(item: &SdkItem) -> Value {
    match item.contains_key("Shards") {
        true => json!(format!("{:?}", item["Shards"])),
        false => wire(item),
    }
}

fn put(store: &Store, item: &Value) {
    let item = item.as_object().unwrap().iter();
    let item = item.map(|(name, value)| (name.clone(), value_of(value))).collect();
    store.sdk(async |client| {
        client.put_item().table_name(&store.table).set_item(Some(item)).send().await.unwrap()
    });
}

fn value_of(value: &Value) -> AttributeValue {
    let (ty, value) = value.as_object().unwrap().iter().next().unwrap();
    match (&**ty, value) {
        ("S", Value::String(text)) => AttributeValue::S(text.clone()),
        ("N", Value::String(text)) => AttributeValue::N(text.clone()),
        ("M", Value::Object(members)) => AttributeValue::M(
            members.iter().map(|(name, value)| (name.clone(), value_of(value))).collect(),
        ),
        other => panic!("{other:?}"),
    }
}

fn delete(store: &Store, key: &str) {
    store.sdk(async |client| {
        let delete = client.delete_item().table_name(&store.table);
        delete.key("PK", AttributeValue::S(key.to_owned())).send().await.unwrap()
    });
}

/// What a session is in the archive: the golden item says which attributes it has.
fn as_archived(session: &Value) -> Value {
    let mut session = session.clone();
    session.as_object_mut().unwrap().remove("ExpirationTime").unwrap();
    session
}

/// Deletes what has expired, also where the engine may have done so by itself.
fn sweep(store: &Store) {
    store.run("sweep").succeeds();
}

fn count(answer: &[Value], name: &str) -> u64 {
    answer[0][name].as_u64().unwrap()
}

fn golden(name: &str) -> Value {
    let golden: Value =
        serde_json::from_str(include_str!("../../tests/fixtures/golden.json")).unwrap();
    golden[format!("sessions/{name}")]["item"].clone()
}

#[test]
fn an_archived_session_equals_the_golden_item() {
    let store = created();
    put(&store, &golden("Session"));
    sweep(&store);
    assert!(everything(&store, &store.table).is_empty());
    let answer = store.json("archive");
    assert_eq!((count(&answer, "Archived"), count(&answer, "Again")), (1, 0));
    let id = golden("Session")["PK"]["S"].as_str().unwrap().to_owned();
    assert_eq!(archived(&store)[&id], golden("ArchivedSession"));

    let listed = store.json("archived");
    assert_eq!(listed, store.json(&format!("archived {id}")));
    assert_eq!(listed[0]["SessionInfo"]["UserName"], "user42");
    let error = store.run(&format!("session {id}")).fails();
    assert_eq!(error, format!("no session \"{id}\""));
    let other = "00000000-0000-4000-8000-000000000000";
    let error = store.run(&format!("archived {other}")).fails();
    assert_eq!(error, format!("no session \"{other}\" in the archive"));
}

#[test]
fn the_tables_have_what_an_archive_takes() {
    let store = created();
    let (live, ttl, archive) = store.sdk(async |client| {
        let live = client.describe_table().table_name(&store.table).send().await.unwrap();
        let ttl = client.describe_time_to_live().table_name(&store.table).send().await.unwrap();
        let archive = client.describe_table().table_name(archive_of(&store)).send().await.unwrap();
        (live.table.unwrap(), ttl.time_to_live_description.unwrap(), archive.table.unwrap())
    });
    let stream = live.stream_specification.unwrap();
    assert_eq!(stream.stream_view_type.unwrap().as_str(), "NEW_AND_OLD_IMAGES");
    assert_eq!(ttl.attribute_name(), Some("ExpirationTime"));
    assert_eq!(ttl.time_to_live_status().unwrap().as_str(), "ENABLED");
    match store.endpoint {
        None => assert_eq!(
            archive.table_class_summary.unwrap().table_class.unwrap().as_str(),
            "STANDARD_INFREQUENT_ACCESS",
        ),
        Some(_) => skip("table classes, which DynamoDB Local does not have"),
    }
    let error = store.run("create").fails();
    assert!(error.ends_with("exists already"), "{error}");
}

/// Says what is not tested on this engine.
fn skip(what: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {what}");
}

#[test]
fn what_is_removed_before_it_expires_is_not_archived() {
    let store = created();
    store.run("generate --count 6 --ttl 86400 --seed 1").succeeds();
    let alive = everything(&store, &store.table);
    store.run(&format!("generate --count 3 {EXPIRED} --seed 2")).succeeds();
    for key in alive.keys().take(4) {
        delete(&store, key);
    }
    sweep(&store);
    assert_eq!(everything(&store, &store.table).len(), 2);
    assert_eq!(count(&store.json("archive"), "Archived"), 3);
    let archived = archived(&store);
    assert_eq!(archived.len(), 3);
    assert!(alive.keys().all(|key| !archived.contains_key(key)));

    // A session that somebody else removes once it has expired is archived all the same.
    if store.endpoint.is_some() {
        return skip("a removal by hand of what has expired: the engine is quicker");
    }
    put(&store, &golden("Session"));
    delete(&store, golden("Session")["PK"]["S"].as_str().unwrap());
    assert_eq!(count(&store.json("archive"), "Archived"), 1);
}

#[test]
fn each_run_resumes_at_its_checkpoint() {
    let store = created();
    store.run(&format!("generate --count 5 {EXPIRED} --seed 1")).succeeds();
    sweep(&store);
    let first = store.json("archive");
    assert_eq!(first[0], json!({"Archived": 5, "Again": 0, "Read": 10, "Unreadable": 0}));
    let again = store.json("archive");
    assert_eq!(again[0], json!({"Archived": 0, "Again": 0, "Read": 0, "Unreadable": 0}));
    store.run(&format!("generate --count 2 {EXPIRED} --seed 2")).succeeds();
    sweep(&store);
    let third = store.run("archive").succeeds().stdout;
    assert_eq!(third, "archived 2 sessions of 4 records after the checkpoint; 0 read again\n");
}

#[test]
fn a_record_that_cannot_be_read_is_kept_and_holds_up_nothing() {
    let store = created();
    let mut broken = golden("Session");
    broken["CreationTime"] = json!({"S": "yesterday"});
    store.run(&format!("generate --count 2 {EXPIRED} --seed 1")).succeeds();
    put(&store, &broken);
    store.run(&format!("generate --count 2 {EXPIRED} --seed 2")).succeeds();
    if store.endpoint.is_some() {
        delete(&store, golden("Session")["PK"]["S"].as_str().unwrap());
        return skip("what a sweep does to a broken item");
    }
    sweep(&store);
    let run = store.run("archive");
    assert_eq!(run.status, Some(1));
    assert!(run.stderr.starts_with("error: 1 record could not be read"), "{}", run.stderr);
    assert_eq!(archived(&store).len(), 4);
    let all = everything(&store, &archive_of(&store));
    let mut kept = all.iter().filter(|(key, _)| key.starts_with("UNREADABLE#"));
    let (_, kept) = kept.next().unwrap();
    let record: Value = serde_json::from_str(kept["Record"]["S"].as_str().unwrap()).unwrap();
    assert_eq!(record["dynamodb"]["OldImage"]["CreationTime"], json!({"S": "yesterday"}));
    store.run("archive").succeeds();
}

#[test]
fn it_follows() {
    let store = created();
    let mut follow = store.start("archive --follow");
    store.run(&format!("generate --count 3 {EXPIRED}")).succeeds();
    sweep(&store);
    let start = Instant::now();
    while archived(&store).len() < 3 && start.elapsed() < Duration::from_secs(60) {
        sleep(Duration::from_millis(100));
    }
    let ended = follow.try_wait().unwrap();
    follow.kill().unwrap();
    follow.wait().unwrap();
    assert_eq!((archived(&store).len(), ended), (3, None));
}

#[test]
fn sessions_expire_at_a_time_that_is_said() {
    let store = created();
    store.run("generate --count 3 --ttl 86400").succeeds();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let tomorrow = now.as_secs() + 90_000;
    let run = store.run(&format!("sweep --now {tomorrow}"));
    if store.endpoint.is_some() {
        let error = run.fails();
        return assert!(error.contains("only the embedded engine"), "{error}");
    }
    assert_eq!(run.succeeds().stdout, "swept 3 sessions by the table's time to live\n");
    assert_eq!(count(&store.json("archive"), "Archived"), 3);
}

#[test]
fn tables_are_dropped_by_their_name() {
    let store = created();
    let (live, archive) = (store.table.clone(), archive_of(&store));
    store.run("drop --yes Other").fails();
    store.run(&format!("drop --yes {live}")).succeeds();
    store.run(&format!("drop --yes {archive}")).succeeds();
    let error = store.run("archive").fails();
    assert!(error.contains("no table"), "{error}");
}

#[test]
fn the_tour_archives_what_has_expired() {
    let run = SESSIONS.in_memory("").succeeds();
    assert!(run.stdout.contains("archived 3 sessions of 9 records"), "{}", run.stdout);
    assert!(run.stdout.contains("archived 0 sessions of 0 records"), "{}", run.stdout);
    assert_eq!(SESSIONS.in_memory("archived").succeeds().stdout, "no items\n");
    SESSIONS.in_memory("session nobody").misuse();
    SESSIONS.in_memory("generate --count 0 --ttl 1").misuse();
}

/// The processes of `archive` are killed at random points, many times: what had expired is in the
/// archive in the end, each as it is to be, and nothing else.
#[test]
fn nothing_is_lost_however_often_it_is_killed() {
    let sessions = 300;
    // Reads at an endpoint are as slow as the service wants them.
    let store = created();
    let kills = if store.endpoint.is_none() { 100 } else { 20 };
    store.run("generate --count 5 --ttl 8640000 --seed 7").succeeds();
    let mut expired = BTreeMap::new();
    let mut expire = |seed: usize| {
        store.run(&format!("generate --count {sessions} {EXPIRED} --seed {seed}")).succeeds();
        expired.extend(expected(sessions, seed));
        sweep(&store);
        expired.len()
    };
    let mut all = expire(1);
    let mut random = fastrand::Rng::with_seed(1);
    let (mut killed, mut ended, mut far) = (0, 0, vec![0]);
    // However fast the machine is: it is killed later if it had done nothing, and earlier if it was
    // far; and when all is archived, there is more to do.
    let mut after = Duration::from_millis(50);
    while killed < kills {
        assert!(ended < 10 * kills, "{killed} killed at work, {ended} ended; archived: {far:?}");
        let mut child = store.start("archive");
        sleep(after.mul_f64(0.5 + random.f64()));
        let at_work = child.try_wait().unwrap().is_none();
        // Nothing but a SIGKILL, which leaves it no time to do anything.
        child.kill().unwrap();
        child.wait().unwrap();
        (killed, ended) = (killed + usize::from(at_work), ended + usize::from(!at_work));
        let (before, done) = (far[far.len() - 1], archived(&store).len());
        assert!(done >= before, "{far:?}, {done}");
        if done == before && at_work {
            after = after.mul_f64(1.2);
        } else if done > before + 50 || !at_work {
            after = after.mul_f64(0.7);
        }
        far.push(done);
        if done == all {
            all = expire(far.len());
        }
    }
    let before = archived(&store).len();
    let last = store.json("archive");
    let archived = archived(&store);
    far.dedup();
    let _ = writeln!(
        std::io::stderr(),
        "{killed} killed at work, {ended} ended by themselves; archived: {far:?}; at last {last:?}",
    );
    assert_eq!(archived.len(), all);
    for (key, session) in &expired {
        assert_eq!(archived.get(key), Some(&as_archived(session)));
    }
    // The last run read on from the checkpoint: again no more than the batch that was being written.
    let left = (all - before) as u64;
    assert_eq!(count(&last, "Archived"), left);
    assert!(count(&last, "Again") <= 25, "{last:?}");
    // Beside what was removed it reads what was put.
    let most = left + sessions as u64 + 25;
    assert!((left..=most).contains(&count(&last, "Read")), "{left} left, {last:?}");
    assert_eq!(count(&store.json("archive"), "Read"), 0);
}

/// The sessions of a seed, as the program makes them.
fn expected(sessions: usize, seed: usize) -> BTreeMap<String, Value> {
    let store = Store { endpoint: None, ..created_embedded() };
    store.run(&format!("generate --count {sessions} {EXPIRED} --seed {seed}")).succeeds();
    everything(&store, &store.table)
}

fn created_embedded() -> Store {
    Store { endpoint: None, ..Store::new(&SESSIONS) }
}

#[test]
fn the_tables_are_documents_and_nothing_is_sent() {
    check_documents(&SESSIONS, &["StandardTableExample", "IA-TableExample"], "user42");
}
