//! Operations on a real engine: the embedded one, or the one at `DYNAMODB_ENDPOINT`.

#![allow(missing_docs)]

mod bounds;
mod cursor;
mod errors;
mod golden;
mod key_type;
mod keys;
mod multi;
mod music;
mod projection;
mod requests;
mod stream;
mod transport;
mod view;
