//! `Batch`: records of one shard, to be acknowledged.

use std::fmt;

use super::consumer::{Consumer, unix_time};
use super::shards::Shard;
use super::{Image, Record};
use crate::error::{Error, RecordError};

/// Records of one shard in their order; made by [`Consumer::next`].
///
/// Dropped without being acknowledged, it comes again.
#[must_use = "what is not acknowledged comes again"]
pub struct Batch<'c, O, N = O> {
    consumer: &'c mut Consumer<O, N>,
    shard: usize,
}

impl<'c, O: Image, N: Image<Item = O::Item>> Batch<'c, O, N> {
    pub(super) fn new(consumer: &'c mut Consumer<O, N>, shard: usize) -> Self {
        Self { consumer, shard }
    }

    fn of(&self) -> Option<&Shard<O, N>> {
        self.consumer.shards.all.get(self.shard)
    }

    /// A result for each record; there is at least one. One that cannot be read is an error in its
    /// place, which an acknowledgement passes by: keep its [text](RecordError::as_json) before.
    pub fn records(&self) -> &[Result<Record<O, N>, RecordError>] {
        let delivery = self.of().and_then(|shard| shard.delivery.as_ref());
        delivery.map(|delivery| delivery.records.as_slice()).unwrap_or_default()
    }

    /// The shard.
    #[must_use]
    pub fn shard(&self) -> &str {
        self.of().map(|shard| shard.checkpoint.shard.as_str()).unwrap_or_default()
    }

    /// How often it was handed out, counted from 1.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        let delivery = self.of().and_then(|shard| shard.delivery.as_ref());
        delivery.map(|delivery| delivery.attempt).unwrap_or_default()
    }

    /// Acknowledges all of its records, and saves the checkpoint.
    ///
    /// # Errors
    ///
    /// If the checkpoint is not saved. The records do not come again from this consumer, which saves the
    /// checkpoint before it hands out more.
    pub async fn acknowledge(self) -> Result<(), Error> {
        let count = self.records().len();
        self.acknowledge_first(count).await
    }

    /// Acknowledges the first records, and saves the checkpoint; the others come again.
    ///
    /// # Errors
    ///
    /// As of [`acknowledge`](Self::acknowledge).
    pub async fn acknowledge_first(self, records: usize) -> Result<(), Error> {
        let Some(shard) = self.consumer.shards.all.get_mut(self.shard) else { return Ok(()) };
        let Some(delivery) = &mut shard.delivery else { return Ok(()) };
        let records = records.min(delivery.records.as_slice().len());
        if records == 0 {
            return Ok(());
        }
        self.consumer.report.acknowledged += records as u64;
        let (number, rest) = delivery.records.split(records);
        let number = match rest {
            0 => delivery.last.take().or(number),
            _ => number,
        };
        delivery.attempt = 0;
        if rest == 0 {
            shard.delivery = None;
        }
        shard.acknowledged(number, unix_time());
        if shard.checkpoint.ended {
            self.consumer.describe_soon();
        }
        self.consumer.save().await
    }
}

impl<O, N> fmt::Debug for Batch<'_, O, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").field("shard", &self.shard).finish_non_exhaustive()
    }
}
