//! What updates and conditions must keep taking.

use std::collections::{BTreeMap, BTreeSet};

use entity_core::expr::{AttributeType, Paths};
use entity_core::{Collection, Document, Entity, Index, Table, wire};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "pk", sk = "sk", indexes(ByOwner, Shared), items = Items)]
struct Things;

#[derive(Index)]
#[index(table = Things, pk = "owner")]
struct ByOwner;

#[derive(Index)]
#[index(table = Things, pk = "spk", sk = "ssk")]
struct Shared;

/// Fields with the names of what paths hold.
#[derive(Clone, Serialize, Deserialize, Document)]
struct Inner<T> {
    data: T,
    of: Option<u8>,
    location: String,
    r#type: u8,
}

#[derive(Clone, Serialize, Deserialize, Entity)]
#[entity(table = Things, pk = "T#{id:06}", sk = "THING")]
#[entity(index(ByOwner, pk = owner), index(Shared, pk = "{id}#{a}#{b}", sk = "{inner.location}"))]
struct Thing {
    id: u32,
    owner: Option<String>,
    a: String,
    b: Option<u8>,
    inner: Inner<bool>,
    number: u64,
    maybe: Option<i32>,
    list: Vec<Inner<u8>>,
    map: BTreeMap<String, Vec<u8>>,
    #[serde(with = "wire::number_set", default, skip_serializing_if = "Option::is_none")]
    numbers: Option<BTreeSet<u8>>,
    r#type: String,
}

#[derive(Clone, Serialize, Deserialize, Entity)]
#[entity(table = Things, pk = "G#{id}", sk = "GENERIC", crate = ::entity_core)]
struct Generic<T> {
    id: String,
    value: T,
    #[entity(updated_at)]
    at: i64,
    #[entity(created_at)]
    made: Option<i64>,
    #[entity(ttl)]
    until: Option<u32>,
}

#[derive(Collection)]
enum Items {
    Thing(Thing),
    Generic(Generic<Vec<u8>>),
}

fn rare(thing: &Paths<Thing>) -> entity_core::expr::Condition<Thing> {
    thing.number.lt(3).or(!thing.maybe.exists()).and(thing.inner.data.eq(true))
}

fn main() {
    let things = Things::on(&entity_local::LocalDynamo::in_memory().unwrap().client());
    let update = things
        .update(Thing::key(7))
        .set(|t| t.number.add(1))
        .set(|t| (t.maybe.set(3), t.inner.of.remove(), [t.map.key("x").at(0).set(1)]))
        .set(|t| vec![t.list.at(1).then(|i| i.data.set(2)), t.inner.data.set(false)])
        .set(|t| Some(t.owner.set("me")))
        .set(|t| t.shared("a", Some(1)))
        .set(|t| t.numbers.insert(Some(BTreeSet::from([1]))))
        .set(|t| t.r#type.set("x"))
        .when(rare)
        .when(|t| t.numbers.contains(1).and(t.a.is_in(["x", "y"])))
        .when(|t| t.list.at(0).then(|i| i.location.begins_with("x")))
        .when(|t| t.maybe.is_type(AttributeType::N).and(t.maybe.eq(3)).and(t.number.ne(4)))
        .when(|t| t.inner.r#type.between(1, 2).and(t.r#type.size().ge(1)));
    let request = update.request().unwrap().to_string();
    assert!(request.contains(r#"":v"#), "{request}");
    // The key of the index is made of the primary key, written in another way, and what was set.
    assert!(request.contains(r#"{"S":"7#a#1"}"#), "{request}");
    let generic = things.update(Generic::<Vec<u8>>::key("x")).set(|g| g.value.append([1]));
    generic.request().unwrap();
}
