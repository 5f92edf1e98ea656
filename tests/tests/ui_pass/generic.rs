//! Entities with parameters: in a collection they are there as concrete types.

use entity_core::{Collection, Entity, Index, Item, Readable, Table, Vector, VectorIndex};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Events", pk = "PK", sk = "SK", indexes(ByKind), vector_indexes(Alike), items = Event)]
struct Events;

#[derive(Index)]
#[index(table = Events, pk = "kind", sk = N("at"))]
struct ByKind;

#[derive(VectorIndex)]
#[vector_index(table = Events, vector = "vector", dimensions = 2, distance = Cosine)]
#[vector_index(partition = "stream")]
struct Alike;

trait Payload: Serialize + DeserializeOwned + Send + 'static {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[serde(bound = "T: Payload")]
#[entity(table = Events, pk = "STREAM#{stream}", sk = "EVENT#{number:08}")]
#[entity(index(ByKind, pk = kind, sk = at))]
struct Envelope<T>
where
    T: Payload,
{
    stream: String,
    #[entity(key_only)]
    number: u32,
    kind: String,
    at: u64,
    payload: T,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Events, pk = "STREAM#{stream}", sk = "LEFT#{left}")]
#[entity(vector_index(Alike, vector = vector, partition = stream))]
struct Pair<L, R> {
    stream: String,
    left: u32,
    vector: Option<Vector<2>>,
    values: (L, R),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Events, pk = "STREAM#{stream}", sk = "COUNTS")]
struct Counts<const N: usize> {
    stream: String,
    counts: Vec<u64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Opened {
    by: String,
}

impl Payload for Opened {}

#[derive(Debug, Clone, PartialEq, Collection)]
enum Event {
    Opened(Envelope<Opened>),
    Pair(Pair<u8, String>),
    Counts(Counts<3>),
}

fn main() {
    let opened = Envelope {
        stream: "s".to_owned(),
        number: 7,
        kind: "opened".to_owned(),
        at: 1,
        payload: Opened { by: "ann".to_owned() },
    };
    let json = opened.to_wire().unwrap();
    let text = String::from_utf8(json.clone()).unwrap();
    assert!(text.contains(r#""SK":{"S":"EVENT#00000007"}"#), "{text}");
    assert_eq!(Envelope::<Opened>::from_wire(&json).unwrap(), opened);
    assert_eq!(Event::from_wire(&json).unwrap(), Event::Opened(opened.clone()));
    assert_eq!(Event::from(opened).to_wire().unwrap(), json);

    let (stream, vector) = ("s".to_owned(), Some([1.0, 2.0].into()));
    let pair = Pair { stream, left: 1, vector, values: (2, "x".to_owned()) };
    assert_eq!(Event::from_wire(&pair.to_wire().unwrap()).unwrap(), Event::Pair(pair));
    let counts = Counts::<3> { stream: "s".to_owned(), counts: vec![1, 2, 3] };
    assert_eq!(Event::from_wire(&counts.to_wire().unwrap()).unwrap(), Event::Counts(counts));

    let key = Envelope::<Opened>::key("s", 7).unwrap();
    assert_eq!(key.to_string(), "STREAM#s/EVENT#00000007");
    let _ = Envelope::<Opened>::partition("s").number(1..=7);
    let _ = Envelope::<Opened>::by_kind("opened").at(1..);
    let _ = Pair::<u8, String>::alike("s", [0.0, 1.0]);
    let _ = Event::partition("s");
}
