//! Items that other programs wrote come into an index that was added, whatever interrupts it, and
//! nothing that others write meanwhile is lost.

use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use entity_core::op::{Step, Verified};
use entity_core::{Cursor, ErrorKind, Table, TableHandle};
use entity_local::{Fault, LocalDynamo};
use serde_json::json;
use tests::cart::CustomerPurchases;
use tests::engine;
use tests::random::Random;
use tests::raw::{self, SdkItem};
use tests::shop::{CartItem, Shop};
use tests::things::Things;
use tests::zoo::Zoo;

use crate::indexes::{animals, is_refused, item as stored_animal};

const STATUSES: [&str; 3] = ["ACTIVE", "SAVED", "PURCHASED"];

fn text(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

/// An item as a program writes it that does not know `GSI2`, with attributes that the types do not
/// know either; `pad` makes it large.
fn foreign(number: usize, pad: usize) -> SdkItem {
    let (account, product) = (number % 7, number);
    let status = STATUSES[number % 3];
    let order_id = (status == "PURCHASED").then(|| format!("O-{number}"));
    let order = order_id.as_ref().map_or(String::new(), |order| format!("{order}#"));
    let time = format!("2023-06-15T15:19:{:02}.{number:06}", number % 60);
    let mut item = json!({
        "PK": {"S": format!("{account}")},
        "SK": {"S": format!("{account}#{status}#{order}{product}")},
        "GSI1PK": {"S": format!("{account}#{status}")},
        "GSI1SK": {"S": time},
        "AccountId": {"S": format!("{account}")},
        "Status": {"S": status},
        "CreateTimestamp": {"S": time},
        "ItemSKU": {"M": {
            "ProductId": {"S": format!("{product}")}, "Quantity": {"N": "1"},
            "Price": {"N": "10.5"}, "Category": {"S": "Toys"}, "Colour": {"SS": ["red", "blue"]},
        }},
        "Note": {"L": [{"NULL": true}, {"N": "0.5"}]},
        "Pad": {"S": "x".repeat(pad)},
    });
    if let Some(order) = order_id {
        item["OrderId"] = json!({"S": order});
    }
    raw::item(&item)
}

/// The keys of `GSI2` that the item should have.
fn gsi2(item: &SdkItem) -> (AttributeValue, AttributeValue) {
    let product = item["ItemSKU"].as_m().unwrap()["ProductId"].as_s().unwrap();
    let status = item["Status"].as_s().unwrap();
    (text(format!("{product}#{status}")), item["CreateTimestamp"].clone())
}

fn indexed(mut item: SdkItem) -> SdkItem {
    let (pk, sk) = gsi2(&item);
    item.insert("GSI2PK".to_owned(), pk);
    item.insert("GSI2SK".to_owned(), sk);
    item
}

fn key(item: &SdkItem) -> (String, String) {
    (item["PK"].as_s().unwrap().clone(), item["SK"].as_s().unwrap().clone())
}

type Items = BTreeMap<(String, String), SdkItem>;

async fn scan(client: &Client, table: &str, index: Option<&str>) -> Items {
    let (mut items, mut after) = (Items::new(), None);
    loop {
        let scan = client.scan().table_name(table).set_index_name(index.map(str::to_owned));
        let scan = scan.consistent_read(index.is_none());
        let answer = scan.set_exclusive_start_key(after).send().await.unwrap();
        let found = answer.items.unwrap_or_default();
        items.extend(found.into_iter().map(|item| (key(&item), sets_sorted(item))));
        after = answer.last_evaluated_key;
        if after.is_none() {
            return items;
        }
    }
}

fn sets_sorted(mut item: SdkItem) -> SdkItem {
    if let Some(AttributeValue::M(sku)) = item.get_mut("ItemSKU")
        && let Some(AttributeValue::Ss(colours)) = sku.get_mut("Colour")
    {
        colours.sort();
    }
    item
}

/// The table of a program that does not know `GSI2`, with its items, as one that does sees it.
async fn filled(client: &Client, count: usize, pad: usize) -> (TableHandle<Shop>, Items) {
    let old = engine::named::<CustomerPurchases>(client);
    old.create_table().await.unwrap();
    for number in 0..count {
        raw::put(&old, foreign(number, pad)).await;
    }
    let items = scan(client, old.name(), None).await;
    assert_eq!(items.len(), count);
    (Shop::on(client).named(old.name()), items)
}

fn found(verified: &Verified) -> (u64, u64, Vec<String>) {
    match &*verified.items().unwrap().indexes {
        [] => (0, 0, Vec::new()),
        [index] => {
            assert_eq!(index.index, "GSI2");
            (index.missing, index.stale, index.keys.clone())
        }
        more => panic!("{more:?}"),
    }
}

/// Every item is what it was, with the keys of the index, and the index has them all.
async fn all_indexed(shop: &TableHandle<Shop>, before: &Items) {
    let verified = shop.verify_table().items().await.unwrap();
    assert_eq!(verified.differences(), [], "{verified}");
    let wanted: Items = before.iter().map(|(key, it)| (key.clone(), indexed(it.clone()))).collect();
    let now = scan(shop.client(), shop.name(), None).await;
    assert_eq!(now.len(), wanted.len());
    for (key, item) in &now {
        assert_eq!(Some(item), wanted.get(key), "{key:?}");
    }
    // An index follows by and by.
    for attempt in 0.. {
        let index = scan(shop.client(), shop.name(), Some("GSI2")).await;
        if index.len() == wanted.len() {
            break;
        }
        assert!(attempt < 100, "{} of {} in the index", index.len(), wanted.len());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn items_of_other_programs_come_into_an_index_that_was_added() {
    let client = engine::client();
    let (shop, before) = filled(&client, 60, 0).await;

    let verified = shop.verify_table().await.unwrap();
    let name = shop.name();
    let missing = "index `GSI2`: expected global, GSI2PK (S) / GSI2SK (S), found none";
    assert_eq!(verified.to_string(), format!("{name}: {missing}\n"));
    let steps = shop.ensure_table().await.unwrap();
    assert_eq!(steps.as_slice(), [Step::CreateIndex("GSI2")]);

    let verified = shop.verify_table().items().max_named(60).await.unwrap();
    let (lack, stale, keys) = found(&verified);
    assert_eq!((lack, stale), (60, 0));
    let named: BTreeSet<String> = keys.into_iter().collect();
    let all: BTreeSet<String> = before.keys().map(|(pk, sk)| format!("{pk}/{sk}")).collect();
    assert_eq!(named, all);
    let verified = shop.verify_table().items().max_named(2).await.unwrap();
    assert_eq!(found(&verified).2.len(), 2);
    let line = verified.to_string();
    let begin = format!("{name}: keys of items in index `GSI2`: expected those that fields make, ");
    assert!(line.starts_with(&(begin + "found 60 missing, 0 stale: ")), "{line}");
    assert!(line.ends_with(", and more\n"), "{line}");

    let mut reindex = shop.reindex();
    reindex.run().await.unwrap();
    let report = reindex.report();
    assert_eq!((report.seen, report.changed, report.right, report.lost_races), (60, 60, 0, 0));
    all_indexed(&shop, &before).await;

    // Again there is nothing to do.
    let mut again = shop.reindex();
    again.run().await.unwrap();
    let report = again.report();
    assert_eq!((report.seen, report.changed, report.right), (60, 0, 60));
    all_indexed(&shop, &before).await;
}

#[tokio::test]
async fn stale_keys_are_found_and_mended() {
    let client = engine::client();
    let (shop, before) = filled(&client, 12, 0).await;
    shop.ensure_table().await.unwrap();
    shop.reindex().run().await.unwrap();
    // Another program changes what the keys are made of, or the keys, or one of them.
    for (number, (key, item)) in before.iter().enumerate() {
        let mut item = indexed(item.clone());
        match number % 4 {
            0 => drop(item.insert("GSI2SK".into(), text("1999"))),
            1 => drop(item.remove("GSI2PK")),
            2 => drop(item.insert("GSI1PK".into(), text("0#NEVER"))),
            _ => {}
        }
        assert_eq!(&self::key(&item), key);
        raw::put(&shop, item).await;
    }
    let verified = shop.verify_table().items().await.unwrap();
    let indexes = &verified.items().unwrap().indexes;
    let mut counts: Vec<_> = indexes.iter().map(|it| (it.index, it.missing, it.stale)).collect();
    counts.sort_unstable();
    assert_eq!(counts, [("GSI1", 0, 3), ("GSI2", 3, 3)]);

    // One index at a time, if that is asked for.
    let mut one = shop.reindex().index::<tests::shop::Gsi1>();
    one.run().await.unwrap();
    assert_eq!((one.report().changed, one.report().right), (3, 9));
    let verified = shop.verify_table().items().await.unwrap();
    assert_eq!(found(&verified).0 + found(&verified).1, 6);
    shop.reindex().run().await.unwrap();
    all_indexed(&shop, &before).await;
}

#[tokio::test]
async fn the_request_says_what_must_not_have_changed() {
    let client = engine::client();
    let (shop, _) = filled(&client, 1, 0).await;
    let watch = engine::Watch::default();
    let builder = client.config().to_builder().interceptor(watch.clone());
    let shop = Shop::on(&Client::from_conf(builder.build())).named(shop.name());
    shop.reindex().run().await.unwrap();
    let update = watch.bodies().into_iter().find(|body| body.get("Key").is_some()).unwrap();
    let mut update = update.as_object().unwrap().clone();
    update.remove("ExpressionAttributeValues");
    let sku = "attribute_exists(#n0) AND attribute_not_exists(#n1) AND attribute_not_exists(#n2) \
               AND #n3 = :v2 AND #n4 = :v3 AND #n5 = :v1";
    let wanted = json!({
        "TableName": shop.name(),
        "Key": {"PK": {"S": "0"}, "SK": {"S": "0#ACTIVE#0"}},
        "UpdateExpression": "SET #n1 = :v0, #n2 = :v1",
        "ConditionExpression": sku,
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        "ExpressionAttributeNames": {
            "#n0": "PK", "#n1": "GSI2PK", "#n2": "GSI2SK",
            "#n3": "ItemSKU", "#n4": "Status", "#n5": "CreateTimestamp",
        },
    });
    assert_eq!(serde_json::Value::Object(update), wanted);
}

/// Pages are of up to 1 MB, so items are large that several pages are needed.
const PAD: usize = 20_000;

#[tokio::test]
async fn it_is_killed_at_any_time_and_goes_on_from_a_text() {
    let client = engine::client();
    let (shop, before) = filled(&client, 240, PAD).await;
    shop.ensure_table().await.unwrap();
    for segments in [1, 3] {
        let mut random = Random::new(u64::from(segments));
        // The keys are taken away again.
        for item in before.values() {
            raw::put(&shop, item.clone()).await;
        }
        let saved = Arc::new(Mutex::new(None::<String>));
        let (mut kills, mut changed, mut seen) = (0, 0, 0);
        loop {
            // Another program, which has the text alone.
            let position: Option<Cursor> =
                saved.lock().unwrap().as_ref().map(|text| text.parse().unwrap());
            let mut reindex = shop
                .reindex()
                .segments(segments)
                .concurrency(1 + random.below(8) as usize)
                .after(position.as_ref())
                .on_progress({
                    let saved = Arc::clone(&saved);
                    move |progress| *saved.lock().unwrap() = Some(progress.position.to_string())
                });
            // Longer each time: a slow machine comes to its end too.
            let life = Duration::from_micros(random.below(20_000 * (kills + 1)));
            let ended = tokio::time::timeout(life, reindex.run()).await;
            changed += reindex.report().changed;
            seen += reindex.report().seen;
            match ended {
                Ok(ended) => {
                    ended.unwrap();
                    break;
                }
                Err(_) => {
                    kills += 1;
                    // In the middle of a page too.
                    if random.below(2) == 0 {
                        *saved.lock().unwrap() = Some(reindex.position().to_string());
                    }
                }
            }
        }
        assert!(kills >= 5, "it was killed {kills} times");
        println!("{segments} segments: {seen} seen, {changed} changed, killed {kills} times");
        assert!(seen >= 240, "{seen}");
        assert!(changed <= 240, "{changed}");
        // It was not from the beginning each time.
        assert!(seen < 240 * (kills + 1), "{seen} seen, killed {kills} times");
        all_indexed(&shop, &before).await;
    }
}

#[tokio::test]
async fn a_run_that_is_dropped_goes_on_where_it_was() {
    let client = engine::client();
    let (shop, before) = filled(&client, 120, PAD).await;
    shop.ensure_table().await.unwrap();
    let mut random = Random::new(7);
    let mut reindex = shop.reindex().concurrency(4);
    let mut dropped = 0;
    while tokio::time::timeout(Duration::from_micros(random.below(20_000)), reindex.run())
        .await
        .map(Result::unwrap)
        .is_err()
    {
        dropped += 1;
    }
    assert!(dropped >= 3, "{dropped}");
    // Each item was seen once, and is in one place.
    let report = reindex.report();
    assert_eq!((report.seen, report.changed, report.right, report.gone), (120, 120, 0, 0));
    all_indexed(&shop, &before).await;
    reindex.run().await.unwrap();
    assert_eq!(reindex.report().seen, 120, "it is at its end");
}

#[tokio::test]
async fn an_item_that_others_change_meanwhile_is_looked_at_again() {
    let client = engine::client();
    let (shop, before) = filled(&client, 40, 0).await;
    let mut reindex = shop.reindex().concurrency(1);
    // One step at a time, however fast the engine is.
    while reindex.report().changed < 3 {
        let step = poll_fn(|cx| Poll::Ready(pin!(reindex.run()).poll(cx).is_ready()));
        assert!(!step.await, "there are more");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let done = reindex.report().changed;
    assert!(done < 6, "{done}");
    // It has read them all, and others change the time of one half, and delete some.
    let mut expected = before.clone();
    for (number, (key, item)) in before.iter().enumerate() {
        let written = raw_get(&shop, item).await;
        match number % 4 {
            0 | 1 => {
                let mut item = written;
                item.insert("CreateTimestamp".into(), text(format!("2024-{number}")));
                item.insert("GSI1SK".into(), text(format!("2024-{number}")));
                raw::put(&shop, item.clone()).await;
                item.remove("GSI2PK");
                item.remove("GSI2SK");
                expected.insert(key.clone(), sets_sorted(item));
            }
            2 => {
                let delete = client.delete_item().table_name(shop.name());
                delete.key("PK", text(&*key.0)).key("SK", text(&*key.1)).send().await.unwrap();
                expected.remove(key);
            }
            // Something that no key is made of.
            _ => {
                let mut item = written;
                item.insert("Note".into(), text("new"));
                raw::put(&shop, item.clone()).await;
                item.remove("GSI2PK");
                item.remove("GSI2SK");
                expected.insert(key.clone(), sets_sorted(item));
            }
        }
    }
    reindex.run().await.unwrap();
    let report = reindex.report().clone();
    assert!(report.lost_races > 5, "{report}");
    assert!(report.gone > 2, "{report}");
    assert_eq!(report.seen, report.changed + report.gone + report.right, "{report}");
    assert_eq!(report.seen, 40);
    // Those that were done before others changed them are for the next time.
    let mut again = shop.reindex();
    again.run().await.unwrap();
    assert!(again.report().changed <= done, "{} {done}", again.report());
    shop.ensure_table().await.unwrap();
    all_indexed(&shop, &expected).await;
}

async fn raw_get(shop: &TableHandle<Shop>, item: &SdkItem) -> SdkItem {
    let key = ["PK", "SK"].map(|name| (name.to_owned(), item[name].clone()));
    raw::get(shop, key.into_iter().collect()).await
}

/// What writers have done to an item: how often its quantity was raised, and its last time.
#[derive(Debug, Clone, Default)]
struct Done {
    raised: u64,
    time: Option<String>,
    deleted: bool,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_update_of_a_writer_is_lost() {
    let client = engine::client();
    let (shop, before) = filled(&client, 200, 4_000).await;
    shop.ensure_table().await.unwrap();
    let items: Vec<SdkItem> = before.values().cloned().collect();
    let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
    // Each item belongs to one writer.
    let writers: Vec<_> = (0..4_usize)
        .map(|writer| {
            let mine: Vec<SdkItem> = items.iter().skip(writer).step_by(4).cloned().collect();
            let (shop, stop) = (shop.clone(), Arc::clone(&stop));
            tokio::spawn(async move {
                let mut random = Random::new(writer as u64);
                let mut done = vec![Done::default(); mine.len()];
                let mut round = 0;
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    let at = random.below(mine.len() as u64) as usize;
                    round += 1;
                    if !done[at].deleted {
                        write(&shop, &mine[at], &mut done[at], random.below(20), round).await;
                    }
                }
                (mine, done)
            })
        })
        .collect();
    let mut passes = 0;
    let mut lost_races = 0;
    while passes < 6 {
        let mut reindex = shop.reindex().segments(2);
        reindex.run().await.unwrap();
        assert!(reindex.report().failed.is_empty());
        lost_races += reindex.report().lost_races;
        passes += 1;
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    let mut expected = Items::new();
    let mut writes = 0;
    for writer in writers {
        let (mine, done) = writer.await.unwrap();
        for (mut item, done) in mine.into_iter().zip(done) {
            writes += done.raised + u64::from(done.time.is_some());
            if done.deleted {
                continue;
            }
            if let Some(time) = &done.time {
                item.insert("CreateTimestamp".into(), text(time));
                item.insert("GSI1SK".into(), text(time));
            }
            let Some(AttributeValue::M(sku)) = item.get_mut("ItemSKU") else { panic!() };
            let quantity = (1 + done.raised).to_string();
            sku.insert("Quantity".into(), AttributeValue::N(quantity));
            expected.insert(key(&item), item);
        }
    }
    assert!(writes > 100, "{writes}");
    println!("{writes} writes, {lost_races} lost races");
    // Every writer writes the keys as it changes what they are made of, or lacks them wholly: so a
    // key that is wrong now was written by the reindexing over a writer.
    let verified = shop.verify_table().items().await.unwrap();
    assert_eq!(found(&verified).1, 0, "{verified}");
    let mut last = shop.reindex();
    last.run().await.unwrap();
    all_indexed(&shop, &expected).await;
}

/// One write by a program of the library, or by another one.
async fn write(shop: &TableHandle<Shop>, item: &SdkItem, done: &mut Done, kind: u64, round: u32) {
    let (pk, sk) = key(item);
    let update = shop.client().update_item().table_name(shop.name());
    let update = update.key("PK", text(&*pk)).key("SK", text(&*sk));
    match kind {
        // Another program raises the quantity.
        0..=8 => {
            let update = update.update_expression("ADD ItemSKU.Quantity :one");
            let one = AttributeValue::N("1".into());
            update.expression_attribute_values(":one", one).send().await.unwrap();
            done.raised += 1;
        }
        // A program of the library sets the time, and with it the keys.
        9..=15 => {
            let key = entity_core::Key::<CartItem>::parse(&pk, Some(&sk)).unwrap();
            let time = format!("2024-01-01T00:00:{round:08}");
            shop.update(key).set(|it| it.create_timestamp.set(&*time)).await.unwrap();
            done.time = Some(time);
        }
        // Another program writes the item anew, without the keys.
        16..=18 => {
            let mut item = item.clone();
            let time = format!("2025-01-01T00:00:{round:08}");
            item.insert("CreateTimestamp".into(), text(&*time));
            item.insert("GSI1SK".into(), text(&*time));
            raw::put(shop, item).await;
            *done = Done { time: Some(time), ..Done::default() };
        }
        _ => {
            let delete = shop.client().delete_item().table_name(shop.name());
            delete.key("PK", text(pk)).key("SK", text(sk)).send().await.unwrap();
            done.deleted = true;
        }
    }
}

#[test]
fn random_keys_of_every_form_are_mended() {
    use proptest::prelude::*;
    use proptest::test_runner::TestRunner;

    const COPIES: [&str; 12] = [
        "keeper_key",
        "name_key",
        "age_key",
        "place_key",
        "cage_key",
        "wing_key",
        "food_key",
        "portions_key",
        "zoo_key",
        "title_key",
        "touched",
        "weight",
    ];
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let zoo = runtime.block_on(engine::table::<Zoo>());
    let mut runner = TestRunner::new(crate::property::cases(48, 8));
    let strategy = (animals(), prop::collection::vec((0..COPIES.len(), 0..3_u8), 1..6));
    let run = runner.run(&strategy, |(animal, harm)| {
        prop_assume!(!is_refused(&animal));
        runtime.block_on(async {
            let right = stored_animal(&animal);
            let mut broken = right.clone();
            for (at, how) in harm {
                let name = COPIES[at];
                let number = matches!(name, "age_key" | "touched");
                match (name, how) {
                    // A field by itself.
                    ("weight", _) => {}
                    (_, 0) => drop(broken.remove(name)),
                    (_, _) if number => {
                        let wrong = AttributeValue::N((7_777 + i64::from(how)).to_string());
                        broken.insert(name.to_owned(), wrong);
                    }
                    _ => drop(broken.insert(name.to_owned(), text(format!("wrong{how}")))),
                }
            }
            raw::put(&zoo, broken.clone()).await;
            let verified = zoo.verify_table().items().await.unwrap();
            let same = broken == right;
            prop_assert_eq!(verified.matches(), same, "{}", verified);
            let mut reindex = zoo.reindex();
            reindex.run().await.unwrap();
            prop_assert_eq!(reindex.report().changed, u64::from(!same));
            let key = ["pk", "sk"].map(|name| (name.to_owned(), right[name].clone()));
            let now = raw::get(&zoo, key.into_iter().collect()).await;
            prop_assert_eq!(now, right);
            prop_assert!(zoo.verify_table().items().await.unwrap().matches());
            Ok(())
        })
    });
    run.unwrap();
}

#[tokio::test]
async fn an_item_that_cannot_be_read_has_failed_and_hides_no_other() {
    let client = engine::client();
    let (shop, before) = filled(&client, 9, 0).await;
    let mut strange = foreign(3, 0);
    strange.insert("SK".into(), text("3#SAVED#33"));
    strange.insert("Status".into(), AttributeValue::N("3".into()));
    raw::put(&shop, strange.clone()).await;
    let mut unknown = foreign(3, 0);
    unknown.insert("SK".into(), text("settings"));
    raw::put(&shop, unknown).await;

    let mut reindex = shop.reindex();
    let error = reindex.run().await.unwrap_err();
    let ErrorKind::Reindex(stopped) = error.kind() else { panic!("{error}") };
    assert!(stopped.failed() >= 1);
    assert!(error.to_string().starts_with("reindexing stopped: "), "{error}");

    let mut reindex = shop.reindex().max_failures(2);
    reindex.run().await.unwrap();
    let report = reindex.report();
    assert_eq!((report.seen, report.failed.len()), (11, 2));
    assert_eq!(report.changed + report.right, 9);
    let mut keys: Vec<_> = report.failed.iter().map(|failed| &*failed.key).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["3/3#SAVED#33", "3/settings"]);

    let mut skipping = shop.reindex().skip_unknown().max_failures(1);
    skipping.run().await.unwrap();
    assert_eq!((skipping.report().seen, skipping.report().skipped), (10, 1));
    shop.ensure_table().await.unwrap();
    let verified = shop.verify_table().items().await.unwrap();
    assert_eq!(verified.items().unwrap().unread, 2);
    assert!(!verified.matches());
    let line = verified.to_string();
    assert!(line.contains("items: expected those of the table's entities, found 2 that"), "{line}");

    for sk in ["3#SAVED#33", "settings"] {
        let delete = client.delete_item().table_name(shop.name());
        delete.key("PK", text("3")).key("SK", text(sk)).send().await.unwrap();
    }
    all_indexed(&shop, &before).await;
}

#[tokio::test]
async fn a_position_is_of_its_table_and_its_segments() {
    let client = engine::client();
    let (shop, _) = filled(&client, 5, 0).await;
    let position = shop.reindex().position();
    let mut from_the_start = shop.reindex().after(&position);
    from_the_start.run().await.unwrap();
    assert_eq!(from_the_start.report().seen, 5);

    for (mut other, what) in [
        (shop.reindex().segments(3).after(&position), "segments"),
        (engine::named::<Shop>(&client).reindex().after(&position), "table"),
    ] {
        let error = other.run().await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Cursor(_)), "{what}: {error}");
        let again = other.run().await.unwrap_err();
        assert_eq!(again.to_string(), error.to_string(), "{what}");
    }
    let mut none = engine::named::<Shop>(&client).reindex();
    assert!(none.run().await.unwrap_err().is_table_not_found());
}

#[tokio::test]
async fn faults_of_the_service_are_waited_out_or_told() {
    let local = LocalDynamo::in_memory().unwrap();
    let client = local.client();
    let (shop, before) = filled(&client, 30, 0).await;
    shop.ensure_table().await.unwrap();
    for fault in [
        Fault::Throttling,
        Fault::InternalServerError,
        Fault::ConnectionDropped { executed: true },
        Fault::TransactionConflict,
        Fault::TruncatedBody,
    ] {
        for item in before.values() {
            raw::put(&shop, item.clone()).await;
        }
        local.faults().on("UpdateItem").times(20).inject(fault.clone());
        local.faults().on("Scan").times(1).inject(Fault::InternalServerError);
        let mut reindex = shop.reindex();
        reindex.run().await.unwrap();
        assert_eq!(reindex.report().changed + reindex.report().right, 30, "{fault:?}");
        all_indexed(&shop, &before).await;
        local.faults().clear();
    }

    // What concerns all is told at once, and another run goes on.
    for item in before.values() {
        raw::put(&shop, item.clone()).await;
    }
    local
        .faults()
        .on("UpdateItem")
        .after(5)
        .times(1)
        .inject(Fault::error(400, "AccessDeniedException"));
    let mut reindex = shop.reindex().concurrency(1);
    let error = reindex.run().await.unwrap_err();
    assert_eq!(error.code(), Some("AccessDeniedException"));
    assert_eq!(reindex.report().changed, 5);
    reindex.run().await.unwrap();
    assert_eq!(reindex.report().changed, 30);
    all_indexed(&shop, &before).await;

    // And so is a scan that fails.
    local.faults().on("Scan").times(1).inject(Fault::error(400, "AccessDeniedException"));
    let mut reindex = shop.reindex();
    assert_eq!(reindex.run().await.unwrap_err().code(), Some("AccessDeniedException"));
    reindex.run().await.unwrap();
    assert_eq!(reindex.report().right, 30);
}

#[tokio::test]
async fn a_table_without_indexes_is_right_as_it_is() {
    let things = engine::table::<Things>().await;
    let mut reindex = things.reindex();
    reindex.run().await.unwrap();
    assert_eq!(reindex.report().seen, 0);
}
