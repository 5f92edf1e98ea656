//! The settings of both tables that make an archive of them.

use aws_sdk_dynamodb::types::{StreamViewType, TableClass};
use entity_core::TableHandle;
use entity_core::op::TableSettings;
use examples::{Result, table};

use crate::model::{Archive, Live};

/// The live table's stream, beside the time to live that its entity declares.
pub(crate) fn of_live() -> TableSettings {
    TableSettings::new().stream(StreamViewType::NewAndOldImages)
}

/// The archive's class. An archive that is there keeps the one it has: the service takes two changes of
/// it in 30 days, and somebody may have chosen.
pub(crate) fn of_archive() -> TableSettings {
    TableSettings::new().class(TableClass::StandardInfrequentAccess)
}

/// Creates both tables, the live one last; an archive that is left of a creation that broke off is
/// taken.
///
/// # Errors
///
/// If the live table exists, or a request fails.
pub(crate) async fn create(live: &TableHandle<Live>, archive: &TableHandle<Archive>) -> Result<()> {
    table::create_if_missing(archive, &of_archive()).await?;
    table::create(live, &of_live()).await
}

/// Creates both tables, unless they are there, and says whether the live one was created.
///
/// # Errors
///
/// If a request fails.
pub(crate) async fn create_if_missing(
    live: &TableHandle<Live>,
    archive: &TableHandle<Archive>,
) -> Result<bool> {
    let archives = table::create_if_missing(archive, &of_archive()).await?;
    let created = table::create_if_missing(live, &of_live()).await?;
    if archives && !created {
        // It was not archived before, and may have no stream.
        live.ensure_table().with(&of_live()).await?;
    }
    Ok(created)
}
