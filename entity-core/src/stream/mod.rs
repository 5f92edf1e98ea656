//! The changes of a table, out of its stream: typed records, and a consumer that loses none.
//!
//! | a record is read from | by |
//! |---|---|
//! | the table's stream, shard by shard | [`TableHandle::consume`](crate::TableHandle::consume), with the feature `streams` |
//! | an event of Lambda | [`Records::from_lambda`], with the feature `lambda` |
//! | JSON of either, or of an EventBridge pipe | [`Records::from_json`], [`Record::from_json`] |
//! | the SDK's record | [`Record::from_sdk`], with the feature `streams` |
//!
//! A [`Record`] is a [`Change`] of an entity or of a collection. The stream's view type decides which
//! images it has; the type of the change says which are asked for, and an image that is not there is an
//! error of that record.
//!
//! - Records of an item are in the order of its changes; those of different items in none.
//! - A record that cannot be read is an error in its place, with its sequence number and its text. It
//!   does not hide the others.
//! - Records of other entities of the table are passed over, and counted.
//! - A stream keeps records for 24 hours. What is gone before it was acknowledged is an error, never
//!   silence.
//!
//! A change is handed out at least once, so what handles it must be able to do so twice: by a write that
//! says the same again, or by the [event id](Record::event_id).

#[cfg(feature = "streams")]
mod batch;
mod change;
#[cfg(feature = "streams")]
mod checkpoint;
#[cfg(feature = "streams")]
mod consumer;
mod image;
#[cfg(feature = "lambda")]
mod lambda;
#[cfg(feature = "streams")]
mod read;
mod record;
mod records;
#[cfg(feature = "streams")]
mod sdk;
#[cfg(feature = "streams")]
mod shards;

#[cfg(feature = "streams")]
pub use self::batch::Batch;
pub use self::change::Change;
#[cfg(feature = "streams")]
pub use self::checkpoint::{Checkpoint, CheckpointError, Checkpoints, InMemory};
#[cfg(feature = "streams")]
pub use self::consumer::{Consumer, ConsumerReport};
#[doc(hidden)]
pub use self::image::Seen;
pub use self::image::{Image, Keys};
pub use self::record::Record;
pub use self::records::{FailedRecord, Handled, Records};
