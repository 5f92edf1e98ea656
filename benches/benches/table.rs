//! Prints one table: ours beside the peers, in the same run. `cargo bench -p benches`.

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use benches::{canned, cart};
use cart::{CartItem, Carts, Plain};
use entity_core::{Item, Table, wire};

const ROUNDS: usize = 30;

/// The least time of a round, all candidates measured in turn in each.
fn least<const N: usize>(mut candidates: [(&str, &mut dyn FnMut()); N]) -> Vec<(String, Duration)> {
    let mut least = [Duration::MAX; N];
    for _ in 0..ROUNDS {
        for ((_, run), least) in candidates.iter_mut().zip(&mut least) {
            let start = Instant::now();
            run();
            *least = start.elapsed().min(*least);
        }
    }
    candidates.iter().map(|(name, _)| (*name).to_owned()).zip(least).collect()
}

fn print(title: &str, items: u32, times: &[(String, Duration)]) {
    println!("\n{title}");
    let limit = times.last().map_or(1.0, |(_, time)| time.as_secs_f64());
    for (name, time) in times {
        let ratio = time.as_secs_f64() / limit;
        println!(
            "  {name:<44} {:>9.3} µs an item  {ratio:>6.2} x",
            time.as_secs_f64() * 1e6 / f64::from(items)
        );
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let body: &'static [u8] = cart::page(1_000)?.leak();
    let items: Vec<CartItem> = (0..1_000).map(cart::item).collect();
    let plains: Vec<Plain> = (0..1_000).map(cart::plain).collect();
    let json = serde_json::to_vec(&plains)?;
    let client = canned::client(body);
    let carts = Carts::on(&client);

    let ours = || -> Result<Vec<CartItem>, Box<dyn Error>> {
        Ok(runtime.block_on(carts.query(CartItem::partition("12856333")).all().into_future())?)
    };
    let sdk = || -> Result<_, Box<dyn Error>> {
        let query = client.query().table_name("Carts").key_condition_expression("#k = :k");
        Ok(runtime.block_on(query.send())?.items.unwrap_or_default())
    };
    let serde_dynamo =
        || -> Result<Vec<Plain>, Box<dyn Error>> { Ok(serde_dynamo::from_items(sdk()?)?) };
    // Equal results first, then the time they take.
    assert_eq!(ours()?, items);
    assert_eq!(serde_dynamo()?, plains);
    assert_eq!(sdk()?.len(), 1_000);

    let times = least([
        ("entity: query of a page, verified", &mut || drop(black_box(ours()))),
        ("SDK + serde_dynamo: query of a page", &mut || drop(black_box(serde_dynamo()))),
        ("SDK alone: query of a page, HashMaps", &mut || drop(black_box(sdk()))),
        ("serde_json: the same data as plain JSON", &mut || {
            drop(black_box(serde_json::from_slice::<Vec<Plain>>(&json)));
        }),
    ]);
    print("Decode: a page of 1,000 items, through a whole call", 1_000, &times);

    let times = least([
        ("entity: item with its keys", &mut || {
            items.iter().for_each(|item| drop(black_box(item.to_wire())))
        }),
        ("wire: struct that has its keys", &mut || {
            plains.iter().for_each(|item| drop(black_box(wire::to_vec(item))))
        }),
        ("serde_dynamo: HashMap, not yet JSON", &mut || {
            plains.iter().for_each(|item| {
                drop(black_box(serde_dynamo::to_item::<
                    _,
                    std::collections::HashMap<String, aws_sdk_dynamodb::types::AttributeValue>,
                >(item)));
            });
        }),
        ("serde_json: the same data as plain JSON", &mut || {
            plains.iter().for_each(|item| drop(black_box(serde_json::to_vec(item))));
        }),
    ]);
    print("Encode: 1,000 items", 1_000, &times);
    Ok(())
}
