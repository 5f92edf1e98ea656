//! Checkpoints, kept with the archive: how far it goes is an item of it.

use std::sync::{Mutex, PoisonError};

use entity_core::TableHandle;
use entity_core::stream::{Checkpoint, CheckpointError, Checkpoints};

use crate::model::{Archive, ArchivedUpTo};

/// Checkpoints in one item of the archive, which is written after the sessions that it covers.
#[derive(Debug)]
pub(crate) struct InArchive {
    archive: TableHandle<Archive>,
    /// What the item has: nobody else writes it.
    shards: Mutex<Vec<Checkpoint>>,
}

impl InArchive {
    pub(crate) fn new(archive: &TableHandle<Archive>) -> Self {
        Self { archive: archive.clone(), shards: Mutex::default() }
    }

    /// Changes the shards, and writes them.
    async fn write(
        &self,
        stream: &str,
        change: impl FnOnce(&mut Vec<Checkpoint>) + Send,
    ) -> Result<(), CheckpointError> {
        let shards = {
            let mut shards = self.shards.lock().unwrap_or_else(PoisonError::into_inner);
            change(&mut shards);
            shards.clone()
        };
        Ok(self.archive.put(&ArchivedUpTo { stream: stream.to_owned(), shards }).await?)
    }
}

impl Checkpoints for InArchive {
    async fn load(&self, stream: &str) -> Result<Vec<Checkpoint>, CheckpointError> {
        let kept = self.archive.get(ArchivedUpTo::key(stream)).consistent().await?;
        let kept = kept.map(|up_to| up_to.shards).unwrap_or_default();
        self.shards.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&kept);
        Ok(kept)
    }

    async fn save(&self, stream: &str, checkpoint: &Checkpoint) -> Result<(), CheckpointError> {
        let change = |shards: &mut Vec<Checkpoint>| {
            shards.retain(|other| other.shard != checkpoint.shard);
            shards.push(checkpoint.clone());
        };
        self.write(stream, change).await
    }

    async fn forget(&self, stream: &str, shard: &str) -> Result<(), CheckpointError> {
        self.write(stream, |shards| shards.retain(|other| other.shard != shard)).await
    }
}
