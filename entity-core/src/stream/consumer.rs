//! `Consumer`: a stream, read to the place where each record is acknowledged.

use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, SystemTime};

use aws_sdk_dynamodbstreams::Client;
use aws_sdk_dynamodbstreams::types::StreamStatus;
use tokio::time::{Instant, sleep, sleep_until};

use super::batch::Batch;
use super::read::{Outcome, Read, failed, is_throttled};
use super::shards::{Delivery, Shards};
use super::{Checkpoint, CheckpointError, Checkpoints, Image, Record, Records};
use crate::error::{Error, StreamError, StreamReason};
use crate::handle::{TableHandle, Target};
use crate::item::Readable;
use crate::op::BoxFuture;
use crate::op::backoff::Backoff;
use crate::schema::Table;

/// The pause between two reads of a shard, unless said otherwise: five reads a second.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#limits-dynamodb-streams>
const INTERVAL: Duration = Duration::from_millis(200);

/// How many times as long the pause is at the end of a shard that is open.
const IDLE: u32 = 5;

/// The most records of one read.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html>
const RECORDS: i32 = 1000;

/// How many reads in a row without a record are taken for the end of what there is: the service may
/// answer some of them so on the way to records.
const QUIET: u32 = 5;

/// How often a read may fail in a row before the consumer says so.
const FAILURES: u32 = 10;

/// How often the service is asked for new shards, and at most how often.
///
/// `DescribeStream` takes ten requests a second of an account.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html>
const DESCRIBE: Duration = Duration::from_secs(60);
const DESCRIBE_AT_MOST: Duration = Duration::from_secs(1);

/// The changes of a table, read from its stream; made by [`TableHandle::consume`].
///
/// It hands out the records of all shards in [batches](Batch), each of one shard and in order, a shard
/// after its parent. What is not acknowledged is handed out again, after a pause that grows, and none
/// that follows it in the shard is handed out before; so each record is handed out at least once, and
/// the changes of an item in their order. A shard that makes no progress does not hold up the others.
///
/// It is a value that outlives its runs: when the future of [`next`](Self::next) is dropped, nothing
/// is forgotten, and another `next` goes on. A consumer with the same [`Checkpoints`] goes on after
/// what was acknowledged, in another process too.
///
/// It does not share a stream: there are no leases, and each consumer reads all shards. The service
/// takes at most two readers of a shard.
#[must_use = "nothing is read until `next` is awaited"]
pub struct Consumer<O, N = O> {
    target: Target,
    client: Client,
    stream: Option<String>,
    checkpoints: Arc<dyn Store>,
    interval: Duration,
    limit: i32,
    concurrency: usize,
    until_caught_up: bool,
    pub(super) shards: Shards<O, N>,
    flights: Vec<Flight>,
    /// When the service was asked for shards, and when it is to be.
    described: Option<Instant>,
    describe_at: Instant,
    /// When the last read was answered.
    answered: Option<Instant>,
    /// Whether the stream takes no more records.
    disabled: bool,
    pub(super) report: ConsumerReport,
}

struct Flight {
    shard: String,
    answer: BoxFuture<Outcome>,
}

/// What a consumer has done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConsumerReport {
    /// Records that were read, those of other entities included.
    pub read: u64,
    /// Records that were passed over, as they are of other entities.
    pub skipped: u64,
    /// Records that were acknowledged.
    pub acknowledged: u64,
    /// Batches that were handed out again, as they had not been acknowledged.
    pub again: u64,
    /// Reads that were sent, each of which the service charges for.
    pub reads: u64,
}

impl<T: Table> TableHandle<T> {
    /// Reads the changes of the table, from its latest stream: those that the stream has, where
    /// nothing was acknowledged before, or those after.
    ///
    /// The stream's client is of another crate of the SDK, and made of the same configuration:
    /// `aws_sdk_dynamodbstreams::Client::new(&config)`. What is read is every item of the table, with
    /// both images; [`read_as`](Consumer::read_as) is for other ones.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use entity_core::stream::{Change, InMemory};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use aws_sdk_dynamodb::types::{StreamSpecification, StreamViewType};
    /// # let local = entity_local::LocalDynamo::in_memory()?;
    /// # let songs = Songs::on(&local.client());
    /// # songs.create_table().await?;
    /// # let both = StreamSpecification::builder()
    /// #     .stream_enabled(true).stream_view_type(StreamViewType::NewAndOldImages).build()?;
    /// # let update = local.client().update_table().table_name("Songs").stream_specification(both);
    /// # update.send().await?;
    /// # let config = local.sdk_config();
    /// songs.put(&song("1")).await?;
    /// songs.delete(Song::key("1")).await?;
    ///
    /// let streams = aws_sdk_dynamodbstreams::Client::new(&config);
    /// let mut consumer = songs.consume(&streams, InMemory::default()).until_caught_up();
    /// let mut seen = Vec::new();
    /// while let Some(batch) = consumer.next().await? {
    ///     for record in batch.records() {
    ///         match record {
    ///             Ok(record) => seen.push(record.change.clone()),
    ///             Err(unreadable) => eprintln!("{unreadable}"), // and keep it somewhere
    ///         }
    ///     }
    ///     batch.acknowledge().await?;
    /// }
    /// let item = SongItem::Song(song("1"));
    /// let (inserted, removed) = (
    ///     Change::Inserted { new: item.clone() },
    ///     Change::Removed { old: item, by_ttl: false },
    /// );
    /// assert_eq!(seen, [inserted, removed]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn consume(&self, client: &Client, checkpoints: impl Checkpoints) -> Consumer<T::Items>
    where
        T::Items: Readable,
    {
        Consumer {
            target: self.target(),
            client: client.clone(),
            stream: None,
            checkpoints: Arc::new(checkpoints),
            interval: INTERVAL,
            limit: RECORDS,
            concurrency: 16,
            until_caught_up: false,
            shards: Shards::default(),
            flights: Vec::new(),
            described: None,
            describe_at: Instant::now(),
            answered: None,
            disabled: false,
            report: ConsumerReport::default(),
        }
    }
}

impl<O: Image, N: Image<Item = O::Item>> Consumer<O, N> {
    /// Reads records as changes of other images: of one entity, whose records alone are handed out, or
    /// of what the stream has. See [`Change`](super::Change) for which image goes with which view type.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use entity_core::stream::{Consumer, InMemory, Keys};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use aws_sdk_dynamodb::types::{StreamSpecification, StreamViewType};
    /// # let local = entity_local::LocalDynamo::in_memory()?;
    /// # let songs = Songs::on(&local.client());
    /// # songs.create_table().await?;
    /// # let new = StreamSpecification::builder()
    /// #     .stream_enabled(true).stream_view_type(StreamViewType::NewImage).build()?;
    /// # let update = local.client().update_table().table_name("Songs").stream_specification(new);
    /// # update.send().await?;
    /// # songs.put(&song("1")).await?;
    /// # let streams = aws_sdk_dynamodbstreams::Client::new(&local.sdk_config());
    /// let consumer = songs.consume(&streams, InMemory::default()).until_caught_up();
    /// let mut consumer: Consumer<Keys<Song>, Song> = consumer.read_as(); // NEW_IMAGE
    /// let batch = consumer.next().await?.unwrap();
    /// let [Ok(record)] = batch.records() else { panic!() };
    /// assert_eq!(record.change.current(), Some(&song("1")));
    /// # Ok(())
    /// # }
    /// ```
    pub fn read_as<P, M>(self) -> Consumer<P, M>
    where
        P: Image<Item: Readable<Table = <O::Item as Readable>::Table>>,
        M: Image<Item = P::Item>,
    {
        Consumer {
            target: self.target,
            client: self.client,
            stream: self.stream,
            checkpoints: self.checkpoints,
            interval: self.interval,
            limit: self.limit,
            concurrency: self.concurrency,
            until_caught_up: self.until_caught_up,
            shards: Shards::default(),
            flights: Vec::new(),
            described: None,
            describe_at: Instant::now(),
            answered: None,
            disabled: false,
            report: ConsumerReport::default(),
        }
    }

    /// Reads that stream of the table, which may be one that was turned off; otherwise the latest.
    pub fn stream(mut self, arn: impl Into<String>) -> Self {
        self.stream = Some(arn.into());
        self
    }

    /// The pause between two reads of one shard; 200 ms if it is not said, the five reads a second that
    /// the service takes of a shard, for all of its readers together. At the end of an open shard it is
    /// five times as long.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// How many records a batch has at most; 1,000 if it is not said, which is the most that there can
    /// be. The service reads up to 1 MB.
    pub fn batch(mut self, records: u16) -> Self {
        self.limit = i32::from(records).clamp(1, RECORDS);
        self
    }

    /// How many shards are read at once, at most, and how many batches wait; 16 if it is not said.
    pub fn concurrency(mut self, shards: usize) -> Self {
        self.concurrency = shards.max(1);
        self
    }

    /// Ends, once everything that was there is acknowledged; otherwise it waits for more.
    ///
    /// A shard that is open is taken to be read once five reads in a row bring no record. The service
    /// does not promise that records come sooner, so what follows then is found by the next run.
    pub fn until_caught_up(mut self) -> Self {
        self.until_caught_up = true;
        self
    }

    /// What has been done so far.
    #[must_use]
    pub fn report(&self) -> &ConsumerReport {
        &self.report
    }

    /// Goes on with the oldest records that there are, where [`next`](Self::next) has said that some are
    /// [lost](StreamReason::Lost). What was lost, only the table can tell.
    pub fn accept_loss(&mut self) {
        self.shards.accept_loss(unix_time());
    }

    /// The next records; `None` once it has [caught up](Self::until_caught_up), or the stream was turned
    /// off and is read to its end.
    ///
    /// Throttling and failures that may pass are met with pauses that grow. The future may be dropped:
    /// what it has read waits for the next one.
    ///
    /// # Errors
    ///
    /// If a request is refused, or fails ten times in a row. If checkpoints cannot be loaded or saved:
    /// then nothing is handed out before they are. If records are [lost](StreamReason::Lost): then
    /// each `next` says so until [`accept_loss`](Self::accept_loss). In all of these another `next` tries
    /// again.
    pub async fn next(&mut self) -> Result<Option<Batch<'_, O, N>>, Error> {
        let shard = self.advance().await?;
        Ok(shard.map(|shard| Batch::new(self, shard)))
    }

    async fn advance(&mut self) -> Result<Option<usize>, Error> {
        loop {
            self.save().await?;
            if self.described.is_none() || self.describe_at <= Instant::now() {
                self.describe().await?;
                continue;
            }
            if let Some(lost) = self.shards.all.iter().find(|shard| shard.lost) {
                let (shard, after) = (lost.checkpoint.shard.clone(), lost.checkpoint.after.clone());
                return Err(self.error(StreamReason::Lost { shard, after }));
            }
            if let Some(shard) = self.deliverable() {
                return Ok(Some(shard));
            }
            if self.is_caught_up() {
                // New shards may have come since.
                if !self.disabled && self.described < self.answered {
                    self.describe().await?;
                    continue;
                }
                self.shards.all.iter_mut().for_each(|shard| shard.quiet = 0);
                return Ok(None);
            }
            self.launch();
            self.wait().await?;
        }
    }

    /// Saves the checkpoints that are to be saved.
    pub(super) async fn save(&mut self) -> Result<(), Error> {
        while let Some(shard) = self.shards.all.iter_mut().find(|shard| shard.dirty) {
            let stream = self.stream.clone().unwrap_or_default();
            let saved = self.checkpoints.save(&stream, &shard.checkpoint).await;
            if let Err(error) = saved {
                return Err(self.error(StreamReason::Checkpoints(error)));
            }
            shard.dirty = false;
        }
        Ok(())
    }

    fn error(&self, reason: StreamReason) -> Error {
        let stream = self.stream.as_deref().unwrap_or(&self.target.table);
        StreamError::new(stream, reason).into()
    }

    /// Asks for the shards, at the first time for the stream and its checkpoints too.
    async fn describe(&mut self) -> Result<(), Error> {
        let stream = match &self.stream {
            Some(stream) => stream.clone(),
            None => {
                let latest = latest_stream(&self.target).await?;
                latest.ok_or_else(|| self.error(StreamReason::NoStream))?
            }
        };
        self.stream = Some(stream.clone());
        if !self.shards.is_loaded() {
            let loaded = self.checkpoints.load(&stream).await;
            let loaded = loaded.map_err(|error| self.error(StreamReason::Checkpoints(error)))?;
            self.shards.load(loaded);
        }
        let (mut listed, mut last, mut backoff) = (Vec::new(), None, Backoff::new());
        loop {
            let request = self.client.describe_stream().stream_arn(&stream);
            let described = match request.set_exclusive_start_shard_id(last.clone()).send().await {
                Ok(answer) => answer.stream_description,
                Err(error) if is_throttled(&error) => {
                    sleep(backoff.next()).await;
                    continue;
                }
                Err(error) => return Err(failed("DescribeStream", &stream, error)),
            };
            let Some(described) = described else { break };
            self.disabled = described.stream_status == Some(StreamStatus::Disabled);
            listed.extend(described.shards.unwrap_or_default());
            last = described.last_evaluated_shard_id;
            if last.is_none() {
                break;
            }
        }
        for shard in self.shards.merge(&listed, unix_time()) {
            let forgotten = self.checkpoints.forget(&stream, &shard).await;
            forgotten.map_err(|error| self.error(StreamReason::Checkpoints(error)))?;
        }
        self.described = Some(Instant::now());
        self.describe_at = Instant::now() + DESCRIBE;
        Ok(())
    }

    /// A shard with records that are to be handed out.
    fn deliverable(&mut self) -> Option<usize> {
        let now = Instant::now();
        let due = |delivery: &Delivery<O, N>| delivery.due <= now;
        let waiting = self.shards.all.iter().enumerate();
        let waiting = waiting.filter(|(_, shard)| shard.delivery.as_ref().is_some_and(due));
        // The one that waits longest, so that none starves.
        let oldest = waiting.min_by_key(|(_, shard)| shard.delivery.as_ref().map(|d| d.due));
        let at = oldest.map(|(at, _)| at)?;
        let delivery = self.shards.all.get_mut(at).and_then(|shard| shard.delivery.as_mut())?;
        delivery.attempt += 1;
        self.report.again += u64::from(delivery.attempt > 1);
        // When it comes again, if it is not acknowledged.
        delivery.due = now + delivery.backoff.next();
        Some(at)
    }

    fn is_caught_up(&self) -> bool {
        let over = self.until_caught_up || self.disabled;
        over && self.shards.all.iter().all(|shard| {
            let idle = shard.delivery.is_none() && !shard.reading;
            idle && (shard.checkpoint.ended || shard.is_quiet(self.quiet()))
        })
    }

    /// After how many reads in a row without a record a shard is read no more.
    fn quiet(&self) -> u32 {
        if self.until_caught_up { QUIET } else { u32::MAX }
    }

    /// How many shards more may be read now. What was handed out before does not count, so that shards
    /// that make no progress do not hold up the others.
    fn room(&self) -> usize {
        let new = |delivery: &&Delivery<O, N>| delivery.attempt == 0;
        let waiting = self.shards.all.iter().filter_map(|shard| shard.delivery.as_ref());
        self.concurrency.saturating_sub(self.flights.len() + waiting.filter(new).count())
    }

    /// Sends reads of the shards whose turn it is.
    fn launch(&mut self) {
        let Some(stream) = self.stream.clone() else { return };
        let (now, room) = (Instant::now(), self.room());
        let mut ready: Vec<usize> = (0..self.shards.all.len()).collect();
        ready.retain(|at| {
            let shard = self.shards.all.get(*at);
            shard.is_some_and(|shard| {
                shard.next_read <= now && self.shards.is_ready(shard, self.quiet())
            })
        });
        // The one that was read last waits.
        ready.sort_by_key(|at| self.shards.all.get(*at).map(|shard| shard.next_read));
        for at in ready.into_iter().take(room) {
            let Some(shard) = self.shards.all.get_mut(at) else { continue };
            shard.reading = true;
            shard.wait(self.interval);
            let read = Read {
                client: self.client.clone(),
                stream: stream.clone(),
                shard: shard.checkpoint.shard.clone(),
                place: shard.place(),
                iterator: shard.iterator.clone(),
                limit: self.limit,
            };
            let shard = shard.checkpoint.shard.clone();
            self.flights.push(Flight { shard, answer: Box::pin(read.send()) });
            self.report.reads += 1;
        }
    }

    /// Waits for an answer, or for the time of a read or of a batch.
    async fn wait(&mut self) -> Result<(), Error> {
        let full = self.room() == 0;
        let ready = self
            .shards
            .all
            .iter()
            .filter(|shard| !full && self.shards.is_ready(shard, self.quiet()));
        let due = self.shards.all.iter().filter_map(|shard| shard.delivery.as_ref());
        let times = ready.map(|shard| shard.next_read).chain(due.map(|delivery| delivery.due));
        let wake = times.chain([self.describe_at]).min().unwrap_or(self.describe_at);
        let mut timer = pin!(sleep_until(wake));
        let flights = &mut self.flights;
        let landed = poll_fn(|cx| {
            for at in 0..flights.len() {
                let polled = flights.get_mut(at).map(|flight| flight.answer.as_mut().poll(cx));
                if let Some(Poll::Ready(outcome)) = polled {
                    return Poll::Ready(Some((flights.swap_remove(at).shard, outcome)));
                }
            }
            timer.as_mut().poll(cx).map(|()| None)
        });
        match landed.await {
            Some((shard, outcome)) => self.land(&shard, outcome),
            None => Ok(()),
        }
    }

    /// What an answer means.
    fn land(&mut self, id: &str, outcome: Outcome) -> Result<(), Error> {
        let (table, interval) = (self.target.table.clone(), self.interval);
        let (follow, report) = (!self.until_caught_up, &mut self.report);
        let Some(shard) = self.shards.find(id) else { return Ok(()) };
        shard.reading = false;
        match outcome {
            Outcome::Records { records, next } => {
                self.answered = Some(Instant::now());
                (shard.failures, shard.backoff) = (0, Backoff::new());
                (shard.ended, shard.iterator) = (next.is_none(), next);
                report.read += records.len() as u64;
                shard.quiet = if records.is_empty() { shard.quiet + 1 } else { 0 };
                if records.is_empty() && follow {
                    shard.wait(interval * IDLE);
                }
                let last =
                    records.iter().rev().find_map(|record| record.dynamodb()?.sequence_number());
                let last = last.map(str::to_owned);
                let mut read = Records::default();
                records.iter().for_each(|record| read.push(Record::of_sdk(record, &table)));
                report.skipped += read.skipped() as u64;
                if read.as_slice().is_empty() {
                    // Records of other entities need no acknowledgement.
                    if last.is_some() || shard.ended {
                        shard.acknowledged(last, unix_time());
                    }
                } else {
                    shard.delivery = Some(Delivery::new(read, last));
                }
                if shard.checkpoint.ended {
                    self.describe_soon();
                }
                Ok(())
            }
            Outcome::Lost => {
                shard.lost = true;
                Ok(())
            }
            Outcome::Slower => {
                let pause = shard.backoff.next().max(interval);
                shard.wait(pause);
                Ok(())
            }
            Outcome::Again(error) => {
                let pause = shard.backoff.next().max(interval);
                shard.wait(pause);
                shard.failures += 1;
                if shard.failures < FAILURES {
                    return Ok(());
                }
                shard.failures = 0;
                Err(error)
            }
            Outcome::Failed(error) => {
                let pause = shard.backoff.next().max(interval);
                shard.wait(pause);
                // The shard may be gone.
                self.describe_soon();
                Err(error)
            }
        }
    }

    /// A shard that has ended has children, which are asked for.
    pub(super) fn describe_soon(&mut self) {
        let soonest = self.described.map_or_else(Instant::now, |last| last + DESCRIBE_AT_MOST);
        self.describe_at = self.describe_at.min(soonest);
    }
}

/// The ARN of the table's stream. It does not borrow the consumer, which no two threads can share.
async fn latest_stream(target: &Target) -> Result<Option<String>, Error> {
    let Target { client, table, .. } = target;
    let described = client.describe_table().table_name(&**table).send().await;
    let described = described.map_err(|error| failed("DescribeTable", table, error))?;
    Ok(described.table.and_then(|table| table.latest_stream_arn))
}

/// Seconds of Unix time.
pub(super) fn unix_time() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map(|since| since.as_secs()).unwrap_or_default()
}

impl<O, N> fmt::Debug for Consumer<O, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer")
            .field("table", &self.target.table)
            .field("stream", &self.stream)
            .field("shards", &self.shards.all.len())
            .field("report", &self.report)
            .finish_non_exhaustive()
    }
}

/// [`Checkpoints`] of any type.
trait Store: Send + Sync {
    fn load<'a>(&'a self, stream: &'a str) -> Kept<'a, Vec<Checkpoint>>;
    fn save<'a>(&'a self, stream: &'a str, checkpoint: &'a Checkpoint) -> Kept<'a, ()>;
    fn forget<'a>(&'a self, stream: &'a str, shard: &'a str) -> Kept<'a, ()>;
}

type Kept<'a, V> = std::pin::Pin<Box<dyn Future<Output = Result<V, CheckpointError>> + Send + 'a>>;

impl<C: Checkpoints> Store for C {
    fn load<'a>(&'a self, stream: &'a str) -> Kept<'a, Vec<Checkpoint>> {
        Box::pin(Checkpoints::load(self, stream))
    }

    fn save<'a>(&'a self, stream: &'a str, checkpoint: &'a Checkpoint) -> Kept<'a, ()> {
        Box::pin(Checkpoints::save(self, stream, checkpoint))
    }

    fn forget<'a>(&'a self, stream: &'a str, shard: &'a str) -> Kept<'a, ()> {
        Box::pin(Checkpoints::forget(self, stream, shard))
    }
}
