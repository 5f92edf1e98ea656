//! `drop_table`: the table and everything in it.

use super::live::describe;
use super::wait::Wait;
use super::{awaited, sent, waits};
use crate::error::{Error, TableError, TableReason};
use crate::handle::{TableHandle, Target};
use crate::schema::Table;

/// Drops the table; made by [`TableHandle::drop_table`].
#[must_use = "nothing is sent until it is awaited"]
pub struct DropTable {
    target: Target,
    meant: String,
    wait: Wait,
}

impl<T: Table> TableHandle<T> {
    /// Deletes the table and everything in it, and waits until it is gone; it cannot be undone.
    ///
    /// The name says that this very table is meant: it is the one that the handle has, and no other.
    ///
    /// # Errors
    ///
    /// [`TableError`] if another table is meant, before anything is sent; if it is protected from being
    /// deleted; or if it is not gone in time. [`is_table_not_found`](Error::is_table_not_found) if there
    /// is none; or if a request fails.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use entity_core::op::TableSettings;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let error = songs.drop_table("Song").await.unwrap_err();
    /// assert_eq!(error.to_string(), "table `Songs`: the name given is `Song`; nothing was dropped");
    ///
    /// songs.update_table(&TableSettings::new().deletion_protection(true)).await?;
    /// let error = songs.drop_table("Songs").await.unwrap_err();
    /// assert!(error.to_string().starts_with("table `Songs`: it is protected from being deleted"));
    ///
    /// songs.update_table(&TableSettings::new().deletion_protection(false)).await?;
    /// songs.drop_table("Songs").await?;
    /// assert!(songs.get(Song::key("1")).await.unwrap_err().is_table_not_found());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// [`TableError`]: crate::error::TableError
    pub fn drop_table(&self, meant: impl Into<String>) -> DropTable {
        DropTable { target: self.target(), meant: meant.into(), wait: Wait::new() }
    }
}

impl DropTable {
    async fn run(mut self) -> Result<(), Error> {
        let Self { target, meant, wait } = &mut self;
        let refuse = |reason| Err(TableError::new(&target.table, reason).into());
        if **meant != *target.table {
            return refuse(TableReason::NotMeant(meant.clone()));
        }
        if describe(target).await?.deletion_protection_enabled == Some(true) {
            return refuse(TableReason::Protected);
        }
        let delete = target.client.delete_table().table_name(&*meant);
        sent("DeleteTable", target, delete.send()).await?;
        wait.begin();
        loop {
            match describe(target).await {
                Ok(_) => wait.pause(target, "the table", Some("DELETING")).await?,
                Err(error) if error.is_table_not_found() => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }
}

waits!(DropTable);
awaited!(DropTable, ());
