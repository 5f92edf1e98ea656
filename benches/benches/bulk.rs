//! Prints what many items cost: `cargo bench -p benches --bench bulk`.
//!
//! First loads and scans on the embedded engine, by how many requests are on their way at once; then a
//! scan of canned pages, by how many items it reads. Shown is the quickest of a few rounds.

use std::error::Error;
use std::future::poll_fn;
use std::pin::Pin;
use std::time::{Duration, Instant};

use benches::canned;
use benches::cart::{self, CartRecord, Carts};
use entity_core::op::ItemStream;
use entity_core::{Table, TableHandle};
use entity_local::LocalDynamo;
use futures_core::Stream;

/// How many items the engine gets.
const STORED: usize = 5_000;

/// How many items a canned page has.
const PAGE: usize = 1_000;

const ROUNDS: usize = 3;

fn main() -> Result<(), Box<dyn Error>> {
    // The engine works in threads of its own; the library in this one.
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        println!("{STORED} items on the embedded engine, items a second");
        println!("{:>12} {:>10} {:>10}", "requests", "load", "scan");
        for requests in [1_u32, 2, 4, 8, 16] {
            let (mut load, mut scan) = (Duration::MAX, Duration::MAX);
            for _ in 0..ROUNDS {
                let local = LocalDynamo::in_memory()?;
                let carts = Carts::on(&local.client());
                carts.create_table().await?;
                load = load.min(loaded(&carts, requests).await?);
                scan = scan.min(scanned(&carts, requests).await?);
            }
            let rate = |time: Duration| STORED as f64 / time.as_secs_f64();
            println!("{requests:>12} {:>10.0} {:>10.0}", rate(load), rate(scan));
        }
        println!("\na scan of canned pages, each of {PAGE} items");
        println!("{:>12} {:>10}", "items", "µs an item");
        let carts = Carts::on(&canned::client(endless()?.leak()));
        for items in [1_000, 10_000, 100_000, 1_000_000] {
            let mut least = Duration::MAX;
            for _ in 0..ROUNDS {
                let start = Instant::now();
                assert_eq!(read(carts.scan().stream(), items).await?, items);
                least = least.min(start.elapsed());
            }
            println!("{items:>12} {:>10.3}", least.as_secs_f64() * 1e6 / items as f64);
        }
        Ok(())
    })
}

async fn loaded(carts: &TableHandle<Carts>, requests: u32) -> Result<Duration, Box<dyn Error>> {
    let start = Instant::now();
    let mut load = carts.load((0..STORED).map(cart::item)).concurrency(requests as usize);
    load.run().await?;
    assert_eq!(load.report().written(), STORED as u64);
    Ok(start.elapsed())
}

async fn scanned(carts: &TableHandle<Carts>, segments: u32) -> Result<Duration, Box<dyn Error>> {
    let start = Instant::now();
    // The engine makes a page out of all rows that are left, if it is not told how many it has.
    let scan = carts.scan().segments(segments).page_size(500).stream();
    assert_eq!(read(scan, usize::MAX).await?, STORED);
    Ok(start.elapsed())
}

/// Reads so many items, or all, and says how many they were.
async fn read(mut items: ItemStream<CartRecord>, most: usize) -> Result<usize, Box<dyn Error>> {
    let mut read = 0;
    while read < most
        && let Some(item) = poll_fn(|cx| Pin::new(&mut items).poll_next(cx)).await
    {
        item?;
        read += 1;
    }
    Ok(read)
}

/// A page that says that there are more.
fn endless() -> Result<Vec<u8>, Box<dyn Error>> {
    let items: Vec<_> = (0..PAGE).map(cart::item).collect();
    let page = canned::page(&items)?;
    let key =
        br#","LastEvaluatedKey":{"PK":{"S":"12856333"},"SK":{"S":"12856333#ACTIVE#P-000999"}}}"#;
    Ok([page.strip_suffix(b"}").unwrap_or(&page), key].concat())
}
