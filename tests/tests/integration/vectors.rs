//! Searches of vector indexes: they agree with brute force, and what would go wrong silently is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use entity_core::error::{LimitError, TableReason};
use entity_core::op::{Neighbor, Step};
use entity_core::{
    Collection, Entity, ErrorKind, Item, Projection, Readable, Table, Vector, VectorIndex, wire,
};
use entity_local::{LocalDynamo, ManualClock};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tests::canned;
use tests::engine::{self, watched};
use tests::vectors::{
    Direction, Directions, DirectionsNear, Place, Places, PlacesNear, Weight, Weights,
    table_with_vectors,
};

use crate::property::cases;

/// A point without its type: zone, colour, shape, vector.
type Point = (u8, u8, Option<bool>, Option<[f32; 4]>);

fn zone(zone: u8) -> String {
    format!("zone {zone}")
}

fn shape(round: bool) -> String {
    if round { "round" } else { "square" }.to_owned()
}

/// Whole numbers, of which many are as near as others, and any.
fn number() -> impl Strategy<Value = f32> {
    prop_oneof![
        3 => (-2_i8..=2).prop_map(f32::from),
        2 => -10.0_f32..10.0,
        1 => any::<f32>().prop_filter("finite", |number| number.is_finite()),
    ]
}

fn vector() -> impl Strategy<Value = [f32; 4]> {
    [number(), number(), number(), number()]
}

fn points() -> impl Strategy<Value = Vec<Point>> {
    let point =
        (0..2_u8, 0..2_u8, any::<Option<bool>>(), proptest::option::weighted(0.9, vector()));
    proptest::collection::vec(point, 0..40)
}

/// What is asked: the vector, how many, within which zone, and which filters.
fn question() -> impl Strategy<Value = ([f32; 4], usize, u8, Option<u8>, Option<bool>)> {
    (vector(), 1..=12_usize, 0..2_u8, any::<Option<bool>>(), any::<Option<bool>>()).prop_map(
        |(vector, top, zone, colour, round)| (vector, top, zone, colour.map(u8::from), round),
    )
}

fn dot(a: &[f32; 4], b: &[f32; 4]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

fn cosine(a: &[f32; 4], b: &[f32; 4]) -> f64 {
    let (aa, bb) = (dot(a, a), dot(b, b));
    if aa == 0.0 || bb == 0.0 { 1.0 } else { 1.0 - dot(a, b) / (aa.sqrt() * bb.sqrt()) }
}

fn euclidean(a: &[f32; 4], b: &[f32; 4]) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2));
    squares.sum::<f64>().sqrt()
}

fn less_dot(a: &[f32; 4], b: &[f32; 4]) -> f64 {
    -dot(a, b)
}

/// Scores are those of 32 bits at their ends.
fn alike(a: f64, b: f64) -> bool {
    let (a, b) = (
        a.clamp(f64::from(f32::MIN), f64::from(f32::MAX)),
        b.clamp(f64::from(f32::MIN), f64::from(f32::MAX)),
    );
    (a - b).abs() <= 1e-6 * a.abs().max(b.abs()).max(1.0)
}

/// What was found is what is nearest of those that were meant: each at its distance, in that order, and
/// none of the others is nearer. Which of those at one distance it is, is not said.
fn agrees(found: &[(u32, f64)], meant: &BTreeMap<u32, f64>, top: usize) {
    assert_eq!(found.len(), top.min(meant.len()), "{found:?} of {meant:?}");
    let ids: BTreeSet<u32> = found.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids.len(), found.len(), "none twice: {found:?}");
    for (id, distance) in found {
        assert!(alike(*distance, meant[id]), "{id}: {distance} and {}", meant[id]);
    }
    for pair in found.windows(2) {
        assert!(pair[0].1 <= pair[1].1, "{found:?}");
    }
    let farthest = found.last().map_or(f64::INFINITY, |(_, distance)| *distance);
    for (id, distance) in meant.iter().filter(|(id, _)| !ids.contains(id)) {
        assert!(*distance >= farthest || alike(*distance, farthest), "{id} is nearer");
    }
}

macro_rules! brute_force {
    ($($test:ident, $space:ident, $point:ident::$near:ident, $apart:ident;)*) => {$(
        #[test]
        fn $test() {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            let Some(table) = runtime.block_on(table_with_vectors::<$space>()) else { return };
            proptest!(cases(24, 8), |(points in points(), questions in proptest::collection::vec(question(), 4))| {
                runtime.block_on(async {
                    for old in table.scan().all().await.unwrap() {
                        table.delete(old.id()).await.unwrap();
                    }
                    for (id, (in_zone, colour, round, at)) in (0..).zip(&points) {
                        let (zone, shape, at) = (zone(*in_zone), round.map(shape), at.map(Vector::from));
                        table.put(&$point { id, zone, colour: *colour, shape, at }).await.unwrap();
                    }
                    for (vector, top, in_zone, colour, round) in &questions {
                        let mut near = $point::$near(zone(*in_zone), *vector);
                        if let Some(colour) = colour { near = near.colour(*colour); }
                        if let Some(round) = round { near = near.shape(shape(*round)); }
                        let found = table.search(near).top(*top).await.unwrap();
                        let meant = (0..).zip(&points).filter(|(_, point)| {
                            point.0 == *in_zone
                                && colour.is_none_or(|colour| point.1 == colour)
                                && round.is_none_or(|round| point.2 == Some(round))
                        });
                        let meant = meant.filter_map(|(id, point)| Some((id, $apart(vector, &point.3?))));
                        for Neighbor { item, .. } in &found {
                            // What is read is whole, and the vector is what was written.
                            prop_assert_eq!(item.at.as_ref().map(|at| **at), points[item.id as usize].3);
                            prop_assert_eq!(&item.shape, &points[item.id as usize].2.map(shape));
                        }
                        let found: Vec<_> = found.iter().map(|it| (it.item.id, it.distance)).collect();
                        agrees(&found, &meant.collect(), *top);
                    }
                    Ok(())
                })?;
            });
        }
    )*};
}

brute_force! {
    nearest_by_cosine, Directions, Direction::directions_near, cosine;
    nearest_by_line, Places, Place::places_near, euclidean;
    nearest_by_product, Weights, Weight::weights_near, less_dot;
}

/// The key of an item of each table.
trait Id {
    type Key;
    fn id(&self) -> Self::Key;
}

macro_rules! ids {
    ($($item:ident $point:ident)*) => {$(
        impl Id for tests::vectors::$item {
            type Key = Result<entity_core::Key<$point>, entity_core::error::KeyError>;

            fn id(&self) -> Self::Key {
                let Self::$point(point) = self;
                $point::key(point.id)
            }
        }
    )*};
}

ids!(DirectionItem Direction PlaceItem Place WeightItem Weight);

fn place(id: u32, at: [f32; 4]) -> Place {
    Place { id, zone: zone(0), colour: 7, shape: None, at: Some(at.into()) }
}

#[tokio::test]
async fn scores_are_the_services_and_distances_grow() {
    let Some(table) = table_with_vectors::<Weights>().await else { return };
    for (id, at) in
        [(1, [1.0, 0.0, 0.0, 0.0]), (2, [3.0, 0.0, 0.0, 0.0]), (3, [-1.0, 0.0, 0.0, 0.0])]
    {
        let (zone, at) = (zone(0), Some(at.into()));
        table.put(&Weight { id, zone, colour: 7, shape: None, at }).await.unwrap();
    }
    let near = Weight::weights_near(zone(0), [2.0, 0.0, 0.0, 0.0]);
    let found = table.search(near).top(3).await.unwrap();
    let found: Vec<_> = found.iter().map(|it| (it.item.id, it.score, it.distance)).collect();
    assert_eq!(found, [(2, 6.0, -6.0), (1, 2.0, -2.0), (3, -2.0, 2.0)]);
}

#[tokio::test]
async fn one_request_names_what_is_read() {
    if !engine::needs_embedded("the request of a search, on an engine that may not answer it") {
        return;
    }
    let (table, watch) = watched::<Places>().await;
    let near = Place::places_near("a", [0.5, 1.0, -2.0, 0.0]).shape("round").colour(1).colour(2);
    let top = table.search(near).top(7);
    let request: Value = serde_json::from_slice(top.request().unwrap().body()).unwrap();
    assert_eq!(top.request().unwrap().index(), Some("PlacesNear"));
    let expected = json!({
        "TableName": table.name(),
        "IndexName": "PlacesNear",
        "SearchVector": [{"N": "0.5"}, {"N": "1"}, {"N": "-2"}, {"N": "0"}],
        "SearchConditionExpression": "#n0 = :v0 AND #n1 = :v1 AND #n2 = :v2",
        "TopK": 7,
        "ProjectionExpression": "#n3, #n0, #n2, #n1, #n4",
        "ExpressionAttributeNames":
            {"#n0": "zone", "#n1": "shape", "#n2": "colour", "#n3": "id", "#n4": "at"},
        "ExpressionAttributeValues": {":v0": {"S": "a"}, ":v1": {"S": "round"}, ":v2": {"N": "2"}},
    });
    assert_eq!(request, expected);
    assert_eq!(top.await.unwrap(), []);
    assert_eq!(watch.bodies(), [expected]);
}

#[tokio::test]
async fn what_the_service_would_refuse_is_not_sent() {
    let (client, sent) = canned::client(|_, _| (200, json!({"SearchResults": []})));
    let table = Places::on(&client);
    for items in [0, 101, usize::MAX] {
        let error = table.search(Place::places_near("a", [0.0; 4])).top(items).await.unwrap_err();
        let kind = entity_core::Error::from(error).into_kind();
        assert!(matches!(kind, ErrorKind::Limit(LimitError::Nearest { items: n }) if n == items));
    }
    for wrong in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let vector = [0.0, 1.0, wrong, 0.0];
        let error = table.search(Place::places_near("a", vector)).top(1).await.unwrap_err();
        let says = "write `Place`: at[2]: NaN and infinity cannot be stored as N";
        assert_eq!(error.to_string(), says);
        let error = table.put(&place(1, vector)).await.unwrap_err();
        assert_eq!(error.to_string(), says);
        let update = table.update(Place::key(1_u32)).set(|p| p.at.set(Vector::from(vector)));
        assert!(update.await.unwrap_err().to_string().contains("NaN"));
    }
    assert_eq!(sent.take(), []);
}

#[tokio::test]
async fn filters_are_the_indexs() {
    let (client, sent) = canned::client(|_, _| (200, json!({"SearchResults": []})));
    let table = Places::on(&client);
    let near = || table.search(Place::places_near("a", [0.0; 4]).colour(3));
    let search = near().filter(|p| p.colour.ge(2).and(p.colour.lt(9)));
    let search = search.filter(|p| p.shape.is_in(["round", "square"]).or(p.shape.exists()));
    assert_eq!(search.top(1).await.unwrap(), []);
    let body = sent.take()[0].1.clone();
    let condition = "#n0 = :v0 AND #n1 = :v1 AND ((#n1 >= :v2 AND #n1 < :v3) AND \
                     ((#n2 IN (:v4, :v5)) OR attribute_exists(#n2)))";
    assert_eq!(body["SearchConditionExpression"], condition);

    let refused = |error: entity_core::Error| match error.into_kind() {
        ErrorKind::Search(error) => (error.index(), error.path().to_owned()),
        other => panic!("{other:?}"),
    };
    for (search, path) in [
        (near().filter(|p| p.id.gt(7)), "id"),
        (near().filter(|p| p.colour.gt(7).and(!p.at.exists())), "at"),
        (near().filter(|p| p.shape.eq("round").or(p.zone.eq("b"))), "zone"),
        (near().filter(|p| p.shape.eq(p.zone)), "zone"),
        (near().filter(|p| p.shape.between("a", p.zone)), "zone"),
    ] {
        let error = search.top(1).await.unwrap_err();
        assert_eq!(refused(error.into()), ("PlacesNear", path.to_owned()));
    }
    assert_eq!(sent.take(), []);
}

#[test]
fn vectors_are_lists_of_as_many_numbers() {
    let read = |json: &str| wire::value_from_slice::<Vector<2>>(json.as_bytes());
    let two = read(r#"{"L":[{"N":"0.1"},{"N":"-3"}]}"#).unwrap();
    assert_eq!(*two, [0.1, -3.0]);
    for (json, says) in [
        (r#"{"NS":["1","2"]}"#, "expected L, found NS"),
        (r#"{"S":"1 2"}"#, "expected L, found S"),
        (r#"{"L":[{"N":"1"}]}"#, "expected a vector of 2 dimensions, found one of 1"),
        (r#"{"L":[]}"#, "expected a vector of 2 dimensions, found one of 0"),
        (
            r#"{"L":[{"N":"1"},{"N":"2"},{"N":"3"}]}"#,
            "expected a vector of 2 dimensions, found one of 3",
        ),
        (r#"{"L":[{"N":"1"},{"S":"2"}]}"#, "[1]: expected N, found S"),
        (r#"{"L":[{"N":"1"},{"N":"1e39"}]}"#, "number 1 of the vector does not fit into 32 bits"),
    ] {
        assert_eq!(read(json).unwrap_err().to_string(), says, "{json}");
    }
    // The error of an item has the attribute, and the others of a read are not hidden.
    let item = br#"{"id":{"N":"7"},"zone":{"S":"a"},"colour":{"N":"1"},"at":{"L":[{"N":"1"}]}}"#;
    let error = Place::from_wire(item).unwrap_err();
    let says = "Places/Place 7: at: expected a vector of 4 dimensions, found one of 1";
    assert_eq!(error.to_string(), says);

    // Through serde's buffers, and as JSON.
    let json = serde_json::to_string(&two).unwrap();
    assert_eq!(json, "[0.1,-3.0]");
    assert_eq!(serde_json::from_str::<Vector<2>>(&json).unwrap(), two);
}

proptest! {
    #[test]
    fn vectors_go_both_ways(numbers in vector()) {
        let vector = Vector::from(numbers);
        let json = wire::value_to_vec(&vector).unwrap();
        prop_assert_eq!(&wire::value_from_slice::<Vector<4>>(&json).unwrap(), &vector);
        let point = place(1, numbers);
        prop_assert_eq!(Place::from_wire(&point.to_wire().unwrap()).unwrap(), point);
        prop_assert_eq!(Vector::<4>::try_from(numbers.as_slice()).unwrap(), vector);
    }
}

#[tokio::test]
async fn updates_move_items_in_the_index() {
    let Some(table) = table_with_vectors::<Places>().await else { return };
    table.put(&place(1, [1.0, 0.0, 0.0, 0.0])).await.unwrap();
    let nearest = async |in_zone: u8| {
        let near = Place::places_near(zone(in_zone), [9.0, 0.0, 0.0, 0.0]);
        let found = table.search(near).top(1).await.unwrap();
        found.first().map(|found| (found.item.clone(), found.distance))
    };
    assert_eq!(nearest(0).await.unwrap().1, 8.0);

    let moved = Vector::from([7.0, 0.0, 0.0, 0.0]);
    table.update(Place::key(1_u32)).set(|p| p.at.set(&moved)).await.unwrap();
    assert_eq!(nearest(0).await.unwrap().1, 2.0);

    table.update(Place::key(1_u32)).set(|p| p.zone.set(zone(1))).await.unwrap();
    assert_eq!(nearest(0).await, None);
    assert_eq!(nearest(1).await.unwrap().0.zone, "zone 1");

    // An item without a vector is in no search, and says so by its type.
    table.update(Place::key(1_u32)).set(|p| p.at.remove()).await.unwrap();
    assert_eq!(nearest(1).await, None);
    assert_eq!(table.get(Place::key(1_u32)).await.unwrap().unwrap().at, None);
}

#[tokio::test]
async fn what_is_searched_and_written_is_told_in_bytes() {
    let Some(table) = table_with_vectors::<Places>().await else { return };
    let put = table.put(&place(1, [1.0; 4])).response().await.unwrap();
    assert!(put.consumed.vector_bytes > 0.0 && put.consumed.units > 0.0, "{:?}", put.consumed);
    let search = table.search(Place::places_near(zone(0), [0.0; 4])).top(1).response();
    let search = search.await.unwrap();
    assert!(search.consumed.vector_bytes > 0.0, "{:?}", search.consumed);
    assert_eq!((search.consumed.units, search.requests, search.skipped), (0.0, 1, 0));
}

/// A table of two kinds of items in one index, which has a part of their attributes.
#[derive(Debug, Table)]
#[table(pk = "pk", sk = "sk", vector_indexes(Alike), items = ShelfItem)]
struct Shelf;

#[derive(Debug, VectorIndex)]
#[vector_index(table = Shelf, vector = "vector", dimensions = 2, distance = Euclidean, project = ["title"])]
struct Alike;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Shelf, pk = "SHELF", sk = "BOOK#{isbn}", vector_index(Alike, vector = vector))]
struct Book {
    #[entity(key_only)]
    isbn: String,
    title: String,
    pages: u32,
    vector: Vector<2>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Shelf, pk = "SHELF", sk = "MAP#{place}", vector_index(Alike, vector = vector))]
struct Map {
    #[entity(key_only)]
    place: String,
    vector: Vector<2>,
}

#[derive(Debug, Clone, PartialEq, Collection)]
enum ShelfItem {
    Book(Book),
    Map(Map),
}

#[derive(Debug, PartialEq, Deserialize, Projection)]
#[projection(entity = Book)]
struct Title {
    isbn: String,
    title: String,
}

#[tokio::test]
async fn a_projection_reads_what_the_index_has() {
    let Some(table) = table_with_vectors::<Shelf>().await else { return };
    let book = |isbn: &str, vector: [f32; 2]| {
        let (isbn, title) = (isbn.to_owned(), format!("Title {isbn}"));
        Book { isbn, title, pages: 100, vector: vector.into() }
    };
    table.put(&book("1", [1.0, 0.0])).await.unwrap();
    table.put(&book("2", [0.0, 4.0])).await.unwrap();
    table.put(&Map { place: "Ulm".into(), vector: [0.0, 1.0].into() }).await.unwrap();

    let search = || table.search(Book::alike([0.0, 0.0])).project::<Title>();
    let body: Value = serde_json::from_slice(search().top(3).request().unwrap().body()).unwrap();
    let names = json!({"#n0": "pk", "#n1": "sk", "#n2": "title"});
    assert_eq!(body["ExpressionAttributeNames"], names);
    assert_eq!(body.get("SearchConditionExpression"), None);

    // The map is one of the three that are nearest, and passed over.
    let found = search().top(3).response().await.unwrap();
    let titles: Vec<_> = found.value.iter().map(|it| (&*it.item.isbn, &*it.item.title)).collect();
    assert_eq!(titles, [("1", "Title 1"), ("2", "Title 2")]);
    assert_eq!(found.skipped, 1);

    // An item of nobody's is an error of its own, unless it is passed over.
    let put = table.client().put_item().table_name(table.name());
    let number = |number: &str| AttributeValue::N(number.to_owned());
    let put = put.item("pk", AttributeValue::S("SHELF".into()));
    let put = put.item("sk", AttributeValue::S("CD#1".into()));
    put.item("vector", AttributeValue::L(vec![number("0"), number("0")])).send().await.unwrap();
    let error = search().top(3).await.unwrap_err();
    assert_eq!((error.items().len(), error.errors().len()), (1, 1), "{error}");
    let found = search().skip_unknown().top(3).response().await.unwrap();
    assert_eq!((found.value.len(), found.skipped), (1, 2));
}

#[tokio::test]
async fn a_table_that_exists_gets_the_index() {
    #[derive(Debug, Table)]
    #[table(name = "Places", pk = N("id"), items = BareItem)]
    struct Bare;

    #[derive(Debug, Serialize, Deserialize, Entity)]
    #[entity(table = Bare, pk = id)]
    struct Thing {
        id: u32,
        zone: String,
        colour: u8,
        at: Vector<4>,
    }

    #[derive(Debug, Collection)]
    enum BareItem {
        Thing(Thing),
    }

    let clock = ManualClock::new(1_700_000_000);
    let client = LocalDynamo::in_memory_with_clock(&clock).unwrap().client();
    let bare = Bare::on(&client);
    bare.create_table().await.unwrap();
    let thing = Thing { id: 1, zone: zone(0), colour: 3, at: [1.0, 2.0, 3.0, 4.0].into() };
    bare.put(&thing).await.unwrap();

    let places = Places::on(&client);
    let verified = places.verify_table().await.unwrap();
    let says = "Places: index `PlacesNear`: expected vector, at (4 dimensions, EUCLIDEAN), \
                partition zone (S), filters colour (N), shape (S), found none";
    assert_eq!(verified.to_string().trim_end(), says);

    // The service takes minutes for it, the embedded engine seconds, by its clock.
    let seen = Arc::new(Mutex::new(Vec::new()));
    let ensure = places.ensure_table().on_progress({
        let (clock, seen) = (clock.clone(), Arc::clone(&seen));
        move |progress| {
            let indexes = progress.indexes.iter();
            let indexes = indexes.map(|index| (index.name.clone(), index.backfilling));
            seen.lock().unwrap().extend(indexes);
            clock.advance(Duration::from_secs(6));
        }
    });
    let steps = ensure.await.unwrap();
    assert_eq!(steps.as_slice(), [Step::CreateIndex("PlacesNear")]);
    assert!(seen.lock().unwrap().contains(&("PlacesNear".to_owned(), true)), "{seen:?}");
    assert!(places.ensure_table().await.unwrap().is_empty());

    // An index that is `ACTIVE` is not searched yet, for a while.
    let search = || places.search(Place::places_near(zone(0), [1.0, 2.0, 3.0, 5.0])).top(1);
    let error = search().await.unwrap_err().to_string();
    assert!(error.contains("Cannot search backfilling vector index"), "{error}");
    clock.advance(Duration::from_secs(60));
    let found = search().await.unwrap();
    assert_eq!((found[0].item.id, found[0].distance), (1, 1.0));

    // The types of before do not know it, and do not mind.
    let note = bare.verify_table().await.unwrap();
    assert!(note.to_string().starts_with("Places: note: index `PlacesNear`: expected none, found"));
    assert!(bare.ensure_table().await.unwrap().is_empty());
}

#[tokio::test]
async fn another_index_of_that_name_is_told() {
    #[derive(Debug, Table)]
    #[table(name = "Places", pk = N("id"), vector_indexes(Other), items = OtherItem)]
    struct Others;

    #[derive(Debug, VectorIndex)]
    #[vector_index(table = Others, name = "PlacesNear", vector = "at", dimensions = 3)]
    #[vector_index(distance = Cosine, filters = N("colour"), keys_only)]
    struct Other;

    #[derive(Debug, Serialize, Deserialize, Entity)]
    #[entity(table = Others, pk = id, vector_index(Other, vector = at, filters = colour))]
    struct Thing {
        id: u32,
        colour: u8,
        at: Option<Vector<3>>,
    }

    #[derive(Debug, Collection)]
    enum OtherItem {
        Thing(Thing),
    }

    let client = engine::embedded().client();
    Others::on(&client).create_table().await.unwrap();
    let verified = Others::on(&client).verify_table().await.unwrap();
    assert_eq!(verified.differences(), []);
    let error = Places::on(&client).ensure_table().await.unwrap_err().into_kind();
    let ErrorKind::Table(error) = error else { panic!("{error:?}") };
    let TableReason::Differs(differences) = error.reason() else { panic!("{error:?}") };
    let said: Vec<String> = differences.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "Places: index `PlacesNear`: expected vector, at (4 dimensions, EUCLIDEAN), partition \
             zone (S), filters colour (N), shape (S), found vector, at (3 dimensions, COSINE), \
             filters colour (N)",
            "Places: projection of index `PlacesNear`: expected ALL, found KEYS_ONLY",
        ]
    );
}

#[test]
fn the_schema_lock_knows_vector_indexes() {
    let now = Places::schema().to_string();
    Places::schema().check(&now).unwrap();
    let changes = |from: &str, to: &str| {
        assert!(now.contains(from), "{from}\n{now}");
        let changed = Places::schema().check(&now.replacen(from, to, 1));
        changed.map_or_else(|changed| changed.changes().to_vec(), |()| Vec::new())
    };
    for (from, to) in [
        (r#""dimensions": 4"#, r#""dimensions": 3"#),
        (r#""distance": "EUCLIDEAN""#, r#""distance": "COSINE""#),
        (r#""partition": "zone: S""#, r#""partition": null"#),
        (r#""colour: N""#, r#""colour: S""#),
        (r#""vector": "at""#, r#""vector": "on""#),
    ] {
        let changes = changes(from, to);
        assert!(
            changes.len() == 1 && changes[0].contains("index `PlacesNear` changed"),
            "{changes:?}"
        );
    }
    let gone = changes(r#""PlacesNear": {"#, r#""Elsewhere": {"#);
    assert!(gone.len() == 1 && gone[0].contains("index `Elsewhere` is gone"), "{gone:?}");
    // A table without any is stored as before.
    assert!(!tests::music::Songs::schema().to_string().contains("vector"));
}

#[test]
fn declarations_are_data() {
    let schema = DirectionsNear::SCHEMA;
    assert_eq!((schema.name, schema.vector, schema.dimensions), ("DirectionsNear", "at", 4));
    assert_eq!(schema.distance.name(), "COSINE");
    assert_eq!(schema.partition.map(|key| key.name), Some("zone"));
    let filters: Vec<_> = schema.filters.iter().map(|key| (key.name, key.ty.name())).collect();
    assert_eq!(filters, [("colour", "N"), ("shape", "S")]);
    assert_eq!(Directions::SCHEMA.vector_indexes.len(), 1);
    assert_eq!(PlacesNear::SCHEMA.distance.name(), "EUCLIDEAN");
}
