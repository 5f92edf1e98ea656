//! Kinesis data streams that get a table's changes.

use aws_sdk_dynamodb::types as sdk;

use super::wait::Wait;
use super::{awaited, sent, waits};
use crate::error::{Error, TableError, TableReason};
use crate::handle::{TableHandle, Target};
use crate::schema::Table;

/// A Kinesis data stream that gets, or got, the table's changes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct KinesisDestination {
    /// The stream's ARN.
    pub stream_arn: String,
    /// The service's word: `ACTIVE`, `DISABLED`.
    pub status: String,
    /// What the service says of the status.
    pub description: Option<String>,
}

/// Begins or ends to send changes to a stream; made by [`TableHandle::enable_kinesis`] and
/// [`TableHandle::disable_kinesis`].
#[must_use = "nothing is sent until it is awaited"]
pub struct Kinesis {
    target: Target,
    stream_arn: String,
    enable: bool,
    wait: Wait,
}

/// Lists destinations; made by [`TableHandle::kinesis_destinations`].
#[must_use = "nothing is sent until it is awaited"]
pub struct KinesisDestinations {
    target: Target,
}

impl<T: Table> TableHandle<T> {
    /// Sends the table's changes to a Kinesis data stream, by its ARN, and waits until it is `ACTIVE`.
    ///
    /// It does not create the stream, and does not need [`stream`](crate::op::TableSettings::stream),
    /// which is another one. Records may come twice and out of order.
    ///
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/kds.html>
    ///
    /// # Errors
    ///
    /// [`TableError`] if the service gives it up, or it is not `ACTIVE` in time; or if a request fails.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let stream = "arn:aws:kinesis:eu-central-1:111122223333:stream/songs";
    /// songs.enable_kinesis(stream).await?;
    /// assert_eq!(songs.kinesis_destinations().await?[0].status, "ACTIVE");
    /// songs.disable_kinesis(stream).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn enable_kinesis(&self, stream_arn: impl Into<String>) -> Kinesis {
        self.kinesis(stream_arn.into(), true)
    }

    /// Sends no more changes to a Kinesis data stream, and waits until it is `DISABLED`.
    ///
    /// # Errors
    ///
    /// As of [`enable_kinesis`](Self::enable_kinesis).
    pub fn disable_kinesis(&self, stream_arn: impl Into<String>) -> Kinesis {
        self.kinesis(stream_arn.into(), false)
    }

    fn kinesis(&self, stream_arn: String, enable: bool) -> Kinesis {
        Kinesis { target: self.target(), stream_arn, enable, wait: Wait::new() }
    }

    /// The Kinesis data streams that get the table's changes, and those that did in the last 24 hours.
    pub fn kinesis_destinations(&self) -> KinesisDestinations {
        KinesisDestinations { target: self.target() }
    }
}

impl Kinesis {
    async fn run(mut self) -> Result<(), Error> {
        let Self { target, stream_arn, enable, wait } = &mut self;
        let (client, table) = (&target.client, &*target.table);
        let done = match enable {
            true => {
                let enable = client.enable_kinesis_streaming_destination().table_name(table);
                let enable = enable.stream_arn(&*stream_arn).send();
                sent("EnableKinesisStreamingDestination", target, enable).await?;
                "ACTIVE"
            }
            false => {
                let disable = client.disable_kinesis_streaming_destination().table_name(table);
                let disable = disable.stream_arn(&*stream_arn).send();
                sent("DisableKinesisStreamingDestination", target, disable).await?;
                "DISABLED"
            }
        };
        wait.begin();
        loop {
            let found =
                destinations(target).await?.into_iter().find(|it| it.stream_arn == *stream_arn);
            let (status, description) = match found {
                Some(found) => (found.status, found.description),
                // One that is disabled is forgotten some time.
                None if !*enable => return Ok(()),
                None => ("UNKNOWN".to_owned(), None),
            };
            if status == done {
                return Ok(());
            }
            if status == sdk::DestinationStatus::EnableFailed.as_str() {
                let what = "the Kinesis destination".to_owned();
                let reason = TableReason::Failed { what, message: description.unwrap_or(status) };
                return Err(TableError::new(&target.table, reason).into());
            }
            wait.pause(target, "the Kinesis destination", Some(&status)).await?;
        }
    }
}

impl KinesisDestinations {
    async fn run(self) -> Result<Vec<KinesisDestination>, Error> {
        destinations(&self.target).await
    }
}

async fn destinations(target: &Target) -> Result<Vec<KinesisDestination>, Error> {
    let describe = target.client.describe_kinesis_streaming_destination();
    let describe = describe.table_name(&*target.table).send();
    let answer = sent("DescribeKinesisStreamingDestination", target, describe).await?;
    let destinations = answer.kinesis_data_stream_destinations.into_iter().flatten();
    let destinations = destinations.map(|it| KinesisDestination {
        stream_arn: it.stream_arn.unwrap_or_default(),
        status: it.destination_status.map_or("UNKNOWN".into(), |it| it.as_str().to_owned()),
        description: it.destination_status_description,
    });
    Ok(destinations.collect())
}

waits!(Kinesis);
awaited!(Kinesis, ());
awaited!(KinesisDestinations, Vec<KinesisDestination>);
