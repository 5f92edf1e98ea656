//! The entities that tests share, one module a domain, and the engine that they run against.

#![allow(clippy::expect_used, clippy::panic, reason = "helpers of tests fail as tests do")]

pub mod canned;
pub mod cart;
pub mod changes;
pub mod chat;
pub mod desk;
pub mod engine;
pub mod keepers;
pub mod moto;
pub mod movies;
pub mod music;
pub mod notes;
pub mod orders;
pub mod random;
pub mod raw;
pub mod sessions;
pub mod shelf;
pub mod shop;
pub mod stream;
pub mod things;
pub mod vectors;
pub mod zoo;
