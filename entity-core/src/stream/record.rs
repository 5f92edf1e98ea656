//! `Record`: one change, and what the stream says of it.

use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, SystemTime};

use super::image::Seen;
use super::{Change, Image};
use crate::error::{RecordError, RecordReason};
use crate::item::Readable;
use crate::page::members;
use crate::schema::Table;
use crate::wire;
use crate::wire::read::Reader;

/// A record of a stream: a [`Change`], and when and where it happened.
///
/// It is made [from JSON](Self::from_json), as Lambda, EventBridge Pipes and the streams API have it;
/// [`Records`](super::Records) makes many at once.
#[derive(Clone, PartialEq)]
pub struct Record<O, N = O> {
    /// What happened.
    pub change: Change<O, N>,
    sequence_number: Option<String>,
    event_id: Option<String>,
    time: Option<SystemTime>,
    keys: String,
}

impl<O, N> Record<O, N> {
    /// The record's place in its shard: numbers grow, with gaps, and are compared as numbers.
    #[must_use]
    pub fn sequence_number(&self) -> Option<&str> {
        self.sequence_number.as_deref()
    }

    /// What the service calls the change, the same each time that it is read.
    #[must_use]
    pub fn event_id(&self) -> Option<&str> {
        self.event_id.as_deref()
    }

    /// When it happened, to about a second.
    #[must_use]
    pub fn time(&self) -> Option<SystemTime> {
        self.time
    }

    /// The item's primary key, as DynamoDB JSON: changes of one item, which are in order, have one.
    #[must_use]
    pub fn keys(&self) -> &str {
        &self.keys
    }
}

impl<O: Image, N: Image<Item = O::Item>> Record<O, N> {
    /// Reads a record of JSON, as an element of `Records` of a Lambda event or of an answer of the
    /// streams API; `None` if the item is another entity of the table.
    ///
    /// # Errors
    ///
    /// If the text is not a record of a stream, has no image that is asked for, or an image is not an
    /// item of the type.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use entity_core::stream::{Change, Record};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let json = br#"{
    ///     "eventID": "c4ca4238", "eventName": "REMOVE",
    ///     "userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"},
    ///     "dynamodb": {
    ///         "ApproximateCreationDateTime": 1722960000, "SequenceNumber": "4421584500000000017",
    ///         "Keys": {"Id": {"S": "7"}, "Metadata": {"S": "Details"}},
    ///         "OldImage": {
    ///             "Id": {"S": "7"}, "Metadata": {"S": "Details"},
    ///             "Title": {"S": "One"}, "Artist": {"S": "Metallica"}
    ///         }
    ///     }
    /// }"#;
    /// let record: Record<SongItem> = Record::from_json(json)?.unwrap();
    /// assert_eq!(record.sequence_number(), Some("4421584500000000017"));
    /// match record.change {
    ///     Change::Removed { old: SongItem::Song(song), by_ttl } => {
    ///         assert_eq!((song.title.as_str(), by_ttl), ("One", true));
    ///     }
    ///     other => panic!("{other:?}"),
    /// }
    ///
    /// // It is no count.
    /// let other: Option<Record<MonthlyCount>> = Record::from_json(json)?;
    /// assert_eq!(other, None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_json(json: &[u8]) -> Result<Option<Self>, RecordError> {
        Self::read_bytes(json, <O::Item as Readable>::Table::SCHEMA.name)
    }

    pub(super) fn read_bytes(json: &[u8], table: &str) -> Result<Option<Self>, RecordError> {
        let text = String::from_utf8_lossy(json);
        let form = |error| RecordError::new(None, None, &text, RecordReason::Form(error));
        let mut reader = Reader::from_bytes(json).map_err(form)?;
        let record = reader.skip().map_err(form)?;
        reader.end().map_err(form)?;
        Self::read(record, table)
    }

    /// Reads a record whose JSON has been walked before.
    pub(super) fn read(text: &str, table: &str) -> Result<Option<Self>, RecordError> {
        let mut raw = Raw::default();
        let read = raw.walk(text).map_err(RecordReason::Form);
        let change = read.and_then(|()| raw.change(table));
        let Raw { sequence_number, event_id, time, keys, .. } = raw;
        match change {
            Ok(change) => Ok(change.map(|change| {
                let keys = keys.unwrap_or_default().to_owned();
                Self { change, sequence_number, event_id, time, keys }
            })),
            Err(reason) => Err(RecordError::new(sequence_number, event_id, text, reason)),
        }
    }
}

/// Without the key.
impl<O: fmt::Debug, N: fmt::Debug> fmt::Debug for Record<O, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("change", &self.change)
            .field("sequence_number", &self.sequence_number)
            .field("event_id", &self.event_id)
            .field("time", &self.time)
            .finish_non_exhaustive()
    }
}

/// The parts of a record's text.
#[derive(Default)]
struct Raw<'t> {
    name: Cow<'t, str>,
    sequence_number: Option<String>,
    event_id: Option<String>,
    time: Option<SystemTime>,
    keys: Option<&'t str>,
    old: Option<&'t str>,
    new: Option<&'t str>,
    by_ttl: bool,
}

/// Who removes items whose time to live is over.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html>
const TTL: [&str; 2] = ["Service", "dynamodb.amazonaws.com"];

impl<'t> Raw<'t> {
    /// Reads the parts; those that can be read are there also if others cannot.
    fn walk(&mut self, text: &'t str) -> Result<(), wire::Error> {
        let mut broken = Ok(());
        members(&mut Reader::new(text), |reader, name| {
            let value = reader.skip()?;
            let at_name = |error: wire::Error| error.at_name(name);
            let read = match name {
                "eventID" => string(value).map(|id| self.event_id = id.map(Cow::into_owned)),
                "eventName" => string(value).map(|name| self.name = name.unwrap_or_default()),
                "userIdentity" => identity(value).map(|who| self.by_ttl = who == TTL),
                "dynamodb" => self.walk_change(value),
                _ => Ok(()),
            };
            broken = std::mem::replace(&mut broken, Ok(())).and(read.map_err(at_name));
            Ok(())
        })?;
        broken
    }

    fn walk_change(&mut self, text: &'t str) -> Result<(), wire::Error> {
        let mut broken = Ok(());
        members(&mut Reader::new(text), |reader, name| {
            let value = reader.skip()?;
            let at_name = |error: wire::Error| error.at_name(name);
            let read = match name {
                "SequenceNumber" => {
                    string(value).map(|number| self.sequence_number = number.map(Cow::into_owned))
                }
                "ApproximateCreationDateTime" => moment(value).map(|time| self.time = time),
                "Keys" => item(value).map(|keys| self.keys = keys),
                "OldImage" => item(value).map(|image| self.old = image),
                "NewImage" => item(value).map(|image| self.new = image),
                _ => Ok(()),
            };
            broken = std::mem::replace(&mut broken, Ok(())).and(read.map_err(at_name));
            Ok(())
        })?;
        broken
    }

    fn change<O, N>(&self, table: &str) -> Result<Option<Change<O, N>>, RecordReason>
    where
        O: Image,
        N: Image<Item = O::Item>,
    {
        let missing = |name| RecordReason::Form(wire::Error::data("is missing").at_name(name));
        let keys = self.keys.ok_or_else(|| missing("Keys").in_change())?;
        let old = || O::read(&Seen { name: "OldImage", image: self.old, keys, table });
        let new = || N::read(&Seen { name: "NewImage", image: self.new, keys, table });
        match &*self.name {
            "INSERT" => Ok(new()?.map(|new| Change::Inserted { new })),
            "REMOVE" => Ok(old()?.map(|old| Change::Removed { old, by_ttl: self.by_ttl })),
            "MODIFY" => match (old()?, new()?) {
                (Some(old), Some(new)) => Ok(Some(Change::Modified { old, new })),
                (None, None) => Ok(None),
                _ => Err(RecordReason::OtherEntity),
            },
            "" => Err(missing("eventName")),
            _ => {
                let what = "expected INSERT, MODIFY or REMOVE";
                Err(RecordReason::Form(wire::Error::data(what).at_name("eventName")))
            }
        }
    }
}

impl RecordReason {
    fn in_change(self) -> Self {
        match self {
            Self::Form(error) => Self::Form(error.at_name("dynamodb")),
            other => other,
        }
    }
}

fn is_null(text: &str) -> bool {
    text == "null"
}

fn string(text: &str) -> Result<Option<Cow<'_, str>>, wire::Error> {
    if is_null(text) {
        return Ok(None);
    }
    Reader::new(text).string().map(Some).map_err(|_| wire::Error::data("expected a string"))
}

/// An item; one without attributes is none.
fn item(text: &str) -> Result<Option<&str>, wire::Error> {
    if is_null(text) {
        return Ok(None);
    }
    let (mut reader, mut first) = (Reader::new(text), true);
    reader.begin_object().map_err(|_| wire::Error::data("expected an item"))?;
    Ok(reader.next_key(&mut first)?.map(|_| text))
}

/// Seconds of Unix time; 0, which Lambda's types have where the event has none, is none.
fn moment(text: &str) -> Result<Option<SystemTime>, wire::Error> {
    if is_null(text) {
        return Ok(None);
    }
    let seconds = Reader::new(text).float();
    let seconds = seconds.map_err(|_| wire::Error::data("expected seconds of Unix time"))?;
    let since = Duration::try_from_secs_f64(seconds).ok().filter(|since| !since.is_zero());
    Ok(since.and_then(|since| SystemTime::UNIX_EPOCH.checked_add(since)))
}

/// Type and principal, which Lambda and the streams API spell in two ways.
fn identity(text: &str) -> Result<[Cow<'_, str>; 2], wire::Error> {
    let mut who = [Cow::Borrowed(""), Cow::Borrowed("")];
    if is_null(text) {
        return Ok(who);
    }
    let [ty, principal] = &mut who;
    members(&mut Reader::new(text), |reader, name| {
        let value = reader.skip()?;
        match name {
            "type" | "Type" => *ty = string(value)?.unwrap_or_default(),
            "principalId" | "PrincipalId" => *principal = string(value)?.unwrap_or_default(),
            _ => {}
        }
        Ok(())
    })?;
    Ok(who)
}
