//! `batch_get`: many items by their keys, in the order in which they are asked for.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::fmt;

use super::backoff::Backoff;
use super::plan::{Consistency, Cost};
use super::transact_get::{Answered, Counts, ReadOne, Reads};
use super::{Capacity, sendable};
use crate::error::{Error, KeyError, TransactionError, TransactionReason, Unprocessed};
use crate::handle::{TableHandle, Target};
use crate::item::key_texts;
use crate::page::{ConsumedCapacity, Response, answer, members};
use crate::request::Request;
use crate::schema::{Table, TableSchema};
use crate::transport::{self, BatchGetItem};
use crate::wire;
use crate::wire::read::Reader;

/// The most keys that one request takes.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html>
const KEYS: usize = 100;

/// Reads many items by their keys; made by [`TableHandle::batch_get`].
///
/// `V` is what awaiting it gives, and `W` the same with a [result](Self::results) for each key.
#[must_use = "nothing is sent until it is awaited"]
pub struct BatchGet<V, W> {
    target: Target,
    gets: Vec<Result<ReadOne, KeyError>>,
    counts: Counts,
    consistent: bool,
    attempts: u32,
    read: fn(&mut Counts, &mut Answered) -> Result<V, Error>,
    results: fn(&mut Counts, &mut Answered) -> Result<W, Error>,
}

/// Which item it is, as no other is called: the table, and the texts of the key.
type Name = (String, Vec<String>);

impl<T: Table> TableHandle<T> {
    /// Reads items by their keys, as many as there are, in as many requests as it takes; `None` for
    /// each that is not there.
    ///
    /// What is given says what comes back: a `Vec` or an array of keys gives a `Vec`, a tuple of keys
    /// or of vectors a tuple, in the same order. A key may be given twice. Keys that the service does
    /// not get to are asked for again, with growing pauses. The items are not of one moment:
    /// [`transact_get`](Self::transact_get) reads such.
    ///
    /// # Errors
    ///
    /// If a key cannot be made; if an item is not of the entity; if keys are left after all
    /// [`attempts`](BatchGet::attempts); if a request fails. With [`results`](BatchGet::results), an
    /// item that cannot be read and a key that is left are the results of their keys alone.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let found = songs.batch_get(["2", "9", "1", "2"].map(Song::key)).await?;
    /// assert_eq!(found, [Some(song("2")), None, Some(song("1")), Some(song("2"))]);
    ///
    /// // What an index of keys names, read whole; of several entities.
    /// let top = songs.query(MonthlyCount::downloads_by_month("2018-03")).all().await?;
    /// let keys: Vec<_> = top.iter().map(|count| Song::key(&count.song_id)).collect();
    /// let (titles, march) = songs.batch_get((keys, MonthlyCount::key("1", "2018-03"))).await?;
    /// assert_eq!(titles, [Some(song("1"))]);
    /// assert_eq!(march.unwrap().downloads, 30);
    /// # Ok(())
    /// # }
    /// ```
    pub fn batch_get<K: Reads<T>>(&self, keys: K) -> BatchGet<K::Output, K::Results> {
        let (mut gets, mut counts, target) = (Vec::new(), Counts::default(), self.target());
        keys.counts(&mut counts);
        keys.collect(&target, &mut gets);
        BatchGet {
            target,
            gets,
            counts,
            consistent: false,
            attempts: 10,
            read: K::read,
            results: |counts, answered| Ok(K::results(counts, answered)),
        }
    }
}

impl<V, W> BatchGet<V, W> {
    /// Answers with a result for each key, so that an item that cannot be read does not hide the others.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use aws_sdk_dynamodb::types::AttributeValue;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// // Another program has stored a song without a title.
    /// let text = |text: &str| AttributeValue::S(text.to_owned());
    /// let put = songs.client().put_item().table_name("Songs");
    /// put.item("Id", text("7")).item("Metadata", text("Details")).send().await?;
    ///
    /// let found = songs.batch_get(["1", "7", "9"].map(Song::key)).results().await?;
    /// assert_eq!(found[0].as_ref().unwrap(), &Some(song("1")));
    /// assert!(found[1].is_err());
    /// assert_eq!(found[2].as_ref().unwrap(), &None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn results(self) -> BatchGet<W, W> {
        let Self { target, gets, counts, consistent, attempts, results, .. } = self;
        BatchGet { target, gets, counts, consistent, attempts, read: results, results }
    }

    /// Reads what was written last, at twice the capacity.
    pub fn consistent(mut self) -> Self {
        self.consistent = true;
        self
    }

    /// How often a key is asked for, at most; 10 times if it is not said. The SDK's own retries of
    /// requests that fail are not counted.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    fn names(&self) -> Result<Vec<(Name, &ReadOne)>, Error> {
        let mut names = Vec::with_capacity(self.gets.len());
        for (operation, get) in self.gets.iter().enumerate() {
            let get = get.as_ref().map_err(Clone::clone)?;
            if !self.target.same_client(&get.target) {
                let reason = TransactionReason::OtherClient;
                return Err(TransactionError::new(operation, get.entity, reason).into());
            }
            names.push(((get.target.table.to_string(), get.texts.clone()), get));
        }
        Ok(names)
    }

    fn build(&self, capacity: Capacity) -> Result<Request, Error> {
        let mut wanted: Vec<(Name, &ReadOne)> = Vec::new();
        for (name, get) in self.names()? {
            if wanted.len() < KEYS && !wanted.iter().any(|(known, _)| *known == name) {
                wanted.push((name, get));
            }
        }
        Ok(request(wanted.iter().map(|(_, get)| *get), self.consistent, capacity))
    }

    fn cost(&self) -> Result<Cost, Error> {
        let names: HashSet<Name> = self.names()?.into_iter().map(|(name, _)| name).collect();
        let (requests, tables) = (names.len().div_ceil(KEYS), names.iter().map(|name| &*name.0));
        let consistency = Consistency::of(self.consistent);
        Ok(Cost::of_keys(tables, consistency, false).in_requests(requests))
    }

    async fn run(mut self, capacity: Capacity) -> Result<Response<V>, Error> {
        let (mut found, mut sum) = (HashMap::new(), Response::of((), ConsumedCapacity::default()));
        sum.requests = 0;
        let left = self.fetch(&mut found, &mut sum, capacity).await?;
        let item = |name: &Name| match left.contains(name) {
            true => Err(Unprocessed::new("BatchGetItem", &name.0, left.len())),
            false => Ok(found.get(name).cloned()),
        };
        let items = self.names()?.into_iter().map(|(name, get)| (get, item(&name)));
        let mut answered = Answered::new(items);
        let value = (self.read)(&mut self.counts, &mut answered)?;
        Ok(sum.map(|()| value))
    }

    /// Asks until every key was answered, or has been asked for often enough; says which were not
    /// answered.
    async fn fetch(
        &self,
        found: &mut HashMap<Name, String>,
        sum: &mut Response<()>,
        capacity: Capacity,
    ) -> Result<HashSet<Name>, Error> {
        let mut left = HashSet::new();
        let mut asked: HashMap<Name, (u32, &ReadOne)> = HashMap::new();
        let mut waiting: VecDeque<Name> = VecDeque::new();
        for (name, get) in self.names()? {
            if asked.insert(name.clone(), (0, get)).is_none() {
                waiting.push_back(name);
            }
        }
        let mut backoff = Backoff::new();
        while !waiting.is_empty() {
            let names: Vec<Name> = waiting.drain(..waiting.len().min(KEYS)).collect();
            let gets = names.iter().filter_map(|name| asked.get(name).map(|(_, get)| *get));
            let gets: Vec<&ReadOne> = gets.collect();
            let request = request(gets.iter().copied(), self.consistent, capacity);
            let target = self.target.on_tables(gets.iter().map(|get| &*get.target.table));
            let schemas: BTreeMap<String, &'static TableSchema> =
                gets.iter().map(|get| (get.target.table.to_string(), get.schema)).collect();
            let read = move |body: &[u8]| Page::read(body, &schemas);
            let page = match transport::call::<BatchGetItem, _>(&target, request, read).await {
                Ok(page) => page,
                // That is how the service says that it got to none of them.
                Err(error) if error.is_throttled() => Page { left: names, ..Page::default() },
                Err(error) => return Err(error),
            };
            sum.requests += 1;
            sum.consumed += page.consumed;
            found.extend(page.items);
            if page.left.is_empty() {
                backoff = Backoff::new();
                continue;
            }
            for name in page.left {
                if let Some((attempts, _)) = asked.get_mut(&name) {
                    *attempts += 1;
                    if *attempts < self.attempts {
                        waiting.push_back(name);
                    } else {
                        left.insert(name);
                    }
                }
            }
            if !waiting.is_empty() {
                backoff.pause().await;
            }
        }
        Ok(left)
    }
}

sendable!(BatchGet<V, W>, V, Error);

/// What one request answered.
#[derive(Default)]
struct Page {
    items: Vec<(Name, String)>,
    left: Vec<Name>,
    consumed: ConsumedCapacity,
}

impl Page {
    fn read(
        body: &[u8],
        schemas: &BTreeMap<String, &'static TableSchema>,
    ) -> Result<Self, wire::Error> {
        let mut page = Self::default();
        answer(body, |reader, name| {
            match name {
                "Responses" => each(reader, schemas, |name, item| {
                    page.items.push((name, item.to_owned()));
                })?,
                "UnprocessedKeys" => members(reader, |reader, table| {
                    members(reader, |reader, member| match member {
                        "Keys" => array(reader, table, schemas, |name, _| page.left.push(name)),
                        _ => reader.skip().map(drop),
                    })
                })?,
                "ConsumedCapacity" => page.consumed = ConsumedCapacity::read_all(reader)?,
                _ => drop(reader.skip()?),
            }
            Ok(())
        })?;
        Ok(page)
    }
}

/// The items of each table.
fn each<'de>(
    reader: &mut Reader<'de>,
    schemas: &BTreeMap<String, &'static TableSchema>,
    mut item: impl FnMut(Name, &'de str),
) -> Result<(), wire::Error> {
    members(reader, |reader, table| array(reader, table, schemas, &mut item))
}

/// The items, or the keys, of one table, with their names.
fn array<'de>(
    reader: &mut Reader<'de>,
    table: &str,
    schemas: &BTreeMap<String, &'static TableSchema>,
    mut item: impl FnMut(Name, &'de str),
) -> Result<(), wire::Error> {
    let mut first = true;
    reader.begin_array()?;
    while reader.next_element(&mut first)? {
        let text = reader.skip()?;
        if let Some(schema) = schemas.get(table) {
            item((table.to_owned(), key_texts(text.as_bytes(), schema)), text);
        }
    }
    Ok(())
}

fn request<'g>(
    gets: impl Iterator<Item = &'g ReadOne>,
    consistent: bool,
    capacity: Capacity,
) -> Request {
    let mut tables: BTreeMap<&str, Vec<&[u8]>> = BTreeMap::new();
    for get in gets {
        tables.entry(&get.target.table).or_default().push(&get.key);
    }
    let mut items = Vec::with_capacity(1024);
    items.push(b'{');
    for (table, keys) in tables {
        if items.len() > 1 {
            items.push(b',');
        }
        wire::write::string(&mut items, table);
        items.extend_from_slice(b":{\"Keys\":[");
        items.extend_from_slice(&keys.join(&b','));
        items.push(b']');
        if consistent {
            items.extend_from_slice(b",\"ConsistentRead\":true");
        }
        items.push(b'}');
    }
    items.push(b'}');
    let mut request = Request::of_tables("BatchGetItem");
    request.raw("RequestItems", items);
    capacity.write(&mut request);
    request.end()
}

impl<V, W> fmt::Debug for BatchGet<V, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchGet").field("keys", &self.gets.len()).finish_non_exhaustive()
    }
}
