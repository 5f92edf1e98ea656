//! Runs inputs without `cargo fuzz`: `cargo run --release -p fuzz --bin drive -- 10000000`

use std::time::Instant;

fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|number| number.parse::<u64>().ok());
    let count = arguments.next().unwrap_or(1_000_000);
    let seed = arguments.next().unwrap_or_else(|| fastrand::u64(..));
    let start = Instant::now();
    let read = fuzz::run(seed, count);
    let time = start.elapsed();
    println!("{count} inputs of seed {seed}, {read} read as items, in {time:.0?}: nothing found");
}
