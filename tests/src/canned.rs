//! A client whose answers a test gives, one for each request, and which keeps the requests.

use std::fmt;
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, RuntimeComponents};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use serde_json::Value;

type Answers = dyn FnMut(&str, &Value) -> (u16, Value) + Send;

/// The requests that were sent so far: the operation, and the body.
#[derive(Clone, Default)]
pub struct Sent(Arc<Mutex<Vec<(String, Value)>>>);

impl Sent {
    /// The requests so far, which are forgotten.
    ///
    /// # Panics
    ///
    /// If a test has failed while it held the list.
    #[must_use]
    pub fn take(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut self.0.lock().expect("no test panics while it holds the list"))
    }
}

impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sent").finish_non_exhaustive()
    }
}

/// A client whose requests are answered by `answer`, with a status and a body, without retries.
pub fn client(answer: impl FnMut(&str, &Value) -> (u16, Value) + Send + 'static) -> (Client, Sent) {
    let sent = Sent::default();
    let answer: Arc<Mutex<Answers>> = Arc::new(Mutex::new(answer));
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "tests"))
        .endpoint_url("http://dynamodb.invalid")
        .retry_config(RetryConfig::disabled())
        .http_client(Canned { sent: sent.clone(), answer });
    (Client::from_conf(config.build()), sent)
}

/// The HTTP client of such a client, for clients of other services.
pub fn http_client(
    answer: impl FnMut(&str, &Value) -> (u16, Value) + Send + 'static,
) -> impl HttpClient + 'static {
    Canned { sent: Sent::default(), answer: Arc::new(Mutex::new(answer)) }
}

#[derive(Clone)]
struct Canned {
    sent: Sent,
    answer: Arc<Mutex<Answers>>,
}

impl fmt::Debug for Canned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Canned").finish_non_exhaustive()
    }
}

impl HttpClient for Canned {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Canned {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let canned = self.clone();
        HttpConnectorFuture::new(async move { canned.respond(request).await })
    }
}

impl Canned {
    fn answer_to(&self, operation: String, body: Value) -> (u16, Value) {
        let mut answer = self.answer.lock().expect("no test panics while it answers");
        let answer = answer(&operation, &body);
        let mut sent = self.sent.0.lock().expect("no test panics while it holds the list");
        sent.push((operation, body));
        answer
    }

    async fn respond(&self, mut request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or(target).to_owned();
        let body = ByteStream::new(request.take_body()).collect().await;
        let body = body.map_err(|error| ConnectorError::user(error.into()))?;
        let body: Value = serde_json::from_slice(&body.to_vec()).expect("JSON is sent");
        // As over a wire, an answer takes a moment, in which a future may be dropped.
        tokio::task::yield_now().await;
        let (status, answer) = self.answer_to(operation, body);
        tokio::task::yield_now().await;
        let status = StatusCode::try_from(status).map_err(|e| ConnectorError::user(e.into()))?;
        let mut response = HttpResponse::new(status, SdkBody::from(answer.to_string()));
        response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
        Ok(response)
    }
}
