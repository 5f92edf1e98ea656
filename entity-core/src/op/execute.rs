//! `execute`: PartiQL statements, for questions that nobody declared.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::plan::Cost;
use super::reading::Items;
use super::{Capacity, sendable};
use crate::cursor::{Binding, Cursor, Place};
use crate::error::{
    ConditionFailed, ConditionReason, CursorError, CursorReason, EncodeError, Error, ItemError,
    ItemReason, PartialRead,
};
use crate::handle::{TableHandle, Target};
use crate::item::{ItemOf, ReadResult, Readable, Scratch};
use crate::page::{ConsumedCapacity, Page, Response, answer, members};
use crate::request::Request;
use crate::schema::Table;
use crate::transport::{self, ExecuteStatement};
use crate::wire;
use crate::wire::read::Reader;

/// Runs a PartiQL statement; made by [`TableHandle::execute`] and
/// [`execute_as`](TableHandle::execute_as).
///
/// Awaiting it gives every item, in as many requests as it takes; [`page`](Self::page) some, and a
/// cursor.
#[must_use = "nothing is sent until it is awaited"]
pub struct Execute<R> {
    target: Target,
    name: &'static str,
    statement: String,
    /// The parameters as a JSON array, if there are some.
    parameters: Result<Option<String>, EncodeError>,
    consistent: bool,
    limit: Option<usize>,
    page_size: Option<u32>,
    after: Option<Cursor>,
    read: Read<R>,
}

/// Reads one item of an answer.
type Read<R> =
    for<'de> fn(&mut Reader<'de>, &mut Scratch<'de>) -> Result<ReadResult<R>, wire::Error>;

/// What one request answered.
struct Answer<R> {
    items: Vec<ReadResult<R>>,
    next: Option<Place>,
    consumed: ConsumedCapacity,
}

impl<T: Table> TableHandle<T> {
    /// Runs a PartiQL statement, and reads what it returns as an entity, or as the collection; other
    /// entities' items are passed over, and counted.
    ///
    /// It is for questions that are asked once: nothing of a statement is checked before the service
    /// has it. A `SELECT` whose `WHERE` does not have the partition key reads the whole table. The
    /// statement names its table itself, in double quotes. For each `?` there is a parameter, by its
    /// position: a tuple, an array, a slice or a `Vec` of what serde can write; `()` is none.
    ///
    /// A statement that writes knows nothing of the entity: neither keys of indexes, nor versions, nor
    /// unique values follow. It returns what its `RETURNING` says. A whole item is read, so `SELECT *`;
    /// [`execute_as`](Self::execute_as) reads parts.
    ///
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html>
    ///
    /// # Errors
    ///
    /// If a parameter cannot be stored, which is found before anything is sent; a [`PartialRead`] if an
    /// item cannot be read, or a request fails;
    /// [`is_condition_failed`](Error::is_condition_failed) if an `INSERT` finds an item, or what a
    /// `WHERE` asks of an item that is written does not hold.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let often = r#"SELECT * FROM "Songs" WHERE Id = ? AND Downloads >= ?"#;
    /// let months = songs.execute::<MonthlyCount>(often, ("1", 20)).await?;
    /// assert_eq!(months.len(), 2);
    ///
    /// let all = r#"SELECT * FROM "Songs" WHERE Id = '1'"#;
    /// assert_eq!(songs.execute::<SongItem>(all, ()).await?.len(), 4);
    ///
    /// let rename = r#"UPDATE "Songs" SET Title = ? WHERE Id = ? AND Metadata = 'Details'
    ///     RETURNING ALL NEW *"#;
    /// let renamed = songs.execute::<Song>(rename, ("One", "1")).await?;
    /// assert_eq!(renamed[0].title, "One");
    /// # Ok(())
    /// # }
    /// ```
    pub fn execute<R: Readable + ItemOf<T>>(
        &self,
        statement: impl Into<String>,
        parameters: impl Serialize,
    ) -> Execute<R> {
        Execute::new(self.target(), R::NAME, statement.into(), &parameters, R::read)
    }

    /// Runs a PartiQL statement, and reads what it returns as any type that serde reads: a struct of
    /// some attributes, or a map.
    ///
    /// What is said of [`execute`](Self::execute) goes for it, but that nothing is passed over, and that
    /// keys are attributes as others are.
    ///
    /// # Errors
    ///
    /// As of [`execute`](Self::execute).
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// #[derive(Deserialize)]
    /// #[serde(rename_all = "PascalCase")]
    /// struct Title { id: String, title: String }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let titles = r#"SELECT Id, Title FROM "Songs" WHERE Id IN [?, ?] AND Metadata = 'Details'"#;
    /// let titles: Vec<Title> = songs.execute_as(titles, ["1", "2"]).await?;
    /// assert_eq!(titles.len(), 2);
    /// assert!(titles.iter().all(|song| song.title == format!("Song {}", song.id)));
    /// # Ok(())
    /// # }
    /// ```
    pub fn execute_as<S: DeserializeOwned + Send + 'static>(
        &self,
        statement: impl Into<String>,
        parameters: impl Serialize,
    ) -> Execute<S> {
        let name = std::any::type_name::<S>();
        Execute::new(self.target(), name, statement.into(), &parameters, row)
    }
}

/// Reads what is no item of an entity.
fn row<'de, S: DeserializeOwned>(
    reader: &mut Reader<'de>,
    scratch: &mut Scratch<'de>,
) -> Result<ReadResult<S>, wire::Error> {
    let read = wire::from_slice(reader.skip()?.as_bytes());
    Ok(read.map(Some).map_err(|error| {
        let name = std::any::type_name::<S>();
        ItemError::new(scratch.table(), name, None, ItemReason::Decode(error))
    }))
}

impl<R> Execute<R> {
    fn new(
        target: Target,
        name: &'static str,
        statement: String,
        parameters: &impl Serialize,
        read: Read<R>,
    ) -> Self {
        let parameters = array(parameters).map_err(|error| EncodeError::new(name, error));
        let (consistent, limit, page_size, after) = (false, None, None, None);
        Self { target, name, statement, parameters, consistent, limit, page_size, after, read }
    }

    /// Reads what was written last, at twice the capacity; not on a global index.
    pub fn consistent(mut self) -> Self {
        self.consistent = true;
        self
    }

    /// At most this many items are returned.
    ///
    /// It does not bound what is read: items that the `WHERE` leaves out are read, and charged for, too.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let all = r#"SELECT * FROM "Songs" WHERE Id = ?"#;
    /// assert_eq!(songs.execute::<SongItem>(all, ["1"]).limit(2).await?.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn limit(mut self, items: usize) -> Self {
        self.limit = Some(items);
        self
    }

    /// One request looks at this many items at most, between 1 and what is 1 MB, which is also what it
    /// looks at if it is not said.
    pub fn page_size(mut self, items: u32) -> Self {
        self.page_size = Some(items.max(1));
        self
    }

    /// Goes on where a page of the same statement, with the same parameters, ended; `None` begins at
    /// the beginning.
    pub fn after<'c>(mut self, cursor: impl Into<Option<&'c Cursor>>) -> Self {
        self.after = cursor.into().cloned();
        self
    }

    /// What one request gives, and a cursor to go on with.
    ///
    /// # Errors
    ///
    /// If a request fails. An item that cannot be read is an element of the page.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let all = r#"SELECT * FROM "Songs" WHERE Id = ?"#;
    /// let all = || songs.execute::<SongItem>(all, ["1"]).page_size(3);
    /// let page = all().page().await?;
    /// assert_eq!(page.items().len(), 3);
    /// let rest = all().after(page.cursor()).page().await?;
    /// assert_eq!(rest.items().len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn page(self) -> ExecutePage<R> {
        ExecutePage(self)
    }

    fn binding(&self) -> Result<Binding, EncodeError> {
        let mut binding = Binding::default();
        binding.text(&self.target.table);
        binding.text(&self.statement);
        binding.text(self.parameters()?.unwrap_or_default());
        Ok(binding)
    }

    fn parameters(&self) -> Result<Option<&str>, EncodeError> {
        self.parameters.as_ref().map(Option::as_deref).map_err(Clone::clone)
    }

    /// Where the caller wants it to begin.
    fn start(&self) -> Result<Place, Error> {
        let Some(cursor) = &self.after else { return Ok(Place::Start) };
        let (binding, key) = (self.binding()?, self.target.cursor_key.as_deref());
        match cursor.open(&self.target.table, &binding, key)? {
            [place] => Ok(place.clone()),
            _ => Err(CursorError::new(Some(&self.target.table), CursorReason::OtherQuery).into()),
        }
    }

    fn write(
        &self,
        place: &Place,
        limit: Option<usize>,
        capacity: Capacity,
    ) -> Result<Request, Error> {
        let mut request = Request::of_tables("ExecuteStatement");
        request.text("Statement", &self.statement);
        if let Some(parameters) = self.parameters()? {
            request.raw("Parameters", parameters);
        }
        if self.consistent {
            request.raw("ConsistentRead", "true");
        }
        let page = self.page_size.map(|items| items as usize);
        if let Some(items) = limit.into_iter().chain(page).min() {
            request.raw("Limit", items.clamp(1, i32::MAX as usize).to_string());
        }
        if let Place::After(token) = place {
            request.raw("NextToken", token_of(token)?);
        }
        capacity.write(&mut request);
        Ok(request.end())
    }

    fn first(&self, capacity: Capacity) -> Result<Request, Error> {
        self.write(&self.start()?, self.limit, capacity)
    }

    fn costs(&self, pages: Option<usize>) -> Cost {
        let table = &self.target.table;
        Cost::of_statement(table, &self.statement, self.consistent, pages)
    }
}

impl<R: Send + 'static> Execute<R> {
    async fn send(
        &self,
        place: &Place,
        limit: Option<usize>,
        capacity: Capacity,
    ) -> Result<Answer<R>, Error> {
        let request = self.write(place, limit, capacity)?;
        let (table, read) = (self.target.table.to_string(), self.read);
        let answer = move |body: &[u8]| Answer::read(body, &table, read);
        let sent = transport::call::<ExecuteStatement, _>(&self.target, request, answer).await;
        sent.map_err(|error| self.failure(error))
    }

    /// A lost condition, if it is one.
    fn failure(&self, error: Error) -> Error {
        let reason = match error.code() {
            Some("DuplicateItemException" | "DuplicateItem") => ConditionReason::Exists,
            Some("ConditionalCheckFailedException") => ConditionReason::Where,
            _ => return error,
        };
        ConditionFailed::new("execute", self.name, &self.target.table, reason, None).into()
    }

    /// Sends up to `requests`; what was read before an error comes with it.
    async fn read(
        &self,
        requests: usize,
        capacity: Capacity,
        sum: &mut Response<Items<R>>,
    ) -> Result<Place, Error> {
        let (mut place, mut limit) = (self.start()?, self.limit);
        while sum.requests < requests && limit != Some(0) && place != Place::End {
            let answer = self.send(&place, limit, capacity).await?;
            sum.requests += 1;
            sum.consumed += answer.consumed;
            let before = sum.value.len();
            for item in answer.items {
                match item.map_err(Error::from).transpose() {
                    Some(item) => sum.value.push(item),
                    None => sum.skipped += 1,
                }
            }
            limit = limit.map(|limit| limit.saturating_sub(sum.value.len() - before));
            place = answer.next.unwrap_or(Place::End);
        }
        Ok(place)
    }

    fn build(&self, capacity: Capacity) -> Result<Request, Error> {
        self.first(capacity)
    }

    fn cost(&self) -> Result<Cost, Error> {
        Ok(self.costs(None))
    }

    async fn run(self, capacity: Capacity) -> Result<Response<Vec<R>>, PartialRead<Vec<R>>> {
        let mut sum = Response::none();
        let failed = self.read(usize::MAX, capacity, &mut sum).await.err();
        let Response { value, consumed, requests, scanned, skipped } = sum;
        let value = PartialRead::check(value, failed)?;
        Ok(Response { value, consumed, requests, scanned, skipped })
    }
}

sendable!(Execute<R>, Vec<R>, PartialRead<Vec<R>>);

/// What one request of a statement gives; made by [`Execute::page`].
#[must_use = "nothing is sent until it is awaited"]
#[derive(Debug)]
pub struct ExecutePage<R>(Execute<R>);

impl<R: Send + 'static> ExecutePage<R> {
    fn build(&self, capacity: Capacity) -> Result<Request, Error> {
        self.0.first(capacity)
    }

    fn cost(&self) -> Result<Cost, Error> {
        Ok(self.0.costs(Some(1)))
    }

    async fn run(self, capacity: Capacity) -> Result<Response<Page<R>>, Error> {
        let (execute, mut sum) = (self.0, Response::none());
        let place = execute.read(1, capacity, &mut sum).await?;
        let key = execute.target.cursor_key.as_deref();
        let cursor = match place {
            Place::End => None,
            place => Some(Cursor::new(&execute.binding()?, vec![place], key)),
        };
        Ok(sum.map(|items| Page::new(items, cursor, None)))
    }
}

sendable!(ExecutePage<R>, Page<R>, Error);

impl<R> Answer<R> {
    fn read(body: &[u8], table: &str, read: Read<R>) -> Result<Self, wire::Error> {
        let mut scratch = Scratch::of_query(table, None, None);
        let (mut items, mut next) = (Vec::new(), None);
        let mut consumed = ConsumedCapacity::default();
        answer(body, |reader, name| {
            match name {
                "Items" => {
                    let mut first = true;
                    reader.begin_array()?;
                    while reader.next_element(&mut first)? {
                        items.push(read(reader, &mut scratch)?);
                    }
                }
                "NextToken" => {
                    next = Some(Place::After(format!("{{\"token\":{}}}", reader.skip()?)))
                }
                "ConsumedCapacity" => consumed = ConsumedCapacity::read(reader)?,
                _ => drop(reader.skip()?),
            }
            Ok(())
        })?;
        Ok(Self { items, next, consumed })
    }
}

/// The token that a place has, as JSON: a place is an object.
fn token_of(place: &str) -> Result<String, Error> {
    let (mut reader, mut token) = (Reader::new(place), None);
    let read = members(&mut reader, |reader, _| {
        token = Some(reader.skip()?.to_owned());
        Ok(())
    });
    let broken = || CursorError::new(None, CursorReason::Broken);
    read.map_err(|_| broken())?;
    Ok(token.ok_or_else(broken)?)
}

/// Parameters as a JSON array of attribute values: they are written as a list is.
fn array(parameters: &impl Serialize) -> Result<Option<String>, wire::Error> {
    let json = wire::value_to_vec(parameters)?;
    let (mut reader, mut array) = (Reader::from_bytes(&json)?, None);
    members(&mut reader, |reader, ty| {
        let value = reader.skip()?;
        match (ty, value) {
            ("L", "[]") | ("NULL", _) => {}
            ("L", list) => array = Some(list.to_owned()),
            _ => {
                let what = "the parameters of a statement are a tuple or a list, `()` if none";
                return Err(wire::Error::data(what));
            }
        }
        Ok(())
    })?;
    Ok(array)
}

/// Without the statement, which may have values in it, and without the parameters.
impl<R> fmt::Debug for Execute<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Execute").field("table", &self.target.table).finish_non_exhaustive()
    }
}
