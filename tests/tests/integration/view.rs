//! The item view: what stands in the table is what serde says and the keys, for whoever reads it.

#[path = "../attributes/mod.rs"]
mod attributes;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use entity_core::key::{KeyField, KeyType};
use entity_core::wire::{self, Number};
use entity_core::{Collection, Entity, Index, Item, Readable, Table, TableHandle};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tests::cart::{CartItem, CustomerPurchases, Gsi1, ItemSku, Status};
use tests::engine::table;
use tests::movies::{Movie, Movies};
use tests::raw;
use uuid::Uuid;

/// What is stored for a value, as JSON; `to_item` says the same.
fn stored<I: Item>(item: &I) -> Value {
    let wire: Value = serde_json::from_slice(&item.to_wire().unwrap()).unwrap();
    assert_eq!(raw::item(&wire), item.to_item().unwrap());
    wire
}

fn read<I: Item>(json: &Value) -> Result<I, entity_core::error::ItemError> {
    I::from_wire(json.to_string().as_bytes())
}

fn merged(mut item: Value, more: &Value) -> Value {
    for (name, value) in more.as_object().unwrap() {
        item[name] = value.clone();
    }
    item
}

#[derive(Debug, Table)]
#[table(name = "Views", pk = "PK", sk = "SK", indexes(ByOwner), items = View)]
struct Views;

#[derive(Debug, Index)]
#[index(table = Views, name = "ByOwner", pk = "OwnerPK", sk = "OwnerSK")]
struct ByOwner;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Inner {
    deep: Option<u32>,
    list: Vec<Option<u32>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Color {
    DarkRed,
    Blue,
}

/// Every kind of attribute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Views, pk = "ALL#{id}", sk = "ALL")]
struct Everything {
    id: String,
    text: String,
    empty: String,
    number: i64,
    float: f64,
    flag: bool,
    none: Option<String>,
    some: Option<String>,
    #[serde(with = "serde_bytes")]
    bytes: Vec<u8>,
    #[serde(with = "entity_core::wire::string_set")]
    strings: BTreeSet<String>,
    #[serde(with = "entity_core::wire::number_set")]
    numbers: BTreeSet<i32>,
    list: Vec<String>,
    map: BTreeMap<String, u32>,
    inner: Inner,
    color: Color,
    tuple: (u8, String),
}

fn everything() -> Everything {
    Everything {
        id: "1".into(),
        text: "\"quoted\" \u{1f600}\n".into(),
        empty: String::new(),
        number: -7,
        float: 1.5,
        flag: true,
        none: None,
        some: Some("x".into()),
        bytes: vec![0, 255, 7],
        strings: ["a".to_owned(), "b".to_owned()].into(),
        numbers: [1, -2, 30].into(),
        list: vec!["p".into(), String::new()],
        map: [("k".to_owned(), 1), (String::new() + "\u{e9}", 2)].into(),
        inner: Inner { deep: None, list: vec![Some(1), None] },
        color: Color::DarkRed,
        tuple: (7, "t".into()),
    }
}

/// Unknown attributes are kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Views, pk = "OPEN#{id}", sk = "OPEN")]
#[entity(index(ByOwner, pk = "OWNER#{owner}", sk = "OPEN#{id}"))]
struct Open {
    #[entity(key_only)]
    id: String,
    owner: Option<String>,
    #[serde(flatten)]
    extra: BTreeMap<String, wire::Value>,
}

/// Unknown attributes are refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[serde(deny_unknown_fields)]
#[entity(table = Views, pk = "STRICT#{id}", sk = "STRICT")]
#[entity(index(ByOwner, pk = "OWNER#{owner}", sk = "STRICT#{id}"))]
struct Strict {
    #[entity(key_only)]
    id: String,
    owner: String,
}

/// What serde can be told of a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[serde(rename_all = "camelCase")]
#[entity(table = Views, pk = "TOLD#{user_name}", sk = "TOLD#{mood}")]
struct Told {
    user_name: String,
    #[entity(key_only)]
    mood: String,
    #[serde(rename = "Über \"name\"")]
    renamed: u32,
    #[serde(default)]
    defaulted: u32,
    #[serde(default = "seven")]
    seven: u32,
    #[serde(skip)]
    skipped: u32,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    tags: Vec<String>,
    #[serde(with = "doubled")]
    doubled: u32,
    r#type: String,
}

fn seven() -> u32 {
    7
}

mod doubled {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(value: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(value * 2)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        u32::deserialize(deserializer).map(|value| value / 2)
    }
}

/// An entity of any body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Views, pk = "BOX#{id}", sk = "BOX")]
struct Boxed<T: Serialize + serde::de::DeserializeOwned + Send + 'static> {
    #[entity(key_only)]
    id: Uuid,
    #[serde(bound = "T: Serialize + serde::de::DeserializeOwned")]
    body: T,
}

#[allow(clippy::large_enum_variant, reason = "variants are as large as their entities")]
#[derive(Debug, Clone, PartialEq, Collection)]
enum View {
    Everything(Everything),
    Open(Open),
    Strict(Strict),
    Told(Told),
    Boxed(Boxed<Vec<u32>>),
}

#[tokio::test]
async fn what_the_sdk_writes_the_library_reads_and_the_other_way_round() {
    let views = table::<Views>().await;
    let all = everything();
    let keys = raw::item(&json!({ "PK": { "S": "ALL#1" }, "SK": { "S": "ALL" } }));
    // serde_dynamo stores a `None` as NULL.
    let mut by_sdk: HashMap<String, AttributeValue> = serde_dynamo::to_item(&all).unwrap();
    assert_eq!(by_sdk["none"], AttributeValue::Null(true));
    by_sdk.extend(keys.clone());
    raw::put(&views, by_sdk.clone()).await;
    assert_eq!(views.get(Everything::key("1")).await.unwrap(), Some(all.clone()));
    assert_eq!(Everything::from_item(&by_sdk).unwrap(), all);

    views.put(&all).await.unwrap();
    let by_library = raw::get(&views, keys.clone()).await;
    assert_eq!(serde_dynamo::from_item::<_, Everything>(by_library.clone()).unwrap(), all);
    assert!(!by_library.contains_key("none"), "a `None` is absent");
    by_sdk.remove("none");
    let AttributeValue::M(inner) = by_sdk.get_mut("inner").unwrap() else { unreachable!() };
    assert_eq!(inner.remove("deep"), Some(AttributeValue::Null(true)));
    let sorted = |mut item: raw::SdkItem| {
        for value in item.values_mut() {
            if let AttributeValue::Ss(set) | AttributeValue::Ns(set) = value {
                set.sort();
            }
        }
        item
    };
    assert_eq!(sorted(by_library), sorted(by_sdk));
    assert_eq!(Everything::from_item(&all.to_item().unwrap()).unwrap(), all);
}

#[test]
fn a_none_is_absent_at_every_depth_and_null_in_lists_alone() {
    let item = stored(&everything());
    assert_eq!(item.get("none"), None);
    let list = json!({ "L": [{ "N": "1" }, { "NULL": true }] });
    assert_eq!(item["inner"], json!({ "M": { "list": list } }));
    let nulls = json!({
        "none": { "NULL": true }, "some": { "NULL": true },
        "inner": { "M": { "deep": { "NULL": true }, "list": list } },
    });
    let read = read::<Everything>(&merged(item, &nulls)).unwrap();
    assert_eq!(read, Everything { some: None, ..everything() });
}

#[test]
fn a_field_under_the_keys_own_name_is_stored_once() {
    let movie = Movie {
        id: 550,
        title: "Fight Club".into(),
        adult: false,
        genre_ids: [18].into(),
        original_language: "en".into(),
        original_title: "Fight Club".into(),
        popularity: "61.416".parse::<Number>().unwrap(),
        release_date: "1999-10-15".into(),
        video: false,
        vote_average: "8.433".parse::<Number>().unwrap(),
        vote_count: 26280,
    };
    let wire = String::from_utf8(movie.to_wire().unwrap()).unwrap();
    assert_eq!(wire.matches("\"id\":").count(), 1, "{wire}");
    assert_eq!(wire.matches("\"title\":").count(), 1, "{wire}");
    assert_eq!(stored(&movie).as_object().unwrap().len(), 11);
    assert_eq!(Movie::from_wire(wire.as_bytes()).unwrap(), movie);
    assert_eq!(Movies::SCHEMA.pk.name, "id");
}

#[test]
fn a_key_attribute_that_is_there_twice_is_refused() {
    let item = r#""PK":{"S":"STRICT#7"},"SK":{"S":"STRICT"},"owner":{"S":"ada"}"#;
    assert!(Strict::from_wire(format!("{{{item}}}").as_bytes()).is_ok());
    for again in [r#""PK":{"S":"STRICT#7"}"#, r#""SK":{"S":"OTHER"}"#, r#""SK":{"BS":["AA=="]}"#] {
        for item in [format!("{{{item},{again}}}"), format!("{{{again},{item}}}")] {
            let error = Strict::from_wire(item.as_bytes()).unwrap_err().to_string();
            assert!(error.contains("K"), "{error}");
        }
    }
}

#[test]
fn what_lives_in_the_key_alone_is_put_back_from_it() {
    let strict = Strict { id: "7".into(), owner: "ada".into() };
    let item = json!({
        "PK": { "S": "STRICT#7" }, "SK": { "S": "STRICT" }, "owner": { "S": "ada" },
        "OwnerPK": { "S": "OWNER#ada" }, "OwnerSK": { "S": "STRICT#7" },
    });
    assert_eq!(stored(&strict), item);
    assert_eq!(read::<Strict>(&item).unwrap(), strict);
    // An older program's copy of the field is not looked at, whatever it says.
    let copy = merged(item.clone(), &json!({ "id": { "S": "8" } }));
    assert_eq!(read::<Strict>(&copy).unwrap(), strict);
    // The order of attributes is the service's.
    let turned: BTreeMap<String, Value> = serde_json::from_value(item).unwrap();
    let turned: Vec<String> =
        turned.iter().rev().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    let turned = format!("{{{}}}", turned.join(","));
    assert_eq!(Strict::from_wire(turned.as_bytes()).unwrap(), strict);
}

#[test]
fn unknown_attributes_are_refused_where_the_entity_says_so_and_keys_are_not_unknown() {
    let item = stored(&Strict { id: "7".into(), owner: "ada".into() });
    let error = read::<Strict>(&merged(item, &json!({ "extra": { "S": "x" } }))).unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("Views/Strict STRICT#7/STRICT: ") && text.contains("extra"), "{text}");
}

#[tokio::test]
async fn unknown_attributes_survive_where_the_entity_takes_them() {
    let views = table::<Views>().await;
    let item = json!({
        "PK": { "S": "OPEN#7" }, "SK": { "S": "OPEN" }, "owner": { "S": "ada" },
        "OwnerPK": { "S": "OWNER#ada" }, "OwnerSK": { "S": "OPEN#7" },
        "note": { "S": "x" }, "list": { "L": [{ "N": "1" }, { "NULL": true }] },
        "nested": { "M": { "deep": { "BOOL": true }, "set": { "SS": ["a", "b"] } } },
        "null": { "NULL": true }, "bytes": { "B": "AQI=" }, "strings": { "SS": ["", "x"] },
        "numbers": { "NS": ["1.5", "99999999999999999999999999999999999999"] },
        "binaries": { "BS": ["", "AQI="] }, "long": { "N": "-0.12345678901234567890123456789" },
    });
    raw::put(&views, raw::item(&item)).await;
    let mut open = views.get(Open::key("7")).await.unwrap().unwrap();
    assert_eq!(open.extra.len(), 9, "{:?}", open.extra);
    assert_eq!(open.extra["strings"], wire::Value::Ss(["", "x"].map(String::from).into()));
    assert_eq!(open.id, "7");
    let by_owner = views.query(Open::by_owner("ada")).all().await.unwrap();
    assert_eq!(by_owner, [open.clone()]);
    views.put(&open).await.unwrap();
    let key = raw::item(&json!({ "PK": { "S": "OPEN#7" }, "SK": { "S": "OPEN" } }));
    assert_eq!(raw::get(&views, key.clone()).await, raw::item(&item));

    open.owner = None;
    views.put(&open).await.unwrap();
    let left = raw::get(&views, key).await;
    // The key that a part is missing of is gone, and with it the item from the index.
    assert!(!left.contains_key("OwnerPK") && left.contains_key("OwnerSK"), "{left:?}");
    assert_eq!(views.query(Open::by_owner("ada")).all().await.unwrap(), []);
    assert_eq!(views.get(Open::key("7")).await.unwrap(), Some(open.clone()));

    for name in ["PK", "SK", "OwnerPK", "OwnerSK"] {
        let mut open = open.clone();
        open.extra.insert(name.into(), "forged".into());
        let error = views.put(&open).await.unwrap_err();
        assert!(matches!(error.kind(), entity_core::ErrorKind::Encode(_)), "{error:?}");
        assert!(error.to_string().contains(name), "{error}");
    }
    let mut doubled = open.clone();
    doubled.extra.insert("id".into(), "forged".into());
    let written = doubled.to_wire().map(|wire| Open::from_wire(&wire).unwrap());
    assert!(written.is_err() || written.unwrap().id == "7", "a flattened copy of a key's field");
}

proptest! {
    #[test]
    fn whatever_another_program_stores_beside_an_entity_is_kept(
        extra in proptest::collection::btree_map("x.{0,3}", attributes::attribute(), 0..6),
    ) {
        let open = Open { id: "7".into(), owner: Some("ada".into()), extra: BTreeMap::new() };
        let item = attributes::sorted(merged(stored(&open), &json!(extra)));
        let open = read::<Open>(&item).unwrap();
        prop_assert_eq!(open.extra.keys().collect::<Vec<_>>(), extra.keys().collect::<Vec<_>>());
        prop_assert_eq!(attributes::sorted(stored(&open)), item);
    }
}

#[test]
fn what_serde_is_told_of_fields_is_done() {
    let told = Told {
        user_name: "ada".into(),
        mood: "fine".into(),
        renamed: 1,
        defaulted: 2,
        seven: 3,
        skipped: 0,
        tags: vec![],
        doubled: 5,
        r#type: "t".into(),
    };
    let item = json!({
        "PK": { "S": "TOLD#ada" }, "SK": { "S": "TOLD#fine" }, "userName": { "S": "ada" },
        "Über \"name\"": { "N": "1" }, "defaulted": { "N": "2" }, "seven": { "N": "3" },
        "doubled": { "N": "10" }, "type": { "S": "t" },
    });
    assert_eq!(stored(&told), item);
    assert_eq!(read::<Told>(&item).unwrap(), told);
    let mut less = item.clone();
    less.as_object_mut().unwrap().remove("defaulted");
    less.as_object_mut().unwrap().remove("seven");
    less["skipped"] = json!({ "N": "99" });
    assert_eq!(read::<Told>(&less).unwrap(), Told { defaulted: 0, seven: 7, ..told });
}

#[tokio::test]
async fn a_generic_entity_is_stored_as_any_other() {
    let views = table::<Views>().await;
    let boxed = Boxed { id: Uuid::from_u128(7), body: vec![1_u32, 2] };
    views.put(&boxed).await.unwrap();
    assert_eq!(views.get(Boxed::<Vec<u32>>::key(boxed.id)).await.unwrap(), Some(boxed.clone()));
    let found = views.query(Boxed::<Vec<u32>>::partition(boxed.id)).all().await.unwrap();
    assert_eq!(found, std::slice::from_ref(&boxed));
    assert_eq!(views.scan().all().await.unwrap(), [View::Boxed(boxed)]);
}

/// Seconds since 1970; serde knows nothing of it but by `epoch`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp(u64);

impl KeyField for Stamp {
    const TYPE: Option<KeyType> = Some(KeyType::N);
}

mod epoch {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Stamp;

    pub(super) fn serialize<S: Serializer>(at: &Stamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(at.0)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Stamp, D::Error> {
        u64::deserialize(deserializer).map(Stamp)
    }
}

#[derive(Debug, Table)]
#[table(name = "Logs", pk = "host", sk = N("at"), type_attribute = "_type", items = LogItem)]
struct Logs;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Logs, pk = host, sk = at)]
struct Line {
    host: String,
    #[serde(with = "epoch")]
    at: Stamp,
    text: String,
}

/// Its keys look as those of a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Logs, pk = name, sk = at, name = "alarm")]
struct Alarm {
    #[entity(key_only)]
    name: String,
    #[serde(rename = "at")]
    at: u64,
    #[serde(flatten)]
    extra: BTreeMap<String, Value>,
}

#[derive(Debug, Clone, PartialEq, Collection)]
enum LogItem {
    Line(Line),
    Alarm(Alarm),
}

async fn logs() -> (TableHandle<Logs>, Line, Alarm) {
    let logs = table::<Logs>().await;
    let line = Line { host: "h".into(), at: Stamp(100), text: "t".into() };
    let alarm = Alarm { name: "h".into(), at: 9, extra: [("e".into(), json!("x"))].into() };
    logs.put(&line).await.unwrap();
    logs.put(&alarm).await.unwrap();
    (logs, line, alarm)
}

/// A write by a key that both entities can have is not done to the other's item.
#[tokio::test]
async fn no_write_is_mistaken_for_one_of_another_entity() {
    let (logs, line, alarm) = logs().await;
    let same = Alarm { at: 100, ..alarm.clone() };
    let moved = Alarm { at: 101, ..alarm.clone() };
    let errors = [
        logs.put(&same).await.unwrap_err(),
        logs.replace(&same).await.unwrap_err(),
        logs.delete(Alarm::key("h", 100)).await.unwrap_err(),
        logs.transact_write(logs.put(&same)).await.unwrap_err(),
        logs.move_item(&same, &moved).await.unwrap_err(),
        logs.upsert(&same).await.unwrap_err(),
    ];
    for error in errors {
        let text = error.to_string();
        assert!(text.ends_with("the item with its key is another entity's"), "{text}");
    }
    assert!(logs.create(&same).await.unwrap_err().is_condition_failed());
    let both = [LogItem::Alarm(alarm.clone()), LogItem::Line(line.clone())];
    assert_eq!(logs.scan().all().await.unwrap(), both);

    // Its own items are written as ever, and so is one that is not there.
    logs.put(&line).await.unwrap();
    logs.replace(&alarm).await.unwrap();
    logs.put(&moved).await.unwrap();
    logs.delete(Alarm::key("h", 101)).await.unwrap();
    logs.delete(Alarm::key("h", 101)).await.unwrap();
    assert_eq!(logs.scan().all().await.unwrap(), both);
}

#[tokio::test]
async fn the_type_attribute_tells_entities_apart_whose_keys_do_not() {
    let (logs, line, alarm) = logs().await;
    let item = json!({
        "host": { "S": "h" }, "at": { "N": "100" }, "text": { "S": "t" }, "_type": { "S": "Line" },
    });
    assert_eq!(stored(&line), item);
    let item = json!({
        "host": { "S": "h" }, "at": { "N": "9" }, "e": { "S": "x" }, "_type": { "S": "alarm" },
    });
    assert_eq!(stored(&alarm), item);

    let both = [LogItem::Alarm(alarm.clone()), LogItem::Line(line.clone())];
    assert_eq!(logs.query(LogItem::partition("h")).all().await.unwrap(), both);
    assert_eq!(logs.scan().all().await.unwrap(), both);
    let lines = logs.query(Line::partition("h")).all().response().await.unwrap();
    assert_eq!((lines.value, lines.skipped), (vec![line.clone()], 1));
    let alarms = logs.query(Alarm::partition("h")).all().response().await.unwrap();
    assert_eq!((alarms.value, alarms.skipped), (vec![alarm.clone()], 1));
    assert_eq!(logs.query(Alarm::partition("h")).count().await.unwrap(), 1);
    assert_eq!(
        logs.query(Line::partition("h")).limit(1).all().await.unwrap(),
        std::slice::from_ref(&line)
    );
    assert_eq!(logs.get(Line::key("h", Stamp(100))).await.unwrap(), Some(line));

    let error = logs.get(Line::key("h", Stamp(9))).await.unwrap_err();
    assert_eq!(error.to_string(), format!("{}/Line h/9: the item is a `alarm`", logs.name()));
    let item = json!({ "host": { "S": "h" }, "at": { "N": "7" }, "text": { "S": "t" } });
    for ty in [json!({}), json!({ "_type": { "S": "Other" } }), json!({ "_type": { "N": "1" } })] {
        let item = merged(item.clone(), &ty);
        let error = read::<Line>(&item).unwrap_err();
        let what = "_type: the item's type is missing or unknown";
        assert!(error.to_string().ends_with(what), "{error}");
        let error = read::<LogItem>(&item).unwrap_err();
        assert_eq!(error.to_string(), format!("Logs/LogItem h/7: {what}"));
    }
    let mut forged = alarm;
    forged.extra.insert("_type".into(), json!("Line"));
    assert!(forged.to_wire().is_err());
}

#[tokio::test]
async fn an_index_that_projects_a_part_gives_back_every_field() {
    let cart = table::<CustomerPurchases>().await;
    let item = |status, at: &str, product: &str, order: Option<&str>| CartItem {
        account_id: "12".into(),
        status,
        create_timestamp: at.into(),
        item_sku: ItemSku {
            product_id: product.into(),
            quantity: Some(2),
            price: Some("10.5".parse().unwrap()),
            category: "Toys".into(),
        },
        order_id: order.map(str::to_owned),
    };
    let items = [
        item(Status::Active, "2020-01-02", "P-1", None),
        item(Status::Active, "2020-01-01", "P-2", None),
        item(Status::Purchased, "2020-01-03", "P-1", Some("O-1")),
    ];
    for item in &items {
        cart.put(item).await.unwrap();
    }
    let active = cart.query(CartItem::gsi1("12", Status::Active)).all().await.unwrap();
    assert_eq!(active, [items[1].clone(), items[0].clone()]);
    let bought = cart.query(CartItem::gsi1("12", Status::Purchased)).descending().all().await;
    assert_eq!(bought.unwrap(), [items[2].clone()]);
    let late = CartItem::gsi1("12", Status::Active).create_timestamp("2020-01-02"..);
    assert_eq!(cart.query(late).all().await.unwrap(), [items[0].clone()]);
    let orders = CartItem::partition("12").status(Status::Purchased).order_id("O-1");
    assert_eq!(cart.query(orders).all().await.unwrap(), [items[2].clone()]);
    assert_eq!(<Gsi1 as Index>::SCHEMA.name, "GSI1");
    // The index does not project the status: what the raw answer holds is less than the item.
    let query = cart.client().query().table_name(cart.name()).index_name("GSI1");
    let query = query.key_condition_expression("GSI1PK = :p");
    let value = AttributeValue::S("12#ACTIVE".into());
    let answer = query.expression_attribute_values(":p", value).send().await.unwrap();
    let names: BTreeSet<&str> = answer.items()[0].keys().map(|name| &**name).collect();
    assert_eq!(names, ["GSI1PK", "GSI1SK", "ItemSKU", "PK", "SK"].into());
}

#[derive(Debug, Table)]
#[table(name = "Mixed", pk = "pk", type_attribute = "Kind", indexes(ByKind), items = MixedItem)]
struct Mixed;

#[derive(Debug, Index)]
#[index(table = Mixed, name = "by-kind", pk = "Kind", sk = N("Rank"))]
struct ByKind;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Mixed, pk = id, index(ByKind, pk = "Apple", sk = rank))]
struct Apple {
    id: String,
    #[serde(rename = "Rank")]
    rank: i32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Mixed, pk = id, index(ByKind, pk = "Pear", sk = rank))]
struct Pear {
    id: String,
    #[serde(rename = "Rank")]
    rank: i32,
}

#[derive(Debug, Clone, PartialEq, Collection)]
enum MixedItem {
    Apple(Apple),
    Pear(Pear),
}

#[tokio::test]
async fn the_type_attribute_is_the_key_of_an_index() {
    let mixed = table::<Mixed>().await;
    let apple = |id: &str, rank| Apple { id: id.to_owned(), rank };
    mixed.put(&apple("a", 2)).await.unwrap();
    mixed.put(&Pear { id: "b".to_owned(), rank: 5 }).await.unwrap();
    mixed.put(&apple("c", -1)).await.unwrap();
    let apples = mixed.query(Apple::by_kind()).all().await.unwrap();
    assert_eq!(apples, [apple("c", -1), apple("a", 2)]);
    let some = mixed.query(Apple::by_kind().rank(0..)).all().await.unwrap();
    assert_eq!(some, [apple("a", 2)]);
    let wire = String::from_utf8(apple("a", 2).to_wire().unwrap()).unwrap();
    assert_eq!(wire.matches("\"Kind\"").count(), 1, "{wire}");
    // The type tells what the keys do not.
    let error = mixed.get(Pear::key("a")).await.unwrap_err();
    assert!(error.to_string().contains("the item is a `Apple`"), "{error}");
    assert_eq!(mixed.scan().all().await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_field_that_is_a_key_is_read_once_through_an_index_that_projects_less() {
    #[derive(Debug, Table)]
    #[table(name = "Shelves", pk = "shelf", sk = N("number"), indexes(ByPrice), items = ShelfItem)]
    struct Shelves;
    #[derive(Debug, Index)]
    #[index(table = Shelves, pk = "shelf_key", sk = N("price"), keys_only)]
    struct ByPrice;
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
    #[entity(table = Shelves, pk = shelf, sk = number)]
    #[entity(index(ByPrice, pk = "SHELF#{shelf}", sk = price))]
    struct Book {
        shelf: String,
        number: u64,
        price: u64,
    }
    #[derive(Debug, Clone, PartialEq, Collection)]
    enum ShelfItem {
        Book(Book),
    }
    let shelves = table::<Shelves>().await;
    let book = || Book { shelf: "a".into(), number: 1, price: 7 };
    shelves.put(&book()).await.unwrap();
    assert_eq!(shelves.query(Book::by_price("a")).all().await.unwrap(), [book()]);
    assert_eq!(shelves.scan().all().await.unwrap(), [ShelfItem::Book(book())]);
}
