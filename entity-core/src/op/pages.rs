//! `PageStream`: pages as they come, of one read, of the segments of a scan, or of an index's shards.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::merge::{Order, SortKey};
use super::reading::{Items, Leg, Reading, Trail};
use super::{BoxFuture, Capacity};
use crate::cursor::{Binding, Cursor, Place};
use crate::error::{Bound, Error, ReadStopped};
use crate::handle::Target;
use crate::item::Readable;
use crate::page::{Page, Response};
use crate::schema::Table;

/// The pages of a query or of a scan; made by their `pages`.
///
/// Each page is what one request gave, and its cursor says where to go on after it. Of an index in
/// shards, it is what can be told to be next once each shard was asked. A request that fails is the
/// last element, and so is [`ReadStopped`], if a bound of the cost was met. Dropping the stream stops
/// it. Nothing is requested ahead of a query; of a scan in segments and of an index in shards, a page of
/// each may be on its way.
#[must_use = "nothing is sent until it is polled"]
pub struct PageStream<R> {
    target: Target,
    binding: Binding,
    lanes: Vec<Lane<R>>,
    /// How the lanes' items are one stream; `None` if they come as the pages do.
    order: Option<Order>,
    /// The lane whose page came last.
    last: Option<usize>,
    /// How many items are still to be returned.
    limit: Option<usize>,
    capacity: Capacity,
    /// Why it could not begin.
    failed: Option<Error>,
    /// What stopped a lane before its end.
    bound: Option<Bound>,
    /// What the requests have cost so far.
    pub(super) sum: Response<()>,
}

/// One segment, one shard, or the whole of a query.
struct Lane<R> {
    /// Up to where the caller has had it, but for the page that is open.
    place: Place,
    page: Option<Opened<R>>,
    state: State<R>,
}

/// A page that the caller has not had the whole of.
struct Opened<R> {
    items: std::vec::IntoIter<Result<R, Error>>,
    /// How many of its items were taken.
    taken: usize,
    trail: Trail,
    /// The items' sort keys, if they decide which is the next.
    keys: Vec<SortKey>,
    /// Where the lane goes on after it.
    end: Place,
}

enum State<R> {
    Idle(Box<Reading<R>>),
    Asking(BoxFuture<Stepped<R>>),
    Ended,
}

/// A read after one request, and what that answered.
type Stepped<R> = (Box<Reading<R>>, Result<Response<Leg<R>>, Error>);

impl<R: Readable> Lane<R> {
    /// Up to where the caller has had it.
    fn place(&self) -> Place {
        let key = self.page.as_ref().and_then(|page| {
            let last = page.taken.checked_sub(1)?;
            page.trail.key(last, R::Table::SCHEMA)
        });
        key.map_or_else(|| self.place.clone(), Place::After)
    }

    /// Opens a page; one without items is done.
    fn open(&mut self, page: Opened<R>) {
        self.page = Some(page);
        self.close_empty();
    }

    fn take(&mut self) -> Option<Result<R, Error>> {
        let page = self.page.as_mut()?;
        let item = page.items.next()?;
        page.taken += 1;
        self.close_empty();
        Some(item)
    }

    /// Goes on behind the page, if all of its items were taken.
    fn close_empty(&mut self) {
        if let Some(page) = self.page.take_if(|page| page.items.len() == 0) {
            self.place = page.end;
        }
    }

    /// The sort key of the next item.
    fn head(&self) -> Option<&SortKey> {
        self.page.as_ref().and_then(|page| page.keys.get(page.taken))
    }

    /// Whether its next item is known, or that there is none.
    fn is_known(&self) -> bool {
        self.page.is_some() || self.place == Place::End
    }
}

impl<R: Readable> PageStream<R> {
    pub(super) fn new(mut reading: Reading<R>, capacity: Capacity) -> Self {
        let (target, limit) = (reading.ask.target.clone(), reading.ask.limit);
        let order = reading.ask.order();
        // Of several lanes' items, some may be more than wanted.
        reading.ask.traced |= order.is_some() || reading.ask.lanes() > 1 && limit.is_some();
        let begun = reading.ask.binding().map_err(Error::from);
        let begun = begun.and_then(|binding| Ok((binding, reading.lanes()?)));
        let (binding, lanes, failed) = match begun {
            Ok((binding, lanes)) => (binding, lanes, None),
            Err(error) => (Binding::default(), Vec::new(), Some(error)),
        };
        let mut pages = Self {
            target,
            binding,
            lanes: Vec::new(),
            order,
            last: None,
            limit,
            capacity,
            failed,
            bound: None,
            sum: Response::none(),
        };
        pages.lanes = lanes.into_iter().map(|reading| pages.lane(reading)).collect();
        pages
    }

    fn lane(&mut self, reading: Reading<R>) -> Lane<R> {
        let place =
            if reading.ask.finds_nothing() { Place::End } else { reading.ask.place.clone() };
        Lane { place, page: None, state: self.next_state(Box::new(reading)) }
    }

    /// Whether another request is to be sent.
    fn next_state(&mut self, reading: Box<Reading<R>>) -> State<R> {
        match (reading.ask.bound(), reading.ask.goes_on()) {
            (None, true) => State::Idle(reading),
            (bound, _) => {
                self.bound = self.bound.or(bound);
                State::Ended
            }
        }
    }

    /// Where to go on, after what was taken.
    ///
    /// It is another than [`Page::cursor`] in that there always is one: at the beginning it is one that
    /// reads everything, and at the end one that reads nothing.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        let places = self.lanes.iter().map(Lane::place).collect();
        Cursor::new(&self.binding, places, self.target.cursor_key.as_deref())
    }

    /// The cursor, if something is left.
    pub(super) fn rest(&self) -> Option<Cursor> {
        let left = self.lanes.iter().any(|lane| lane.place != Place::End);
        left.then(|| self.cursor())
    }

    /// What stopped it before its end, if something did.
    pub(super) fn bound(&self) -> Option<Bound> {
        self.bound.filter(|_| self.limit != Some(0))
    }

    fn end(&mut self) {
        self.lanes.iter_mut().for_each(|lane| lane.state = State::Ended);
    }

    /// Waits until a page is open of which items can be [taken](Self::take), or more of it, where pages
    /// are merged; a page may be without items. To be called when no item can be taken.
    pub(super) fn poll_open(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<(), Error>>> {
        if let Some(error) = self.failed.take() {
            return Poll::Ready(Some(Err(error)));
        }
        match self.order {
            Some(_) => self.poll_each(cx),
            None => self.poll_any(cx),
        }
    }

    /// Opens the first page that comes.
    fn poll_any(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<(), Error>>> {
        let (count, next) = (self.lanes.len(), self.last.map_or(0, |last| last + 1));
        let mut pending = false;
        for lane in (next..count).chain(0..next.min(count)) {
            match self.poll_lane(lane, cx) {
                Poll::Ready(None) => {}
                Poll::Pending => pending = true,
                Poll::Ready(Some(opened)) => {
                    self.last = Some(lane);
                    return Poll::Ready(Some(opened));
                }
            }
        }
        if pending { Poll::Pending } else { Poll::Ready(None) }
    }

    /// Opens a page of each lane that has none open; all are asked at once.
    fn poll_each(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<(), Error>>> {
        // What comes after the items of a lane that is stopped is not known, whatever others have.
        let stopped = |lane: &Lane<R>| !lane.is_known() && matches!(lane.state, State::Ended);
        let stopped = self.lanes.iter().any(stopped);
        let (mut opened, mut pending) = (false, false);
        for at in 0..self.lanes.len() {
            let Some(lane) = self.lanes.get(at) else { break };
            if lane.is_known() || stopped && matches!(lane.state, State::Idle(_)) {
                continue;
            }
            match self.poll_lane(at, cx) {
                Poll::Ready(None) => {}
                Poll::Pending => pending = true,
                Poll::Ready(Some(Ok(()))) => opened = true,
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
            }
        }
        match (pending, opened) {
            (true, _) => Poll::Pending,
            (false, true) => Poll::Ready(Some(Ok(()))),
            (false, false) => Poll::Ready(None),
        }
    }

    fn poll_lane(&mut self, at: usize, cx: &mut Context<'_>) -> Poll<Option<Result<(), Error>>> {
        let (limit, capacity) = (self.limit, self.capacity);
        let Some(lane) = self.lanes.get_mut(at) else { return Poll::Ready(None) };
        let state = std::mem::replace(&mut lane.state, State::Ended);
        let mut asking = match state {
            State::Ended => return Poll::Ready(None),
            State::Asking(asking) => asking,
            State::Idle(mut reading) => Box::pin(async move {
                reading.ask.limit = limit;
                let step = reading.step(capacity).await;
                (reading, step)
            }),
        };
        match asking.as_mut().poll(cx) {
            Poll::Pending => {
                lane.state = State::Asking(asking);
                Poll::Pending
            }
            Poll::Ready((_, Err(error))) => {
                self.end();
                Poll::Ready(Some(Err(error)))
            }
            Poll::Ready((reading, Ok(step))) => {
                self.opened(at, reading, step);
                Poll::Ready(Some(Ok(())))
            }
        }
    }

    /// Opens the page that a lane has got.
    fn opened(&mut self, at: usize, reading: Box<Reading<R>>, step: Response<Leg<R>>) {
        self.sum.consumed += step.consumed;
        self.sum.requests += 1;
        self.sum.scanned += step.scanned;
        self.sum.skipped += step.skipped;
        let Leg { items, trail } = step.value;
        let keys = self.order.as_ref().map_or_else(Vec::new, |order| trail.sort_keys(order));
        let (items, end) = (items.into_iter(), reading.ask.place.clone());
        let state = self.next_state(reading);
        if let Some(lane) = self.lanes.get_mut(at) {
            lane.state = state;
            lane.open(Opened { items, taken: 0, trail, keys, end });
        }
    }

    /// The next item, if it is known without another request.
    pub(super) fn take(&mut self) -> Option<Result<R, Error>> {
        if self.limit == Some(0) {
            return None;
        }
        let next = self.next()?;
        let item = self.lanes.get_mut(next)?.take()?;
        if let Some(limit) = &mut self.limit {
            *limit -= 1;
            if *limit == 0 {
                self.end();
            }
        }
        Some(item)
    }

    /// The lane whose item is the next.
    fn next(&self) -> Option<usize> {
        let Some(order) = &self.order else { return self.last };
        if !self.lanes.iter().all(Lane::is_known) {
            return None;
        }
        let lanes = self.lanes.iter().enumerate();
        order.first(lanes.filter_map(|(at, lane)| Some((at, lane.head()?))))
    }

    /// All items that are known to be the next; of one lane alone, the page as it was read, and no copy.
    fn take_page(&mut self) -> Items<R> {
        if self.order.is_some() || self.limit.is_some() {
            return self.take_all().collect();
        }
        let items = self.lend();
        self.close();
        items
    }

    /// All items that are known to be the next, one by one.
    pub(super) fn take_all(&mut self) -> impl Iterator<Item = Result<R, Error>> {
        std::iter::from_fn(|| self.take())
    }

    /// All items of the open page, which is taken when it is [closed](Self::close).
    pub(super) fn lend(&mut self) -> Items<R> {
        let page = self.last.and_then(|last| self.lanes.get_mut(last)?.page.as_mut());
        page.map_or_else(Vec::new, |page| std::mem::take(&mut page.items).collect())
    }

    /// The caller is done with the items that it was lent.
    pub(super) fn close(&mut self) {
        self.lanes.iter_mut().for_each(Lane::close_empty);
    }

    /// The last element of a stream, if a bound of the cost was met.
    pub(super) fn stopped(&mut self) -> Option<Error> {
        let bound = self.bound();
        self.bound = None;
        Some(ReadStopped::new(&self.target.table, bound?, self.cursor()).into())
    }

    /// Reads to the end, or to the limit, or to a bound of the cost; on an error, `items` has what came
    /// before it.
    pub(super) async fn read_all(&mut self, items: &mut Items<R>) -> Result<(), Error> {
        while let Some(opened) = poll_fn(|cx| self.poll_open(cx)).await {
            opened?;
            match items.is_empty() {
                true => *items = self.take_page(),
                false => items.extend(self.take_page()),
            }
        }
        Ok(())
    }

    /// A value, with what it has cost.
    pub(super) fn spent<V>(&self, value: V) -> Response<V> {
        self.sum.clone().map(|()| value)
    }
}

impl<R: Readable> Stream for PageStream<R> {
    type Item = Result<Page<R>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(match ready!(self.poll_open(cx)) {
            None => self.stopped().map(Err),
            Some(Err(error)) => Some(Err(error)),
            Some(Ok(())) => {
                let items = self.take_page();
                Some(Ok(Page::new(items, self.rest(), None)))
            }
        })
    }
}

impl<R> Unpin for PageStream<R> {}

impl<R> fmt::Debug for PageStream<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let open = self.lanes.iter().filter_map(|lane| lane.page.as_ref());
        f.debug_struct("PageStream")
            .field("table", &self.target.table)
            .field("lanes", &self.lanes.len())
            .field("buffered", &open.map(|page| page.items.len()).sum::<usize>())
            .finish_non_exhaustive()
    }
}
