//! `Records`: many records, each by itself.

use super::{Image, Record};
use crate::error::{RecordError, RecordReason};
use crate::item::Readable;
use crate::page::members;
use crate::schema::Table;
use crate::wire;
use crate::wire::read::Reader;

/// Records in the order of their stream: a result for each, as one that cannot be read does not hide
/// the others. Those of other entities are passed over, and counted.
///
/// # Example
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
/// use entity_core::stream::Records;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let event = br#"{"Records": [
///     {"eventName": "REMOVE", "dynamodb": {
///         "SequenceNumber": "1", "Keys": {"Id": {"S": "1"}, "Metadata": {"S": "Month-2018-01"}},
///         "OldImage": {"Id": {"S": "1"}, "Metadata": {"S": "Month-2018-01"},
///                      "DownloadMonth": {"S": "2018-01"}, "Downloads": {"N": "3"}}}},
///     {"eventName": "REMOVE", "dynamodb": {
///         "SequenceNumber": "2", "Keys": {"Id": {"S": "1"}, "Metadata": {"S": "Details"}},
///         "OldImage": {"Id": {"S": "1"}, "Metadata": {"S": "Details"}, "Title": {"N": "1"}}}}
/// ]}"#;
/// let records: Records<Song> = Records::from_json(event)?;
/// assert_eq!(records.skipped(), 1); // the count
/// let [Err(error)] = records.as_slice() else { panic!() };
/// assert_eq!(error.sequence_number(), Some("2"));
/// assert_eq!(
///     error.to_string(),
///     "stream record 2: Songs/Song 1/Details: Title: expected S, found N",
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Records<O, N = O> {
    results: Vec<Result<Record<O, N>, RecordError>>,
    skipped: usize,
}

impl<O, N> Records<O, N> {
    /// A result for each record.
    pub fn as_slice(&self) -> &[Result<Record<O, N>, RecordError>] {
        &self.results
    }

    /// How many records were of other entities of the table.
    #[must_use]
    pub fn skipped(&self) -> usize {
        self.skipped
    }

    /// Hands the records to `handle`, one after the other, up to the first that it fails on.
    ///
    /// So the changes of each item are handled in their order, and none before one that failed. A
    /// record that cannot be read is handed over too, as an error: `let record = record?;` fails on it.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # use entity_core::stream::Records;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let event = br#"{"Records": [{"eventName": "MODIFY", "dynamodb": {"SequenceNumber": "1"}}]}"#;
    /// let records: Records<SongItem> = Records::from_json(event)?;
    /// let handled = records
    ///     .handle(async |record| {
    ///         let _record = record?; // this one has no `Keys`
    ///         Ok::<_, entity_core::Error>(())
    ///     })
    ///     .await;
    /// let failed = handled.failed.unwrap();
    /// assert_eq!(handled.records, 0);
    /// assert_eq!(failed.sequence_number.as_deref(), Some("1"));
    /// assert_eq!(failed.error.to_string(), "stream record 1: dynamodb.Keys: is missing");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn handle<E>(
        self,
        mut handle: impl AsyncFnMut(Result<Record<O, N>, RecordError>) -> Result<(), E>,
    ) -> Handled<E> {
        let mut handled = Handled { records: 0, skipped: self.skipped, failed: None };
        for record in self.results {
            let sequence_number = number(&record).map(str::to_owned);
            if let Err(error) = handle(record).await {
                handled.failed = Some(FailedRecord { sequence_number, error });
                break;
            }
            handled.records += 1;
        }
        handled
    }
}

impl<O: Image, N: Image<Item = O::Item>> Records<O, N> {
    /// Reads the records of an event or of an answer: `{"Records":[..]}`.
    ///
    /// # Errors
    ///
    /// If the text is not that of an object with `Records`. A record that cannot be read is an error in
    /// its place.
    pub fn from_json(json: &[u8]) -> Result<Self, RecordError> {
        let table = <O::Item as Readable>::Table::SCHEMA.name;
        let form = |error| {
            let text = String::from_utf8_lossy(json);
            RecordError::new(None, None, &text, RecordReason::Form(error))
        };
        let (mut records, mut found) = (Self::default(), false);
        let mut reader = Reader::from_bytes(json).map_err(form)?;
        let read = members(&mut reader, |reader, name| {
            if name != "Records" {
                return reader.skip().map(drop);
            }
            (found, records) = (true, Self::default());
            let mut first = true;
            reader.begin_array().map_err(|error| error.at_name("Records"))?;
            while reader.next_element(&mut first)? {
                records.push(Record::read(reader.skip()?, table));
            }
            Ok(())
        });
        read.and_then(|()| reader.end()).map_err(form)?;
        match found {
            true => Ok(records),
            false => Err(form(wire::Error::data("is missing").at_name("Records"))),
        }
    }

    pub(super) fn push(&mut self, record: Result<Option<Record<O, N>>, RecordError>) {
        match record.transpose() {
            Some(record) => self.results.push(record),
            None => self.skipped += 1,
        }
    }
}

#[cfg(feature = "streams")]
impl<O, N> Records<O, N> {
    /// Takes out the first records. Says the number of the last of them that has one, and how many are
    /// left.
    pub(super) fn split(&mut self, count: usize) -> (Option<String>, usize) {
        let taken = self.results.drain(..count.min(self.results.len()));
        let numbers = taken.filter_map(|record| number(&record).map(str::to_owned));
        (numbers.last(), self.results.len())
    }
}

/// The sequence number of a record, where it could be read.
fn number<O, N>(record: &Result<Record<O, N>, RecordError>) -> Option<&str> {
    match record {
        Ok(record) => record.sequence_number(),
        Err(error) => error.sequence_number(),
    }
}

impl<O, N> Default for Records<O, N> {
    fn default() -> Self {
        Self { results: Vec::new(), skipped: 0 }
    }
}

impl<O, N> IntoIterator for Records<O, N> {
    type Item = Result<Record<O, N>, RecordError>;
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.results.into_iter()
    }
}

/// How far records were handled.
#[derive(Debug)]
#[non_exhaustive]
pub struct Handled<E> {
    /// How many were handled, all in front of the one that failed.
    pub records: usize,
    /// How many were of other entities of the table.
    pub skipped: usize,
    /// The record that failed; those after it were not handled.
    pub failed: Option<FailedRecord<E>>,
}

/// A record that was not handled.
#[derive(Debug)]
#[non_exhaustive]
pub struct FailedRecord<E> {
    /// Its sequence number, where it could be read.
    pub sequence_number: Option<String>,
    /// Why it was not.
    pub error: E,
}
