//! A client whose every answer is the same body: what is left is the SDK's cost and ours.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Builder, Credentials, Region};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use entity_core::Item;

#[derive(Debug, Clone)]
struct Canned(&'static [u8]);

impl HttpConnector for Canned {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let status = 200_u16.try_into().unwrap_or_else(|_| unreachable!("200 is a status"));
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(self.0))))
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

/// A client that answers everything with `body`.
#[must_use]
pub fn client(body: &'static [u8]) -> Client {
    let credentials = Credentials::new("local", "local", None, None, "benches");
    Client::from_conf(config(body).credentials_provider(credentials).build())
}

/// The same, which signs nothing.
#[must_use]
pub fn unsigned(body: &'static [u8]) -> Client {
    Client::from_conf(config(body).allow_no_auth().build())
}

fn config(body: &'static [u8]) -> Builder {
    Builder::new()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url("http://localhost")
        .http_client(Canned(body))
}

/// The answer to a query that found these items.
///
/// # Errors
///
/// If an item cannot be written.
pub fn page(items: &[impl Item]) -> Result<Vec<u8>, entity_core::Error> {
    let count = items.len();
    let mut body = format!("{{\"Count\":{count},\"Items\":[").into_bytes();
    for (n, item) in items.iter().enumerate() {
        if n > 0 {
            body.push(b',');
        }
        body.extend(item.to_wire()?);
    }
    body.extend(format!("],\"ScannedCount\":{count}}}").bytes());
    Ok(body)
}
