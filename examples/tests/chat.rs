//! The program `chat`, run as its users run it.
//!
//! With `DYNAMODB_ENDPOINT`, the same tests run against the engine there.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "`allow-unwrap-in-tests` does not see the functions beside the tests"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};

use crate::support::{Program, Run, Store, check_documents, wire};

static CHAT: Program = Program { path: env!("CARGO_BIN_EXE_chat"), table: "cruddur-messages" };

const CHATS: &str = include_str!("../data/chat.json");

/// The group of the golden items, its members, and a user who is none.
const GROUP: &str = "5ae290ed-55d1-47a0-bc6d-fe2bc2700399";
const CARLOS: &str = "8d319747-fbb0-4a2c-9a39-0f3d1a9c5f10";
const BAYKO: &str = "c3c0c5ee-0b7a-4f0e-8f0a-6f1f5be9c0de";
const DANA: &str = "31033d6e-3d54-4398-9c21-1d97fb982bed";
/// The last message of that group.
const LAST: &str = "2023-03-18T19:40:12.361000+00:00";
/// The group of all three.
const TRIO: &str = "673f94b8-d12c-4f32-bfd9-c1ab2a11346f";

fn empty() -> Store {
    let store = Store::new(&CHAT);
    store.run("schema-load").succeeds();
    store
}

fn seeded() -> Store {
    let store = Store::new(&CHAT);
    store.run("seed").succeeds();
    store
}

fn golden(name: &str) -> Value {
    let all: Value =
        serde_json::from_str(include_str!("../../tests/fixtures/golden.json")).unwrap();
    all[name]["item"].clone()
}

/// Writes items of texts without the library.
fn put(store: &Store, items: &[Value]) {
    store.sdk(async |client| {
        for item in items {
            let members = item.as_object().unwrap().iter().map(|(name, value)| {
                (name.clone(), AttributeValue::S(value["S"].as_str().unwrap().to_owned()))
            });
            let put = client.put_item().table_name(&store.table);
            put.set_item(Some(members.collect())).send().await.unwrap();
        }
    });
}

/// All that is stored, in an order of its own.
fn everything(store: &Store) -> Vec<Value> {
    let items = store.sdk(async |client| {
        let scan = client.scan().table_name(&store.table).consistent_read(true);
        scan.send().await.unwrap().items.unwrap_or_default()
    });
    let mut items: Vec<Value> = items.iter().map(wire).collect();
    items.sort_by_key(Value::to_string);
    items
}

/// The rows of a group as they are stored: the member, the time and the message.
fn rows(store: &Store, group: &str) -> Vec<[String; 3]> {
    let of_group = |item: &Value| item["message_group_uuid"]["S"] == *group;
    let row = |item: Value| {
        ["pk", "sk", "message"].map(|name| item[name]["S"].as_str().unwrap().to_owned())
    };
    everything(store).into_iter().filter(of_group).map(row).collect()
}

/// A row of a group that is at `at`.
fn row(group: &str, member: &str, other: &str, at: &str) -> Value {
    let mut row = golden("chat/MessageGroup");
    for (name, text) in [
        ("pk", format!("GRP#{member}")),
        ("sk", at.to_owned()),
        ("message_group_uuid", group.to_owned()),
        ("user_uuid", other.to_owned()),
    ] {
        row[name] = json!({"S": text});
    }
    row
}

fn member(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

/// A group in which each member's row shows the next one.
fn group_of(store: &Store, members: usize) {
    let row = |number| row(GROUP, &member(number), &member((number + 1) % members), LAST);
    put(store, &(0..members).map(row).collect::<Vec<_>>());
}

fn texts(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["message"].as_str().unwrap()).collect()
}

/// The cursor that a page ended with.
fn cursor(text: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.strip_prefix("more: --after "));
    line.map(str::to_owned)
}

/// The times of all messages, walked page by page.
fn walk(store: &Store, command: &str) -> Vec<Vec<String>> {
    let (mut pages, mut after) = (Vec::new(), String::new());
    loop {
        let run = store.run(&format!("{command}{after} --json")).succeeds();
        let times = run.json().into_iter().map(|item| item["sk"].as_str().unwrap().to_owned());
        pages.push(times.collect());
        match cursor(&run.stderr) {
            Some(cursor) => after = format!(" --after {cursor}"),
            None => {
                assert_eq!(run.stderr, "");
                return pages;
            }
        }
    }
}

#[test]
fn what_is_stored_equals_the_golden_items() {
    let store = seeded();
    let stored = everything(&store);
    for name in ["chat/MessageGroup", "chat/Message"] {
        assert!(stored.contains(&golden(name)), "{name}");
    }
    // And it is stored as the data file says it, attribute by attribute.
    let chats: Vec<Value> = serde_json::from_str(CHATS).unwrap();
    assert_eq!(stored.len(), chats.len());
    let plain: BTreeSet<String> = chats.iter().map(Value::to_string).collect();
    let scanned = store.json("scan").iter().map(Value::to_string).collect();
    assert_eq!(plain, scanned);
}

#[test]
fn golden_items_are_read_and_sent_again_as_they_are() {
    let store = empty();
    // The other member has no row, as nothing has been written for it.
    put(&store, &[golden("chat/MessageGroup"), golden("chat/Message")]);
    let plain = |item: Value| {
        let members = item.as_object().unwrap().iter();
        Value::Object(members.map(|(name, value)| (name.clone(), value["S"].clone())).collect())
    };
    assert_eq!(store.json(&format!("groups {CARLOS}")), [plain(golden("chat/MessageGroup"))]);
    assert_eq!(store.json(&format!("messages {GROUP}")), [plain(golden("chat/Message"))]);

    let at = "2023-03-18T21:40:12.5+01:00";
    store.run(&format!("send {GROUP} {CARLOS} hello --at {at}")).succeeds();
    let mut moved = golden("chat/MessageGroup");
    moved["sk"] = json!({"S": "2023-03-18T20:40:12.500000+00:00"});
    moved["message"] = json!({"S": "hello"});
    let stored = everything(&store);
    assert_eq!((stored.len(), stored.contains(&moved)), (3, true), "{stored:?}");

    // Sent by the program, the golden message is the golden item, but for its own id.
    let store = empty();
    let older = "2023-03-18T19:00:00+00:00";
    put(&store, &[row(GROUP, CARLOS, BAYKO, older), row(GROUP, BAYKO, CARLOS, older)]);
    let mut named = row(GROUP, BAYKO, CARLOS, older);
    named["user_display_name"] = json!({"S": "Carlos"});
    named["user_handle"] = json!({"S": "carlos_r"});
    put(&store, &[named]);
    let mut command = vec!["--table", &store.table, "send", GROUP, CARLOS, "see you there"];
    command.extend(["--at", LAST]);
    let command = store.engine().into_iter().chain(command);
    CHAT.run(store.folder.path(), command).succeeds();
    let mut stored = everything(&store);
    assert!(stored.contains(&golden("chat/MessageGroup")), "{stored:?}");
    let expected = golden("chat/Message");
    for item in &mut stored {
        if item.get("message_uuid").is_some() {
            item["message_uuid"] = expected["message_uuid"].clone();
        }
    }
    assert!(stored.contains(&expected), "{stored:?}");
}

#[test]
fn seeding_again_changes_nothing() {
    let store = seeded();
    let stored = everything(&store);
    let again = store.run("seed").succeeds().stdout;
    let name = &store.table;
    let said = format!("the conversations are in {name:?} already; nothing was written\n");
    assert_eq!(again, said);
    assert_eq!(everything(&store), stored);

    // Also after the group has moved on.
    store.run(&format!("send {GROUP} {BAYKO} later")).succeeds();
    let stored = everything(&store);
    assert_eq!(store.run("seed").succeeds().stdout, said);
    assert_eq!(everything(&store), stored);
}

#[test]
fn groups_are_the_latest_first() {
    let store = seeded();
    let times = |arguments: &str| {
        let groups = store.json(&format!("groups {arguments}"));
        groups.iter().map(|group| group["sk"].as_str().unwrap()[..7].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(times(CARLOS), ["2023-03", "2023-02", "2022-12"]);
    assert_eq!(times(&CARLOS.to_uppercase()), ["2023-03", "2023-02", "2022-12"]);
    assert_eq!(times(&format!("{CARLOS} --year 2023")), ["2023-03", "2023-02"]);
    assert_eq!(times(&format!("{CARLOS} --year 2022")), ["2022-12"]);
    assert_eq!(times(&format!("{CARLOS} --year 2021")), [""; 0]);
    assert_eq!(times(BAYKO), ["2023-03", "2023-02"]);
    assert_eq!(times(GROUP), [""; 0], "nobody");
    assert_eq!(store.run(&format!("groups {GROUP}")).succeeds().stdout, "no items\n");
    store.run(&format!("send {TRIO} {DANA} paint --at 2023-04-01T00:00:00Z")).succeeds();
    assert_eq!(times(CARLOS), ["2023-04", "2023-03", "2022-12"]);
}

#[test]
fn a_conversation_is_walked_to_its_end() {
    let store = seeded();
    let pages = walk(&store, &format!("messages {GROUP}"));
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [20, 20, 20, 8]);
    let walked = pages.concat();
    assert_eq!(walked[0], LAST);
    assert!(walked.is_sorted_by(|later, earlier| later > earlier), "{walked:?}");
    let all = store.json(&format!("messages {GROUP} --limit 1000"));
    assert_eq!(all.iter().map(|item| item["sk"].as_str().unwrap()).collect::<Vec<_>>(), walked);

    let odd = walk(&store, &format!("messages {GROUP} --year 2023 --limit 7"));
    assert_eq!((odd.len(), odd.concat()), (10, walked.clone()));
    let range = format!("--from {} --to {}", walked[50], walked[10]);
    let ranged = walk(&store, &format!("messages {GROUP} {range} --limit 9"));
    assert_eq!(ranged.concat(), walked[10..=50], "both ends are included");

    // People have it on stdout, after the page.
    let first = store.run(&format!("messages {GROUP}")).succeeds();
    assert_eq!(first.stderr, "");
    let after = cursor(first.stdout.lines().last().unwrap()).unwrap();
    let second = store.json(&format!("messages {GROUP} --after {after}"));
    assert_eq!(second[0]["sk"], *walked[20]);
}

#[test]
fn a_cursor_is_of_its_query() {
    let store = seeded();
    let run = store.run(&format!("messages {GROUP} --year 2023 --json")).succeeds();
    let cursor = cursor(&run.stderr).unwrap();
    let changed: Vec<String> = (0..cursor.len())
        .step_by(13)
        .map(|at| {
            let other = if &cursor[at..=at] == "A" { "B" } else { "A" };
            format!("{}{other}{}", &cursor[..at], &cursor[at + 1..])
        })
        .collect();
    let of_year = format!("messages {GROUP} --year 2023");
    let broken = changed.iter().map(|cursor| (of_year.clone(), cursor.as_str()));
    let other = [
        (of_year.clone(), &cursor[1..]),
        (of_year.clone(), "-"),
        (of_year.clone(), ""),
        (format!("messages {TRIO} --year 2023"), &*cursor),
        (format!("messages {GROUP} --year 2022"), &*cursor),
        (format!("messages {GROUP}"), &*cursor),
        (format!("messages {GROUP} --from {LAST}"), &*cursor),
    ];
    for (command, cursor) in broken.chain(other) {
        let arguments = store.engine().into_iter().chain(["--table", &store.table]);
        let arguments = arguments.chain(command.split(' '));
        let arguments = arguments.chain(["--after", cursor, "--capacity"]);
        let run = CHAT.run(store.folder.path(), arguments);
        assert_eq!(
            run.stderr.lines().next(),
            Some("capacity: 0 units"),
            "nothing is read: {run:?}"
        );
        let stderr = run.stderr.lines().skip(1).map(|line| format!("{line}\n")).collect();
        let error = Run { stderr, ..run }.fails();
        assert!(error.contains("cursor"), "{command} --after {cursor}: {error}");
    }
    store.run(&format!("{of_year} --limit 3 --after {cursor}")).succeeds();
}

#[test]
fn ranges_of_time_include_their_ends() {
    let store = empty();
    group_of(&store, 2);
    for (text, second) in [("a", "10"), ("b", "11.000001"), ("c", "12"), ("d", "12.5"), ("e", "13")]
    {
        let at = format!("2024-12-31T23:59:{second}Z");
        store.run(&format!("send {GROUP} {} {text} --at {at}", member(0))).succeeds();
    }
    // Another program writes whole seconds with digits.
    let mut other = golden("chat/Message");
    other["sk"] = json!({"S": "2024-12-31T23:59:14.000000+00:00"});
    other["message"] = json!({"S": "f"});
    put(&store, &[other]);
    let of =
        |arguments: &str| texts(&store.json(&format!("messages {GROUP} {arguments}"))).concat();
    let time = |second: &str| format!("2024-12-31T23:59:{second}Z");
    assert_eq!(of(""), "fedcba");
    assert_eq!(of(&format!("--from {}", time("12"))), "fedc");
    assert_eq!(of(&format!("--from {}", time("12.000001"))), "fed");
    assert_eq!(of(&format!("--to {}", time("12"))), "cba");
    assert_eq!(of(&format!("--to {}", time("11"))), "a");
    assert_eq!(of(&format!("--from {} --to {}", time("11"), time("13"))), "edcb");
    assert_eq!(of(&format!("--from {} --to {}", time("14"), time("14"))), "f");
    assert_eq!(of("--from 2025-01-01T00:59:12+01:00 --to 2024-12-31T18:59:12-05:00"), "c");
    assert_eq!(of("--year 2024"), "fedcba");
    assert_eq!(of("--year 2025"), "");
    assert_eq!(of("--limit 2"), "fe");
    let backwards = format!("messages {GROUP} --from {} --to {}", time("13"), time("12"));
    let error = "--from 2024-12-31T23:59:13+00:00 is after --to 2024-12-31T23:59:12+00:00";
    assert_eq!(store.run(&backwards).fails(), error);
}

#[test]
fn a_message_moves_the_group_for_every_member() {
    let store = seeded();
    let before = everything(&store);
    let at = "2023-03-19T08:00:00.250000+00:00";
    let run = store.run(&format!("send {TRIO} {DANA} ahoy --at {at} --json")).succeeds();
    assert_eq!(run.stderr, format!("sent at {at}\n"));
    let [message] = &run.json()[..] else { panic!("{run:?}") };
    assert_eq!(message["pk"], format!("MSG#{TRIO}"));
    for (name, value) in [
        ("sk", at),
        ("message", "ahoy"),
        ("user_uuid", DANA),
        ("user_display_name", "Dana"),
        ("user_handle", "dana_k"),
    ] {
        assert_eq!(message[name], value);
    }
    assert_eq!(store.json(&format!("messages {TRIO} --limit 1")), std::slice::from_ref(message));
    let members = [DANA, CARLOS, BAYKO];
    let expected = members.map(|member| [format!("GRP#{member}"), at.into(), "ahoy".into()]);
    assert_eq!(rows(&store, TRIO), expected);
    assert_eq!(everything(&store).len(), before.len() + 1);
}

#[test]
fn an_older_message_does_not_move_the_group_back() {
    let store = seeded();
    let there = rows(&store, GROUP);
    for (second, count) in [("11", 69), ("12.360999", 70)] {
        let at = format!("2023-03-18T19:40:{second}Z");
        store.run(&format!("send {GROUP} {BAYKO} late --at {at}")).succeeds();
        assert_eq!(rows(&store, GROUP), there, "{at}");
        assert_eq!(store.json(&format!("messages {GROUP} --limit 100")).len(), count);
    }
    // A row that is behind the others moves, and those stay.
    put(&store, &[row(TRIO, CARLOS, BAYKO, "2024-01-01T00:00:00+00:00")]);
    store.run(&format!("send {TRIO} {DANA} paint --at 2023-06-01T00:00:00Z")).succeeds();
    let times: BTreeMap<String, String> =
        rows(&store, TRIO).into_iter().map(|[member, at, _]| (member, at)).collect();
    let year = |member: &str| &times[&format!("GRP#{member}")][..4];
    assert_eq!((year(CARLOS), year(BAYKO), year(DANA)), ("2024", "2023", "2023"));
}

#[test]
fn the_same_message_twice_is_sent_once() {
    let store = seeded();
    let send = format!("send {GROUP} {CARLOS} hello --at 2023-05-01T12:00:00+02:00 --json");
    let first = store.run(&send).succeeds();
    let stored = everything(&store);
    let again = store.run(&send.replace("12:00:00+02:00", "10:00:00.000Z")).succeeds();
    assert_eq!(again.json(), first.json());
    assert_eq!(again.stderr, "was sent already, at 2023-05-01T10:00:00+00:00\n");
    // Also after the group has moved on.
    assert_eq!(everything(&store), stored);
    store.run(&format!("send {GROUP} {BAYKO} yes --at 2023-05-01T11:00:00Z")).succeeds();
    let stored = everything(&store);
    assert_eq!(store.run(&send).succeeds().json(), first.json());

    // Another message of that moment, or somebody else's, would overwrite it.
    for other in [send.replace("hello", "hey"), send.replace(CARLOS, BAYKO)] {
        let error = store.run(&other).fails();
        let at = "2023-05-01T10:00:00+00:00";
        let said = format!("the group \"{GROUP}\" has another message at {at}; nothing was sent");
        assert_eq!(error, said);
    }
    assert_eq!(everything(&store), stored);
    let next_day = send.replace("05-01", "05-02");
    let runs = store.run_at_once(&[&*next_day; 4]).into_iter().map(Run::succeeds);
    let sent = runs.filter(|run| run.stderr.starts_with("sent at ")).count();
    assert_eq!((sent, everything(&store).len()), (1, stored.len() + 1));
}

#[test]
fn two_groups_of_a_user_have_no_row_in_one_place() {
    let store = seeded();
    let stored = everything(&store);
    let error = store.run(&format!("send {TRIO} {DANA} hi --at {LAST}")).fails();
    let said = format!(
        "the last message of another group of member \"{CARLOS}\" is at {LAST}; nothing was sent"
    );
    assert_eq!(error, said);
    assert_eq!(everything(&store), stored);
}

#[test]
fn who_is_no_member_cannot_send() {
    let store = seeded();
    let stored = everything(&store);
    let error = store.run(&format!("send {GROUP} {DANA} hi")).fails();
    let said = format!("user \"{DANA}\" is no member of the group \"{GROUP}\"; nothing was sent");
    assert_eq!(error, said);
    let error = store.run(&format!("send {DANA} {CARLOS} hi")).fails();
    assert_eq!(error, format!("no group \"{DANA}\""));
    assert_eq!(everything(&store), stored);
}

#[test]
fn a_group_that_is_larger_than_a_transaction_is_refused() {
    let store = empty();
    group_of(&store, 49);
    store.run(&format!("send {GROUP} {} hi --at 2023-04-01T00:00:00Z", member(7))).succeeds();
    let at = rows(&store, GROUP).into_iter().map(|[_, at, _]| at).collect::<BTreeSet<_>>();
    assert_eq!(at.into_iter().collect::<Vec<_>>(), ["2023-04-01T00:00:00+00:00"]);

    let store = empty();
    group_of(&store, 50);
    let stored = everything(&store);
    let error = store.run(&format!("send {GROUP} {} hi", member(7))).fails();
    let said = format!(
        "the group \"{GROUP}\" has 50 members, and a message reaches 49 at most: a transaction has \
         100 operations, one for the message and two for each member; nothing was sent"
    );
    assert_eq!(error, said);
    assert_eq!(everything(&store), stored);
}

#[test]
fn messages_at_once_are_all_there_and_each_member_has_one_row() {
    const SENDERS: usize = 8;
    const EACH: usize = 5;
    let store = empty();
    group_of(&store, SENDERS);
    let store = &store;
    std::thread::scope(|scope| {
        for sender in 0..SENDERS {
            scope.spawn(move || {
                for number in 0..EACH {
                    // Some say when, and so come late.
                    let at = match number {
                        2 => format!(" --at 2023-05-0{}T00:00:00Z", sender + 1),
                        _ => String::new(),
                    };
                    let text = format!("{sender}-{number}");
                    let sender = member(sender);
                    store.run(&format!("send {GROUP} {sender} {text}{at}")).succeeds();
                }
            });
        }
    });
    let messages = store.json(&format!("messages {GROUP} --limit 100"));
    let sent: BTreeSet<&str> = texts(&messages).into_iter().collect();
    assert_eq!((messages.len(), sent.len()), (SENDERS * EACH, SENDERS * EACH));
    let latest = &messages[0];
    let expected: Vec<[String; 3]> = (0..SENDERS)
        .map(|number| {
            let text = |name: &str| latest[name].as_str().unwrap().to_owned();
            [format!("GRP#{}", member(number)), text("sk"), text("message")]
        })
        .collect();
    assert_eq!(rows(store, GROUP), expected);
}

#[test]
fn a_scan_shows_what_is_asked_for() {
    let store = seeded();
    assert_eq!(store.json("scan").len(), 89);
    let columns = store.run("scan --columns message,sk,message --json").succeeds();
    assert_eq!(columns.json().len(), 89);
    let line = format!("{{\"message\":\"see you there\",\"sk\":\"{LAST}\"}}");
    assert_eq!(columns.stdout.lines().filter(|other| *other == line).count(), 3);
    let ids = store.run("scan --columns message_uuid").succeeds().stdout;
    assert!(ids.contains("0f7a2f3e-2f7d-4a55-b4a2-3a1f0f6f4c11"), "whole: {ids}");
    assert!(!ids.contains("MSG#"), "{ids}");
    assert_eq!(empty().run("scan").succeeds().stdout, "no items\n");
}

#[test]
fn tables_are_created_listed_and_dropped_by_name() {
    let store = Store::new(&CHAT);
    let name = &store.table;
    let missing = store.run(&format!("groups {CARLOS}")).fails();
    let create = format!("no table {name:?}; create it with `chat ");
    assert!(missing.starts_with(&create), "{missing}");
    assert!(missing.ends_with(" schema-load`"), "{missing}");
    assert_eq!(store.run("schema-load").succeeds().stdout, format!("created the table {name:?}\n"));
    assert_eq!(store.run("schema-load").fails(), format!("the table {name:?} exists already"));
    assert!(store.run("list-tables").succeeds().stdout.lines().any(|line| line == name));
    assert!(store.json("list-tables").contains(&json!({"TableName": name})));
    assert!(store.run("drop --yes Chats").fails().ends_with("nothing was dropped"));
    store.run(&format!("drop --yes {name}")).succeeds();
    assert!(!store.json("list-tables").contains(&json!({"TableName": name})));
    let created = format!("created the table and wrote 89 items into {name:?}\n");
    assert_eq!(store.run("seed").succeeds().stdout, created);
}

#[test]
fn one_item_that_cannot_be_read_does_not_hide_the_others() {
    let store = seeded();
    let mut bad = golden("chat/Message");
    bad["sk"] = json!({"S": "2023-03-18T19:41:00+00:00"});
    bad["user_uuid"] = json!({"S": "carlos"});
    put(&store, &[bad]);
    let run = store.run(&format!("messages {GROUP} --json"));
    assert_eq!((run.status, run.json().len()), (Some(1), 19), "{run:?}");
    let lines: Vec<&str> = run.stderr.lines().collect();
    assert_eq!(lines.len(), 2, "{run:?}");
    assert!(cursor(lines[0]).is_some() && lines[1].starts_with("error: "), "{run:?}");
    assert!(lines[1].contains("user_uuid"), "{run:?}");
}

#[test]
fn wrong_usage_names_the_argument() {
    for (arguments, says) in [
        ("shout", "shout"),
        ("groups", "<USER>"),
        ("groups carlos_r", "<USER>"),
        (&format!("groups {CARLOS} --year 23"), "--year"),
        (&format!("groups {CARLOS} --year 20a3"), "--year"),
        ("messages", "<GROUP>"),
        ("messages 1", "<GROUP>"),
        (&format!("messages {GROUP} --limit 0"), "--limit"),
        (&format!("messages {GROUP} --limit x"), "--limit"),
        (&format!("messages {GROUP} --from 2023-03-18"), "--from"),
        (&format!("messages {GROUP} --from 2023-03-18T10:00:00"), "offset"),
        (&format!("messages {GROUP} --to 2023-02-30T10:00:00Z"), "--to"),
        (&format!("messages {GROUP} --to 2023-02-20T10:00:00.0000001Z"), "six digits"),
        (&format!("messages {GROUP} --year 2023 --from {LAST}"), "--from"),
        (&format!("send {GROUP} {CARLOS}"), "<TEXT>"),
        (&format!("send {GROUP} carlos hi"), "<USER>"),
        (&format!("send {GROUP} {CARLOS} hi --at now"), "--at"),
        ("scan --columns message,text", "message_group_uuid"),
        ("scan --columns", "--columns"),
        ("drop", "--yes"),
    ] {
        let stderr = CHAT.in_memory(arguments).misuse();
        assert!(stderr.contains(says), "{arguments}: {stderr}");
    }
    let folder = tempfile::TempDir::new().unwrap();
    let stderr = CHAT.run(folder.path(), ["send", GROUP, CARLOS, " "].into_iter()).misuse();
    assert!(stderr.contains("it is empty"), "{stderr}");
}

#[test]
fn in_memory_the_bundled_conversations_are_there() {
    assert_eq!(CHAT.in_memory("list-tables").succeeds().stdout, "cruddur-messages\n");
    let groups = CHAT.in_memory(&format!("groups {CARLOS} --json --capacity")).succeeds();
    assert_eq!((groups.json().len(), &*groups.stderr), (3, "capacity: 0.5 units\n"));
    let sent = CHAT.in_memory(&format!("send {GROUP} {CARLOS} hi --capacity")).succeeds();
    assert!(sent.stderr.starts_with("capacity: "), "{sent:?}");
    assert!(sent.stdout.starts_with("sent at 20"), "{sent:?}");
}

#[test]
fn the_tour_draws_the_table_and_every_access_pattern() {
    let tour = CHAT.in_memory("").succeeds();
    assert_eq!(tour.stderr, "");
    for part in [
        "THE TABLE cruddur-messages",
        "ITS INDEX message-group-sk-index",
        &format!("$ chat groups {CARLOS}\n"),
        &format!("$ chat groups {CARLOS} --year 2022\n"),
        &format!("$ chat messages {GROUP} --year 2023 --limit 5\n"),
        "--after CURSOR\n",
        "--from 2023-03-18T07:00:00+00:00 --to 2023-03-18T12:00:00+00:00\n",
        &format!("$ chat send {GROUP} {CARLOS} \\\n      \"can't wait\" --at "),
        "  sent\n",
        "was sent already; nothing has changed",
    ] {
        assert!(tour.stdout.contains(part), "{part}\n{}", tour.stdout);
    }
    assert!(!tour.stdout.contains('\u{1b}'), "no colour in a pipe");
    for line in tour.stdout.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
    let json = CHAT.in_memory("--json").succeeds();
    assert_eq!((json.json().len() > 20, &*json.stderr), (true, ""));
}

#[test]
fn the_tour_keeps_a_table_that_exists() {
    let store = seeded();
    let stored = everything(&store);
    let tour = store.run("").succeeds().stdout;
    assert!(tour.contains("exists: the tour reads what is there"), "{tour}");
    assert_eq!(everything(&store), stored);
    let bare = empty().run("").succeeds().stdout;
    assert!(bare.contains("no items"), "{bare}");
}

#[test]
fn the_table_is_a_document_and_nothing_is_sent() {
    check_documents(&CHAT, &["cruddur-messages"], "happy new year anyway");
}
