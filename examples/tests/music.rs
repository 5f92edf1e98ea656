//! The program `music`, run as its users run it.
//!
//! With `DYNAMODB_ENDPOINT`, the same tests run against the engine there.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "`allow-unwrap-in-tests` does not see the functions beside the tests"
)]

mod support;

use std::io::{self, Write};

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};

use crate::support::{Program, Run, Store, check_documents, wire};

const SONGS: &str = include_str!("../data/songs.json");
const SOUNDS: &str = include_str!("../data/sounds.json");

static MUSIC: Program = Program { path: env!("CARGO_BIN_EXE_music"), table: "Songs" };

fn empty() -> Store {
    Store::new(&MUSIC)
}

/// A store that holds the songs.
fn loaded() -> Store {
    let store = empty();
    store.write("songs.json", SONGS);
    store.run("load songs.json").succeeds();
    store
}

/// How a command fails to load a file.
fn load_error(store: &Store, text: impl AsRef<[u8]>) -> String {
    store.write("bad.json", text);
    let error = store.run("load bad.json").fails();
    assert_eq!(store.run("create").status, Some(0), "nothing was loaded, no table created");
    assert_eq!(store.json("all 1"), [] as [Value; 0]);
    store.run(&format!("drop --yes {}", store.table)).succeeds();
    error
}

fn in_memory(arguments: &str) -> Run {
    MUSIC.in_memory(arguments)
}

fn songs() -> Vec<Value> {
    serde_json::from_str(SONGS).unwrap()
}

#[test]
fn every_read_prints_items_as_they_are_stored() {
    let store = loaded();
    let songs = songs();
    assert_eq!(store.json("song 1"), songs[..1]);
    assert_eq!(store.json("downloads 1"), songs[1..4]);
    assert_eq!(store.json("download 1 9349823682"), songs[2..3]);
    assert_eq!(store.json("months 1"), songs[4..5]);
    assert_eq!(store.json("month 2 01-2018"), songs[8..]);
    assert_eq!(store.json("all 1"), songs[..5]);
    assert_eq!(store.json("all 2"), songs[5..]);
    assert_eq!(store.json("top 01-2018"), [songs[4].clone(), songs[8].clone()]);
    assert_eq!(store.json("top 01-2018 --limit 1"), songs[4..5]);
}

#[test]
fn json_lines_have_the_keys_first_and_numbers_as_numbers() {
    let run = loaded().run("song 1 --json");
    let line =
        r#"{"Id":"1","Metadata":"Details","Title":"One","Artist":"Metallica","TotalDownloads":3}"#;
    assert_eq!((&*run.stdout, &*run.stderr), (&*format!("{line}\n"), ""));
}

#[test]
fn lists_may_be_empty_and_items_may_not() {
    let store = loaded();
    for list in ["downloads 9", "months 9", "all 9", "top 02-2018", "top 01-2018 --limit 0"] {
        assert_eq!(store.json(list), [] as [Value; 0], "{list}");
        assert_eq!(store.run(list).succeeds().stdout, "no items\n", "{list}");
    }
    assert_eq!(store.run("song 9").fails(), r#"no song "9""#);
    assert_eq!(store.run("download 1 7").fails(), r#"no download "7" of song "1""#);
    assert_eq!(store.run("month 1 02-2018").fails(), r#"no month "02-2018" of song "1""#);
    assert_eq!(store.run("song 9 --json").fails(), r#"no song "9""#);
}

#[test]
fn tables_group_items_by_partition() {
    let drawn = loaded().run("downloads 2").succeeds().stdout;
    let lines: Vec<&str> = drawn.lines().collect();
    assert_eq!(lines[1], " Id  Metadata        DownloadTimestamp");
    assert_eq!(lines[3], " 2   Dld-9349823684  2018-01-02T00:00:00");
    assert_eq!(lines[4], "     Dld-9349823685  2018-01-03T00:00:02");
}

#[test]
fn flags_stand_before_the_command_or_after_it() {
    let store = loaded();
    let store_flags = [store.engine(), vec!["--table", &store.table]].concat();
    let folder = store.folder.path();
    let before = MUSIC.run(folder, store_flags.iter().copied().chain(["--json", "song", "1"]));
    let after = MUSIC.run(folder, ["song", "1", "--json"].into_iter().chain(store_flags));
    assert_eq!(before.succeeds().stdout, after.succeeds().stdout);
}

#[test]
fn capacity_is_told_on_stderr() {
    let store = loaded();
    let told = |arguments: &str| store.run(arguments).stderr;
    assert_eq!(told("song 1 --json --capacity"), "capacity: 0.5 units\n");
    assert_eq!(told("top 01-2018 --capacity"), "capacity: 0.5 units (DownloadsByMonth 0.5)\n");
    assert_eq!(told("song 9 --capacity"), "capacity: 0.5 units\nerror: no song \"9\"\n");
    assert_eq!(told("song 1"), "");
    let new = empty();
    new.write("songs.json", SONGS);
    let load = new.run("load songs.json --capacity").stderr;
    assert!(load.starts_with("capacity: ") && load.contains("DownloadsByMonth"), "{load}");
}

#[test]
fn tables_are_created_and_dropped_by_name() {
    let store = empty();
    let name = &store.table;
    assert_eq!(store.run("create").succeeds().stdout, format!("created the table {name:?}\n"));
    assert_eq!(store.run("create").fails(), format!("the table {name:?} exists already"));
    let other = format!("the table is {name:?}, not \"Songs\"; nothing was dropped");
    assert_eq!(store.run("drop --yes Songs").fails(), other);
    assert!(store.run("drop").misuse().contains("--yes"));
    let dropped = store.run(&format!("drop --yes {name} --json")).succeeds();
    assert_eq!(dropped.stdout, "");
    assert_eq!(dropped.stderr, format!("dropped the table {name:?}\n"));
    let gone = store.run(&format!("drop --yes {name}")).fails();
    assert!(gone.starts_with(&format!("no table {name:?}")), "{gone}");
}

#[test]
fn a_missing_table_is_named_with_the_way_to_create_it() {
    let store = empty();
    for command in ["song 1", "all 1", "top 01-2018", "downloads 1"] {
        let flags = [store.engine().join(" "), format!("--table {}", store.table)].join(" ");
        let expected = format!("no table {:?}; create it with `music {flags} create`", store.table);
        assert_eq!(store.run(command).fails(), expected, "{command}");
    }
}

#[test]
fn load_creates_the_table_and_may_be_repeated() {
    let store = empty();
    store.write("songs.json", SONGS);
    let (first, name) = (store.run("load songs.json").succeeds(), &store.table);
    assert_eq!(first.stdout, format!("created the table and loaded 9 items into {name:?}\n"));
    assert_eq!(first.stderr, "", "no progress bar in a pipe");
    let again = store.run("load songs.json").succeeds();
    assert_eq!(again.stdout, format!("loaded 9 items into {name:?}\n"));
    assert_eq!(store.json("all 1").len(), 5);
    store.write("none.json", "[]");
    assert_eq!(store.run("load none.json --json").succeeds().stdout, "");
}

#[test]
fn a_bad_value_is_found_with_its_line_and_attribute() {
    let store = empty();
    let bad = |from: &str, to: &str| {
        assert!(SONGS.contains(from), "{from}");
        load_error(&store, SONGS.replacen(from, to, 1))
    };
    for (from, to, error) in [
        (r#"Downloads": 3"#, r#"Downloads": "3""#, "7: TotalDownloads: expected N, found S"),
        (r#""Metallica""#, "null", "6: Artist: expected S, found NULL"),
        (r#""Metallica""#, "[1]", "6: Artist: expected S, found L"),
        (r#""Artist": "Metallica","#, "", "2: Artist: required, but not there"),
        (r#""Metadata": "Details","#, "", "2: Metadata: required, but not there"),
        (r#""Id": "1""#, r#""Id": 1"#, "3: Id: expected S, found N"),
        (
            "Dld-9349823681",
            "Dld-x",
            "11: Metadata: the key of no kind of item; expected `Details` or `Dld-{download_id}` or `Month-{download_month}`",
        ),
        (
            "Dld-9349823681",
            "Dld-007",
            "11: Metadata: part of the key: expected an integer without leading zeros",
        ),
        (
            r#""DownloadMonth": "01-2018""#,
            r#""DownloadMonth": "02-2018""#,
            "26: Metadata: the key is not the one that the item's fields make",
        ),
        (
            r#""Title": "One""#,
            r#""Title": "One", "Titel": "One""#,
            "5: Titel: no attribute of this kind of item",
        ),
        (
            r#""Title": "One""#,
            r#""Title": "One", "Title": "Two""#,
            "5: Title: this attribute is there twice",
        ),
        ("9349823682", "9349823681", "14: an item with the same key is on line 9"),
        (r#"Downloads": 3"#, r#"Downloads": 3 4"#, "7:23: not JSON: expected `,` or `}`"),
    ] {
        assert_eq!(bad(from, to), format!("bad.json:{error}; nothing was loaded"), "{from} {to}");
    }
    let negative = bad(r#"Downloads": 3"#, r#"Downloads": -3"#);
    assert!(negative.starts_with("bad.json:7: TotalDownloads: "), "{negative}");
}

#[test]
fn a_file_that_holds_no_items_is_refused() {
    let store = empty();
    for (text, error) in [
        (&b""[..], "1:0: not JSON: EOF while parsing a value"),
        (b"[\n{", "2:1: not JSON: EOF while parsing an object"),
        (b"{}", "1: expected an array of objects"),
        (b"[\n\n7]", "3: expected an object"),
        (b"[\n{}]", "2: Id: required, but not there"),
        (b"\n\xff", "2: not UTF-8"),
    ] {
        assert_eq!(load_error(&store, text), format!("bad.json:{error}; nothing was loaded"));
    }
    let error = store.run("load no/such.json").fails();
    assert!(error.starts_with("cannot read no/such.json: "), "{error}");
}

#[test]
fn what_is_stored_equals_the_golden_items() {
    let store = loaded();
    let golden: Value =
        serde_json::from_str(include_str!("../../tests/fixtures/golden.json")).unwrap();
    for name in ["music/Song", "music/Download", "music/MonthlyCount"] {
        let item = &golden[name]["item"];
        let key = |name: &str| item[name]["S"].as_str().unwrap().to_owned();
        assert_eq!(&stored(&store, key("Id"), key("Metadata")), item, "{name}");
    }
}

/// An item as the engine has it, read without the library.
fn stored(store: &Store, id: String, metadata: String) -> Value {
    let read = store.sdk(async |client| {
        let read = client.get_item().table_name(&store.table);
        let read = read.key("Id", AttributeValue::S(id));
        read.key("Metadata", AttributeValue::S(metadata)).send().await.unwrap()
    });
    wire(read.item().unwrap())
}

/// The downloads of a song in all, and in a month.
fn counts(store: &Store, id: &str, month: &str) -> (Value, Value) {
    let of = |command: String, name: &str| store.json(&command)[0][name].clone();
    let song = of(format!("song {id}"), "TotalDownloads");
    (song, of(format!("month {id} {month}"), "TotalDownloadsInMonth"))
}

/// A store of songs with vectors, unless its engine cannot search them, which is said loudly.
fn sounding() -> Option<Store> {
    let store = empty();
    store.write("sounds.json", SOUNDS);
    store.run("load sounds.json").succeeds();
    let run = store.run("similar 1");
    if store.endpoint.is_some() && run.stderr.contains("UnknownOperationException") {
        // Nothing can be done about a standard error that is closed.
        let _ =
            writeln!(io::stderr(), "skipped: similar songs: this engine predates vector indexes");
        return None;
    }
    run.succeeds();
    Some(store)
}

/// The songs by how far they sound from one, the nearest first: brute force.
fn nearest(id: &str) -> Vec<(String, f64)> {
    let songs: Vec<Value> = serde_json::from_str(SOUNDS).unwrap();
    let vector = |song: &Value| -> Vec<f64> {
        let numbers = song["Embedding"].as_array().unwrap().iter();
        numbers.map(|number| f64::from(number.as_f64().unwrap() as f32)).collect()
    };
    let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    let this = vector(songs.iter().find(|song| song["Id"] == id).unwrap());
    let others = songs.iter().filter(|song| song["Id"] != id).map(|song| {
        let other = vector(song);
        let cosine = dot(&this, &other) / (dot(&this, &this) * dot(&other, &other)).sqrt();
        (song["Id"].as_str().unwrap().to_owned(), 1.0 - cosine)
    });
    let mut others: Vec<_> = others.collect();
    others.sort_by(|a, b| a.1.total_cmp(&b.1));
    others
}

#[test]
fn similar_songs_are_the_nearest_by_brute_force() {
    let Some(store) = sounding() else { return };
    for id in ["1", "2", "5", "8"] {
        for top in [1, 3, 7, 99] {
            let found = store.json(&format!("similar {id} --top {top}"));
            let expected: Vec<_> = nearest(id).into_iter().take(top).collect();
            assert_eq!(found.len(), expected.len(), "{id} {top}");
            for (row, (id, distance)) in found.iter().zip(&expected) {
                assert_eq!(row["Id"], **id, "{found:?} {expected:?}");
                assert!((row["Distance"].as_f64().unwrap() - distance).abs() < 1e-5, "{row}");
            }
        }
    }
    let [row] = store.json("similar 1 --top 1").try_into().unwrap();
    let names: Vec<&str> = row.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names.len(), 4, "what the index projects, and the distance: {names:?}");
    assert_eq!(row["Title"], "War Pigs");
    assert_eq!(store.json("similar 1").len(), 5, "five, if it is not said");

    // A song that sounds otherwise by now is found elsewhere.
    let other = SOUNDS.replacen("[0.8, 0.55, 0.35, 0.1]", "[0.16, 0.21, 0.9, 0.2]", 1);
    store.write("other.json", other);
    store.run("load other.json").succeeds();
    assert_eq!(store.json("similar 1 --top 1")[0]["Title"], "Hallelujah");
}

#[test]
fn what_has_no_vector_is_like_nothing() {
    let store = loaded();
    assert_eq!(store.run("similar 9").fails(), r#"no song "9""#);
    let silent = r#"song "1" has no `Embedding` to compare with others"#;
    assert_eq!(store.run("similar 1").fails(), silent);
    // A vector of another length is told with its line, and nothing is loaded.
    let short = SOUNDS.replacen("[0.8, 0.55, 0.35, 0.1]", "[0.8, 0.55, 0.35]", 1);
    let error = load_error(&empty(), short);
    let says = "Embedding: expected a vector of 4 dimensions, found one of 3; nothing was loaded";
    assert!(error.ends_with(says), "{error}");
}

#[test]
fn a_download_is_recorded_once() {
    let store = loaded();
    let at = "2018-01-31T23:59:59";
    let download = [json!({"Id": "1", "Metadata": "Dld-7", "DownloadTimestamp": at})];
    let first = store.run("record 1 7 --at 2018-01-31T23:59:59").succeeds();
    let said = "recorded download 7 of song \"1\", at 2018-01-31T23:59:59\n";
    assert_eq!((&*first.stdout, &*first.stderr), (said, ""));
    assert_eq!(counts(&store, "1", "01-2018"), (json!(4), json!(4)));
    assert_eq!(store.json("download 1 7"), download);

    // Whatever the clock says, and in another month too.
    for at in ["--at 2018-01-31T23:59:59", "--at 2018-02-01T00:00:00", ""] {
        let again = store.run(&format!("record 1 7 {at} --json")).succeeds();
        assert_eq!(again.json(), download);
        let said = "was recorded already: download 7 of song \"1\", at 2018-01-31T23:59:59\n";
        assert_eq!(again.stderr, said);
    }
    assert_eq!(counts(&store, "1", "01-2018"), (json!(4), json!(4)));
    assert_eq!(store.json("months 1").len(), 1);
}

#[test]
fn a_download_is_counted_in_its_month() {
    let store = loaded();
    for (download, at) in [(7, "2018-02-01T00:00:00"), (8, "2018-02-28T23:59:59")] {
        let recorded = store.run(&format!("record 2 {download} --at {at} --json")).succeeds();
        let metadata = format!("Dld-{download}");
        let expected = json!({"Id": "2", "Metadata": metadata, "DownloadTimestamp": at});
        assert_eq!(recorded.json(), [expected]);
    }
    assert_eq!(counts(&store, "2", "02-2018"), (json!(4), json!(2)));
    assert_eq!(counts(&store, "2", "01-2018"), (json!(4), json!(2)));
    assert_eq!(store.json("top 02-2018")[0]["TotalDownloadsInMonth"], 2, "the index follows");
    // Without `--at` it is now: a month that nothing was in.
    store.run("record 2 9").succeeds();
    assert_eq!(store.json("months 2").len(), 3);
}

#[test]
fn a_download_of_no_song_is_not_recorded() {
    let store = loaded();
    assert_eq!(store.run("record 9 7").fails(), r#"no song "9""#);
    assert_eq!(store.json("all 9"), [] as [Value; 0]);
    let missing = Store::new(&MUSIC).run("record 1 7").fails();
    assert!(missing.starts_with("no table "), "{missing}");
}

#[test]
fn downloads_that_are_recorded_at_once_are_all_counted() {
    let store = loaded();
    let (seven, eight) = ("record 1 7 --at 2018-01-05T00:00:00", "record 1 8");
    let runs = store.run_at_once(&[seven, seven, eight, "record 1 9", seven]);
    let said: Vec<String> = runs.into_iter().map(|run| run.succeeds().stdout).collect();
    let sevens = [&said[0], &said[1], &said[4]];
    assert_eq!(sevens.iter().filter(|said| said.starts_with("recorded ")).count(), 1, "{said:?}");
    assert_eq!(counts(&store, "1", "01-2018"), (json!(6), json!(4)));
    assert_eq!(store.json("downloads 1").len(), 6);
}

#[test]
fn an_item_that_cannot_be_read_does_not_hide_the_others() {
    let store = loaded();
    store.sdk(async |client| {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let put = client.put_item().table_name(&store.table).item("Id", text("1"));
        let put = put.item("Metadata", text("Dld-9349823682"));
        put.item("DownloadTimestamp", AttributeValue::N("7".to_owned())).send().await.unwrap();
    });
    let run = store.run("downloads 1 --json");
    let (name, songs) = (&store.table, songs());
    assert_eq!(run.json(), [songs[1].clone(), songs[3].clone()]);
    let error = format!(
        "error: {name}/Download 1/Dld-9349823682: DownloadTimestamp: expected S, found N\n"
    );
    assert_eq!((run.status, run.stderr), (Some(1), error));
}

#[test]
fn wrong_usage_exits_with_2() {
    for (arguments, says) in [
        ("sing", "sing"),
        ("song", "<ID>"),
        ("download 1 x", "invalid digit"),
        ("download 1 -1", "-1"),
        ("month 1 13-2018", "MM-YYYY"),
        ("top 2018-01", "MM-YYYY"),
        ("top 01-2018 --limit x", "--limit"),
        ("similar 1 --top 0", "--top"),
        ("similar 1 --top 100", "--top"),
        ("similar", "<ID>"),
        ("record 1", "<DOWNLOAD_ID>"),
        ("record 1 -7", "-7"),
        ("record 1 7 --at 2018-01-01", "--at"),
        ("record 1 7 --at 2018-13-01T00:00:00", "YYYY-MM-DDTHH:MM:SS"),
        ("record 1 7 --at 2018-02-29T00:00:00", "--at"),
        ("record 1 7 --at 2018-1-1T0:00:00", "--at"),
        ("record 1 7 --at 2018-01-01T00:00:07Z", "--at"),
        ("--endpoint example.com song 1", "http://127.0.0.1:8000"),
        ("--data a.db --endpoint http://127.0.0.1:1 song 1", "cannot be used with"),
        ("--data a.db song 1 --endpoint http://127.0.0.1:1", "cannot be used with"),
        ("--aws song 1 --data a.db", "cannot be used with"),
    ] {
        let stderr = in_memory(arguments).misuse();
        assert!(stderr.contains(says), "{arguments}: {stderr}");
    }
}

#[test]
fn engines_that_cannot_be_reached_are_errors() {
    let error = in_memory("--endpoint http://127.0.0.1:1 song 1").fails();
    assert!(error.starts_with("GetItem on `Songs`: "), "{error}");
    let error = in_memory("--endpoint http://127.0.0.1:1 create").fails();
    assert!(error.starts_with("CreateTable on `Songs`: "), "{error}");
    let error = in_memory("--data no/such/folder.db song 1").fails();
    assert!(error.starts_with("open `no/such/folder.db`: "), "{error}");
    if cfg!(not(feature = "aws")) {
        let error = in_memory("--aws song 1").fails();
        assert!(error.contains("--features aws"), "{error}");
    }
}

#[test]
fn in_memory_the_bundled_songs_are_there() {
    assert_eq!(in_memory("song 1 --json").succeeds().json(), songs()[..1]);
    assert_eq!(in_memory("song 1 --capacity").stderr, "capacity: 0.5 units\n");
    in_memory("create").succeeds();
    assert_eq!(in_memory("similar 1 --top 1 --json").succeeds().json()[0]["Title"], "War Pigs");
}

#[test]
fn the_tour_draws_the_table_and_every_access_pattern() {
    let tour = in_memory("").succeeds();
    assert_eq!(tour.stderr, "");
    for part in [
        "THE TABLE Songs",
        "ITS INDEX DownloadsByMonth",
        "$ music song 1",
        "$ music downloads 1",
        "$ music download 1 9349823681",
        "$ music months 1",
        "$ music month 1 01-2018",
        "$ music all 1",
        "$ music top 01-2018",
        "$ music record 1 9349823686",
        "was recorded already; nothing has changed",
        "songs.query(SongItem::partition(id)).all()",
        "$ music similar 1 --top 3",
        "War Pigs",
        "Black Sabbath",
    ] {
        assert!(tour.stdout.contains(part), "{part}\n{}", tour.stdout);
    }
    assert!(!tour.stdout.contains('\u{1b}'), "no colour in a pipe");
    for line in tour.stdout.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
}

#[test]
fn the_tour_prints_json_lines_alone() {
    let tour = in_memory("--json").succeeds();
    assert_eq!((tour.json().len(), &*tour.stderr), (9 + 2 + 1 + 3 + 1 + 1 + 1 + 5 + 2 + 2 + 3, ""));
}

#[test]
fn the_tour_keeps_a_table_that_exists() {
    let store = empty();
    store.write("one.json", format!("[{}]", songs()[5]));
    store.run("load one.json").succeeds();
    let tour = store.run("").succeeds().stdout;
    assert!(tour.contains(&format!("{} exists", store.table)), "{tour}");
    assert!(tour.contains("$ music song 2"), "{tour}");
    assert_eq!(store.json("all 2").len(), 1);
    assert_eq!(store.json("all 1").len(), 0);

    let bare = empty();
    bare.run("create").succeeds();
    let tour = bare.run("").succeeds().stdout;
    assert!(tour.contains("no items"), "{tour}");

    let new = empty();
    new.run("").succeeds();
    assert_eq!(new.json("all 1").len(), 6, "with the download that the tour has recorded");
}

#[test]
fn the_table_is_a_document_and_nothing_is_sent() {
    check_documents(&MUSIC, &["Songs"], "Metallica");
}
