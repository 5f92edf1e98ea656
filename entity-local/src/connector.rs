//! The SDK's HTTP client, answered by the engine.

use std::future::{Future, pending, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use aws_sdk_dynamodb::config::{AsyncSleep, RuntimeComponents, SharedAsyncSleep};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use bytes::Bytes;
use http_body::{Body, Frame};

use crate::engine::{Answer, Engine};
use crate::faults::{Effect, Faults};
use crate::requests::{Logs, Request};
use crate::{Error, ErrorKind};

/// What the clones and clients of one [`LocalDynamo`](crate::LocalDynamo) share.
#[derive(Debug)]
pub(crate) struct Local {
    pub(crate) engine: Engine,
    pub(crate) faults: Faults,
    pub(crate) requests: Logs,
    answered: AtomicU64,
}

impl Local {
    pub(crate) fn new(engine: Engine) -> Self {
        Self {
            engine,
            faults: Faults::default(),
            requests: Logs::default(),
            answered: AtomicU64::new(0),
        }
    }
}

#[derive(Debug)]
pub(crate) struct LocalHttpClient(pub(crate) Arc<Local>);

impl HttpClient for LocalHttpClient {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector {
            local: Arc::clone(&self.0),
            sleep: components.sleep_impl(),
            read_timeout: settings.read_timeout(),
        })
    }
}

/// One client's connection, with that client's timeouts and way to sleep.
#[derive(Debug, Clone)]
struct Connector {
    local: Arc<Local>,
    sleep: Option<SharedAsyncSleep>,
    read_timeout: Option<Duration>,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let connector = self.clone();
        HttpConnectorFuture::new(async move {
            let request = receive(request).await?;
            connector.local.requests.add(&request);
            connector.within_read_timeout(connector.answer(request)).await
        })
    }
}

impl Connector {
    async fn answer(&self, request: Request) -> Result<HttpResponse, ConnectorError> {
        let answer = match self.local.faults.effect(&request) {
            Effect::Execute => self.execute(request).await?,
            Effect::Answer(answer) => answer,
            Effect::Delay(delay) => {
                self.sleep(delay).await?;
                self.execute(request).await?
            }
            Effect::Drop { executed } => {
                self.execute_if(executed, request).await?;
                return Err(ConnectorError::io("connection dropped by an injected fault".into()));
            }
            Effect::Silence { executed } => {
                self.execute_if(executed, request).await?;
                pending().await
            }
            Effect::Cut => {
                let Answer { status, body } = self.execute(request).await?;
                return self.respond(status, BrokenBody::half_of(body));
            }
            Effect::ExecutePart { sent, left } => left.add_to(self.execute(sent).await?),
        };
        self.respond(answer.status, SdkBody::from(answer.body))
    }

    async fn execute(&self, request: Request) -> Result<Answer, ConnectorError> {
        self.local.engine.execute(request).await.map_err(failure)
    }

    async fn execute_if(&self, executed: bool, request: Request) -> Result<(), ConnectorError> {
        if executed {
            self.execute(request).await?;
        }
        Ok(())
    }

    async fn sleep(&self, duration: Duration) -> Result<(), ConnectorError> {
        let Some(sleep) = &self.sleep else {
            return Err(ConnectorError::user("the client's configuration cannot sleep".into()));
        };
        sleep.sleep(duration).await;
        Ok(())
    }

    /// The SDK leaves read timeouts to its connector.
    async fn within_read_timeout(
        &self,
        answer: impl Future<Output = Result<HttpResponse, ConnectorError>>,
    ) -> Result<HttpResponse, ConnectorError> {
        let Some(limit) = self.read_timeout else { return answer.await };
        let mut answer = pin!(answer);
        let mut timeout = pin!(self.sleep(limit));
        poll_fn(|cx| match answer.as_mut().poll(cx) {
            Poll::Ready(answer) => Poll::Ready(answer),
            Poll::Pending => timeout.as_mut().poll(cx).map(|slept| {
                slept?;
                Err(ConnectorError::timeout(format!("no answer within {limit:?}").into()))
            }),
        })
        .await
    }

    fn respond(&self, status: u16, body: SdkBody) -> Result<HttpResponse, ConnectorError> {
        let status =
            StatusCode::try_from(status).map_err(|error| ConnectorError::user(error.into()))?;
        let number = self.local.answered.fetch_add(1, Ordering::Relaxed);
        let mut response = HttpResponse::new(status, body);
        response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
        response.headers_mut().insert("x-amzn-requestid", format!("LOCAL{number:047}"));
        Ok(response)
    }
}

/// Reads what the SDK sends: `x-amz-target: DynamoDB_20120810.PutItem` (or
/// `DynamoDBStreams_20120810.GetRecords`) and `amz-sdk-request: attempt=1; max=3`.
async fn receive(mut request: HttpRequest) -> Result<Request, ConnectorError> {
    let target = request.headers().get("x-amz-target").unwrap_or_default();
    let operation = match target.split_once('.') {
        Some(("DynamoDB_20120810" | "DynamoDBStreams_20120810", operation)) => operation,
        _ => target,
    }
    .to_owned();
    let attempt = request.headers().get("amz-sdk-request").and_then(attempt).unwrap_or(1);
    // The SDK wraps bodies to watch their progress, so that their bytes have to be read out of
    // them.
    let body = ByteStream::new(request.take_body()).collect().await;
    let body = body.map_err(|error| ConnectorError::user(error.into()))?;
    Ok(Request::new(operation, attempt, body.to_vec()))
}

fn attempt(header: &str) -> Option<u32> {
    header.split(';').find_map(|part| part.trim().strip_prefix("attempt="))?.parse().ok()
}

/// None of these is for the SDK to try again.
fn failure(error: Error) -> ConnectorError {
    match error.kind() {
        ErrorKind::Runtime => ConnectorError::user(error.into()),
        _ => ConnectorError::other(error.into(), None),
    }
}

/// A body whose connection breaks after some bytes.
struct BrokenBody(Option<Bytes>);

impl BrokenBody {
    fn half_of(body: String) -> SdkBody {
        let mut bytes = Bytes::from(body);
        bytes.truncate(bytes.len() / 2);
        SdkBody::from_body_1_x(Self(Some(bytes)))
    }
}

impl Body for BrokenBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        Poll::Ready(Some(match self.0.take() {
            Some(bytes) => Ok(Frame::data(bytes)),
            None => Err(io::ErrorKind::UnexpectedEof.into()),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_read_from_the_sdks_header() {
        assert_eq!(attempt("attempt=2; max=3"), Some(2));
        assert_eq!(attempt("ttl=20200101T000000Z; attempt=14"), Some(14));
        assert_eq!(attempt("attempt=two"), None);
    }
}
