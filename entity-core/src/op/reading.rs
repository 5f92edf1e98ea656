//! `Reading`: a query or a scan, request by request.

use std::fmt;
use std::marker::PhantomData;

use super::Capacity;
use super::get::is_past;
use crate::cursor::Cursor;
use crate::error::{Error, KeyError};
use crate::expr::{Step, Test, Writer};
use crate::fnv;
use crate::handle::Target;
use crate::item::{ReadResult, Readable, Scratch, key_json};
use crate::page::{ConsumedCapacity, Response, answer};
use crate::query::KeyCondition;
use crate::request::Request;
use crate::schema::{EntitySchema, IndexSchema, Table, seconds};
use crate::transport::{self, Query, Scan};
use crate::wire;
use crate::wire::read::Reader;

/// A read of many items, as far as it has come.
pub(super) struct Reading<R> {
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
    /// Where to go on.
    pub(super) after: Option<Cursor>,
    /// Whether items of no known entity are passed over.
    pub(super) skip_unknown: bool,
    /// Whether items whose time has come are left out.
    pub(super) skip_expired: bool,
    /// What the items that are returned meet.
    pub(super) filter: Option<Test>,
    pub(super) output: PhantomData<fn() -> R>,
}

/// What one request answered.
struct Answer<R> {
    items: Vec<ReadResult<R>>,
    last_key: Option<String>,
    /// The key of the last item that was read, if there were more than wanted.
    cut: Option<String>,
    scanned: u64,
    consumed: ConsumedCapacity,
}

/// Items read, one result for each.
pub(super) type Items<R> = Vec<Result<R, Error>>;

impl<R: Readable> Reading<R> {
    pub(super) fn new(target: Target, condition: Option<Result<KeyCondition, KeyError>>) -> Self {
        Self {
            target,
            condition,
            descending: false,
            consistent: false,
            limit: None,
            reach: 1,
            after: None,
            skip_unknown: false,
            skip_expired: false,
            filter: None,
            output: PhantomData,
        }
    }

    /// The same read as another type.
    pub(super) fn cast<S>(self) -> Reading<S> {
        Reading {
            target: self.target,
            condition: self.condition,
            descending: self.descending,
            consistent: self.consistent,
            limit: self.limit,
            reach: self.reach,
            after: self.after,
            skip_unknown: self.skip_unknown,
            skip_expired: self.skip_expired,
            filter: self.filter,
            output: PhantomData,
        }
    }

    fn condition(&self) -> Result<Option<&KeyCondition>, KeyError> {
        self.condition.as_ref().map(Result::as_ref).transpose().map_err(Clone::clone)
    }

    /// Whether there is nothing to ask for.
    pub(super) fn is_empty(&self) -> bool {
        let nothing = matches!(self.condition(), Ok(Some(condition)) if condition.nothing);
        nothing || self.limit == Some(0)
    }

    /// What a cursor of this read is bound to.
    fn fingerprint(&self) -> Result<u64, KeyError> {
        let state = fnv::hash(fnv::START, self.target.table.as_bytes());
        let state = fnv::hash(state, &[0xff, u8::from(self.descending)]);
        Ok(self.condition()?.map_or(state, |condition| condition.fingerprint(state)))
    }

    pub(super) fn request(&self, capacity: Capacity) -> Result<Request, Error> {
        let condition = self.condition()?;
        let operation = if condition.is_some() { "Query" } else { "Scan" };
        let mut request = Request::new(operation, &self.target.table);
        if let Some(condition) = condition {
            condition.write(&mut request);
            if self.descending {
                request.raw("ScanIndexForward", "false");
            }
        }
        self.write_filter(&mut request)?;
        project::<R>(condition, &mut request, self.ttl_key()?);
        if self.consistent {
            request.raw("ConsistentRead", "true");
        }
        if let Some(limit) = self.limit {
            let items = limit.saturating_mul(self.reach).clamp(1, i32::MAX as usize);
            request.raw("Limit", items.to_string());
        }
        if let Some(cursor) = &self.after {
            let key = cursor.key(&self.target.table, self.fingerprint()?)?;
            request.raw("ExclusiveStartKey", key);
        }
        capacity.write(&mut request);
        Ok(request.end())
    }

    /// Adds a filter; an item that is returned meets all of them.
    pub(super) fn and_filter(&mut self, test: Test) {
        self.filter = Some(match self.filter.take() {
            Some(other) => Test::All(vec![other, test]),
            None => test,
        });
    }

    /// The attribute that says when items expire, if it is a key of what is queried, which a filter
    /// must not name.
    fn ttl_key(&self) -> Result<Option<&'static str>, KeyError> {
        let Some(condition) = self.condition()?.filter(|_| self.skip_expired) else {
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
        let mut tests: Vec<Test> = self.filter.iter().cloned().collect();
        if self.skip_expired {
            let index = self.condition()?.and_then(|condition| condition.index);
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
    ///
    /// `after` is then `None` if there is no next one.
    pub(super) async fn step(&mut self, capacity: Capacity) -> Result<Response<Items<R>>, Error> {
        let request = self.request(capacity)?;
        let fingerprint = self.fingerprint()?;
        let (table, condition) = (self.target.table.to_string(), self.condition()?.cloned());
        let (limit, skip_unknown) = (self.limit.unwrap_or(usize::MAX), self.skip_unknown);
        let ttl = self.ttl_key()?;
        let read = move |body: &[u8]| {
            let index = condition.as_ref().and_then(|condition| condition.index);
            let admitted = condition.as_ref().and_then(|condition| condition.admitted.clone());
            let mut scratch = Scratch::of_query(&table, index, admitted).skip_unknown(skip_unknown);
            Answer::read(body, &mut scratch, index, (limit, ttl))
        };
        let answer = match self.condition {
            Some(_) => transport::call::<Query, _>(&self.target, request, read).await?,
            None => transport::call::<Scan, _>(&self.target, request, read).await?,
        };
        self.after = answer.cut.or(answer.last_key).map(|key| Cursor::new(fingerprint, &key));
        let count = answer.items.len();
        let items: Items<R> = answer
            .items
            .into_iter()
            .filter_map(|item| item.map_err(Error::from).transpose())
            .collect();
        self.limit = self.limit.map(|limit| limit.saturating_sub(items.len()));
        let skipped = (count - items.len()) as u64;
        let passed = skipped > 0 || answer.scanned > count as u64;
        self.reach = if passed { self.reach.saturating_mul(4) } else { 1 };
        let mut response = Response::of(items, answer.consumed);
        (response.scanned, response.skipped) = (answer.scanned, skipped);
        Ok(response)
    }

    /// Whether another request is needed.
    pub(super) fn goes_on(&self) -> bool {
        self.after.is_some() && self.limit != Some(0)
    }

    /// Sends requests until the limit or the end is reached; on an error, `sum` has what came
    /// before it.
    pub(super) async fn read_all(
        &mut self,
        capacity: Capacity,
        sum: &mut Response<Items<R>>,
    ) -> Result<(), Error> {
        if self.is_empty() {
            return Ok(());
        }
        loop {
            let step = self.step(capacity).await?;
            sum.value.extend(step.value);
            sum.consumed += step.consumed;
            sum.requests += 1;
            sum.scanned += step.scanned;
            sum.skipped += step.skipped;
            if !self.goes_on() {
                return Ok(());
            }
        }
    }

    /// A sum to begin with.
    pub(super) fn nothing() -> Response<Items<R>> {
        Response { requests: 0, ..Response::of(Vec::new(), ConsumedCapacity::default()) }
    }
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

impl<R: Readable> Answer<R> {
    fn read<'de>(
        body: &'de [u8],
        scratch: &mut Scratch<'de>,
        index: Option<&'static IndexSchema>,
        (limit, ttl): (usize, Option<&'static str>),
    ) -> Result<Self, wire::Error> {
        let mut read = Self {
            items: Vec::new(),
            last_key: None,
            cut: None,
            scanned: 0,
            consumed: ConsumedCapacity::default(),
        };
        answer(body, |reader, name| {
            match name {
                "Items" => read.items(reader, scratch, index, (limit, ttl))?,
                "LastEvaluatedKey" => read.last_key = Some(reader.skip()?.to_owned()),
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
        (limit, ttl): (usize, Option<&'static str>),
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
                wanted -= usize::from(!matches!(item, Ok(None)));
                self.items.push(item);
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
            .field("table", &self.target.table)
            .field("descending", &self.descending)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
