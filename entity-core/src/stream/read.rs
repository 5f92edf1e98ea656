//! One read of a shard, and what its answer means.

use std::error::Error as StdError;
use std::fmt;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodbstreams::Client;
use aws_sdk_dynamodbstreams::types::{Record, ShardIteratorType};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::error::{Error, Refusal, ServiceError};

/// Where a read begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// At the oldest record that there is.
    Horizon,
    /// At the first record that the shard ever had, which has this number.
    Start(String),
    /// After a record.
    After(String),
}

/// A read of a shard that is to be sent.
pub(super) struct Read {
    pub(super) client: Client,
    pub(super) stream: String,
    pub(super) shard: String,
    pub(super) place: Place,
    /// Where the last read ended, if there was one.
    pub(super) iterator: Option<String>,
    pub(super) limit: i32,
}

pub(super) enum Outcome {
    /// Records; `next` is none once the shard is at its end.
    Records { records: Vec<Record>, next: Option<String> },
    /// What follows the place is gone.
    Lost,
    /// The service asks for a slower pace.
    Slower,
    /// The request failed in a way that may pass.
    Again(Error),
    /// The request is refused.
    Failed(Error),
}

impl Read {
    pub(super) async fn send(mut self) -> Outcome {
        // An iterator lasts 15 minutes; one that has expired is got anew.
        for _ in 0..2 {
            let iterator = match self.iterator.take() {
                Some(iterator) => iterator,
                None => match self.new_iterator().await {
                    Ok(iterator) => iterator,
                    Err(outcome) => return outcome,
                },
            };
            let request = self.client.get_records().shard_iterator(iterator).limit(self.limit);
            match request.send().await {
                Ok(answer) => {
                    let (records, next) = (answer.records, answer.next_shard_iterator);
                    return Outcome::Records { records: records.unwrap_or_default(), next };
                }
                Err(error) => match error.code() {
                    Some("ExpiredIteratorException") => {}
                    // Nothing was promised of what is before the oldest record.
                    Some("TrimmedDataAccessException") if self.place == Place::Horizon => {}
                    _ => return outcome("GetRecords", &self.stream, error),
                },
            }
        }
        Outcome::Slower
    }

    async fn new_iterator(&mut self) -> Result<String, Outcome> {
        loop {
            let request = self.client.get_shard_iterator();
            let request = request.stream_arn(&self.stream).shard_id(&self.shard);
            let request = match &self.place {
                Place::Horizon => request.shard_iterator_type(ShardIteratorType::TrimHorizon),
                Place::Start(number) => request
                    .shard_iterator_type(ShardIteratorType::AtSequenceNumber)
                    .sequence_number(number),
                Place::After(number) => request
                    .shard_iterator_type(ShardIteratorType::AfterSequenceNumber)
                    .sequence_number(number),
            };
            match request.send().await {
                Ok(answer) => match answer.shard_iterator {
                    Some(iterator) => return Ok(iterator),
                    None => return Err(Outcome::Slower),
                },
                // No record may have the number that a shard says it begins with.
                Err(error)
                    if matches!(self.place, Place::Start(_))
                        && error.code() == Some("ValidationException") =>
                {
                    self.place = Place::Horizon;
                }
                Err(error) => return Err(outcome("GetShardIterator", &self.stream, error)),
            }
        }
    }
}

fn outcome<E>(operation: &'static str, stream: &str, error: SdkError<E, HttpResponse>) -> Outcome
where
    E: StdError + ProvideErrorMetadata + Send + Sync + 'static,
{
    if error.code() == Some("TrimmedDataAccessException") {
        return Outcome::Lost;
    }
    if is_throttled(&error) {
        return Outcome::Slower;
    }
    let refused = matches!(status(&error), Some(400..=499));
    let error = failed(operation, stream, error);
    if refused { Outcome::Failed(error) } else { Outcome::Again(error) }
}

/// Whether the service asks for a slower pace: streams say `LimitExceededException`.
pub(super) fn is_throttled<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    let codes = [
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
    ];
    error.code().is_some_and(|code| codes.contains(&code))
}

fn status<E>(error: &SdkError<E, HttpResponse>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}

pub(super) fn failed<E>(
    operation: &'static str,
    of: &str,
    error: SdkError<E, HttpResponse>,
) -> Error
where
    E: StdError + ProvideErrorMetadata + Send + Sync + fmt::Debug + 'static,
{
    ServiceError::new(operation, of, (status(&error), Refusal::Plain), error).into()
}
