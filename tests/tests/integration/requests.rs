//! The exact JSON that each operation would send.

use entity_core::{Request, Table, begins_with};
use serde_json::{Value, json};
use tests::cart::{CartItem, CustomerPurchases, ItemSku, Status};
use tests::chat::{CruddurMessages, Message, MessageGroup};
use tests::engine::{client, watched};
use tests::movies::{GenreEntry, MoviesByGenre};
use tests::music::{Download, MonthlyCount, Song, SongItem, Songs};
use tests::orders::{Event, Order, OrderItem, Orders, Ticket};
use uuid::Uuid;

#[track_caller]
fn sends(request: Result<Request, entity_core::Error>, operation: &str, body: Value) {
    let request = request.unwrap();
    assert_eq!(request.operation(), operation);
    assert_eq!(request.index(), body["IndexName"].as_str());
    let sent: Value = serde_json::from_slice(request.body()).unwrap();
    assert_eq!(sent, body, "{request}");
}

fn song() -> Song {
    Song { id: "1".into(), title: "One".into(), artist: "\"\u{7}é".into(), total_downloads: 3 }
}

#[tokio::test]
async fn writes() {
    let songs = Songs::on(&client());
    let item = json!({
        "Id": { "S": "1" }, "Metadata": { "S": "Details" }, "Title": { "S": "One" },
        "Artist": { "S": "\"\u{7}é" }, "TotalDownloads": { "N": "3" },
    });
    sends(songs.put(&song()).request(), "PutItem", json!({ "TableName": "Songs", "Item": item }));
    let conditional = |condition| {
        json!({
            "TableName": "Songs", "Item": item, "ConditionExpression": condition,
            "ExpressionAttributeNames": { "#n0": "Id" },
        })
    };
    let create = songs.create(&song()).request();
    sends(create, "PutItem", conditional("attribute_not_exists(#n0)"));
    let replace = songs.replace(&song()).request();
    sends(replace, "PutItem", conditional("attribute_exists(#n0)"));
    let collected = songs.put(&SongItem::Song(song())).request();
    sends(collected, "PutItem", json!({ "TableName": "Songs", "Item": item }));
    let key = json!({ "Id": { "S": "1" }, "Metadata": { "S": "Dld-7" } });
    let delete = songs.named("Songs-dev").delete(Download::key("1", 7)).request();
    sends(delete, "DeleteItem", json!({ "TableName": "Songs-dev", "Key": key }));
}

#[tokio::test]
async fn an_item_with_copies_for_its_index_and_without() {
    let cart = CustomerPurchases::on(&client());
    let sku = ItemSku {
        product_id: "P-1".into(),
        quantity: None,
        price: Some("10.50".parse().unwrap()),
        category: "Toys".into(),
    };
    let mut item = CartItem {
        account_id: "12".into(),
        status: Status::Active,
        create_timestamp: "2020-01-01".into(),
        item_sku: sku,
        order_id: None,
    };
    let mut stored = json!({
        "PK": { "S": "12" }, "SK": { "S": "12#ACTIVE#P-1" },
        "GSI1PK": { "S": "12#ACTIVE" }, "GSI1SK": { "S": "2020-01-01" },
        "AccountId": { "S": "12" }, "Status": { "S": "ACTIVE" },
        "CreateTimestamp": { "S": "2020-01-01" },
        "ItemSKU": { "M": {
            "ProductId": { "S": "P-1" }, "Price": { "N": "10.5" }, "Category": { "S": "Toys" },
        } },
    });
    let body = json!({ "TableName": "CustomerPurchases", "Item": stored });
    sends(cart.put(&item).request(), "PutItem", body);
    item.order_id = Some("O-1".into());
    stored["SK"] = json!({ "S": "12#ACTIVE#O-1#P-1" });
    stored["OrderId"] = json!({ "S": "O-1" });
    let body = json!({ "TableName": "CustomerPurchases", "Item": stored });
    sends(cart.put(&item).request(), "PutItem", body);
}

#[tokio::test]
async fn reads_of_one_item() {
    let songs = Songs::on(&client());
    let key = json!({ "Id": { "S": "1" }, "Metadata": { "S": "Details" } });
    let get = json!({ "TableName": "Songs", "Key": key });
    sends(songs.get(Song::key("1")).request(), "GetItem", get);
    let get = json!({ "TableName": "Songs", "Key": key, "ConsistentRead": true });
    sends(songs.get(Song::key("1")).consistent().request(), "GetItem", get);
    let genres = MoviesByGenre::on(&client());
    let key = json!({ "genre_id": { "N": "28" }, "movie_id": { "N": "550" } });
    let get = json!({ "TableName": "MoviesByGenre", "Key": key });
    sends(genres.get(GenreEntry::key(28_u32, 550_u64)).request(), "GetItem", get);
}

fn query(condition: &str, names: Value, values: Value) -> Value {
    json!({
        "TableName": "Orders", "KeyConditionExpression": condition,
        "ExpressionAttributeNames": names, "ExpressionAttributeValues": values,
    })
}

fn sorted(condition: &str, values: &[&str]) -> Value {
    let names = json!({ "#n0": "PK", "#n1": "SK" });
    let mut bound = json!({ ":v0": { "S": "CUST#ada" } });
    for (position, value) in values.iter().enumerate() {
        bound[format!(":v{}", position + 1)] = json!({ "S": value });
    }
    query(&format!("#n0 = :v0 AND {condition}"), names, bound)
}

#[tokio::test]
async fn queries_of_templates() {
    let orders = Orders::on(&client());
    macro_rules! sends {
        ($query:expr, $condition:literal, $($value:expr),*) => {
            sends(orders.query($query).all().request(), "Query", sorted($condition, &[$($value),*]))
        };
    }
    let begins = "begins_with(#n1, :v1)";
    let between = "#n1 BETWEEN :v1 AND :v2";
    macro_rules! begins {
        ($query:expr, $prefix:literal) => {
            sends(orders.query($query).all().request(), "Query", sorted(begins, &[$prefix]))
        };
    }
    macro_rules! between {
        ($query:expr, $lower:literal, $upper:literal) => {
            sends(orders.query($query).all().request(), "Query", sorted(between, &[$lower, $upper]))
        };
    }
    begins!(Order::partition("ada"), "ORDER#");
    sends!(Order::partition("ada").id("1"), "#n1 = :v1", "ORDER#1");
    begins!(Order::partition("ada").id(begins_with("1")), "ORDER#1");
    between!(Order::partition("ada").id("1"..="2"), "ORDER#1", "ORDER#2");
    between!(Order::partition("ada").id("1"..), "ORDER#1", "ORDER#\u{10ffff}");
    between!(Order::partition("ada").id(..="2"), "ORDER#", "ORDER#2");
    begins!(OrderItem::partition("ada"), "ORDER#");
    begins!(OrderItem::partition("ada").order("1"), "ORDER#1#ITEM#");
    begins!(OrderItem::partition("ada").order(begins_with("1")), "ORDER#1");
    sends!(OrderItem::partition("ada").order("1").n(7), "#n1 = :v1", "ORDER#1#ITEM#0007");
    between!(OrderItem::partition("ada").order("1").n(..=7), "ORDER#1#ITEM#", "ORDER#1#ITEM#0007");
    begins!(Event::partition("ada").level(-1), "EVENT#4999#");
    between!(Event::partition("ada").level(-1..=1), "EVENT#4999", "EVENT#5001\u{10ffff}");
    between!(
        Event::partition("ada").level(0).at(1..=9),
        "EVENT#5000#99999990",
        "EVENT#5000#99999998\u{10ffff}"
    );
    begins!(Ticket::partition("ada").queue("q"), "TICKET#q#");
    begins!(Ticket::partition("ada").queue("q").owner("eve"), "TICKET#q#eve#");
    let all = json!({
        "TableName": "Orders", "KeyConditionExpression": "#n0 = :v0",
        "ExpressionAttributeNames": { "#n0": "PK" },
        "ExpressionAttributeValues": { ":v0": { "S": "CUST#ada" } },
    });
    let everything = orders.query(tests::orders::OrderRecord::partition("ada"));
    sends(everything.all().request(), "Query", all);
}

#[tokio::test]
async fn queries_of_native_keys_and_of_an_index() {
    let songs = Songs::on(&client());
    let body = |sort: &str, values: Value| {
        let names = match sort {
            "" => json!({ "#n0": "DownloadMonth" }),
            _ => json!({ "#n0": "DownloadMonth", "#n1": "TotalDownloadsInMonth" }),
        };
        json!({
            "TableName": "Songs", "IndexName": "DownloadsByMonth",
            "KeyConditionExpression": format!("#n0 = :v0{sort}"),
            "ExpressionAttributeNames": names, "ExpressionAttributeValues": values,
        })
    };
    let january = || MonthlyCount::downloads_by_month("01-2018");
    let month = json!({ "S": "01-2018" });
    let all = songs.query(january()).all().request();
    sends(all, "Query", body("", json!({ ":v0": month })));
    let one = songs.query(january().total_downloads_in_month(7)).all().request();
    let values = json!({ ":v0": month, ":v1": { "N": "7" } });
    sends(one, "Query", body(" AND #n1 = :v1", values.clone()));
    let from = songs.query(january().total_downloads_in_month(7..)).all().request();
    sends(from, "Query", body(" AND #n1 >= :v1", values.clone()));
    let until = songs.query(january().total_downloads_in_month(..=7)).all().request();
    sends(until, "Query", body(" AND #n1 <= :v1", values));
    let some = songs.query(january().total_downloads_in_month(7..=20)).all().request();
    let values = json!({ ":v0": month, ":v1": { "N": "7" }, ":v2": { "N": "20" } });
    sends(some, "Query", body(" AND #n1 BETWEEN :v1 AND :v2", values));

    let chat = CruddurMessages::on(&client());
    let group = Uuid::from_u128(7);
    let begin = chat.query(Message::partition(group).created_at(begins_with("2023"))).all();
    let body = json!({
        "TableName": "cruddur-messages",
        "KeyConditionExpression": "#n0 = :v0 AND begins_with(#n1, :v1)",
        "ExpressionAttributeNames": { "#n0": "pk", "#n1": "sk" },
        "ExpressionAttributeValues": {
            ":v0": { "S": format!("MSG#{group}") }, ":v1": { "S": "2023" },
        },
    });
    sends(begin.request(), "Query", body);
    let rows = chat.query(MessageGroup::by_group(group)).descending().limit(20).all();
    let body = json!({
        "TableName": "cruddur-messages", "IndexName": "message-group-sk-index",
        "KeyConditionExpression": "#n0 = :v0", "ScanIndexForward": false, "Limit": 20,
        "ExpressionAttributeNames": { "#n0": "message_group_uuid" },
        "ExpressionAttributeValues": { ":v0": { "S": group.to_string() } },
    });
    sends(rows.request(), "Query", body);
}

#[tokio::test]
async fn what_every_read_can_be_told() {
    let orders = Orders::on(&client());
    let plain = || sorted("begins_with(#n1, :v1)", &["ORDER#"]);
    let with = |name: &str, value: Value| {
        let mut body = plain();
        body[name] = value;
        body
    };
    let query = || orders.query(Order::partition("ada"));
    sends(query().first().request(), "Query", with("Limit", json!(1)));
    sends(query().limit(5).page().request(), "Query", with("Limit", json!(5)));
    let limit = query().limit(usize::MAX).all().request();
    sends(limit, "Query", with("Limit", json!(i32::MAX)));
    sends(query().consistent().all().request(), "Query", with("ConsistentRead", json!(true)));
    sends(query().descending().all().request(), "Query", with("ScanIndexForward", json!(false)));
    sends(query().after(None).all().request(), "Query", plain());
    let mut count = with("ProjectionExpression", json!("#n0, #n1"));
    count["ExpressionAttributeNames"] = json!({ "#n0": "PK", "#n1": "SK" });
    sends(query().count().request(), "Query", count);

    let scan = json!({ "TableName": "Orders" });
    sends(orders.scan().all().request(), "Scan", scan);
    let scan = json!({ "TableName": "Orders", "Limit": 2, "ConsistentRead": true });
    sends(orders.scan().consistent().limit(2).page().request(), "Scan", scan);
}

#[tokio::test]
async fn response_asks_for_the_capacity_and_nothing_else() {
    let (songs, watch) = watched::<Songs>().await;
    let put = songs.put(&song());
    let mut body: Value = serde_json::from_slice(put.request().unwrap().body()).unwrap();
    put.response().await.unwrap();
    body["ReturnConsumedCapacity"] = json!("INDEXES");
    assert_eq!(watch.bodies(), [body]);
    let query = songs.query(SongItem::partition("1")).count();
    let mut body: Value = serde_json::from_slice(query.request().unwrap().body()).unwrap();
    query.response().await.unwrap();
    body["ReturnConsumedCapacity"] = json!("INDEXES");
    assert_eq!(watch.bodies(), [body]);
}

#[tokio::test]
async fn the_next_page_begins_after_the_last_key() {
    let (songs, watch) = watched::<Songs>().await;
    for id in [1, 2, 3] {
        let at = "2018-01-01T00:00:07".to_owned();
        let download = Download { song_id: "1".into(), download_id: id, download_timestamp: at };
        songs.put(&download).await.unwrap();
    }
    let query = || songs.query(Download::partition("1")).limit(1);
    let page = query().page().await.unwrap();
    watch.clear();
    let next = query().after(page.cursor()).page();
    let shown: Value = serde_json::from_slice(next.request().unwrap().body()).unwrap();
    next.await.unwrap();
    assert_eq!(
        shown["ExclusiveStartKey"],
        json!({ "Id": { "S": "1" }, "Metadata": { "S": "Dld-1" } })
    );
    assert_eq!(watch.bodies(), [shown]);
}
