//! The program `movies`, run as its users run it.
//!
//! With `DYNAMODB_ENDPOINT`, the same tests run against the engine there.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "`allow-unwrap-in-tests` does not see the functions beside the tests"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};

use crate::support::{Program, Run, Store, check_documents, wire};

static MOVIES: Program = Program { path: env!("CARGO_BIN_EXE_movies"), table: "Movies" };

const FILE: &str = include_str!("../data/movies.jsonl");

/// The numbers of the genres that the file names.
const GENRES: [(&str, u64); 12] = [
    ("Action", 28),
    ("Adventure", 12),
    ("Black Comedy", 1),
    ("Comedy", 35),
    ("Concert/Performance", 2),
    ("Documentary", 99),
    ("Drama", 18),
    ("Horror", 27),
    ("Musical", 10402),
    ("Romantic Comedy", 3),
    ("Thriller/Suspense", 53),
    ("Western", 37),
];

fn films() -> Vec<Value> {
    FILE.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn genre_id(name: &str) -> u64 {
    GENRES.iter().find(|(other, _)| *other == name).unwrap().1
}

fn created() -> Store {
    let store = Store::new(&MOVIES);
    store.run("create").succeeds();
    store
}

/// A store with these films.
fn with(films: &[Value]) -> Store {
    let store = Store::new(&MOVIES);
    load(&store, films).succeeds();
    store
}

fn load(store: &Store, films: &[Value]) -> Run {
    let lines: Vec<String> = films.iter().map(Value::to_string).collect();
    store.write("films.jsonl", lines.join("\n"));
    store.run("load films.jsonl")
}

/// A film as files have it.
fn film(id: u64, title: &str, genre: &str) -> Value {
    json!({"id": id, "title": title, "genre": genre, "vote_average": 7.5, "vote_count": 10})
}

fn golden(name: &str) -> Value {
    let all: Value =
        serde_json::from_str(include_str!("../../tests/fixtures/golden.json")).unwrap();
    all[name]["item"].clone()
}

/// The golden film as the index has it.
fn golden_film() -> Value {
    let mut film = golden("movies/Movie");
    film["entity"] = json!({"S": "Movie"});
    film
}

/// An item in plain JSON.
fn plain(item: &Value) -> Value {
    let number = |digits: &Value| serde_json::from_str(digits.as_str().unwrap()).unwrap();
    let value = |value: &Value| match value.as_object().unwrap().iter().next().unwrap() {
        (kind, digits) if kind == "N" => number(digits),
        (kind, set) if kind == "NS" => set.as_array().unwrap().iter().map(number).collect(),
        (_, value) => value.clone(),
    };
    let members = item.as_object().unwrap().iter();
    Value::Object(members.map(|(name, member)| (name.clone(), value(member))).collect())
}

/// Writes an item without the library.
fn put(store: &Store, table: &str, item: &Value) {
    let value = |value: &Value| match value.as_object().unwrap().iter().next().unwrap() {
        (kind, text) if kind == "S" => AttributeValue::S(text.as_str().unwrap().to_owned()),
        (kind, digits) if kind == "N" => AttributeValue::N(digits.as_str().unwrap().to_owned()),
        (kind, value) if kind == "BOOL" => AttributeValue::Bool(value.as_bool().unwrap()),
        (kind, set) if kind == "NS" => {
            let digits = set.as_array().unwrap().iter();
            AttributeValue::Ns(digits.map(|n| n.as_str().unwrap().to_owned()).collect())
        }
        (_, set) => {
            let texts = set.as_array().unwrap().iter();
            AttributeValue::Ss(texts.map(|text| text.as_str().unwrap().to_owned()).collect())
        }
    };
    let members = item.as_object().unwrap().iter();
    let item = members.map(|(name, member)| (name.clone(), value(member))).collect();
    store.sdk(async |client| {
        client.put_item().table_name(table).set_item(Some(item)).send().await.unwrap()
    });
}

fn genres_of(store: &Store) -> String {
    format!("{}ByGenre", store.table)
}

async fn scan(client: &Client, table: &str) -> Vec<HashMap<String, AttributeValue>> {
    let pages = client.scan().table_name(table).consistent_read(true).into_paginator();
    pages.items().send().collect::<Result<_, _>>().await.unwrap()
}

/// All that is stored in a table, read without the library, in the order of numbers.
fn everything(store: &Store, table: &str) -> Vec<Value> {
    let items = store.sdk(async |client| scan(&client, table).await);
    let mut items: Vec<Value> = items.iter().map(wire).collect();
    items.sort_by_key(|item| {
        let number = |name: &str| item[name]["N"].as_str().map(|n| n.parse::<u64>().unwrap());
        (number("id"), number("genre_id"), number("movie_id"), item["title"].to_string())
    });
    items
}

fn stored_films(store: &Store) -> Vec<Value> {
    everything(store, &store.table)
}

fn stored_entries(store: &Store) -> Vec<Value> {
    everything(store, &genres_of(store))
}

/// Genre, film and title of the entries.
fn entries(store: &Store) -> Vec<[String; 3]> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let entry = |item: &Value| {
        [text(&item["genre_id"]["N"]), text(&item["movie_id"]["N"]), text(&item["title"]["S"])]
    };
    stored_entries(store).iter().map(entry).collect()
}

/// The titles of the films; each is there once, and there are the entries that they name and no others.
#[track_caller]
fn titles_in_step(store: &Store) -> Vec<String> {
    let films = stored_films(store);
    let (mut ids, mut named) = (BTreeSet::new(), BTreeSet::new());
    for film in &films {
        let (id, title) = (film["id"]["N"].as_str().unwrap(), film["title"]["S"].as_str().unwrap());
        assert!(ids.insert(id), "film {id} is there twice");
        let genres = film.get("genre_ids").and_then(|set| set["NS"].as_array());
        for genre in genres.into_iter().flatten() {
            named.insert([genre.as_str().unwrap(), id, title].map(str::to_owned));
        }
    }
    assert_eq!(BTreeSet::from_iter(entries(store)), named);
    films.iter().map(|film| film["title"]["S"].as_str().unwrap().to_owned()).collect()
}

/// The film that a line of the file is, as the program prints it.
fn expected(line: &Value) -> Value {
    let mut film = line.as_object().unwrap().clone();
    film.retain(|_, value| !value.is_null());
    if let Some(genre) = film.remove("genre") {
        film.insert("genre_ids".into(), json!([genre_id(genre.as_str().unwrap())]));
    }
    if let Some(date) = film.get("release_date").and_then(Value::as_str) {
        let (month, rest) = date.split_at(3);
        let months = "JanFebMarAprMayJunJulAugSepOctNovDec";
        let month = months.find(month).unwrap() / 3 + 1;
        let (day, year) = rest.trim().split_once(' ').unwrap();
        film.insert("release_date".into(), json!(format!("{year}-{month:02}-{day}")));
    }
    film.insert("entity".into(), json!("Movie"));
    Value::Object(film)
}

#[test]
fn the_whole_file_is_found_by_number_genre_and_votes() {
    let store = Store::new(&MOVIES);
    store.write("movies.jsonl", FILE);
    let said = store.run("load movies.jsonl").succeeds();
    let (movies, genres) = (&store.table, genres_of(&store));
    let counts = format!("loaded 2987 films into {movies:?} and 2745 entries into {genres:?}");
    assert_eq!(said.stdout, format!("created the tables and {counts}\n"));
    assert_eq!(said.stderr, "", "no progress bar in a pipe");
    let films = films();
    let whole: BTreeMap<u64, Value> =
        films.iter().map(|film| (film["id"].as_u64().unwrap(), expected(film))).collect();

    let votes = |film: &Value| film["vote_count"].as_u64().unwrap();
    for (min_votes, min_average, count) in [
        (100_000, 8.5, Some(39)),
        (0, 0.0, Some(2987)),
        (30_000, 7.0, None),
        (600_000, 1.0, Some(0)),
    ] {
        let rated = format!("rated --min-votes {min_votes} --min-average {min_average}");
        let rated = store.json(&rated);
        let good = films.iter().filter(|film| {
            votes(film) >= min_votes && film["vote_average"].as_f64().unwrap() >= min_average
        });
        let good: Vec<u64> = good.map(|film| film["id"].as_u64().unwrap()).collect();
        assert!(count.is_none_or(|count| good.len() == count), "{}", good.len());
        assert!(rated.is_sorted_by_key(|film| std::cmp::Reverse(votes(film))), "most votes first");
        assert_eq!(rated.len(), good.len());
        let rated: BTreeMap<u64, Value> =
            rated.into_iter().map(|film| (film["id"].as_u64().unwrap(), film)).collect();
        assert!(good.iter().all(|id| rated[id] == whole[id]), "whole films");
    }

    for (name, id) in GENRES {
        let of_genre = films.iter().filter(|film| film["genre"] == name);
        let listed: Vec<Value> = of_genre
            .map(|film| json!({"genre_id": id, "movie_id": film["id"], "title": film["title"]}))
            .collect();
        assert_eq!(store.run_words(&["genre", name, "--json"]).succeeds().json(), listed, "{name}");
    }
    assert_eq!(titles_in_step(&store).len(), 2987);
}

#[test]
fn the_golden_items_are_read_and_written_as_they_are() {
    let store = created();
    let (film, entry) = (golden("movies/Movie"), golden("movies/GenreEntry"));
    put(&store, &store.table, &film);
    put(&store, &genres_of(&store), &entry);
    let shown = store.run_words(&["movie", "996154", "Black Lotus", "--json"]).succeeds();
    let mut whole = plain(&film);
    // What makes a film one of the index comes with it; it is stored when the film is written.
    whole["entity"] = json!("Movie");
    assert_eq!(shown.json(), [whole]);
    assert!(shown.stdout.contains("\"popularity\":1070.023,"), "{shown:?}");
    assert_eq!(store.json("genre Action"), [plain(&entry)]);

    // From a file: they are what was golden, and the attribute that the index is made of.
    let store = with(&[plain(&film)]);
    assert_eq!(stored_films(&store), [golden_film()]);
    assert_eq!(stored_entries(&store)[0], entry);
    assert_eq!(entries(&store).len(), 4);
    assert_eq!(store.json("rated --min-votes 85 --min-average 6.559").len(), 1);
    assert_eq!(store.json("rated --min-votes 85 --min-average 6.5590001").len(), 0);
    assert_eq!(store.json("rated --min-votes 86 --min-average 0").len(), 0);
}

#[test]
fn another_title_reaches_the_film_and_its_entries_and_keeps_what_is_unknown() {
    let store = created();
    let mut film = golden("movies/Movie");
    film["tagline"] = json!({"S": "Revenge"});
    film["awards"] = json!({"SS": ["Best Film", "Best Sound"]});
    film["rank"] = json!({"N": "12345678901234567890123456789012345678"});
    put(&store, &store.table, &film);
    let mut entry = golden("movies/GenreEntry");
    entry["note"] = json!({"S": "seen"});
    // The other entries are missing: the film is put into step.
    put(&store, &genres_of(&store), &entry);

    let retitle = ["retitle", "996154", "Black Lotus", "White Lotus"];
    let said =
        "movie 996154 \"Black Lotus\" is now \"White Lotus\", and in the lists of its 4 genres\n";
    assert_eq!(store.run_words(&retitle).succeeds().stdout, said);
    film["title"] = json!({"S": "White Lotus"});
    film["entity"] = json!({"S": "Movie"});
    assert_eq!(stored_films(&store), [film.clone()]);
    assert_eq!(titles_in_step(&store), ["White Lotus"]);
    entry["title"] = json!({"S": "White Lotus"});
    assert!(stored_entries(&store).contains(&entry), "an entry keeps what is unknown too");
    assert_eq!(store.run_words(&retitle).fails(), "no movie 996154 \"Black Lotus\"");

    // And back: equal to what is golden.
    let back = store.run_words(&["retitle", "996154", "White Lotus", "Black Lotus", "--json"]);
    let back = back.succeeds();
    assert!(back.stderr.starts_with("movie 996154 \"White Lotus\" is now"), "{back:?}");
    assert!(back.stdout.contains(":12345678901234567890123456789012345678"), "{back:?}");
    film["title"] = json!({"S": "Black Lotus"});
    assert_eq!(stored_films(&store), [film.clone()]);
    for unknown in ["tagline", "awards", "rank"] {
        film.as_object_mut().unwrap().remove(unknown);
    }
    assert_eq!(film, golden_film());
}

#[test]
fn a_title_that_is_taken_or_not_there_changes_nothing() {
    let store = with(&[film(1, "One", "Drama"), film(2, "Two", "Drama")]);
    put(&store, &store.table, &json!({"id": {"N": "1"}, "title": {"S": "Uno"}}));
    let stored = (stored_films(&store), stored_entries(&store));
    let taken = store.run("retitle 1 One Uno").fails();
    assert_eq!(taken, "movie 1 \"Uno\" is there already; nothing was changed");
    for (words, missing) in [
        ("retitle 1 Eins Two", "no movie 1 \"Eins\""),
        ("retitle 3 One Two", "no movie 3 \"One\""),
        ("movie 2 One", "no movie 2 \"One\""),
        ("movie 2 two --json", "no movie 2 \"two\""),
    ] {
        assert_eq!(store.run(words).fails(), missing);
    }
    assert_eq!((stored_films(&store), stored_entries(&store)), stored);
    // The same title is not another film's.
    store.run("retitle 2 Two Two").succeeds();
    assert_eq!((stored_films(&store), stored_entries(&store)), stored);
    // No genre, no entry.
    store.run("retitle 1 Uno Eins").succeeds();
    assert_eq!(stored_entries(&store), stored.1);
}

#[test]
fn more_genres_than_a_transaction_takes_are_refused_before_anything_is_sent() {
    let store = created();
    let of = |genres: u32| {
        let set: Vec<String> = (1000..1000 + genres).map(|id| id.to_string()).collect();
        json!({"id": {"N": genres.to_string()}, "title": {"S": "Many"}, "genre_ids": {"NS": set}})
    };
    put(&store, &store.table, &of(98));
    put(&store, &store.table, &of(99));
    store.run("retitle 98 Many More").succeeds();
    assert_eq!(entries(&store).len(), 98);
    let error = store.run("retitle 99 Many More").fails();
    let said = "movie 99 \"Many\" has 99 genres, and can be retitled with 98 at most: a transaction \
                has 100 operations, two for the film and one for each genre; nothing was changed";
    assert_eq!(error, said);
    assert_eq!(entries(&store).len(), 98);
}

#[test]
fn of_titles_given_at_once_one_wins_with_all_its_entries() {
    let store = with(&[plain(&golden("movies/Movie"))]);
    let new: Vec<String> = (0..8).map(|number| format!("Lotus-{number}")).collect();
    let store = &store;
    let runs: Vec<Run> = std::thread::scope(|scope| {
        let retitle =
            |new| scope.spawn(move || store.run_words(&["retitle", "996154", "Black Lotus", new]));
        let started: Vec<_> = new.iter().map(|new| retitle(new)).collect();
        started.into_iter().map(|run| run.join().unwrap()).collect()
    });
    let won = runs.iter().position(|run| run.status == Some(0)).unwrap();
    assert_eq!(titles_in_step(store), [new[won].as_str()]);
    assert_eq!(entries(store).len(), 4);
    for (place, run) in runs.into_iter().enumerate() {
        if place != won {
            assert_eq!(run.fails(), "no movie 996154 \"Black Lotus\"");
        }
    }

    // Each title that is won is lost to others: all who find it hand it on.
    let (one, two) = ("retitle 996154 A B", "retitle 996154 B A");
    store.run_words(&["retitle", "996154", &new[won], "A"]).succeeds();
    let done = store.run_at_once(&[one, two, one, two, one, two, one, two]);
    assert!(done.iter().any(|run| run.status == Some(0)), "{done:?}");
    assert!(["A", "B"].contains(&titles_in_step(store)[0].as_str()));
    for run in done.into_iter().filter(|run| run.status != Some(0)) {
        assert!(run.fails().starts_with("no movie 996154"));
    }
}

#[test]
fn what_was_loaded_before_does_not_stay_behind() {
    let mut films: Vec<Value> = films().into_iter().take(30).collect();
    let store = with(&films);
    let stored = (stored_films(&store), stored_entries(&store));
    load(&store, &films).succeeds();
    assert_eq!((stored_films(&store), stored_entries(&store)), stored, "twice is once");

    // Two have another genre or none, one has a genre more, one is retitled, another in the file.
    let at = |id: usize| films[id - 1]["title"].as_str().unwrap().to_owned();
    let (three, six) = (at(3), at(6));
    let retitled = store.run_words(&["retitle", "3", &three, "Strange"]).succeeds();
    assert!(retitled.stdout.ends_with("is now \"Strange\", and in the list of its genre\n"));
    films[1]["genre"] = json!("Western");
    films[3]["genre"] = Value::Null;
    films[5]["title"] = json!("Silly");
    films[6].as_object_mut().unwrap().remove("genre");
    films[6]["genre_ids"] = json!([18, 80, 35]);
    load(&store, &films).succeeds();
    let titles = titles_in_step(&store);
    assert_eq!(titles.len(), 30);
    assert!(titles.contains(&three) && titles.contains(&"Silly".to_owned()), "{titles:?}");
    assert!(!titles.contains(&"Strange".to_owned()) && !titles.contains(&six), "{titles:?}");
    let western = store.json("genre Western");
    assert_eq!(western.iter().filter(|entry| entry["movie_id"] == 2).count(), 1);

    // And what another file has no more stays: a load adds.
    load(&store, &films[..3]).succeeds();
    assert_eq!(titles_in_step(&store), titles);
}

#[test]
fn a_load_that_was_killed_is_completed_by_another() {
    let films: Vec<Value> = films().into_iter().take(600).collect();
    let store = created();
    let lines: Vec<String> = films.iter().map(Value::to_string).collect();
    store.write("films.jsonl", lines.join("\n"));
    let entries: usize = films.iter().map(|film| usize::from(!film["genre"].is_null())).sum();
    // However fast the machine is: it is killed later if it had written nothing, and earlier, in
    // another table, if it was done.
    let (mut early, mut late) = (Duration::ZERO, None);
    let mut after = Duration::from_millis(300);
    for attempt in 1.. {
        assert!(attempt < 50, "no time between {early:?} and {late:?} to kill it");
        let mut child = store.start("load films.jsonl");
        std::thread::sleep(after);
        child.kill().unwrap();
        child.wait().unwrap();
        if stored_films(&store).is_empty() {
            early = after;
        } else if stored_entries(&store).len() == entries {
            late = Some(after);
            store.run(&format!("drop --yes {}", store.table)).succeeds();
            store.run("create").succeeds();
        } else {
            break;
        }
        after = late.map_or(after * 2, |late| (early + late) / 2);
    }
    store.run("load films.jsonl").succeeds();
    assert_eq!(titles_in_step(&store).len(), 600);
}

#[test]
fn a_bad_line_is_named_with_its_attribute_and_nothing_is_loaded() {
    let store = created();
    let good = film(1, "One", "Drama").to_string();
    let bad = |line: &str| {
        store.write("bad.jsonl", format!("{good}\n\n{line}\n"));
        let error = store.run("load bad.jsonl").fails();
        let error = error.strip_suffix("; nothing was loaded").map(str::to_owned);
        error.and_then(|error| error.strip_prefix("bad.jsonl:3: ").map(str::to_owned)).unwrap()
    };
    for (line, error) in [
        (r#"{"title":"Two"}"#, "id: required, but not there"),
        (r#"{"id":2}"#, "title: required, but not there"),
        (r#"{"id":null,"title":"Two"}"#, "id: required, but not there"),
        (r#"{"id":"2","title":"Two"}"#, "id: expected N, found S"),
        (r#"{"id":2,"title":2}"#, "title: expected S, found N"),
        (r#"{"id":2,"title":"Two","vote_count":"9"}"#, "vote_count: expected N, found S"),
        (r#"{"id":2,"title":"Two","vote_average":"9"}"#, "vote_average: expected N, found S"),
        (r#"{"id":2,"title":"Two","release_date":1998}"#, "release_date: expected S, found N"),
        (r#"{"id":2,"title":"Two","genre":18}"#, "genre: expected S, found N"),
        (r#"{"id":2,"title":"Two","entity":"x"}"#, "entity: a key of this program's; leave it out"),
        (
            r#"{"id":2,"title":"Two","genre":null,"genre":"Drama"}"#,
            "genre: this attribute is there twice",
        ),
        (r#"{"id":1,"title":"Two"}"#, "id: a film with the same number is on line 1"),
        (r#"["id"]"#, "expected an object"),
        (r#"{"id":2,"title":"Two"} 3"#, "not JSON: trailing characters at column 24"),
    ] {
        assert_eq!(bad(line), error, "{line}");
    }
    for (line, part) in [
        (r#"{"id":-2,"title":"Two"}"#, "id: "),
        (r#"{"id":2,"title":""}"#, "title: expected 1 to 1024 bytes"),
        (
            &json!({"id": 2, "title": "x".repeat(1025)}).to_string(),
            "title: expected 1 to 1024 bytes",
        ),
        (r#"{"id":2,"title":"Two","vote_count":1.5}"#, "vote_count: "),
        (
            r#"{"id":2,"title":"Two","genre":"drama"}"#,
            "genre: no genre \"drama\"; expected one of Action, ",
        ),
        (r#"{"id":2,"title":"Two","genre_ids":[]}"#, "genre_ids"),
        (r#"{"id":2,"title":"Two","genre_ids":["a"]}"#, "genre_ids"),
        (r#"{"id":2,"title":"Two","vote_average":1e400}"#, "vote_average: "),
        (r#"{"id":2,"title":"Two","rank":123456789012345678901234567890123456789}"#, "rank"),
    ] {
        let error = bad(line);
        assert!(error.contains(part), "{line}: {error}");
    }
    store.write("bad.jsonl", b"\xff");
    assert_eq!(store.run("load bad.jsonl").fails(), "bad.jsonl:1: not UTF-8; nothing was loaded");
    assert!(store.run("load none.jsonl").fails().starts_with("cannot read none.jsonl: "));
    assert_eq!(stored_films(&store), [] as [Value; 0]);

    // What is not known is kept, and every digit of it; what is null is absent.
    let line = r#"{"id":2,"title":"Two","rank":1234567890123456789012.5,"tags":["a"],"a":null}"#;
    store.write("good.jsonl", format!("{line}\r\n"));
    store.run("load good.jsonl").succeeds();
    let shown = store.run("movie 2 Two --json").succeeds().stdout;
    assert!(shown.contains(r#""rank":1234567890123456789012.5"#), "{shown}");
    assert!(shown.contains(r#""tags":["a"]"#) && !shown.contains(r#""a":"#), "{shown}");
    assert_eq!(store.json("rated --min-votes 0 --min-average 0").len(), 0, "no votes");
}

#[test]
fn tables_are_created_and_dropped_together() {
    let store = Store::new(&MOVIES);
    let (movies, genres) = (&store.table, genres_of(&store));
    for command in ["movie 1 One", "genre Drama", "rated --min-votes 1 --min-average 1"] {
        let error = store.run(command).fails();
        assert!(error.starts_with("no table \"Movies-"), "{error}");
        assert!(error.ends_with(" create`"), "{error}");
    }
    let names = format!("{movies:?} and {genres:?}");
    assert_eq!(store.run("create").succeeds().stdout, format!("created the tables {names}\n"));
    assert_eq!(store.run("create").fails(), format!("the table {movies:?} exists already"));
    let other = format!("the table is {movies:?}, not \"Movies\"; nothing was dropped");
    assert_eq!(store.run("drop --yes Movies").fails(), other);
    assert_eq!(store.json("genre Drama"), [] as [Value; 0]);

    // One that broke off is done again.
    store.sdk(async |client| client.delete_table().table_name(&genres).send().await.unwrap());
    let drop = format!("drop --yes {movies}");
    assert_eq!(store.run(&drop).succeeds().stdout, format!("dropped the tables {names}\n"));
    assert_eq!(store.run(&drop).fails().split(';').next(), Some(&*format!("no table {movies:?}")));
}

#[test]
fn a_film_and_lists_are_drawn() {
    let store = with(&films()[..60]);
    let shown = store.run_words(&["movie", "16", "12 Angry Men"]).succeeds().stdout;
    assert!(shown.contains("\n  title              \"12 Angry Men\"\n"), "{shown}");
    assert!(shown.contains("\n  genre_ids          [18]\n"), "{shown}");
    let rated = store.run("rated --min-votes 100000 --min-average 8.5 --capacity").succeeds();
    assert!(rated.stdout.contains(" 173141           8.6  53  Apocalypse Now"), "{}", rated.stdout);
    assert!(rated.stderr.starts_with("capacity: "), "{rated:?}");
    assert!(rated.stderr.contains("MoviesByVotes"), "{rated:?}");
    assert_eq!(store.run("genre Concert/Performance").succeeds().stdout, "no items\n");
}

#[test]
fn wrong_usage_exits_with_2() {
    for (arguments, says) in [
        (&["show"][..], "show"),
        (&["movie", "1"], "<TITLE>"),
        (&["movie", "x", "One"], "invalid digit"),
        (&["movie", "1", ""], "it is empty"),
        (&["genre"], "<NAME>"),
        (&["genre", "drama"], "Thriller/Suspense, Western]"),
        (&["genre", "Science Fiction"], "Action, Adventure, \"Black Comedy\", "),
        (&["rated", "--min-votes", "1"], "--min-average"),
        (&["rated", "--min-votes", "x", "--min-average", "1"], "--min-votes"),
        (&["rated", "--min-votes", "1", "--min-average", "x"], "--min-average"),
        (&["rated", "--min-votes", "1", "--min-average", "NaN"], "--min-average"),
        (&["retitle", "1", "One"], "<NEW>"),
        (&["retitle", "1", "One", ""], "it is empty"),
        (&["load"], "<FILE>"),
        (&["drop"], "--yes"),
    ] {
        let folder = tempfile::TempDir::new().unwrap();
        let stderr = MOVIES.run(folder.path(), arguments.iter().copied()).misuse();
        assert!(stderr.contains(says), "{arguments:?}: {stderr}");
    }
}

#[test]
fn in_memory_the_best_known_films_are_there() {
    let rated = MOVIES.in_memory("rated --min-votes 100000 --min-average 8.5 --json").succeeds();
    assert_eq!(rated.json().len(), 39);
    let error = MOVIES.in_memory("movie 4 Slam").fails();
    assert_eq!(error, "no movie 4 \"Slam\"");
}

#[test]
fn the_tour_draws_the_tables_and_every_access_pattern() {
    let tour = MOVIES.in_memory("").succeeds();
    assert_eq!(tour.stderr, "");
    for part in [
        "loaded 175 films with 167 entries",
        "THE TABLE Movies: ",
        "(8 of 175 films, ",
        "THE TABLE MoviesByGenre: ",
        "THE INDEX MoviesByVotes of Movies",
        "$ movies movie 788 \"The Shawshank Redemption\"\n",
        "$ movies genre \"Adventure\"\n",
        "$ movies rated --min-votes 200000 --min-average 9\n",
        "$ movies retitle 788 ",
        "error: no movie 788 \"The Shawshank Redemption\"\n",
    ] {
        assert!(tour.stdout.contains(part), "{part}\n{}", tour.stdout);
    }
    assert!(!tour.stdout.contains('\u{1b}'), "no colour in a pipe");
    for line in tour.stdout.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
    let json = MOVIES.in_memory("--json").succeeds();
    assert_eq!((json.json().len() > 20, &*json.stderr), (true, ""));
}

#[test]
fn the_tour_keeps_tables_that_exist() {
    let store = with(&[film(1, "One", "Drama")]);
    let stored = (stored_films(&store), stored_entries(&store));
    let tour = store.run("").succeeds().stdout;
    assert!(tour.contains("exist: the tour reads what is there"), "{tour}");
    assert!(tour.contains("$ movies movie 1 \"One\"\n"), "{tour}");
    assert_eq!((stored_films(&store), stored_entries(&store)), stored);
    let bare = created().run("").succeeds().stdout;
    assert!(bare.contains("no items"), "{bare}");
}

#[test]
fn the_tables_are_documents_and_nothing_is_sent() {
    check_documents(&MOVIES, &["Movies", "MoviesByGenre"], "Blade Runner");
}
