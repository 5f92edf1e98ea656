//! Operations on a real engine: the embedded one, or the one at `DYNAMODB_ENDPOINT`.

#![allow(missing_docs, reason = "a test is nobody's API")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail as tests do; clippy allows it in `#[test]` functions alone"
)]

mod batch_get;
mod bounds;
mod conflicts;
mod consumer;
mod contention;
mod cursor;
mod errors;
mod execute;
mod expressions;
mod gathered;
mod golden;
mod hooks;
mod indexes;
mod key_type;
mod keys;
mod load;
mod lock;
mod multi;
mod music;
mod pages;
mod plan;
mod preflight;
mod projection;
mod property;
mod records;
mod reindex;
mod requests;
mod scans;
mod shards;
mod stream;
mod tables;
mod transport;
mod vectors;
mod versions;
mod view;
mod whole;
mod writes;
