//! `update_table`: the settings of a table that is there.

use super::ensure::{Steps, change};
use super::live::Scope;
use super::wait::Wait;
use super::wanted::Wanted;
use super::{TableSettings, awaited, waits};
use crate::error::Error;
use crate::handle::{TableHandle, Target};
use crate::schema::Table;

/// Changes the settings of the table; made by [`TableHandle::update_table`].
#[must_use = "nothing is sent until it is awaited"]
pub struct UpdateTable {
    target: Target,
    wanted: Wanted,
    wait: Wait,
}

impl<T: Table> TableHandle<T> {
    /// Sets the table to what the settings say, one change at a time, and waits for each; returns what
    /// was done. What is so already is not sent, and what they do not say is left alone.
    ///
    /// It also turns things off, unlike [`ensure_table`](Self::ensure_table), and does not touch
    /// indexes. A stream with another view takes the place of the one that is there, whose records are
    /// readable for 24 hours.
    ///
    /// # Errors
    ///
    /// If a request fails: what was done before it stays. Or [`TableError`] if the table expires items
    /// by another attribute than the entities': the service does not change it but turns it off, and on
    /// again an hour later.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use aws_sdk_dynamodb::types::TableClass;
    /// use entity_core::op::TableSettings;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let cold = TableSettings::new().class(TableClass::StandardInfrequentAccess);
    /// let steps = songs.update_table(&cold).await?;
    /// assert_eq!(steps.to_string(), "Songs: changed the class to STANDARD_INFREQUENT_ACCESS\n");
    /// assert!(songs.update_table(&cold).await?.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// [`TableError`]: crate::error::TableError
    pub fn update_table(&self, settings: &TableSettings) -> UpdateTable {
        let wanted = Wanted { settings: settings.clone(), ..Wanted::of::<T>() };
        UpdateTable { target: self.target(), wanted, wait: Wait::new() }
    }
}

impl UpdateTable {
    async fn run(mut self) -> Result<Steps, Error> {
        change(&self.target, &self.wanted, &mut self.wait, Scope::Settings, |_| true).await
    }
}

waits!(UpdateTable);
awaited!(UpdateTable, Steps);
