//! `Shards`: what is known of each shard, parents before children.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodbstreams::types::Shard as SdkShard;
use tokio::time::Instant;

use super::read::Place;
use super::{Checkpoint, Records};
use crate::op::backoff::Backoff;

/// How long a stream keeps records, in seconds.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html>
const KEPT: u64 = 24 * 60 * 60;

/// A shard.
pub(super) struct Shard<O, N> {
    pub(super) parent: Option<String>,
    /// How far it was acknowledged.
    pub(super) checkpoint: Checkpoint,
    /// Whether the checkpoint is to be saved.
    pub(super) dirty: bool,
    /// Where reading begins if nothing of it was acknowledged.
    begin: Place,
    /// Whether it takes no more records, as the service said.
    pub(super) closed: bool,
    /// Whether the service has it still.
    listed: bool,
    /// Whether records of it are gone that were never acknowledged.
    pub(super) lost: bool,
    /// Whether its end was read.
    pub(super) ended: bool,
    pub(super) iterator: Option<String>,
    pub(super) reading: bool,
    pub(super) next_read: Instant,
    /// How many reads in a row brought no record.
    pub(super) quiet: u32,
    /// How many reads in a row failed.
    pub(super) failures: u32,
    pub(super) backoff: Backoff,
    pub(super) delivery: Option<Delivery<O, N>>,
}

/// Records that were read, and that wait to be acknowledged.
pub(super) struct Delivery<O, N> {
    pub(super) records: Records<O, N>,
    /// The number of the last one, also if that was passed over.
    pub(super) last: Option<String>,
    /// How often they were handed out.
    pub(super) attempt: u32,
    pub(super) due: Instant,
    pub(super) backoff: Backoff,
}

impl<O, N> Delivery<O, N> {
    pub(super) fn new(records: Records<O, N>, last: Option<String>) -> Self {
        Self { records, last, attempt: 0, due: Instant::now(), backoff: Backoff::new() }
    }
}

impl<O, N> Shard<O, N> {
    /// A shard of which nothing was read yet, but what its checkpoint says.
    fn new(checkpoint: Checkpoint) -> Self {
        Self {
            parent: None,
            ended: checkpoint.ended,
            checkpoint,
            dirty: false,
            begin: Place::Horizon,
            closed: false,
            listed: true,
            lost: false,
            iterator: None,
            reading: false,
            next_read: Instant::now(),
            quiet: 0,
            failures: 0,
            backoff: Backoff::new(),
            delivery: None,
        }
    }

    pub(super) fn place(&self) -> Place {
        match &self.checkpoint.after {
            Some(after) => Place::After(after.clone()),
            None => self.begin.clone(),
        }
    }

    /// Whether so many reads in a row found nothing, in a shard that takes more.
    pub(super) fn is_quiet(&self, reads: u32) -> bool {
        !self.closed && self.quiet >= reads
    }

    /// Notes that all up to a record is acknowledged.
    pub(super) fn acknowledged(&mut self, number: Option<String>, now: u64) {
        if number.is_some() {
            self.checkpoint.after = number;
        }
        self.checkpoint.ended = self.ended && self.delivery.is_none();
        self.checkpoint.saved = now;
        self.dirty = true;
    }

    pub(super) fn wait(&mut self, pause: Duration) {
        self.next_read = Instant::now() + pause;
    }
}

/// The shards of a stream.
pub(super) struct Shards<O, N> {
    pub(super) all: Vec<Shard<O, N>>,
    /// The checkpoints that were loaded, of shards that were not seen yet.
    loaded: Option<HashMap<String, Checkpoint>>,
    /// Whether the stream is read for the first time, so that it begins with what there is.
    fresh: bool,
}

impl<O, N> Default for Shards<O, N> {
    fn default() -> Self {
        Self { all: Vec::new(), loaded: None, fresh: false }
    }
}

impl<O, N> Shards<O, N> {
    pub(super) fn is_loaded(&self) -> bool {
        self.loaded.is_some()
    }

    pub(super) fn load(&mut self, checkpoints: Vec<Checkpoint>) {
        self.fresh = checkpoints.is_empty();
        let by_shard = checkpoints.into_iter().map(|of| (of.shard.clone(), of));
        self.loaded = Some(by_shard.collect());
    }

    pub(super) fn find(&mut self, id: &str) -> Option<&mut Shard<O, N>> {
        self.all.iter_mut().find(|shard| shard.checkpoint.shard == id)
    }

    fn position(&self, id: &str) -> Option<&Shard<O, N>> {
        self.all.iter().find(|shard| shard.checkpoint.shard == id)
    }

    /// Whether a shard may be read: its parent is acknowledged to its end, and there is more of it than
    /// `quiet` reads in a row have found.
    pub(super) fn is_ready(&self, shard: &Shard<O, N>, quiet: u32) -> bool {
        let parent = shard.parent.as_ref().and_then(|parent| self.position(parent));
        let turn = parent.is_none_or(|parent| parent.checkpoint.ended);
        let more = !shard.ended && !shard.is_quiet(quiet);
        turn && more && !shard.reading && !shard.lost && shard.delivery.is_none()
    }

    /// Takes in what the service lists. Says which shards are to be forgotten.
    pub(super) fn merge(&mut self, listed: &[SdkShard], now: u64) -> Vec<String> {
        for of in listed {
            let Some(id) = of.shard_id() else { continue };
            let range = of.sequence_number_range();
            let closed = range.is_some_and(|range| range.ending_sequence_number().is_some());
            match self.find(id) {
                Some(known) => known.closed = closed,
                None => {
                    let starts = range.and_then(|range| range.starting_sequence_number());
                    let mut shard = self.discover(id, of.parent_shard_id(), starts, listed, now);
                    shard.closed = closed;
                    self.all.push(shard);
                }
            }
        }
        self.fresh = false;
        self.note_gone(listed);
        self.forget()
    }

    fn discover(
        &mut self,
        id: &str,
        parent: Option<&str>,
        starts: Option<&str>,
        listed: &[SdkShard],
        now: u64,
    ) -> Shard<O, N> {
        let loaded = self.loaded.as_mut().and_then(|loaded| loaded.remove(id));
        let is_known = |id: &str| {
            let loaded = self.loaded.as_ref().is_some_and(|loaded| loaded.contains_key(id));
            loaded || self.position(id).is_some()
        };
        let is_listed = |id: &str| listed.iter().any(|shard| shard.shard_id() == Some(id));
        let known = parent.is_some_and(|parent| is_known(parent) || is_listed(parent));
        // A shard between this one and those that are known came and went unseen.
        let unseen = loaded.is_none() && !self.fresh && parent.is_some() && !known;
        let begin = match starts {
            Some(starts) if known && !self.fresh => Place::Start(starts.to_owned()),
            _ => Place::Horizon,
        };
        // Nothing of it was acknowledged since before the oldest record that it can have.
        let old = loaded.as_ref().is_some_and(|of| {
            of.after.is_none() && !of.ended && starts.is_some() && of.saved + KEPT < now
        });
        // That it was seen is kept, so that a later run knows whether something is gone.
        let dirty = loaded.is_none();
        let fresh = || Checkpoint { saved: now, ..Checkpoint::new(id) };
        let checkpoint = loaded.unwrap_or_else(fresh);
        let (parent, lost) = (parent.map(str::to_owned), unseen || old);
        Shard { parent, dirty, begin, lost, ..Shard::new(checkpoint) }
    }

    /// Notes which shards the service no longer has: what was not read of them is lost.
    fn note_gone(&mut self, listed: &[SdkShard]) {
        let is_listed = |id: &str| listed.iter().any(|shard| shard.shard_id() == Some(id));
        let gone = self.loaded.as_mut().map(std::mem::take).unwrap_or_default();
        for (_, checkpoint) in gone {
            let lost = !checkpoint.ended;
            self.all.push(Shard { closed: true, listed: false, lost, ..Shard::new(checkpoint) });
        }
        for shard in &mut self.all {
            shard.listed = is_listed(&shard.checkpoint.shard);
            // What was read of it is still to be acknowledged, and is not lost.
            shard.lost |= !shard.listed && !shard.ended;
        }
    }

    /// Takes out the shards that are done with, and that no other has as its parent.
    fn forget(&mut self) -> Vec<String> {
        let parents: Vec<String> = self.all.iter().filter_map(|of| of.parent.clone()).collect();
        let done = |shard: &Shard<O, N>| {
            let ended = shard.checkpoint.ended && !shard.dirty && !shard.listed;
            ended && !parents.contains(&shard.checkpoint.shard)
        };
        let forgotten = self.all.iter().filter(|shard| done(shard));
        let forgotten = forgotten.map(|shard| shard.checkpoint.shard.clone()).collect();
        self.all.retain(|shard| !done(shard));
        forgotten
    }

    /// Goes on with what there is, where records are lost.
    pub(super) fn accept_loss(&mut self, now: u64) {
        for shard in self.all.iter_mut().filter(|shard| shard.lost) {
            shard.lost = false;
            shard.checkpoint.after = None;
            (shard.begin, shard.iterator) = (Place::Horizon, None);
            if !shard.listed {
                shard.ended = true;
                shard.acknowledged(None, now);
            }
        }
    }
}
