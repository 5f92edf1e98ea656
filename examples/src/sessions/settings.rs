//! The settings of both tables that make an archive of them.

use aws_sdk_dynamodb::types::{StreamViewType, TableClass};
use entity_core::TableHandle;
use entity_core::op::TableSettings;
use examples::{Result, table};

use crate::model::{Archive, Live};

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

/// Gives the live table its stream, beside the time to live that its entity declares, and the archive
/// its class.
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
    let stream = TableSettings::new().stream(StreamViewType::NewAndOldImages);
    live.ensure_table().with(&stream).await?;
    let class = TableSettings::new().class(TableClass::StandardInfrequentAccess);
    archive.ensure_table().with(&class).await?;
    Ok(())
}
