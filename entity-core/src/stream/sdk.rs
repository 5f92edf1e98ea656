//! The SDK's records, as JSON.

use aws_sdk_dynamodbstreams::types::Record as SdkRecord;

use super::{Image, Record};
use crate::error::RecordError;
use crate::item::{Readable, to_json};
use crate::schema::Table;
use crate::wire::write;

impl<O: Image, N: Image<Item = O::Item>> Record<O, N> {
    /// Reads a record as the SDK's client of DynamoDB Streams holds it; `None` if the item is another
    /// entity of the table.
    ///
    /// # Errors
    ///
    /// As of [`from_json`](Self::from_json).
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use aws_sdk_dynamodbstreams::types::{AttributeValue, OperationType, Record, StreamRecord};
    /// use entity_core::stream::{Change, Keys};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let record = StreamRecord::builder()
    ///     .keys("Id", AttributeValue::S("1".into()))
    ///     .keys("Metadata", AttributeValue::S("Details".into()))
    ///     .sequence_number("111")
    ///     .build();
    /// let record = Record::builder().event_name(OperationType::Remove).dynamodb(record).build();
    ///
    /// let read = entity_core::stream::Record::<Keys<SongItem>>::from_sdk(&record)?.unwrap();
    /// assert_eq!(read.sequence_number(), Some("111"));
    /// let Change::Removed { old, by_ttl: false } = read.change else { panic!() };
    /// assert_eq!(old.entity(), Some("Song"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_sdk(record: &SdkRecord) -> Result<Option<Self>, RecordError> {
        Self::read_bytes(&json(record), <O::Item as Readable>::Table::SCHEMA.name)
    }

    pub(super) fn of_sdk(record: &SdkRecord, table: &str) -> Result<Option<Self>, RecordError> {
        Self::read_bytes(&json(record), table)
    }
}

/// The record, as the streams API sends it.
fn json(record: &SdkRecord) -> Vec<u8> {
    let mut out = Object::new();
    out.text("eventID", record.event_id());
    out.text("eventName", record.event_name().map(|name| name.as_str()));
    if let Some(identity) = record.user_identity() {
        let mut inner = Object::new();
        inner.text("Type", identity.r#type());
        inner.text("PrincipalId", identity.principal_id());
        out.json("userIdentity", &inner.end());
    }
    if let Some(change) = record.dynamodb() {
        let mut inner = Object::new();
        if let Some(time) = change.approximate_creation_date_time() {
            inner.json("ApproximateCreationDateTime", time.as_secs_f64().to_string().as_bytes());
        }
        inner.text("SequenceNumber", change.sequence_number());
        let images = [("Keys", change.keys()), ("OldImage", change.old_image())];
        for (name, item) in images.into_iter().chain([("NewImage", change.new_image())]) {
            item.iter().for_each(|item| inner.json(name, &to_json(item)));
        }
        out.json("dynamodb", &inner.end());
    }
    out.end()
}

struct Object(Vec<u8>);

impl Object {
    fn new() -> Self {
        Self(b"{".to_vec())
    }

    fn json(&mut self, name: &str, json: &[u8]) {
        if self.0.len() > 1 {
            self.0.push(b',');
        }
        write::string(&mut self.0, name);
        self.0.push(b':');
        self.0.extend_from_slice(json);
    }

    fn text(&mut self, name: &str, text: Option<&str>) {
        let mut json = Vec::new();
        if let Some(text) = text {
            write::string(&mut json, text);
            self.json(name, &json);
        }
    }

    fn end(mut self) -> Vec<u8> {
        self.0.push(b'}');
        self.0
    }
}
