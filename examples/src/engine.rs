//! The client: the one thing that differs between a test on a laptop and production.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use aws_types::SdkConfig;
use entity_local::LocalDynamo;

use crate::{Error, Flags, Result};

/// The engine that the flags ask for.
#[derive(Debug, Clone)]
pub struct Engine {
    /// The client of tables.
    pub client: Client,
    /// The client of their streams.
    pub streams: aws_sdk_dynamodbstreams::Client,
    /// The engine, if it is the embedded one.
    pub local: Option<LocalDynamo>,
}

impl Engine {
    /// Opens the engine that the flags ask for; nothing is sent.
    ///
    /// # Errors
    ///
    /// As of [`client`].
    pub async fn open(flags: &Flags) -> Result<Self> {
        if flags.aws {
            return Ok(Self::of(&aws().await?));
        }
        if let Some(url) = &flags.endpoint {
            return Ok(Self::of(&at(url)));
        }
        let local = match &flags.data {
            Some(file) => LocalDynamo::open(file),
            None => LocalDynamo::in_memory(),
        };
        local.map(Self::embedded).map_err(|error| Error::new(error.to_string()))
    }

    /// The clients of an embedded engine.
    #[must_use]
    pub fn embedded(local: LocalDynamo) -> Self {
        let streams = aws_sdk_dynamodbstreams::Client::new(&local.sdk_config());
        Self { client: local.client(), streams, local: Some(local) }
    }

    fn of(config: &SdkConfig) -> Self {
        let streams = aws_sdk_dynamodbstreams::Client::new(config);
        Self { client: Client::new(config), streams, local: None }
    }
}

/// Makes the client that the flags ask for; nothing is sent.
///
/// # Errors
///
/// If the data file cannot be opened, or `--aws` is asked of a build without it.
pub async fn client(flags: &Flags) -> Result<Client> {
    Engine::open(flags).await.map(|engine| engine.client)
}

/// The configuration of an engine at `url`, with what local engines expect where the environment is
/// silent.
fn at(url: &str) -> SdkConfig {
    let region = environment("AWS_REGION").or_else(|| environment("AWS_DEFAULT_REGION"));
    let keys = environment("AWS_ACCESS_KEY_ID").zip(environment("AWS_SECRET_ACCESS_KEY"));
    let credentials = match keys {
        Some((id, secret)) => {
            Credentials::new(id, secret, environment("AWS_SESSION_TOKEN"), None, "environment")
        }
        None => Credentials::new("local", "local", None, None, "default"),
    };
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.unwrap_or_else(|| "us-east-1".to_owned())))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(url);
    let config = match url.starts_with("http://") {
        true => config.http_client(aws_smithy_http_client::Builder::new().build_http()),
        // The SDK's own, which a build with the feature `aws` has.
        false => config,
    };
    config.build()
}

/// A variable of the environment; one that is empty is not set.
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(feature = "aws")]
async fn aws() -> Result<SdkConfig> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    match config.region() {
        Some(_) => Ok(config),
        None => Err(Error::new("no AWS region is configured; set AWS_REGION, or one in a profile")),
    }
}

#[cfg(not(feature = "aws"))]
async fn aws() -> Result<SdkConfig> {
    Err(Error::new("this build has no `--aws`, which takes TLS; build it with `--features aws`"))
}
