//! What is measured: cart items, a page of them, and a client that answers with canned bodies.

pub mod canned;
pub mod cart;
