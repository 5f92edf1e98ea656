//! `PartialRead`: a read of many items that did not end well.

use std::error::Error as StdError;
use std::fmt;

use super::Error;

/// A read of many items in which some could not be read, or that stopped before its end.
///
/// It carries what was read. `?` turns it into an [`Error`], which drops that.
///
/// # Example
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
/// use aws_sdk_dynamodb::types::AttributeValue;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let songs = songs().await?;
/// // Another program has stored a month without its downloads.
/// songs
///     .client()
///     .put_item()
///     .table_name("Songs")
///     .item("Id", AttributeValue::S("1".into()))
///     .item("Metadata", AttributeValue::S("Month-2018-04".into()))
///     .item("DownloadMonth", AttributeValue::S("2018-04".into()))
///     .send()
///     .await?;
///
/// let partial = songs.query(MonthlyCount::partition("1")).all().await.unwrap_err();
/// assert_eq!(partial.items().len(), 3);
/// assert_eq!(
///     partial.errors()[0].to_string(),
///     "Songs/MonthlyCount 1/Month-2018-04: Downloads: required, but not there",
/// );
/// # Ok(())
/// # }
/// ```
pub struct PartialRead<R> {
    items: Vec<R>,
    errors: Vec<Error>,
}

impl<R> PartialRead<R> {
    /// `Err` if there is an error.
    pub(crate) fn check(items: Vec<R>, errors: Vec<Error>) -> Result<Vec<R>, Self> {
        if errors.is_empty() { Ok(items) } else { Err(Self { items, errors }) }
    }

    /// The items that were read, in their order.
    #[must_use]
    pub fn items(&self) -> &[R] {
        &self.items
    }

    /// The errors, one for each item that could not be read; if the read stopped before its end,
    /// its reason is the last.
    #[must_use]
    pub fn errors(&self) -> &[Error] {
        &self.errors
    }

    /// The items and the errors, by value.
    #[must_use]
    pub fn into_parts(self) -> (Vec<R>, Vec<Error>) {
        (self.items, self.errors)
    }
}

impl<R> From<PartialRead<R>> for Error {
    /// The first error.
    fn from(read: PartialRead<R>) -> Self {
        match read.errors.into_iter().next() {
            Some(error) => error,
            None => unreachable!("`check` is the one constructor"),
        }
    }
}

impl<R> fmt::Display for PartialRead<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.errors.iter().take(1).try_for_each(|error| error.fmt(f))?;
        match self.errors.len() {
            0 | 1 => Ok(()),
            count => write!(f, " (and {} more errors)", count - 1),
        }
    }
}

impl<R> fmt::Debug for PartialRead<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartialRead")
            .field("items", &self.items.len())
            .field("errors", &self.errors)
            .finish()
    }
}

impl<R> StdError for PartialRead<R> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.errors.first().and_then(|error| error.source())
    }
}
