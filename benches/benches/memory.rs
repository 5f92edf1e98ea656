//! Prints how much memory a load and a parallel scan take, however many items there are:
//! `cargo bench -p benches --bench memory`, or with another number of items after `--`.
//!
//! The items go into the embedded engine on a file, so that the process does not hold them. What is
//! shown is the greatest resident set while the first 10,000 items were on their way, and while all
//! the others were.

use std::error::Error;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use entity_core::{Collection, Entity, Table};
use entity_local::LocalDynamo;
use futures_core::Stream;
use serde::{Deserialize, Serialize};

/// The items that the others are compared with.
const FIRST: u64 = 10_000;

#[derive(Table)]
#[table(pk = N("bucket"), sk = N("number"), items = Items)]
struct Notes;

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Notes, pk = bucket, sk = number)]
struct Note {
    bucket: u64,
    number: u64,
    text: String,
}

#[derive(Collection)]
enum Items {
    Note(Note),
}

/// The greatest resident set, in MB, of the first items and of the others.
#[derive(Default)]
struct Peak {
    first: f64,
    others: f64,
}

impl Peak {
    fn note(&mut self, items: u64) {
        let place = if items <= FIRST { &mut self.first } else { &mut self.others };
        *place = place.max(resident().unwrap_or(f64::NAN));
    }

    fn print(&self, what: &str, items: u64, since: Instant) {
        let seconds = since.elapsed().as_secs_f64();
        println!(
            "{what:<34} {:>9.1} MB {:>9.1} MB {:>8.1} µs an item",
            self.first,
            self.others,
            seconds * 1e6 / items as f64
        );
    }
}

/// What Linux says of this process; nothing elsewhere.
fn resident() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes / 1024.0)
}

fn main() -> Result<(), Box<dyn Error>> {
    let items = std::env::args().skip(1).find_map(|argument| argument.parse().ok());
    let items: u64 = items.unwrap_or(1_000_000);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run(items))
}

async fn run(items: u64) -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let local = LocalDynamo::open(directory.path().join("notes.db"))?;
    let notes = Notes::on(&local.client());
    notes.create_table().await?;
    println!("{items} items{:27} first {FIRST}       others", "");

    let (start, peak) = (Instant::now(), Arc::new(Mutex::new(Peak::default())));
    let text = "as long as most notes are, and not a letter longer than that";
    let source =
        (0..items).map(move |number| Note { bucket: number % 97, number, text: text.into() });
    let noted = Arc::clone(&peak);
    let mut load = notes.load(source).on_progress(move |progress| {
        noted.lock().unwrap_or_else(PoisonError::into_inner).note(progress.written);
    });
    load.run().await?;
    assert_eq!(load.report().written(), items);
    peak.lock().unwrap_or_else(PoisonError::into_inner).print("load", items, start);
    drop(load);

    let (start, mut peak, mut read, mut sum) = (Instant::now(), Peak::default(), 0, 0);
    let mut scan = notes.scan().segments(8).stream();
    while let Some(item) = poll_fn(|cx| Pin::new(&mut scan).poll_next(cx)).await {
        let Items::Note(note) = item?;
        read += 1;
        sum += note.number;
        if read % 1_000 == 0 {
            peak.note(read);
        }
    }
    // Each item once: so many, and the sum of their numbers.
    assert_eq!((read, sum), (items, items * (items - 1) / 2));
    peak.print("scan in 8 segments, as a stream", items, start);
    Ok(())
}
