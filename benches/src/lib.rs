//! What is measured: two kinds of items, what reads and writes them in each of the ways that are
//! compared, and a client that answers with canned bodies.

pub mod by_hand;
pub mod canned;
pub mod cart;
pub mod mixed;
pub mod peers;
pub mod put_request;
