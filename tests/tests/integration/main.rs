//! Operations on a real engine: the embedded one, or the one at `DYNAMODB_ENDPOINT`.

#![allow(missing_docs)]

mod golden;
mod key_type;
mod multi;
mod music;
