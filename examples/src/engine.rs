//! The client: the one thing that differs between a test on a laptop and production.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
use entity_local::LocalDynamo;

use crate::{Error, Flags, Result};

/// Makes the client that the flags ask for; nothing is sent.
///
/// # Errors
///
/// If the data file cannot be opened, or `--aws` is asked of a build without it.
pub async fn client(flags: &Flags) -> Result<Client> {
    if flags.aws {
        return aws().await;
    }
    if let Some(url) = &flags.endpoint {
        return Ok(at(url));
    }
    let local = match &flags.data {
        Some(file) => LocalDynamo::open(file),
        None => LocalDynamo::in_memory(),
    };
    local.map(|local| local.client()).map_err(|error| Error::new(error.to_string()))
}

/// A client of the engine at `url`, with what local engines expect where the environment is silent.
fn at(url: &str) -> Client {
    let region = environment("AWS_REGION").or_else(|| environment("AWS_DEFAULT_REGION"));
    let keys = environment("AWS_ACCESS_KEY_ID").zip(environment("AWS_SECRET_ACCESS_KEY"));
    let credentials = match keys {
        Some((id, secret)) => {
            Credentials::new(id, secret, environment("AWS_SESSION_TOKEN"), None, "environment")
        }
        None => Credentials::new("local", "local", None, None, "default"),
    };
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.unwrap_or_else(|| "us-east-1".to_owned())))
        .credentials_provider(credentials)
        .endpoint_url(url);
    let config = match url.starts_with("http://") {
        true => config.http_client(aws_smithy_http_client::Builder::new().build_http()),
        // The SDK's own, which a build with the feature `aws` has.
        false => config,
    };
    Client::from_conf(config.build())
}

/// A variable of the environment; one that is empty is not set.
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(feature = "aws")]
async fn aws() -> Result<Client> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    match config.region() {
        Some(_) => Ok(Client::new(&config)),
        None => Err(Error::new("no AWS region is configured; set AWS_REGION, or one in a profile")),
    }
}

#[cfg(not(feature = "aws"))]
async fn aws() -> Result<Client> {
    Err(Error::new("this build has no `--aws`, which takes TLS; build it with `--features aws`"))
}
