//! What the service would refuse is refused before anything is sent, and says of which entity and
//! which attribute.

use std::collections::BTreeSet;

use entity_core::error::{
    Error, ErrorKind, KeyReason, LimitError, TransactionReason, UpdateReason,
};
use entity_core::op::{Write, Writes};
use entity_core::wire::{self, Number};
use entity_core::{Collection, Entity, Table};
use serde::{Deserialize, Serialize};
use tests::engine::{Watch, table, watched};
use tests::keepers::{Kept, Note, User, note, user};
use tests::things::{Deep, Inner, Thing, Things};
use tests::zoo::{Animal, Zoo};

/// Measured numbers.
#[derive(Debug, Table)]
#[table(name = "Measures", pk = N("pk"), sk = N("sk"), items = MeasureItem)]
struct Measures;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Measures, pk = pk, sk = sk)]
struct Measure {
    pk: Number,
    sk: i64,
    value: f64,
    few: Vec<f64>,
    #[serde(with = "wire::number_set", skip_serializing_if = "BTreeSet::is_empty", default)]
    tags: BTreeSet<u32>,
}

#[derive(Debug, Clone, PartialEq, Collection)]
enum MeasureItem {
    Measure(Measure),
}

fn measure(pk: &str) -> Measure {
    let (pk, few, tags) = (pk.parse().unwrap(), vec![1.5], BTreeSet::from([1]));
    Measure { pk, sk: 1, value: 0.5, few, tags }
}

/// The error of what was not sent.
#[track_caller]
fn refused<V: std::fmt::Debug>(sent: Result<V, Error>, watch: &Watch, words: &[&str]) -> Error {
    let error = sent.unwrap_err();
    assert_eq!(watch.counts(), (0, 0), "{error}");
    let text = error.to_string();
    for word in words {
        assert!(text.contains(word), "{text:?} does not say {word:?}");
    }
    error
}

#[tokio::test]
async fn a_transaction_has_a_hundred_operations_at_most() {
    let (kept, watch) = watched::<Kept>().await;
    let notes = |count: usize| -> Vec<Write> {
        let notes = (0..count).map(|id| kept.put(&note(&id.to_string(), "x")).into_write());
        notes.collect()
    };
    let error = refused(kept.transact_write(notes(101)).await, &watch, &["101", "100"]);
    let ErrorKind::Limit(LimitError::Operations { count: 101 }) = error.kind() else {
        panic!("{error:?}")
    };
    kept.transact_write(notes(100)).await.unwrap();
    assert_eq!(kept.scan().all().await.unwrap().len(), 100);
    watch.clear();
    let keys = |count: usize| (0..count).map(|id| Note::key(id.to_string())).collect::<Vec<_>>();
    refused(kept.transact_get(keys(101)).await, &watch, &["101", "100"]);
    let read = kept.transact_get(keys(100)).await.unwrap();
    assert_eq!(read.iter().flatten().count(), 100);
    watch.clear();

    // What keeps a unique value is an operation too: 34 users with two values each are 102.
    let users = |count: u32| -> Vec<Write> {
        let user = |id: u32| User { number: Some(id), ..user(&id.to_string(), &id.to_string()) };
        (0..count).map(|id| kept.create(&user(id)).into_write()).collect()
    };
    refused(kept.transact_write(users(34)).await, &watch, &["102", "100"]);
    kept.transact_write(users(33)).await.unwrap();
}

#[tokio::test]
async fn a_transaction_of_nothing_is_not_sent() {
    let (kept, watch) = watched::<Kept>().await;
    kept.transact_write(Vec::<Write>::new()).await.unwrap();
    let none = kept.transact_get(Vec::<entity_core::Key<Note>>::new()).await.unwrap();
    assert!(none.is_empty());
    assert_eq!(watch.counts(), (0, 0));
}

#[tokio::test]
async fn an_item_has_400_kilobytes_at_most() {
    let (kept, watch) = watched::<Kept>().await;
    // `pk`, `NOTE#1`, `sk`, `NOTE`, `text`: 2 + 6 + 2 + 4 + 4 bytes.
    let of = |bytes: usize| note("1", &"é".repeat((bytes - 18) / 2));
    let error = refused(kept.put(&of(409_602)).await, &watch, &["`Note`", "409602", "409600"]);
    let ErrorKind::Limit(LimitError::ItemSize { entity: "Note", bytes: 409_602 }) = error.kind()
    else {
        panic!("{error:?}")
    };
    let odd = Note { text: of(409_600).text + "x", ..of(100) };
    refused(kept.create(&odd).await, &watch, &["`Note`", "409601"]);
    refused(kept.replace(&odd).await, &watch, &["`Note`", "409601"]);
    refused(kept.transact_write((kept.put(&odd),)).await, &watch, &["`Note`", "409601"]);
    refused(kept.move_item(&note("1", "x"), &odd).await, &watch, &["`Note`", "409601"]);
    kept.put(&of(409_600)).await.unwrap();
    assert_eq!(kept.get(Note::key("1")).await.unwrap(), Some(of(409_600)));
}

#[tokio::test]
async fn a_transaction_has_4_megabytes_at_most() {
    let (kept, watch) = watched::<Kept>().await;
    let big = |id: usize| note(&format!("{id:02}"), &"x".repeat(390_000));
    let puts = |count| (0..count).map(|id| kept.put(&big(id)).into_write()).collect::<Vec<_>>();
    let error = refused(kept.transact_write(puts(11)).await, &watch, &["4290209", "4194304"]);
    assert!(matches!(error.kind(), ErrorKind::Limit(LimitError::TransactionSize { .. })));
    kept.transact_write(puts(10)).await.unwrap();
    assert_eq!(kept.scan().all().await.unwrap().len(), 10);
}

#[tokio::test]
async fn a_transaction_has_one_operation_for_each_item() {
    let (kept, watch) = watched::<Kept>().await;
    let twice = (kept.put(&note("1", "x")), kept.put(&note("2", "x")), kept.delete(Note::key("1")));
    let error = refused(kept.transact_write(twice).await, &watch, &["operation 2", "`Note`"]);
    let ErrorKind::Transaction(error) = error.kind() else { panic!("{error:?}") };
    assert_eq!((error.operation(), error.reason()), (2, TransactionReason::SameItem));
    let keys = (Note::key("1"), Note::key("2"), Note::key("1"));
    refused(kept.transact_get(keys).await, &watch, &["operation 2", "`Note`"]);

    // One table under one name; another name is another item.
    let other = kept.clone().named("other");
    let both = (kept.put(&note("1", "x")), other.put(&note("1", "x")));
    assert!(kept.transact_write(both).request().is_ok());

    // The values that users want are items as well.
    let users = (kept.create(&user("1", "a")), kept.create(&user("2", "a")));
    refused(kept.transact_write(users).await, &watch, &["operation 1", "`User`"]);

    let (measures, watch) = watched::<Measures>().await;
    let both = (measures.put(&measure("1")), measures.put(&measure("1.0")));
    refused(measures.transact_write(both).await, &watch, &["operation 1", "`Measure`"]);
    let number = |text: &str| text.parse::<Number>().unwrap();
    let keys = (Measure::key(number("1"), 1_i64), Measure::key(number("1e0"), 1_i64));
    refused(measures.transact_get(keys).await, &watch, &["operation 1", "`Measure`"]);
    let both = (measures.put(&measure("1")), measures.put(&measure("1.01")));
    measures.transact_write(both).await.unwrap();
}

#[tokio::test]
async fn a_transaction_is_of_one_client() {
    let (kept, watch) = watched::<Kept>().await;
    let zoo = table::<Zoo>().await;
    let animal = Animal::key("z", 1_u32);
    let both = (kept.put(&note("1", "x")), zoo.delete(animal.clone()));
    let error = refused(kept.transact_write(both).await, &watch, &["operation 1", "`Animal`"]);
    let ErrorKind::Transaction(error) = error.kind() else { panic!("{error:?}") };
    assert_eq!(error.reason(), TransactionReason::OtherClient);
    let both = (Note::key("1"), zoo.get(animal));
    refused(kept.transact_get(both).await, &watch, &["operation 1", "`Animal`"]);
}

#[tokio::test]
async fn a_key_is_neither_empty_nor_too_long() {
    let (things, watch) = watched::<Things>().await;
    let empty = Thing::default();
    let error = refused(things.put(&empty).await, &watch, &["`Thing`", "`pk`", "empty"]);
    let ErrorKind::Key(key) = error.kind() else { panic!("{error:?}") };
    assert!(matches!(key.reason(), KeyReason::Empty), "{key}");
    refused(things.update(Thing::key("", 1_u32)).await, &watch, &["`Thing`", "`pk`"]);
    refused(things.delete(Thing::key("", 1_u32)).await, &watch, &["`Thing`", "`pk`"]);
    refused(things.upsert(&empty).await, &watch, &["`Thing`", "`pk`"]);
    refused(things.move_item(&empty, &empty).await, &watch, &["`Thing`", "`pk`"]);
    let check = things.check(Thing::key("", 1_u32));
    refused(things.transact_write((check,)).await, &watch, &["`Thing`", "`pk`"]);
    refused(things.transact_get(Thing::key("", 1_u32)).await, &watch, &["`Thing`", "`pk`"]);
    let long = Thing { pk: "x".repeat(2_049), ..Thing::default() };
    refused(things.put(&long).await, &watch, &["`Thing`", "`pk`", "2049"]);
    things.put(&Thing { pk: "x".repeat(2_048), ..Thing::default() }).await.unwrap();

    // A field that becomes a key of an index.
    let (zoo, watch) = watched::<Zoo>().await;
    let update = || zoo.update(Animal::key("z", 1_u32));
    let empty = update().set(|a| a.name.set("")).await;
    refused(empty, &watch, &["`Animal`", "`name_key`", "empty"]);
    let long = update().set(|a| a.name.set("x".repeat(2_049))).await;
    refused(long, &watch, &["`Animal`", "`name_key`", "2049"]);
    let separator = update().set(|a| a.keeper.set("a#b")).await;
    refused(separator, &watch, &["`Animal`", "`keeper_key`", "keeper"]);
}

#[tokio::test]
async fn sets_are_not_empty_and_numbers_are_numbers() {
    let (measures, watch) = watched::<Measures>().await;
    let key = || Measure::key(Number::from(1_u8), 1_i64);
    let update = || measures.update(key());
    let none = BTreeSet::<u32>::new;
    refused(update().set(|m| m.tags.set(none())).await, &watch, &["`Measure`", "tags"]);
    refused(update().set(|m| m.tags.insert(none())).await, &watch, &["`Measure`", "tags"]);
    refused(update().set(|m| m.tags.delete(none())).await, &watch, &["`Measure`", "tags"]);
    refused(update().when(|m| m.tags.eq(none())).await, &watch, &["`Measure`", "tags"]);
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        refused(update().set(|m| m.value.set(number)).await, &watch, &["`Measure`", "value"]);
        refused(update().set(|m| m.value.add(number)).await, &watch, &["`Measure`", "value"]);
        refused(update().set(|m| m.few.at(0).set(number)).await, &watch, &["`Measure`", "few[0]"]);
        refused(update().set(|m| m.few.append([number])).await, &watch, &["`Measure`", "few"]);
        refused(update().when(|m| m.value.lt(number)).await, &watch, &["`Measure`", "value"]);
        let among = update().when(|m| m.value.is_in([1.0, number])).await;
        refused(among, &watch, &["`Measure`", "value"]);
        let put = measures.put(&measure("1")).when(|m| m.few.contains(number)).await;
        refused(put, &watch, &["`Measure`", "few"]);
        let query = measures.query(Measure::partition(Number::from(1_u8)));
        let query = query.filter(|m| m.value.between(0.0, number)).page().await;
        refused(query, &watch, &["`Measure`", "value"]);
        let whole = Measure { value: number, ..measure("1") };
        refused(measures.put(&whole).await, &watch, &["`Measure`", "value"]);
        let writes = (measures.check(key()).when(|m| m.value.ge(number)),);
        refused(measures.transact_write(writes).await, &watch, &["`Measure`", "value"]);
    }
}

#[tokio::test]
async fn one_action_for_each_attribute() {
    let (things, watch) = watched::<Things>().await;
    let update = || things.update(Thing::key("p", 1_u32));
    let overlaps = |sent: Result<(), Error>, path: &str, other: &str| {
        let error = refused(sent, &watch, &["`Thing`", path, other]);
        let ErrorKind::Update(error) = error.kind() else { panic!("{error:?}") };
        assert_eq!((error.path(), error.entity()), (path, "Thing"));
        assert_eq!(*error.reason(), UpdateReason::Overlap(other.to_owned()));
    };
    overlaps(update().set(|t| (t.n.set(1), t.n.add(1))).await, "size", "size");
    overlaps(update().set(|t| t.n.set(1)).set(|t| t.n.set(1)).await, "size", "size");
    let inside = update().set(|t| (t.doc.name.set("x"), t.doc.set(Inner::default()))).await;
    overlaps(inside, "doc", "doc.Name");
    let outside = update().set(|t| (t.doc.set(Inner::default()), t.doc.deep.y.remove())).await;
    overlaps(outside, "doc.deep.y", "doc");
    let element = update().set(|t| (t.list.append([1]), t.list.at(3).set(1))).await;
    overlaps(element, "list[3]", "list");
    let entry = update().set(|t| (t.map.key("a").set(1), t.map.key("a").remove())).await;
    overlaps(entry, "map[\"a\"]", "map[\"a\"]");
    let deep = |t: &entity_core::expr::Paths<Thing>| {
        (t.docs.at(1).then(|d| d.name.set("x")), t.docs.at(1).then(|d| d.deep.set(Deep::default())))
    };
    things
        .put(&Thing {
            pk: "p".into(),
            sk: 1,
            docs: vec![Default::default(); 2],
            ..Thing::default()
        })
        .await
        .unwrap();
    update().set(deep).await.unwrap();
    watch.clear();
    let same =
        update().set(|t| (t.docs.at(1).remove(), t.docs.at(1).then(|d| d.name.set("x")))).await;
    overlaps(same, "docs[1].Name", "docs[1]");
}

#[tokio::test]
async fn an_upsert_changes_attributes_as_a_whole() {
    let (things, watch) = watched::<Things>().await;
    let initial = Thing { pk: "p".into(), ss: BTreeSet::from(["a".into()]), ..Thing::default() };
    let within = |sent: Result<(), Error>, path: &str| {
        let error = refused(sent, &watch, &["`Thing`", path, "upsert"]);
        let ErrorKind::Update(error) = error.kind() else { panic!("{error:?}") };
        assert_eq!((error.path(), error.reason()), (path, &UpdateReason::Within));
    };
    within(things.upsert(&initial).set(|t| t.doc.name.set("x")).await, "doc.Name");
    within(things.upsert(&initial).set(|t| t.list.at(0).set(1)).await, "list[0]");
    within(things.upsert(&initial).set(|t| t.map.key("k").add(1)).await, "map[\"k\"]");
    let error = things.upsert(&initial).set(|t| t.ss.insert(["b".into()])).await;
    let error = refused(error, &watch, &["`Thing`", "ss"]);
    let ErrorKind::Update(error) = error.kind() else { panic!("{error:?}") };
    assert_eq!(*error.reason(), UpdateReason::InitialSet);
    things.upsert(&initial).set(|t| t.ns.insert([1])).await.unwrap();
}

#[tokio::test]
async fn a_unique_value_is_written_as_a_whole() {
    let (kept, watch) = watched::<Kept>().await;
    let long = user("1", &"x".repeat(2_040));
    refused(kept.create(&long).await, &watch, &["`User`", "mail", "2,048"]);
    let number = User { number: Some(7), ..user("1", &"x".repeat(2_000)) };
    kept.create(&number).await.unwrap();
}
