//! `reindex`: the index keys of items that other programs wrote.

mod report;
mod stored;

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

pub use self::report::{ReindexProgress, ReindexReport, Unindexed};
pub(super) use self::stored::{Stored, WrongKey};
use super::backoff::Backoff;
use super::rate::Rate;
use super::reading::Reading;
use super::{BoxFuture, Capacity, PageStream};
use crate::cursor::Cursor;
use crate::error::{ConditionFailed, ConditionReason, Error, ErrorKind, Refusal, ReindexError};
use crate::handle::{TableHandle, Target};
use crate::schema::{Collection, Index, IndexOf, Table};
use crate::transport::{self, UpdateItem};

/// Gives items the index keys that they should have; made by [`TableHandle::reindex`].
///
/// It is a value that outlives its [`run`](Self::run): the report stays, and another run goes on where
/// one was dropped. [`position`](Self::position) says where a program that is killed goes on.
#[must_use = "nothing is read until it is run"]
pub struct Reindex<T: Table> {
    target: Target,
    /// Empty for all.
    wanted: Wanted,
    after: Option<Cursor>,
    segments: u32,
    rate: Option<Rate>,
    skip_unknown: bool,
    concurrency: usize,
    attempts: u32,
    max_failures: usize,
    progress: Option<Box<Tell>>,
    pages: Option<PageStream<Stored<T::Items>>>,
    /// Whether the items of a page are under way.
    opened: bool,
    /// Items that are to be looked at.
    waiting: VecDeque<Stored<T::Items>>,
    flights: Vec<BoxFuture<Landed<T::Items>>>,
    fatal: Option<Error>,
    report: ReindexReport,
}

/// Who is told how far it has come.
type Tell = dyn FnMut(&ReindexProgress<'_>) + Send;

/// An item that was dealt with, and how often it was another by then.
struct Landed<C> {
    lost_races: u64,
    outcome: Outcome<C>,
}

enum Outcome<C> {
    Changed {
        upgraded: bool,
    },
    Right,
    Gone,
    Failed(String, Arc<Error>),
    /// What concerns all items; this one is to be looked at again.
    Fatal(Box<Stored<C>>, Error),
}

impl<T: Table> TableHandle<T> {
    /// Reads the table, and gives each item the index keys that its fields make, where it lacks them or
    /// has others: what other programs wrote comes into an index that was added.
    ///
    /// Only key attributes of indexes are written, and removed where the item is in no index by them;
    /// the version, the time of the last write and attributes that the types do not know stay as they
    /// are. Each item is written under the condition that it is there, and that these attributes and
    /// those that they are made of are what they were when it was read, so nothing that others write
    /// meanwhile is lost: if the condition does not hold, the item that came back is looked at again.
    /// Keys that are fields themselves, and attributes of entities that are not in an index, are left
    /// alone. The index need not be there yet.
    ///
    /// The scan is consistent, at twice the capacity. What other programs write after it has passed is
    /// not seen: they should write the keys by then.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/books.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// // Another program has filled the table, and does not know the index.
    /// let books = books().await?;
    /// books.ensure_table().await?;
    /// assert_eq!(books.query(Book::by_author("Homer")).all().await?, []);
    ///
    /// let mut reindex = books.reindex().on_progress(|progress| {
    ///     println!("{}; go on at {}", progress.report, progress.position);
    /// });
    /// reindex.run().await?;
    /// assert_eq!((reindex.report().seen, reindex.report().changed), (3, 3));
    /// let homer = books.query(Book::by_author("Homer")).all().await?;
    /// assert_eq!(homer[0].title, "The Iliad");
    ///
    /// // A program that was killed goes on where it was, of the text that it has kept.
    /// let position: entity_core::Cursor = reindex.position().to_string().parse()?;
    /// let mut rest = books.reindex().after(&position);
    /// rest.run().await?;
    /// assert_eq!(rest.report().seen, 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn reindex(&self) -> Reindex<T> {
        Reindex {
            target: self.target(),
            wanted: Wanted::default(),
            after: None,
            segments: 0,
            rate: None,
            skip_unknown: false,
            concurrency: 16,
            attempts: 12,
            max_failures: 0,
            progress: None,
            pages: None,
            opened: false,
            waiting: VecDeque::new(),
            flights: Vec::new(),
            fatal: None,
            report: ReindexReport::default(),
        }
    }
}

impl<T: Table> Reindex<T> {
    /// Writes the keys of this index only, and of others that are named.
    pub fn index<I: Index + IndexOf<T>>(mut self) -> Self {
        self.wanted.indexes.push(I::SCHEMA.name);
        self
    }

    /// Goes on at a [`position`](Self::position) of another, of as many segments; `None` begins at the
    /// beginning.
    pub fn after<'c>(mut self, position: impl Into<Option<&'c Cursor>>) -> Self {
        self.after = position.into().cloned();
        self
    }

    /// Reads the table in this many segments at once; 1 if it is not said.
    pub fn segments(mut self, segments: u32) -> Self {
        self.segments = segments.clamp(1, 1_000_000);
        self
    }

    /// Reads this many capacity units a second; see
    /// [`Scan::units_per_second`](super::Scan::units_per_second). Writes are not counted.
    pub fn units_per_second(mut self, units: u32) -> Self {
        self.rate = Some(Rate::new(units));
        self
    }

    /// Passes over items that are of none of the table's entities, which have failed otherwise.
    pub fn skip_unknown(mut self) -> Self {
        self.skip_unknown = true;
        self
    }

    /// Writes items of an older schema version as the newest has them, too, whatever indexes are named.
    ///
    /// An item is read, upgraded, and written under the condition that it is what was read: the
    /// attributes of the newest version are set, and those of the older one that it no longer has are
    /// removed. What neither struct knows stays as it is; if the older one takes any attribute, by a
    /// flattened map, it knows all. A `version` does not count up, as it does not for keys: who writes
    /// what they have read before writes it upgraded.
    ///
    /// The condition names each attribute, and a condition has
    /// [300 operators](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html)
    /// at most: an item of more attributes fails. Guards of unique values are not written.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/people.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// // One of its two items is of version 1, as an older program wrote it.
    /// let people = people().await?;
    ///
    /// let mut reindex = people.reindex().upgrade();
    /// reindex.run().await?;
    /// assert_eq!((reindex.report().seen, reindex.report().upgraded), (2, 1));
    ///
    /// // Updates take nothing but the newest.
    /// people.update(Person::key("1")).set(|p| p.family_name.set("Byron")).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn upgrade(mut self) -> Self {
        self.wanted.upgrade = true;
        self
    }

    /// How many items may be written at once, at most; 16 if it is not said.
    pub fn concurrency(mut self, writes: usize) -> Self {
        self.concurrency = writes.max(1);
        self
    }

    /// How often an item is tried, at most, while others write it or the service is too busy; 12 times
    /// if it is not said.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// How many items may fail before a run stops; 0 if it is not said: it stops at the first.
    pub fn max_failures(mut self, failures: usize) -> Self {
        self.max_failures = failures;
        self
    }

    /// Calls `progress` after each page, when all of its items are done: the place to keep the
    /// [`position`](ReindexProgress::position).
    pub fn on_progress(
        mut self,
        progress: impl FnMut(&ReindexProgress<'_>) + Send + 'static,
    ) -> Self {
        self.progress = Some(Box::new(progress));
        self
    }

    /// What is known so far.
    #[must_use]
    pub fn report(&self) -> &ReindexReport {
        &self.report
    }

    /// Where another program goes on, with [`after`](Self::after), if this one ends here: all items
    /// before it are done, but for those that have failed. It is text that can be kept. It is of the
    /// table, and of the number of segments.
    #[must_use]
    pub fn position(&self) -> Cursor {
        match (&self.pages, &self.after) {
            (Some(pages), _) => pages.cursor(),
            (None, Some(after)) => after.clone(),
            (None, None) => self.open().cursor(),
        }
    }

    /// Goes on until all items have been looked at.
    ///
    /// # Errors
    ///
    /// [`ReindexError`], with the first reason, if more items have failed than
    /// [`max_failures`](Self::max_failures): items that cannot be read, or that have no index key, as a
    /// part of it contains the separator. If a request fails in a way that concerns all, as when there
    /// is no such table, or the position is of another table. What is in flight is waited for; another
    /// `run` goes on with the rest.
    pub async fn run(&mut self) -> Result<(), Error> {
        let failed = self.report.failed.len();
        poll_fn(|cx| self.poll(cx, failed)).await
    }

    fn open(&self) -> PageStream<Stored<T::Items>> {
        let mut reading = Reading::new(self.target.clone(), None);
        reading.ask.consistent = true;
        reading.ask.segments = self.segments;
        reading.ask.rate = self.rate.clone();
        reading.ask.skip_unknown = self.skip_unknown;
        reading.ask.after = self.after.clone();
        PageStream::new(reading, Capacity::Untold)
    }

    fn poll(&mut self, cx: &mut Context<'_>, failed: usize) -> Poll<Result<(), Error>> {
        loop {
            let mut moved = self.poll_flights(cx);
            let stopping =
                self.fatal.is_some() || self.report.failed.len() - failed > self.max_failures;
            if stopping && self.flights.is_empty() {
                let fatal = self.fatal.take();
                return Poll::Ready(Err(fatal.unwrap_or_else(|| self.stopped())));
            }
            if !stopping {
                moved |= self.launch();
                if self.waiting.is_empty() && self.flights.is_empty() {
                    self.end_page();
                    match self.poll_page(cx) {
                        Poll::Pending => {}
                        Poll::Ready(Ok(true)) => moved = true,
                        Poll::Ready(Ok(false)) => return Poll::Ready(Ok(())),
                        Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                    }
                }
            }
            if !moved {
                return Poll::Pending;
            }
        }
    }

    fn stopped(&self) -> Error {
        let first = self.report.failed.first().map(|failed| failed.reason.to_string());
        ReindexError::new(self.report.failed.len(), first.unwrap_or_default()).into()
    }

    /// All items of the page are done: the position moves on behind them.
    fn end_page(&mut self) {
        let Some(pages) = self.pages.as_mut().filter(|_| std::mem::take(&mut self.opened)) else {
            return;
        };
        pages.close();
        let position = pages.cursor();
        if let Some(tell) = &mut self.progress {
            tell(&ReindexProgress { report: &self.report, position });
        }
    }

    /// Takes the next page; `false` if there is none.
    fn poll_page(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool, Error>> {
        if self.pages.is_none() {
            self.pages = Some(self.open());
        }
        let Some(pages) = &mut self.pages else { return Poll::Pending };
        match std::task::ready!(pages.poll_open(cx)) {
            None => Poll::Ready(Ok(false)),
            Some(Err(error)) => {
                // The pages end with an error; another run reads on from here.
                if !matches!(error.kind(), ErrorKind::Cursor(_)) {
                    self.after = Some(pages.cursor());
                }
                self.pages = None;
                Poll::Ready(Err(error))
            }
            Some(Ok(())) => {
                self.opened = true;
                self.report.skipped += std::mem::take(&mut pages.sum.skipped);
                // An item that cannot be read is one with a reason, not an error.
                self.waiting.extend(pages.lend().into_iter().flatten());
                self.report.seen += self.waiting.len() as u64;
                Poll::Ready(Ok(true))
            }
        }
    }

    /// Sends what is to be written, as there is room.
    fn launch(&mut self) -> bool {
        let mut any = false;
        while self.flights.len() < self.concurrency
            && let Some(item) = self.waiting.pop_front()
        {
            any = true;
            match self.wanted.of(item) {
                Err(outcome) => self.land(Landed { lost_races: 0, outcome }),
                Ok(item) => {
                    let (target, wanted) = (self.target.clone(), self.wanted.clone());
                    self.flights.push(Box::pin(write(target, item, wanted, self.attempts)));
                }
            }
        }
        any
    }

    fn poll_flights(&mut self, cx: &mut Context<'_>) -> bool {
        let (mut any, mut position) = (false, 0);
        while let Some(flight) = self.flights.get_mut(position) {
            match flight.as_mut().poll(cx) {
                Poll::Pending => position += 1,
                Poll::Ready(landed) => {
                    drop(self.flights.swap_remove(position));
                    any = true;
                    self.land(landed);
                }
            }
        }
        any
    }

    fn land(&mut self, landed: Landed<T::Items>) {
        self.report.lost_races += landed.lost_races;
        match landed.outcome {
            Outcome::Changed { upgraded } => {
                self.report.changed += 1;
                self.report.upgraded += u64::from(upgraded);
            }
            Outcome::Right => self.report.right += 1,
            Outcome::Gone => self.report.gone += 1,
            Outcome::Failed(key, reason) => self.report.failed.push(Unindexed { key, reason }),
            Outcome::Fatal(item, error) => {
                self.waiting.push_front(*item);
                self.fatal.get_or_insert(error);
            }
        }
    }
}

/// What is asked for of each item.
#[derive(Clone, Default)]
struct Wanted {
    /// Empty for all.
    indexes: Vec<&'static str>,
    upgrade: bool,
}

impl Wanted {
    /// The item, if something of it is to be written; or else what became of it.
    fn of<C>(&self, mut item: Stored<C>) -> Result<Stored<C>, Outcome<C>> {
        match &mut item.keys {
            Ok(keys) => {
                let asked = |name| self.indexes.is_empty() || self.indexes.contains(&name);
                keys.wrong.retain(|key| asked(key.index.name));
                if !self.upgrade {
                    keys.upgrade.clear();
                }
                let right = keys.wrong.is_empty() && keys.upgrade.is_empty();
                if right { Err(Outcome::Right) } else { Ok(item) }
            }
            Err(_) => match item.keys {
                Err(reason) => Err(Outcome::Failed(item.shown, Arc::new(reason))),
                Ok(_) => Err(Outcome::Right),
            },
        }
    }
}

/// Writes the keys of an item; where others were quicker, those of the item that it is by then.
async fn write<C: Collection>(
    target: Target,
    mut item: Stored<C>,
    wanted: Wanted,
    attempts: u32,
) -> Landed<C> {
    let (mut lost_races, mut backoff, mut attempt) = (0, Backoff::new(), 1);
    let outcome = loop {
        let error = match item.send(&target).await {
            Ok(upgraded) => break Outcome::Changed { upgraded },
            Err(error) => error,
        };
        let error = match Refused::of(error) {
            Refused::Fatal(error) => break Outcome::Fatal(Box::new(item), error),
            Refused::Invalid(error) => break Outcome::Failed(item.shown, Arc::new(error)),
            Refused::Busy(error) => error,
            Refused::Changed(None) => break Outcome::Gone,
            Refused::Changed(Some(json)) => {
                lost_races += 1;
                match Stored::again(&json, &target.table) {
                    Ok(None) => break Outcome::Gone,
                    Err(error) => break Outcome::Failed(item.shown, Arc::new(error)),
                    Ok(Some(again)) => match wanted.of(again) {
                        Ok(again) => item = again,
                        Err(outcome) => break outcome,
                    },
                }
                let reason = ConditionReason::Changed;
                ConditionFailed::new("reindex", C::NAME, &target.table, reason, None).into()
            }
        };
        if attempt >= attempts {
            break Outcome::Failed(item.shown, Arc::new(error));
        }
        attempt += 1;
        backoff.pause().await;
    };
    Landed { lost_races, outcome }
}

impl<C: Collection> Stored<C> {
    /// Writes the item, and says whether that was an upgrade.
    async fn send(&self, target: &Target) -> Result<bool, Error> {
        let Ok(keys) = &self.keys else { return Ok(false) };
        let request = self.request(keys, &target.table);
        transport::call::<UpdateItem, _>(target, request, |_| Ok(())).await?;
        Ok(!keys.upgrade.is_empty())
    }
}

/// Why an item was not written.
enum Refused {
    /// It is not what it was: what it is, if it is there.
    Changed(Option<Vec<u8>>),
    /// The same may go well later; also where there was no answer, as what was written is right.
    Busy(Error),
    /// The item, of all.
    Invalid(Error),
    /// What concerns all items.
    Fatal(Error),
}

impl Refused {
    fn of(error: Error) -> Self {
        let status = match error.kind() {
            ErrorKind::Service(error) => error.status(),
            _ => None,
        };
        match (error.code(), status) {
            (Some("ConditionalCheckFailedException"), _) => Self::Changed(stored_item(error)),
            (Some("ValidationException"), _) => Self::Invalid(error),
            _ if error.is_throttled() || error.is_conflict() => Self::Busy(error),
            (_, Some(400..=499)) => Self::Fatal(error),
            _ => Self::Busy(error),
        }
    }
}

/// The item that came back with a condition that did not hold.
fn stored_item(error: Error) -> Option<Vec<u8>> {
    match error.into_kind() {
        ErrorKind::Service(mut error) => match error.take_refusal() {
            Refusal::Stored(item) => Some(item),
            _ => None,
        },
        _ => None,
    }
}

impl<T: Table> fmt::Debug for Reindex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reindex")
            .field("table", &self.target.table)
            .field("seen", &self.report.seen)
            .field("waiting", &self.waiting.len())
            .field("flights", &self.flights.len())
            .finish_non_exhaustive()
    }
}
