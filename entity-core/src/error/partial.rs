//! `PartialRead`: a read of many items that did not end well.

use std::error::Error as StdError;
use std::fmt;

use super::Error;
use crate::item::Gather;

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
pub struct PartialRead<A> {
    items: A,
    errors: Vec<Error>,
}

impl<A> PartialRead<A> {
    /// The items, if there is no error among them, nor did the read fail.
    pub(crate) fn check<R>(results: Vec<Result<R, Error>>, failed: Option<Error>) -> Result<A, Self>
    where
        A: Gather<R>,
    {
        let mut errors = Vec::new();
        let items = results.into_iter().filter_map(|item| item.map_err(|e| errors.push(e)).ok());
        // Collected where they are.
        let items = A::gather(items.collect());
        errors.extend(failed);
        if errors.is_empty() { Ok(items) } else { Err(Self { items, errors }) }
    }

    /// What was read: the items in their order, or the struct that holds them.
    #[must_use]
    pub fn value(&self) -> &A {
        &self.items
    }

    /// The errors, one for each item that could not be read; if the read stopped before its end,
    /// its reason is the last.
    #[must_use]
    pub fn errors(&self) -> &[Error] {
        &self.errors
    }

    /// What was read, and the errors, by value.
    #[must_use]
    pub fn into_parts(self) -> (A, Vec<Error>) {
        (self.items, self.errors)
    }
}

impl<R> PartialRead<Vec<R>> {
    /// The items that were read, in their order.
    #[must_use]
    pub fn items(&self) -> &[R] {
        &self.items
    }
}

impl<A> From<PartialRead<A>> for Error {
    /// The first error.
    fn from(read: PartialRead<A>) -> Self {
        match read.errors.into_iter().next() {
            Some(error) => error,
            None => unreachable!("`check` is the one constructor"),
        }
    }
}

impl<A> fmt::Display for PartialRead<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.errors.iter().take(1).try_for_each(|error| error.fmt(f))?;
        match self.errors.len() {
            0 | 1 => Ok(()),
            2 => f.write_str(" (and one more error)"),
            count => write!(f, " (and {} more errors)", count - 1),
        }
    }
}

/// Without the items.
impl<A> fmt::Debug for PartialRead<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartialRead").field("errors", &self.errors).finish_non_exhaustive()
    }
}

impl<A> StdError for PartialRead<A> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.errors.first().and_then(|error| error.source())
    }
}
