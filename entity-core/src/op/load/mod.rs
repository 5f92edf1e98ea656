//! `load`, `delete_all`: any number of writes in batches, of which none is lost.

mod batch;
mod entry;
mod hot;
mod pace;
mod report;

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::time::{Duration, Instant, Sleep, sleep_until};

use self::batch::{Batch, Outcome, Refused};
pub use self::entry::{DeletedKey, Loadable};
use self::entry::{Entry, Prepared};
use self::hot::{Hot, Partition};
use self::pace::Pace;
pub use self::report::{Failed, Progress, Report};
use super::BoxFuture;
use super::rate::Rate;
use super::reading::Reading;
use crate::error::{DuplicateKey, Error, LoadError, Unprocessed};
use crate::handle::{TableHandle, Target};
use crate::item::{Item, ItemOf};
use crate::query::IntoQuery;
use crate::schema::{Table, TableSchema};

/// The most writes of one request.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html>
const WRITES: usize = 25;

/// How many items are taken from the source before they can be sent: those whose keys are in flight
/// let others pass.
const AHEAD: usize = 8 * WRITES;

type OnProgress = Box<dyn FnMut(&Progress) + Send>;

type Source<W> = Pin<Box<dyn Stream<Item = Result<W, Error>> + Send>>;

/// Writes of any number of items, as far as they have come; made by [`TableHandle::load`],
/// [`load_stream`](TableHandle::load_stream) and [`delete_all`](TableHandle::delete_all).
///
/// It is a value that outlives its runs: when the future of [`run`](Self::run) is dropped, nothing is
/// forgotten, [`report`](Self::report) says what is known, and another `run` goes on.
#[must_use = "nothing is sent until it is run"]
pub struct Load<W> {
    target: Target,
    schema: &'static TableSchema,
    source: Source<W>,
    ended: bool,
    unchecked: bool,
    attempts: u32,
    max_failures: usize,
    /// Taken from the source, and not sent.
    waiting: VecDeque<Entry<W>>,
    /// Sent, and to be sent again at that time.
    again: Vec<(Instant, Entry<W>)>,
    flights: Vec<Flight<W>>,
    /// The keys of what is in flight, or to be sent again.
    busy: HashSet<Vec<String>>,
    /// The keys of what was taken and is not done, if two items of one key are an error.
    taken: Option<HashSet<Vec<String>>>,
    pace: Pace,
    hot: Hot,
    rate: Option<Rate>,
    /// Until when the rate lets nothing be sent.
    held: Option<Instant>,
    /// The error of a request that concerns all; the run ends with it once nothing is in flight.
    fatal: Option<Error>,
    /// Why the source ended early, so that no later run says that all is written.
    broken: Option<String>,
    report: Report<W>,
    progress: Option<OnProgress>,
    timer: Option<Pin<Box<Sleep>>>,
}

/// A request that was sent.
struct Flight<W> {
    entries: Vec<Entry<W>>,
    /// The hot partition that all of them are in, if they are in one.
    partition: Option<Partition>,
    answer: BoxFuture<Outcome>,
    /// What the rate was charged for it.
    charged: f64,
}

/// A batch in the making.
struct Next<W> {
    entries: Vec<Entry<W>>,
    /// The hot partition that they are in.
    partition: Option<Partition>,
    bytes: usize,
}

impl<W> Next<W> {
    fn new() -> Self {
        Self { entries: Vec::new(), partition: None, bytes: 0 }
    }

    /// Whether there is room for an entry, which is then added.
    fn fits(&mut self, entry: &Entry<W>, hot: &Hot) -> bool {
        let partition = hot.of(entry);
        let fits = match self.entries.first() {
            None => hot.next(partition.as_ref()).is_some_and(|next| next <= Instant::now()),
            Some(first) => {
                let room = self.bytes + entry.bytes() <= batch::BYTES;
                let alone = entry.alone || first.alone;
                room && !alone && self.entries.len() < WRITES && self.partition == partition
            }
        };
        if fits {
            self.bytes += entry.bytes();
            self.partition = partition;
        }
        fits
    }
}

/// Items of an iterator as a stream that is never pending.
struct Items<T>(T);

impl<T: Iterator + Unpin> Stream for Items<T> {
    type Item = Result<T::Item, Error>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.next().map(Ok))
    }
}

/// Items of a stream, none of which is an error.
struct Fine<S>(Pin<Box<S>>);

impl<S: Stream> Stream for Fine<S> {
    type Item = Result<S::Item, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx).map(|item| item.map(Ok))
    }
}

impl<T: Table> TableHandle<T> {
    /// Puts items, as many as there are, in batches; constant in memory.
    ///
    /// Of two items with one key the last one wins: it waits while the first is in flight. What the
    /// service does not get to, and what failed in a way that may pass, is sent again with growing
    /// pauses, [`attempts`](Load::attempts) times; the SDK does not retry as well. As many requests run
    /// at once as the table takes: one more with each round that succeeds, half as many when it asks for
    /// a slower pace. Where the service says that one range of keys is hot, and nothing else
    /// ([`ThrottlingReason`](crate::error::ThrottlingReason)), the items of those partitions go one
    /// request at a time, with pauses, and the others keep their pace; up to 200 items wait for that.
    ///
    /// Batches carry no conditions: items of an entity with a version or unique fields fail, unless
    /// [`unchecked`](Load::unchecked) says that this is meant.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let mut load = songs.load((0..100).map(|id| song(&format!("more-{id}"))));
    /// load.run().await?;
    /// assert_eq!(load.report().written(), 100);
    /// assert_eq!(songs.scan().all().await?.len(), 106);
    /// # Ok(())
    /// # }
    /// ```
    pub fn load<S>(&self, items: S) -> Load<S::Item>
    where
        S: IntoIterator,
        S::IntoIter: Unpin + Send + 'static,
        S::Item: Item + ItemOf<T>,
    {
        Load::new::<T>(self.target(), Box::pin(Items(items.into_iter())))
    }

    /// Puts the items of a stream, as [`load`](Self::load) does; it is polled as there is room.
    pub fn load_stream<S>(&self, items: S) -> Load<S::Item>
    where
        S: Stream + Send + 'static,
        S::Item: Item + ItemOf<T>,
    {
        Load::new::<T>(self.target(), Box::pin(Fine(Box::pin(items))))
    }

    /// Deletes what a query finds, in batches, whatever its version is.
    ///
    /// Keys alone are read; the service charges for whole items. It is not one moment: what is written
    /// meanwhile may stay. Unique values of what is deleted are not freed.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let mut delete = songs.delete_all(MonthlyCount::partition("1").download_month("2018-02"..));
    /// delete.run().await?;
    /// assert_eq!(delete.report().written(), 2);
    /// assert_eq!(songs.query(SongItem::partition("1")).count().await?, 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn delete_all<Q: IntoQuery>(&self, query: Q) -> Load<DeletedKey>
    where
        Q::Output: ItemOf<T>,
    {
        let reading = Reading::<Q::Output>::new(self.target(), Some(query.into_key_condition()));
        let keys = super::ItemStream::new(reading.cast::<entry::Keyed<Q::Output>>());
        Load::new::<T>(self.target(), Box::pin(entry::Keys(keys)))
    }
}

impl<W: Loadable> Load<W> {
    fn new<T: Table>(target: Target, source: Source<W>) -> Self {
        Self {
            target,
            schema: T::SCHEMA,
            source,
            ended: false,
            unchecked: false,
            attempts: 12,
            max_failures: 0,
            waiting: VecDeque::new(),
            again: Vec::new(),
            flights: Vec::new(),
            busy: HashSet::new(),
            taken: None,
            pace: Pace::new(),
            hot: Hot::new(T::SCHEMA),
            rate: None,
            held: None,
            fatal: None,
            broken: None,
            report: Report::default(),
            progress: None,
            timer: None,
        }
    }

    /// Also writes items with a version or unique fields, which are then not checked.
    pub fn unchecked(mut self) -> Self {
        self.unchecked = true;
        self
    }

    /// How often an item is sent, at most, before it has failed; 12 times if it is not said, in which
    /// the pauses add up to a minute or so.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// How many items may fail before a run stops; 0 if it is not said: it stops at the first.
    pub fn max_failures(mut self, failures: usize) -> Self {
        self.max_failures = failures;
        self
    }

    /// How many requests may be on their way at once, at most; 16 if it is not said.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.pace.max = requests.max(1);
        self
    }

    /// Consumes this many capacity units a second, on the average, and at least 1.
    ///
    /// What a request consumes is known once it is answered: a unit for each KB of an item, and of each
    /// index entry that it changes. The next request waits until these have come in.
    ///
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html>
    pub fn units_per_second(mut self, units: u32) -> Self {
        self.rate = Some(Rate::new(units));
        self
    }

    /// Makes an item fail whose key is that of another one that waits or is on its way, instead of
    /// writing it after that one.
    ///
    /// It is not remembered what was written: an item that comes later replaces it.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let mut load = songs.load([song("4"), song("4")]).refuse_duplicates().max_failures(1);
    /// load.run().await?;
    /// assert_eq!((load.report().written(), load.report().failed().len()), (1, 1));
    /// assert_eq!(
    ///     load.report().failed()[0].reason.to_string(),
    ///     "load of `Songs`: an item of the same key is on its way",
    /// );
    /// # Ok(())
    /// # }
    /// ```
    pub fn refuse_duplicates(mut self) -> Self {
        self.taken = Some(HashSet::new());
        self
    }

    /// Calls `progress` after each answer.
    pub fn on_progress(mut self, progress: impl FnMut(&Progress) + Send + 'static) -> Self {
        self.progress = Some(Box::new(progress));
        self
    }

    /// What is known so far.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let mut load = songs.load([song("4"), song(""), song("5")]).max_failures(1);
    /// load.run().await?;
    /// let report = load.report();
    /// assert_eq!((report.written(), report.failed().len()), (2, 1));
    /// assert_eq!(report.failed()[0].item, song(""));
    /// assert!(report.failed()[0].reason.to_string().starts_with("key `Id` of `Song`"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn report(&self) -> &Report<W> {
        &self.report
    }

    /// The items that were sent and not answered: each may be written or not. There are some only
    /// while a run is on, or after it was dropped; another run finds out.
    pub fn in_flight(&self) -> impl Iterator<Item = &W> {
        let again = self.again.iter().map(|(_, entry)| entry);
        let flights = self.flights.iter().flat_map(|flight| &flight.entries);
        flights.chain(again).map(|entry| &entry.item)
    }

    /// The items that were taken from the source and never sent.
    pub fn not_begun(&self) -> impl Iterator<Item = &W> {
        self.waiting.iter().map(|entry| &entry.item)
    }

    /// Writes until everything is written or has failed.
    ///
    /// # Errors
    ///
    /// [`LoadError`], with the first reason, if more items have failed than
    /// [`max_failures`](Self::max_failures), or a write is in doubt after all attempts; it is the last
    /// thing that a run does: what is in flight is waited for. If the source or a request fails in a
    /// way that concerns all, as when there is no such table. The report has the details, and another
    /// `run` goes on with the rest; a source that has failed has no rest, and each run says so.
    pub async fn run(&mut self) -> Result<(), Error> {
        let failed = self.report.trouble();
        poll_fn(|cx| self.poll(cx, failed)).await
    }

    fn poll(&mut self, cx: &mut Context<'_>, failed: usize) -> Poll<Result<(), Error>> {
        loop {
            let mut moved = self.poll_flights(cx);
            let stopping =
                self.fatal.is_some() || self.report.trouble() - failed > self.max_failures;
            if !stopping {
                moved |= self.take(cx);
                moved |= self.fatal.is_none() && self.launch();
            }
            if self.flights.is_empty() {
                if stopping || self.fatal.is_some() {
                    let fatal = self.fatal.take();
                    return Poll::Ready(Err(fatal.unwrap_or_else(|| self.stopped())));
                }
                if self.ended && self.waiting.is_empty() && self.again.is_empty() {
                    let whole = self.broken.is_none();
                    return Poll::Ready(if whole { Ok(()) } else { Err(self.stopped()) });
                }
            }
            // What is to be sent again waits until the run is not about to stop.
            moved |= !stopping && self.poll_timer(cx);
            if !moved {
                return Poll::Pending;
            }
        }
    }

    fn stopped(&self) -> Error {
        let report = &self.report;
        let first = report.failed().iter().chain(report.in_doubt()).next();
        let first = first.map(|failed| failed.reason.to_string()).or_else(|| self.broken.clone());
        let first = first.unwrap_or_default();
        LoadError::new(report.written(), report.failed().len(), report.in_doubt().len(), first)
            .into()
    }

    /// Takes items from the source, as there is room, up to one that cannot be written: it may be one
    /// too many.
    fn take(&mut self, cx: &mut Context<'_>) -> bool {
        let mut any = false;
        while !self.ended && self.waiting.len() < AHEAD {
            match self.source.as_mut().poll_next(cx) {
                Poll::Pending => break,
                Poll::Ready(None) => self.ended = true,
                Poll::Ready(Some(Ok(item))) => match self.prepare(&item) {
                    Ok(prepared) => self.waiting.push_back(Entry::new(item, prepared)),
                    Err(error) => {
                        self.report.fail(item, error);
                        return true;
                    }
                },
                Poll::Ready(Some(Err(error))) => {
                    self.ended = true;
                    self.broken = Some(error.to_string());
                    self.fatal.get_or_insert(error);
                }
            }
            any = true;
        }
        any
    }

    fn prepare(&mut self, item: &W) -> Result<Prepared, Error> {
        let prepared = item.prepare(self.unchecked)?;
        let new = self.taken.as_mut().is_none_or(|taken| taken.insert(prepared.key().to_vec()));
        if new { Ok(prepared) } else { Err(DuplicateKey::new(&self.target.table).into()) }
    }

    /// Sends batches, as pace and rate allow.
    fn launch(&mut self) -> bool {
        let mut any = false;
        self.held = None;
        while self.flights.len() < self.pace.limit() {
            let next = self.rate.as_ref().map(Rate::next);
            self.held = next.filter(|next| *next > Instant::now());
            if self.held.is_some() {
                break;
            }
            let (entries, partition) = self.next_batch();
            if entries.is_empty() {
                break;
            }
            let charged = self.rate.as_ref().and_then(Rate::take).unwrap_or_default();
            let batch = Batch::new(&self.target, self.schema, &entries);
            self.hot.launch(partition.as_ref());
            self.flights.push(Flight { entries, partition, answer: batch.send(), charged });
            any = true;
        }
        any
    }

    /// What can be sent: what is to be sent again first, and no two of one key.
    ///
    /// What is sent again goes by itself: only of a request that takes nothing does the service say
    /// why. So does what is in a hot partition.
    fn next_batch(&mut self) -> (Vec<Entry<W>>, Option<Partition>) {
        let (now, mut batch) = (Instant::now(), Next::new());
        let mut position = 0;
        while let Some((at, entry)) = self.again.get(position) {
            if *at <= now && batch.fits(entry, &self.hot) {
                batch.entries.push(self.again.swap_remove(position).1);
            } else {
                position += 1;
            }
        }
        if !batch.entries.is_empty() {
            return (batch.entries, batch.partition);
        }
        // An item behind another of its key does not overtake it.
        let (mut passed, mut position) = (HashSet::new(), 0);
        while let Some(entry) = self.waiting.get(position) {
            let free = !self.busy.contains(&entry.key) && !passed.contains(&entry.key);
            if free && batch.fits(entry, &self.hot) {
                self.busy.insert(entry.key.clone());
                batch.entries.extend(self.waiting.remove(position));
            } else {
                passed.insert(entry.key.clone());
                position += 1;
            }
            if batch.entries.len() >= WRITES {
                break;
            }
        }
        (batch.entries, batch.partition)
    }

    fn poll_flights(&mut self, cx: &mut Context<'_>) -> bool {
        let (mut any, mut position) = (false, 0);
        while let Some(flight) = self.flights.get_mut(position) {
            match flight.answer.as_mut().poll(cx) {
                Poll::Pending => position += 1,
                Poll::Ready(outcome) => {
                    let flight = self.flights.swap_remove(position);
                    any = true;
                    if let (Some(rate), Ok(answer)) = (&self.rate, &outcome) {
                        rate.spent(flight.charged, answer.consumed.units);
                    }
                    self.hot.land(flight.partition.as_ref());
                    self.land(flight.entries, flight.partition, outcome);
                    self.tell();
                }
            }
        }
        any
    }

    /// What became of the entries of a request.
    fn land(&mut self, entries: Vec<Entry<W>>, partition: Option<Partition>, outcome: Outcome) {
        self.report.requests += 1;
        match outcome {
            Ok(answer) => {
                let whole = answer.left.is_empty();
                match &partition {
                    // That it takes no more says nothing of the others.
                    Some(partition) if !whole => self.hot.rest(partition.clone()),
                    Some(partition) => self.hot.cool(partition),
                    None => self.pace.answered(whole),
                }
                self.report.consumed += answer.consumed;
                for entry in entries {
                    match answer.left.contains(&entry.key) {
                        false => self.written(&entry),
                        true => self.send_again(entry, None, partition.is_some()),
                    }
                }
                self.forget(partition.filter(|_| whole));
            }
            Err(Refused::Hot(on, error)) => {
                let hot = self.hot.refused(&on, &entries);
                if !hot {
                    self.pace.answered(false);
                }
                self.all_again(entries, &error, hot);
            }
            Err(Refused::Slower(error)) => {
                self.pace.answered(false);
                self.all_again(entries, &error, false);
            }
            Err(Refused::Unknown(error)) => {
                self.pace.answered(false);
                let doubtful = |mut entry: Entry<W>| {
                    entry.doubtful = true;
                    entry
                };
                self.all_again(entries.into_iter().map(doubtful).collect(), &error, false);
            }
            // One of them is refused; each tells by itself.
            Err(Refused::Invalid(error)) => {
                let single = entries.len() == 1;
                for mut entry in entries {
                    entry.alone = true;
                    match single {
                        true => self.give_up(entry, error.clone()),
                        false => self.again.push((Instant::now(), entry)),
                    }
                }
            }
            Err(Refused::Fatal(error)) => {
                for entry in entries.into_iter().rev() {
                    if entry.attempts > 0 {
                        self.again.push((Instant::now(), entry));
                    } else {
                        self.busy.remove(&entry.key);
                        self.waiting.push_front(entry);
                    }
                }
                self.fatal.get_or_insert(error);
            }
        }
    }

    /// Forgets that a partition was hot, if nothing of it waits.
    fn forget(&mut self, partition: Option<Partition>) {
        let Some(partition) = partition else { return };
        let again = self.again.iter().map(|(_, entry)| entry);
        let mut entries = self.waiting.iter().chain(again);
        if !entries.any(|entry| self.hot.of(entry).as_ref() == Some(&partition)) {
            self.hot.forget(&partition);
        }
    }

    fn written(&mut self, entry: &Entry<W>) {
        self.done(entry);
        self.report.written += 1;
    }

    /// Lets others of its key be sent.
    fn done(&mut self, entry: &Entry<W>) {
        self.busy.remove(&entry.key);
        if let Some(taken) = &mut self.taken {
            taken.remove(&entry.key);
        }
    }

    fn all_again(&mut self, entries: Vec<Entry<W>>, error: &Arc<Error>, hot: bool) {
        entries.into_iter().for_each(|entry| self.send_again(entry, Some(error), hot));
    }

    /// Sends an entry again: after a pause of its own, or after that of its hot partition.
    fn send_again(&mut self, mut entry: Entry<W>, error: Option<&Arc<Error>>, hot: bool) {
        entry.attempts += 1;
        if entry.attempts >= self.attempts {
            let reason = error.cloned().unwrap_or_else(|| {
                let table = &self.target.table;
                Arc::new(Unprocessed::new("BatchWriteItem", table, 1).into())
            });
            return self.give_up(entry, reason);
        }
        self.report.retried += 1;
        let pause = if hot { Duration::ZERO } else { entry.backoff.next() };
        let at = Instant::now() + pause;
        self.again.push((at, entry));
    }

    fn give_up(&mut self, entry: Entry<W>, reason: Arc<Error>) {
        self.done(&entry);
        match entry.doubtful {
            true => self.report.doubt(entry.item, reason),
            false => self.report.fail_with(entry.item, reason),
        }
    }

    /// Whether something is to be sent again now; wakes when it is.
    fn poll_timer(&mut self, cx: &mut Context<'_>) -> bool {
        let full = self.flights.len() >= self.pace.limit();
        let again = self.again.iter().filter_map(|(at, entry)| {
            let next = self.hot.next(self.hot.of(entry).as_ref())?;
            Some(next.max(*at))
        });
        let next = again.chain(self.hot.wakes()).min().filter(|_| !full);
        let next = self.held.or(next);
        let Some(next) = next else {
            self.timer = None;
            return false;
        };
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(next)));
        timer.as_mut().reset(next);
        timer.as_mut().poll(cx).is_ready()
    }

    fn tell(&mut self) {
        if let Some(progress) = &mut self.progress {
            progress(&Progress {
                written: self.report.written,
                failed: self.report.failed().len() as u64,
                in_doubt: self.report.in_doubt().len() as u64,
                retried: self.report.retried,
                requests: self.report.requests,
                concurrency: self.pace.limit(),
            });
        }
    }
}

impl<W> fmt::Debug for Load<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Load")
            .field("table", &self.target.table)
            .field("written", &self.report.written)
            .field("waiting", &self.waiting.len())
            .field("flights", &self.flights.len())
            .finish_non_exhaustive()
    }
}
