//! `Reading`: a query or a scan, request by request.

use std::cmp::min;
use std::fmt;
use std::marker::PhantomData;

use super::Capacity;
use super::get::is_past;
use super::merge::{Order, SortKey};
use super::rate::Rate;
use crate::cursor::{Binding, Cursor, Place};
use crate::error::{Bound, CursorError, CursorReason, Error, KeyError};
use crate::expr::{Step, Test, Writer};
use crate::handle::Target;
use crate::item::{Readable, Scratch, key_json};
use crate::key::Shards;
use crate::page::{ConsumedCapacity, Response, answer};
use crate::query::KeyCondition;
use crate::request::Request;
use crate::schema::{EntitySchema, IndexSchema, Table, TableSchema, seconds};
use crate::transport::{self, Query, Scan};
use crate::wire;
use crate::wire::read::Reader;

/// A read of many items, as far as it has come.
pub(super) struct Reading<R> {
    pub(super) ask: Ask,
    output: PhantomData<fn() -> R>,
}

/// What is asked for, and how much of it is still to come.
#[derive(Clone)]
pub(super) struct Ask {
    pub(super) target: Target,
    /// The key condition; `None` for a scan.
    pub(super) condition: Option<Result<KeyCondition, KeyError>>,
    pub(super) descending: bool,
    pub(super) consistent: bool,
    /// How many items are still to be returned.
    pub(super) limit: Option<usize>,
    /// How many times that number a request asks for: it grows while items are passed over, so that
    /// a few items among many others do not take a request each.
    reach: usize,
    /// How many items the service may still look at.
    pub(super) max_scanned: Option<u64>,
    /// How many items one request may look at.
    pub(super) page_size: Option<u32>,
    /// How many requests may still be sent.
    pub(super) max_requests: Option<usize>,
    /// How fast capacity may be consumed, by all segments or shards together.
    pub(super) rate: Option<Rate>,
    /// How many segments a scan is in.
    pub(super) segments: u32,
    /// Which of them this is, or which shard of an index.
    lane: u32,
    /// Whether the items of an index in shards come in the order of its sort key.
    pub(super) in_order: bool,
    /// Where the caller wants it to begin, until it has begun.
    pub(super) after: Option<Cursor>,
    /// Where it goes on.
    pub(super) place: Place,
    /// Whether items of no known entity are passed over.
    pub(super) skip_unknown: bool,
    /// Whether items whose time has come are left out.
    pub(super) skip_expired: bool,
    /// What the items that are returned meet.
    filter: Option<Test>,
    /// Whether answers are kept, to tell where each item was.
    pub(super) traced: bool,
}

/// What one request answered.
pub(super) struct Leg<R> {
    pub(super) items: Items<R>,
    pub(super) trail: Trail,
}

/// Where each item of an answer was; nothing unless the read is traced.
#[derive(Default)]
pub(super) struct Trail {
    body: String,
    starts: Vec<usize>,
    index: Option<&'static IndexSchema>,
}

struct Answer<R> {
    items: Items<R>,
    /// How many items were passed over.
    skipped: usize,
    starts: Vec<usize>,
    body: Option<String>,
    last_key: Option<String>,
    /// The key of the last item that was read, if there were more than wanted.
    cut: Option<String>,
    scanned: u64,
    consumed: ConsumedCapacity,
}

/// Items read, one result for each.
pub(super) type Items<R> = Vec<Result<R, Error>>;

impl Ask {
    pub(super) fn condition(&self) -> Result<Option<&KeyCondition>, KeyError> {
        self.condition.as_ref().map(Result::as_ref).transpose().map_err(Clone::clone)
    }

    /// Whether no item can be meant.
    pub(super) fn finds_nothing(&self) -> bool {
        matches!(self.condition(), Ok(Some(condition)) if condition.nothing)
    }

    /// What a cursor of this read is bound to.
    pub(super) fn binding(&self) -> Result<Binding, KeyError> {
        let mut binding = Binding::default();
        binding.text(&self.target.table);
        binding.number(u32::from(self.descending));
        if let Some(condition) = self.condition()? {
            condition.bind(&mut binding);
        }
        Ok(binding)
    }

    /// Where this lane goes on.
    fn place(&self) -> Result<Place, Error> {
        let Some(cursor) = &self.after else { return Ok(self.place.clone()) };
        let (binding, key) = (self.binding()?, self.target.cursor_key.as_deref());
        let places = cursor.open(&self.target.table, &binding, key)?;
        let place = places.get(self.lane as usize).filter(|_| places.len() == self.lanes());
        let other = || CursorError::new(Some(&self.target.table), CursorReason::OtherQuery);
        Ok(place.ok_or_else(other)?.clone())
    }

    /// How many reads it is: one for each segment of a scan, or for each shard of an index.
    pub(super) fn lanes(&self) -> usize {
        self.shards().map_or(self.segments, Shards::count).max(1) as usize
    }

    /// The shards of the index, if it has some.
    pub(super) fn shards(&self) -> Option<Shards> {
        self.condition().ok().flatten().and_then(|condition| condition.shards)
    }

    /// What a bound of all lanes together comes to: without an item of each shard, none is known to be
    /// the next, so that each has one at least.
    pub(super) fn together(&self, max: u64) -> u64 {
        let least = if self.shards().is_some() { self.lanes() as u64 } else { 0 };
        if max == 0 { 0 } else { max.max(least) }
    }

    /// The order in which the items of the lanes come, if there is one.
    pub(super) fn order(&self) -> Option<Order> {
        let condition = self.condition().ok().flatten()?;
        let index = condition.index.filter(|_| condition.shards.is_some() && self.in_order)?;
        (!index.sk.is_empty()).then_some(Order { keys: index.sk, descending: self.descending })
    }

    /// Whether another request is needed.
    pub(super) fn goes_on(&self) -> bool {
        self.place != Place::End && self.limit != Some(0) && !self.finds_nothing()
    }

    /// What stops it before its end, if something does.
    pub(super) fn bound(&self) -> Option<Bound> {
        let bound = match (self.max_scanned, self.max_requests) {
            (Some(0), _) => Bound::MaxScanned,
            (_, Some(0)) => Bound::MaxRequests,
            _ => return None,
        };
        self.goes_on().then_some(bound)
    }

    /// Whether items that are read may be left out.
    pub(super) fn filters(&self) -> bool {
        self.filter.is_some() || self.skip_expired
    }

    /// Adds a filter; an item that is returned meets all of them.
    pub(super) fn and_filter(&mut self, test: Test) {
        self.filter = Some(match self.filter.take() {
            Some(other) => Test::All(vec![other, test]),
            None => test,
        });
    }
}

impl<R: Readable> Reading<R> {
    pub(super) fn new(target: Target, condition: Option<Result<KeyCondition, KeyError>>) -> Self {
        let ask = Ask {
            target,
            condition,
            descending: false,
            consistent: false,
            limit: None,
            reach: 1,
            max_scanned: None,
            page_size: None,
            max_requests: None,
            rate: None,
            segments: 0,
            lane: 0,
            in_order: true,
            after: None,
            place: Place::Start,
            skip_unknown: false,
            skip_expired: false,
            filter: None,
            traced: false,
        };
        Self { ask, output: PhantomData }
    }

    /// The same read as another type.
    pub(super) fn cast<S>(self) -> Reading<S> {
        Reading { ask: self.ask, output: PhantomData }
    }

    /// One read for each segment or shard, with its share of what may be read.
    pub(super) fn lanes(self) -> Result<Vec<Self>, Error> {
        let count = self.ask.lanes();
        let lanes = (0..count).map(|at| {
            let mut ask = self.ask.clone();
            ask.lane = u32::try_from(at).unwrap_or_default();
            ask.place = ask.place()?;
            ask.after = None;
            let share = |max| share(self.ask.together(max), at as u64, count as u64);
            ask.max_scanned = ask.max_scanned.map(share);
            ask.max_requests = ask.max_requests.map(|max| share(max as u64) as usize);
            Ok(Self { ask, output: PhantomData })
        });
        lanes.collect()
    }

    pub(super) fn request(&self, capacity: Capacity) -> Result<Request, Error> {
        let ask = &self.ask;
        let condition = ask.condition()?;
        let operation = if condition.is_some() { "Query" } else { "Scan" };
        let mut request = Request::new(operation, &ask.target.table);
        if let Some(condition) = condition {
            condition.write(&mut request, ask.lane);
            if ask.descending {
                request.raw("ScanIndexForward", "false");
            }
        }
        if ask.segments > 0 {
            request.raw("Segment", ask.lane.to_string());
            request.raw("TotalSegments", ask.segments.to_string());
        }
        self.write_filter(&mut request)?;
        project::<R>(condition, &mut request, self.ttl_key()?);
        if ask.consistent {
            request.raw("ConsistentRead", "true");
        }
        if let Some(items) = ask.most() {
            request.raw("Limit", items.to_string());
        }
        if let Place::After(key) = ask.place()? {
            request.raw("ExclusiveStartKey", key);
        }
        let told = if ask.rate.is_some() { Capacity::Told } else { capacity };
        told.write(&mut request);
        Ok(request.end())
    }

    /// The attribute that says when items expire, if it is a key of what is queried, which a filter
    /// must not name.
    fn ttl_key(&self) -> Result<Option<&'static str>, KeyError> {
        let Some(condition) = self.ask.condition()?.filter(|_| self.ask.skip_expired) else {
            return Ok(None);
        };
        let table = R::Table::SCHEMA;
        let (pk, sk) = match condition.index {
            Some(index) => (index.pk, index.sk),
            None => (std::slice::from_ref(&table.pk), table.sk.as_slice()),
        };
        let is_key = |name: &&str| pk.iter().chain(sk).any(|key| key.name == *name);
        Ok(ttls(R::ENTITIES, condition.index).find(is_key))
    }

    fn write_filter(&self, request: &mut Request) -> Result<(), Error> {
        let mut tests: Vec<Test> = self.ask.filter.iter().cloned().collect();
        if self.ask.skip_expired {
            let index = self.ask.condition()?.and_then(|condition| condition.index);
            let key = self.ttl_key()?;
            let names = ttls(R::ENTITIES, index).filter(|name| Some(*name) != key);
            tests.extend(unexpired(names));
        }
        let mut writer = Writer::new(R::NAME, request);
        let text = match tests.as_slice() {
            [] => return Ok(()),
            [test] => writer.test(test),
            _ => writer.test(&Test::All(tests)),
        };
        writer.end()?;
        request.text("FilterExpression", &text);
        Ok(())
    }

    /// Sends one request, and moves on to where the next begins.
    pub(super) async fn step(&mut self, capacity: Capacity) -> Result<Response<Leg<R>>, Error> {
        let request = self.request(capacity)?;
        let charged = match &self.ask.rate {
            Some(rate) => rate.turn().await,
            None => 0.0,
        };
        let answer = self.send(request).await?;
        if let Some(rate) = &self.ask.rate {
            rate.spent(charged, answer.consumed.units);
        }
        let Answer { items, skipped, starts, .. } = answer;
        self.ask.advance((items.len(), skipped), answer.scanned, answer.cut.or(answer.last_key));
        let index = self.ask.condition()?.and_then(|condition| condition.index);
        let trail = Trail { body: answer.body.unwrap_or_default(), starts, index };
        let mut response = Response::of(Leg { items, trail }, answer.consumed);
        (response.scanned, response.skipped) = (answer.scanned, skipped as u64);
        Ok(response)
    }

    async fn send(&self, request: Request) -> Result<Answer<R>, Error> {
        let ask = &self.ask;
        let (table, condition) = (ask.target.table.to_string(), ask.condition()?.cloned());
        let skip_unknown = ask.skip_unknown;
        let limit = ask.limit.unwrap_or(usize::MAX);
        let wanted = Wanted { limit, ttl: self.ttl_key()?, traced: ask.traced };
        let read = move |body: &[u8]| {
            let index = condition.as_ref().and_then(|condition| condition.index);
            let admitted = condition.as_ref().and_then(|condition| condition.admitted.clone());
            let mut scratch = Scratch::of_query(&table, index, admitted).skip_unknown(skip_unknown);
            Answer::read(body, &mut scratch, index, wanted)
        };
        match ask.condition {
            Some(_) => transport::call::<Query, _>(&ask.target, request, read).await,
            None => transport::call::<Scan, _>(&ask.target, request, read).await,
        }
    }
}

impl Ask {
    /// How many items a request may look at.
    fn most(&self) -> Option<u64> {
        let limit = self.limit.map(|limit| self.portion(limit).saturating_mul(self.reach) as u64);
        let page = self.page_size.map(u64::from);
        let most = [limit, self.max_scanned, page].into_iter().flatten().min()?;
        Some(most.clamp(1, i32::MAX as u64))
    }

    /// How many of the items that are wanted this lane may have: of a shard, a few more than its share,
    /// so that there is seldom another request for the rest.
    fn portion(&self, limit: usize) -> usize {
        let Some(shards) = self.shards() else { return limit };
        let share = limit.div_ceil(shards.count().max(1) as usize);
        share.saturating_add(2 * share.isqrt() + 1).min(limit)
    }

    /// Takes note of what one request answered.
    fn advance(&mut self, (items, skipped): (usize, usize), scanned: u64, last: Option<String>) {
        self.after = None;
        self.place = last.map_or(Place::End, Place::After);
        self.limit = self.limit.map(|limit| limit.saturating_sub(items));
        self.max_scanned = self.max_scanned.map(|max| max.saturating_sub(scanned));
        self.max_requests = self.max_requests.map(|max| max.saturating_sub(1));
        let passed = skipped > 0 || scanned > (items + skipped) as u64;
        self.reach = if passed { self.reach.saturating_mul(4) } else { 1 };
    }
}

impl Trail {
    /// The sort keys of all items, if they were kept.
    pub(super) fn sort_keys(&self, order: &Order) -> Vec<SortKey> {
        let item = |start: &usize| Reader::new(self.body.get(*start..)?).skip().ok();
        let keys = self.starts.iter().map(|start| order.key(item(start).unwrap_or_default()));
        keys.collect()
    }

    /// The key of an item, by its position, if it was kept.
    pub(super) fn key(&self, position: usize, table: &TableSchema) -> Option<String> {
        let mut reader = Reader::new(self.body.get(*self.starts.get(position)?..)?);
        key_json(reader.skip().ok()?, table, self.index).ok()
    }
}

/// The part of a number that one of several gets, so that all of them together have it.
fn share(of: u64, at: u64, count: u64) -> u64 {
    of / count + u64::from(at < of % count)
}

/// Asks for the attributes that `R` selects, and for the keys that tell which entity an item is;
/// for nothing if it takes whole items.
pub(super) fn project<R: Readable>(
    condition: Option<&KeyCondition>,
    request: &mut Request,
    more: Option<&'static str>,
) {
    let mut selected = selected::<R>(condition);
    if !selected.is_empty() {
        selected.extend(more.filter(|name| !selected.contains(name)));
        let placeholders = selected.into_iter().map(|name| request.name(name));
        let expression = placeholders.collect::<Vec<_>>().join(", ");
        request.text("ProjectionExpression", &expression);
    }
}

/// The attributes to ask for, each once: none for whole items.
fn selected<R: Readable>(condition: Option<&KeyCondition>) -> Vec<&'static str> {
    let Some(selected) = R::SELECTED else { return Vec::new() };
    let table = R::Table::SCHEMA;
    let index = condition.and_then(|condition| condition.index).filter(|_| !selected.is_empty());
    // DynamoDB refuses to be asked for what a global index does not have.
    let fields = || R::ENTITIES.iter().flat_map(|entity| entity.fields);
    let restored = |name| fields().any(|field| field.attribute == name && field.is_restored(index));
    let attributes = selected.iter().copied().filter(|name| !restored(*name));
    let index = index.iter().flat_map(|index| index.pk.iter().chain(index.sk));
    let sort = condition.and_then(|condition| condition.admitted.as_ref());
    let keys = std::iter::once(&table.pk).chain(&table.sk).chain(index);
    let keys = keys.map(|key| key.name).chain(table.type_attribute);
    let versions = R::ENTITIES.iter().filter(|_| !selected.is_empty());
    let keys = keys.chain(versions.filter_map(|entity| Some(entity.versions?.attribute)));
    let keys = keys.chain(sort.map(|admitted| admitted.attribute.name));
    let mut names: Vec<&'static str> = Vec::new();
    for name in keys.chain(attributes) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The attributes that say when items expire, each once. An index that does not project one does not
/// tell.
fn ttls<'e>(
    entities: &'e [&EntitySchema],
    index: Option<&'e IndexSchema>,
) -> impl Iterator<Item = &'static str> + 'e {
    let ttl = |entity: &&EntitySchema| entity.kept.ttl;
    let names = entities.iter().enumerate().filter_map(move |(at, entity)| {
        let earlier = entities.iter().take(at);
        entity.kept.ttl.filter(|name| !earlier.filter_map(ttl).any(|known| known == *name))
    });
    names.filter(move |name| index.is_none_or(|index| index.has(name)))
}

/// The conditions that items have not expired.
fn unexpired(names: impl Iterator<Item = &'static str>) -> Vec<Test> {
    let now = format!("{{\"N\":\"{}\"}}", seconds()).into_bytes();
    let test = |name| Test::is_past(vec![Step::Field { name, attribute: name }], now.clone());
    names.map(|name| Test::Not(Box::new(test(name)))).collect()
}

/// Which items of an answer are wanted.
#[derive(Clone, Copy)]
struct Wanted {
    limit: usize,
    /// The attribute that says when items expire, if no filter can.
    ttl: Option<&'static str>,
    /// Whether the answer is kept, with where each item is in it.
    traced: bool,
}

impl<R: Readable> Answer<R> {
    fn read<'de>(
        body: &'de [u8],
        scratch: &mut Scratch<'de>,
        index: Option<&'static IndexSchema>,
        wanted: Wanted,
    ) -> Result<Self, wire::Error> {
        let mut read = Self {
            items: Vec::new(),
            skipped: 0,
            starts: Vec::new(),
            body: wanted.traced.then(|| String::from_utf8_lossy(body).into_owned()),
            last_key: None,
            cut: None,
            scanned: 0,
            consumed: ConsumedCapacity::default(),
        };
        answer(body, |reader, name| {
            match name {
                "Items" => read.items(reader, scratch, index, wanted)?,
                "Count" => {
                    let count = reader.number_text()?.parse().unwrap_or(0);
                    // It comes before the items. No item is shorter than `{},`.
                    read.items.reserve(min(count, min(wanted.limit, body.len() / 3)));
                }
                "LastEvaluatedKey" => {
                    read.last_key = Some(key_json(reader.skip()?, R::Table::SCHEMA, index)?);
                }
                "ScannedCount" => read.scanned = reader.number_text()?.parse().unwrap_or(0),
                "ConsumedCapacity" => read.consumed = ConsumedCapacity::read(reader)?,
                _ => drop(reader.skip()?),
            }
            Ok(())
        })?;
        Ok(read)
    }

    /// Reads items until there are as many as wanted, and passes over the rest.
    fn items<'de>(
        &mut self,
        reader: &mut Reader<'de>,
        scratch: &mut Scratch<'de>,
        index: Option<&'static IndexSchema>,
        Wanted { limit, ttl, traced }: Wanted,
    ) -> Result<(), wire::Error> {
        let (mut first, mut wanted, mut last) = (true, limit, *reader);
        reader.begin_array()?;
        while reader.next_element(&mut first)? {
            if wanted > 0 {
                last = *reader;
                let mut next = *reader;
                let item = match ttl.is_some() && is_past(next.skip()?, R::Table::SCHEMA, ttl)? {
                    true => {
                        *reader = next;
                        Ok(None)
                    }
                    false => R::read(reader, scratch)?,
                };
                match item {
                    Ok(Some(item)) => self.items.push(Ok(item)),
                    Err(error) => self.items.push(Err(error.into())),
                    Ok(None) => {
                        self.skipped += 1;
                        continue;
                    }
                }
                wanted -= 1;
                if traced {
                    self.starts.push(last.position());
                }
            } else {
                reader.skip()?;
                if self.cut.is_none() {
                    self.cut = Some(key_json(last.skip()?, R::Table::SCHEMA, index)?);
                }
            }
        }
        Ok(())
    }
}

impl<R> fmt::Debug for Reading<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading")
            .field("table", &self.ask.target.table)
            .field("descending", &self.ask.descending)
            .field("limit", &self.ask.limit)
            .finish_non_exhaustive()
    }
}
