//! The settings of both tables that make an archive of them.

use std::time::Duration;

use aws_sdk_dynamodb::client::Waiters;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::{
    StreamSpecification, StreamViewType, TableClass, TimeToLiveSpecification,
};
use entity_core::TableHandle;
use examples::{Error, Result, table};

use crate::model::{Archive, Live};

/// How long to wait for a table that is being changed.
const WAIT: Duration = Duration::from_secs(300);

/// Creates both tables, unless they are there, and says whether the live one was created.
///
/// # Errors
///
/// If a request fails.
pub(crate) async fn create_if_missing(
    live: &TableHandle<Live>,
    archive: &TableHandle<Archive>,
) -> Result<bool> {
    let created = table::create_if_missing(live).await?;
    if table::create_if_missing(archive).await? | created {
        configure(live, archive).await?;
    }
    Ok(created)
}

/// Gives the live table its time to live and its stream, and the archive its class.
///
/// What is so already stays as it is.
///
/// # Errors
///
/// If a request fails.
pub(crate) async fn configure(
    live: &TableHandle<Live>,
    archive: &TableHandle<Archive>,
) -> Result<()> {
    let (client, name) = (live.client(), live.name());
    let build = |error: aws_sdk_dynamodb::error::BuildError| Error::new(error.to_string());
    let both = StreamSpecification::builder().stream_enabled(true);
    let both = both.stream_view_type(StreamViewType::NewAndOldImages).build().map_err(build)?;
    let update = client.update_table().table_name(name).stream_specification(both);
    match update.send().await {
        Ok(_) => {}
        // It has a stream.
        Err(error) if error.code() == Some("ValidationException") => {}
        Err(error) => return Err(Error::sdk("UpdateTable", name, &error)),
    }
    let active = client.wait_until_table_exists().table_name(name).wait(WAIT).await;
    active.map_err(|error| Error::new(format!("wait until {name:?} is active: {error}")))?;

    let ttl = TimeToLiveSpecification::builder().attribute_name("ExpirationTime").enabled(true);
    let update = client.update_time_to_live().table_name(name);
    match update.time_to_live_specification(ttl.build().map_err(build)?).send().await {
        Ok(_) => {}
        // It has a time to live.
        Err(error) if error.code() == Some("ValidationException") => {}
        Err(error) => return Err(Error::sdk("UpdateTimeToLive", name, &error)),
    }

    let name = archive.name();
    let update = client.update_table().table_name(name);
    match update.table_class(TableClass::StandardInfrequentAccess).send().await {
        Ok(_) => Ok(()),
        // It has the class, or the engine has none.
        Err(error) if error.code() == Some("ValidationException") => Ok(()),
        Err(error) => Err(Error::sdk("UpdateTable", name, &error)),
    }
}
