//! A part of an entity is read from the table and from an index, and from nowhere that lacks it.

use entity_core::wire::Number;
use entity_core::{Collection, Entity, Index, Projection, Table};
use serde::{Deserialize, Serialize};
use tests::cart::{CartItem, CustomerPurchases, ItemSku, Status};
use tests::engine::table;

#[derive(Debug, PartialEq, Deserialize, Projection)]
#[serde(rename_all = "PascalCase")]
#[projection(entity = CartItem)]
struct Line {
    account_id: String,
    #[serde(rename = "ItemSKU")]
    item_sku: ItemSku,
    order_id: Option<String>,
}

fn item(status: Status, product: &str, order: Option<&str>) -> CartItem {
    CartItem {
        account_id: "1".to_owned(),
        status,
        create_timestamp: "2023-06-15T15:19:38Z".to_owned(),
        item_sku: ItemSku {
            product_id: product.to_owned(),
            quantity: Some(2),
            price: Some("199.99".parse::<Number>().unwrap()),
            category: "Electronics".to_owned(),
        },
        order_id: order.map(str::to_owned),
    }
}

fn line(item: &CartItem) -> Line {
    Line {
        account_id: item.account_id.clone(),
        item_sku: item.item_sku.clone(),
        order_id: item.order_id.clone(),
    }
}

#[tokio::test]
async fn a_part_is_read_from_the_table_and_from_an_index_that_has_it() {
    let cart = table::<CustomerPurchases>().await;
    let items = [
        item(Status::Active, "P-1", None),
        item(Status::Purchased, "P-2", Some("O-1")),
        item(Status::Purchased, "P-3", Some("O-2")),
    ];
    for item in &items {
        cart.put(item).await.unwrap();
    }
    let all = cart.query(CartItem::partition("1")).project::<Line>().all().await.unwrap();
    assert_eq!(all, items.iter().map(line).collect::<Vec<_>>());

    // The index has the keys and `ItemSKU`: the rest is put back from the keys.
    let bought = || CartItem::gsi1("1", Status::Purchased);
    // Items of one index key come in any order.
    let mut whole = cart.query(bought()).all().await.unwrap();
    whole.sort_by_key(|item| item.order_id.clone());
    assert_eq!(whole, items[1..]);
    let part = cart.query(bought()).project::<Line>().all().await.unwrap();
    assert_eq!(part.len(), 2);
    assert!(items[1..].iter().map(line).all(|line| part.contains(&line)), "{part:?}");
    // DynamoDB refuses to be asked for what a global index does not have; not every engine does.
    let request = cart.query(bought()).project::<Line>().all().request().unwrap().to_string();
    assert!(!request.contains("OrderId") && request.contains("ItemSKU"), "{request}");

    let key = items[1].primary_key().unwrap();
    assert_eq!(cart.get(&key).project::<Line>().await.unwrap(), Some(line(&items[1])));
    let request = cart.get(&key).project::<Line>().request().unwrap().to_string();
    assert!(!request.contains("CreateTimestamp"), "{request}");
}

#[derive(Debug, Table)]
#[table(name = "Readings", pk = "pk", sk = "sk", indexes(ByTime, Bare), items = ReadingItem)]
struct Readings;

#[derive(Debug, Index)]
#[index(table = Readings, local, name = "by-time", sk = N("at"), project = ["value"])]
struct ByTime;

#[derive(Debug, Index)]
#[index(table = Readings, name = "bare", pk = "kind", sk = N("at"), keys_only)]
struct Bare;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Readings, pk = "DEVICE#{device}", sk = "READING#{number:06}")]
#[entity(index(ByTime, sk = at), index(Bare, pk = kind, sk = at))]
struct Reading {
    #[entity(key_only)]
    device: String,
    #[entity(key_only)]
    number: u32,
    kind: String,
    at: i64,
    value: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Collection)]
enum ReadingItem {
    Reading(Reading),
}

#[derive(Debug, PartialEq, Deserialize, Projection)]
#[projection(entity = Reading)]
struct When {
    device: String,
    number: u32,
    at: i64,
}

#[derive(Debug, PartialEq, Deserialize, Projection)]
#[projection(entity = Reading)]
struct Value {
    number: u32,
    value: Option<f64>,
}

#[tokio::test]
async fn local_indexes_and_indexes_of_keys_alone() {
    let readings = table::<Readings>().await;
    for (number, at) in [(1, 30), (2, -20), (3, 10)] {
        let reading = Reading {
            device: "d".to_owned(),
            number,
            kind: "heat".to_owned(),
            at,
            value: Some(f64::from(number) / 2.0),
        };
        readings.put(&reading).await.unwrap();
    }
    // A local index has the table's partition key, and can be read consistently.
    let early = readings.query(Reading::by_time("d").at(..=10_i64)).consistent().project::<Value>();
    let early = early.all().await.unwrap();
    assert_eq!(early.iter().map(|v| v.number).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(early[0].value, Some(1.0));

    let when = readings.query(Reading::bare("heat")).project::<When>().all().await.unwrap();
    assert_eq!(
        when.iter().map(|w| (w.number, w.at)).collect::<Vec<_>>(),
        [(2, -20), (3, 10), (1, 30)]
    );
    // An index of keys alone is hydrated by them.
    let first = readings.get(Reading::key(&when[0].device, when[0].number)).await.unwrap();
    assert_eq!(first.unwrap().value, Some(1.0));
    assert_eq!(readings.query(Reading::bare("heat")).count().await.unwrap(), 3);
}
