//! What reads return: `Page`, and `Response` with what it cost.

use std::ops::AddAssign;

use crate::cursor::Cursor;
use crate::error::{Bound, Error, PartialRead};
use crate::wire;
use crate::wire::read::Reader;

/// What an operation returned, in full.
///
/// # Example
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let songs = songs().await?;
/// let response = songs.query(SongItem::partition("1")).all().response().await?;
/// assert_eq!(response.value.len(), 4);
/// assert_eq!((response.requests, response.scanned, response.skipped), (1, 4, 0));
/// assert!(response.consumed.units > 0.0);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Response<V> {
    /// The value that awaiting the operation gives.
    pub value: V,
    /// The capacity that was consumed, all requests together.
    pub consumed: ConsumedCapacity,
    /// How many requests it took, the SDK's retries not counted.
    pub requests: usize,
    /// How many items the service looked at.
    pub scanned: u64,
    /// How many items were passed over, as they are other entities of the table.
    pub skipped: u64,
}

impl<V> Response<V> {
    /// The same, of one request, without items looked at.
    pub(crate) fn of(value: V, consumed: ConsumedCapacity) -> Self {
        Self { value, consumed, requests: 1, scanned: 0, skipped: 0 }
    }

    pub(crate) fn map<W>(self, map: impl FnOnce(V) -> W) -> Response<W> {
        let Self { value, consumed, requests, scanned, skipped } = self;
        Response { value: map(value), consumed, requests, scanned, skipped }
    }
}

impl<V: Default> Response<V> {
    /// What there is before the first request.
    pub(crate) fn none() -> Self {
        Self { requests: 0, ..Self::of(V::default(), ConsumedCapacity::default()) }
    }
}

/// Capacity units that were consumed.
///
/// An operation asks for them in `response()` only; awaited by itself, it does not. Engines other
/// than the service may leave parts out.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ConsumedCapacity {
    /// The units of table and indexes together.
    pub units: f64,
    /// The table's units.
    pub table: f64,
    /// The units of each index that took part.
    pub indexes: Vec<(String, f64)>,
    /// The bytes that were written to vector indexes, or searched, for which the service charges instead
    /// of units.
    pub vector_bytes: f64,
}

impl ConsumedCapacity {
    /// Reads `ConsumedCapacity` of an operation on several tables, and adds it up.
    pub(crate) fn read_all(reader: &mut Reader<'_>) -> Result<Self, wire::Error> {
        let (mut sum, mut first) = (Self::default(), true);
        reader.begin_array()?;
        while reader.next_element(&mut first)? {
            sum += Self::read(reader)?;
        }
        Ok(sum)
    }

    /// Reads `ConsumedCapacity` of an answer.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, wire::Error> {
        let mut capacity = Self::default();
        members(reader, |reader, name| {
            match name {
                "CapacityUnits" => capacity.units = reader.float()?,
                "Table" => capacity.table = units(reader)?,
                VECTORS_SEARCHED => capacity.vector_bytes = reader.float()?,
                "VectorIndexes" => members(reader, |reader, _| {
                    capacity.vector_bytes += vector_bytes(reader)?;
                    Ok(())
                })?,
                "GlobalSecondaryIndexes" | "LocalSecondaryIndexes" => {
                    members(reader, |reader, index| {
                        capacity.indexes.push((index.to_owned(), units(reader)?));
                        Ok(())
                    })?;
                }
                _ => drop(reader.skip()?),
            }
            Ok(())
        })?;
        Ok(capacity)
    }
}

/// Adds what another request consumed.
impl AddAssign for ConsumedCapacity {
    fn add_assign(&mut self, other: Self) {
        self.units += other.units;
        self.table += other.table;
        self.vector_bytes += other.vector_bytes;
        for (index, units) in other.indexes {
            match self.indexes.iter_mut().find(|(name, _)| *name == index) {
                Some((_, sum)) => *sum += units,
                None => self.indexes.push((index, units)),
            }
        }
    }
}

const VECTORS_SEARCHED: &str = "VectorSearchRequestBytes";

/// What one vector index took.
fn vector_bytes(reader: &mut Reader<'_>) -> Result<f64, wire::Error> {
    let mut bytes = 0.0;
    members(reader, |reader, name| {
        match name {
            VECTORS_SEARCHED | "VectorWriteRequestBytes" => bytes += reader.float()?,
            _ => drop(reader.skip()?),
        }
        Ok(())
    })?;
    Ok(bytes)
}

fn units(reader: &mut Reader<'_>) -> Result<f64, wire::Error> {
    let mut units = 0.0;
    members(reader, |reader, name| {
        match name {
            "CapacityUnits" => units = reader.float()?,
            _ => drop(reader.skip()?),
        }
        Ok(())
    })?;
    Ok(units)
}

/// Walks an object; `each` reads the value of the name it is given.
pub(crate) fn members<'de>(
    reader: &mut Reader<'de>,
    mut each: impl FnMut(&mut Reader<'de>, &str) -> Result<(), wire::Error>,
) -> Result<(), wire::Error> {
    reader.begin_object()?;
    let mut first = true;
    while let Some(name) = reader.next_key(&mut first)? {
        each(reader, &name)?;
    }
    Ok(())
}

/// Items of a query or of a scan, and where to go on.
///
/// # Example
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let songs = songs().await?;
/// let page = songs.query(MonthlyCount::partition("1")).limit(2).page().await?;
/// assert!(page.cursor().is_some());
/// let months = page.into_items()?;
/// assert_eq!(months.len(), 2);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Page<R> {
    items: Vec<Result<R, Error>>,
    cursor: Option<Cursor>,
    stopped: Option<Bound>,
}

impl<R> Page<R> {
    pub(crate) fn new(
        items: Vec<Result<R, Error>>,
        cursor: Option<Cursor>,
        stopped: Option<Bound>,
    ) -> Self {
        Self { items, cursor, stopped }
    }

    /// A result for each item, in order; an item that cannot be read does not hide the others.
    pub fn items(&self) -> &[Result<R, Error>] {
        &self.items
    }

    /// Where the next page begins; `None` once there is none.
    ///
    /// A cursor does not promise that an item follows: the last page may be empty.
    #[must_use]
    pub fn cursor(&self) -> Option<&Cursor> {
        self.cursor.as_ref()
    }

    /// What bound of its cost the read came to, so that the page has less than was asked for; `None` if
    /// it came to none. It is [`Bound::MaxRequests`] only if a page has a limit, as it is one request
    /// otherwise.
    #[must_use]
    pub fn stopped(&self) -> Option<Bound> {
        self.stopped
    }

    /// The items, if all could be read.
    ///
    /// # Errors
    ///
    /// If some could not; the error carries the others.
    pub fn into_items(self) -> Result<Vec<R>, PartialRead<Vec<R>>> {
        PartialRead::check(self.items, None)
    }
}

impl<R> IntoIterator for Page<R> {
    type Item = Result<R, Error>;
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

/// Walks an answer's body, to its very end: a body that was cut off is an error.
pub(crate) fn answer<'de>(
    body: &'de [u8],
    each: impl FnMut(&mut Reader<'de>, &str) -> Result<(), wire::Error>,
) -> Result<(), wire::Error> {
    let mut reader = Reader::from_bytes(body)?;
    members(&mut reader, each)?;
    reader.end()
}
