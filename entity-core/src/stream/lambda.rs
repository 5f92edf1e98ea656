//! Lambda's events, and partial failures of their batches.

use aws_lambda_events::event::dynamodb::{Event, EventRecord};
use aws_lambda_events::event::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};

use super::{Handled, Image, Record, Records};
use crate::error::{RecordError, RecordReason};
use crate::item::Readable;
use crate::schema::Table;
use crate::wire;

impl<O: Image, N: Image<Item = O::Item>> Record<O, N> {
    /// Reads a record of a Lambda event; `None` if the item is another entity of the table.
    ///
    /// # Errors
    ///
    /// As of [`from_json`](Self::from_json).
    pub fn from_lambda(record: &EventRecord) -> Result<Option<Self>, RecordError> {
        let table = <O::Item as Readable>::Table::SCHEMA.name;
        match serde_json::to_vec(record) {
            Ok(json) => Self::read_bytes(&json, table),
            Err(error) => {
                let reason = RecordReason::Form(wire::Error::data(&error.to_string()));
                let number = record.change.sequence_number.clone();
                Err(RecordError::new(number, Some(record.event_id.clone()), "", reason))
            }
        }
    }
}

impl<O: Image, N: Image<Item = O::Item>> Records<O, N> {
    /// Reads the records of a Lambda event.
    ///
    /// `aws_lambda_events` reads an event as a whole, so that there a record of an unknown form fails
    /// all of it; [`from_json`](Self::from_json) reads the text of the event record by record.
    ///
    /// # Example
    ///
    /// A function of Lambda whose event source has `ReportBatchItemFailures`:
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use aws_lambda_events::event::dynamodb::Event;
    /// use aws_lambda_events::event::streams::DynamoDbEventResponse;
    /// use entity_core::stream::{Change, Records};
    ///
    /// async fn function(event: Event) -> DynamoDbEventResponse {
    ///     let records: Records<SongItem> = Records::from_lambda(&event);
    ///     let handled = records.handle(async |record| match record?.change {
    ///         Change::Inserted { new: SongItem::Song(song) } => announce(&song).await,
    ///         _ => Ok(()),
    ///     });
    ///     handled.await.response()
    /// }
    ///
    /// # async fn announce(song: &Song) -> Result<(), Box<dyn std::error::Error>> {
    /// #     if song.title == "One" { Err("nobody listens".into()) } else { Ok(()) }
    /// # }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let inserted = |number: &str, title: &str| serde_json::json!({
    ///     "awsRegion": "us-east-1", "eventID": number, "eventName": "INSERT",
    ///     "dynamodb": {
    ///         "SequenceNumber": number, "SizeBytes": 60, "StreamViewType": "NEW_AND_OLD_IMAGES",
    ///         "Keys": {"Id": {"S": number}, "Metadata": {"S": "Details"}},
    ///         "NewImage": {"Id": {"S": number}, "Metadata": {"S": "Details"},
    ///                      "Title": {"S": title}, "Artist": {"S": "Metallica"}},
    ///     },
    /// });
    /// let records = [inserted("1", "Orion"), inserted("2", "One"), inserted("3", "Battery")];
    /// let event = serde_json::from_value(serde_json::json!({ "Records": records }))?;
    ///
    /// // `announce` fails on "One"; that record and those after it come again.
    /// let response = serde_json::to_value(function(event).await)?;
    /// let again = serde_json::json!({"batchItemFailures": [{"itemIdentifier": "2"}]});
    /// assert_eq!(response, again);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn from_lambda(event: &Event) -> Self {
        let mut records = Self::default();
        event.records.iter().for_each(|record| records.push(Record::from_lambda(record)));
        records
    }
}

impl<E> Handled<E> {
    /// Lambda's answer: no failure, or the record that failed, from which on Lambda hands them over
    /// again.
    ///
    /// Lambda needs to be told to look at it, by `ReportBatchItemFailures` of the event source
    /// mapping; otherwise it takes any answer for success. A record without a sequence number makes
    /// it hand over the whole batch again.
    ///
    /// <https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html>
    #[must_use]
    pub fn response(&self) -> DynamoDbEventResponse {
        let mut response = DynamoDbEventResponse::default();
        if let Some(failed) = &self.failed {
            let mut failure = DynamoDbBatchItemFailure::default();
            failure.item_identifier = Some(failed.sequence_number.clone().unwrap_or_default());
            response.batch_item_failures.push(failure);
        }
        response
    }
}
