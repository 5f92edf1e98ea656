//! `ThrottlingReason`: which limit the service says was exceeded, and on what.

use std::fmt;

/// Which limit was exceeded, and on what, as the service says of a request that it throttled.
///
/// The service does not say it of every request, nor which partition of a key range was meant; other
/// engines do not say it at all.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ThrottlingReason.html>
///
/// # Example
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use entity_core::error::ThrottledLimit;
/// use entity_local::{Fault, LocalDynamo};
///
/// let local = LocalDynamo::in_memory()?;
/// let songs = Songs::on(&local.client());
/// songs.create_table().await?;
/// let index = "arn:aws:dynamodb:eu-west-1:1:table/Songs/index/DownloadsByMonth";
/// let fault = Fault::throttled("IndexWriteKeyRangeThroughputExceeded", index);
/// local.faults().on("PutItem").always().inject(fault);
///
/// let error = songs.put(&song("1")).await.unwrap_err();
/// assert!(error.is_throttled());
/// let reason = &error.throttling()[0];
/// assert_eq!(reason.limit(), ThrottledLimit::KeyRange);
/// assert_eq!((reason.table(), reason.index()), (Some("Songs"), Some("DownloadsByMonth")));
/// assert!(error.to_string().ends_with("(writes, key range, on the index `DownloadsByMonth`)"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThrottlingReason {
    reason: String,
    resource: String,
}

/// The limit that was exceeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ThrottledLimit {
    /// The units that were provisioned for the table, or for the index.
    Provisioned,
    /// The account's quota for a table in on-demand mode.
    Account,
    /// What one range of partition keys takes: 1,000 write units or 3,000 read units a second.
    ///
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html>
    KeyRange,
    /// The maximum that was set for a table, or for an index, in on-demand mode.
    MaxOnDemand,
    /// One that this version of the library does not know: [`ThrottlingReason::reason`] has its name.
    Other,
}

/// What was throttled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ThrottledAccess {
    /// Reads.
    Read,
    /// Writes.
    Write,
}

impl ThrottlingReason {
    pub(crate) fn new(reason: Option<&str>, resource: Option<&str>) -> Self {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        Self { reason: text(reason), resource: text(resource) }
    }

    /// The reason in the service's words: `TableWriteKeyRangeThroughputExceeded`.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The ARN of the table, or of the index, in full.
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// The name of the table, also of an index's.
    #[must_use]
    pub fn table(&self) -> Option<&str> {
        self.names().next()
    }

    /// The name of the index; `None` if it is the table itself.
    #[must_use]
    pub fn index(&self) -> Option<&str> {
        let mut names = self.names().skip(1);
        names.find(|kind| *kind == "index")?;
        names.next()
    }

    /// The limit that was exceeded.
    #[must_use]
    pub fn limit(&self) -> ThrottledLimit {
        let limits = [
            ("MaxOnDemandThroughputExceeded", ThrottledLimit::MaxOnDemand),
            ("ProvisionedThroughputExceeded", ThrottledLimit::Provisioned),
            ("KeyRangeThroughputExceeded", ThrottledLimit::KeyRange),
            ("AccountLimitExceeded", ThrottledLimit::Account),
        ];
        let known = limits.iter().find(|(name, _)| self.reason.ends_with(name));
        known.map_or(ThrottledLimit::Other, |(_, limit)| *limit)
    }

    /// Whether it was about reads or about writes.
    #[must_use]
    pub fn access(&self) -> Option<ThrottledAccess> {
        let reason = self.reason.strip_prefix("Table").or(self.reason.strip_prefix("Index"))?;
        match reason {
            _ if reason.starts_with("Read") => Some(ThrottledAccess::Read),
            _ if reason.starts_with("Write") => Some(ThrottledAccess::Write),
            _ => None,
        }
    }

    /// What follows `table/` in the ARN, part by part.
    fn names(&self) -> impl Iterator<Item = &str> {
        let path = self.resource.split_once(":table/").map(|(_, path)| path.split('/'));
        path.into_iter().flatten()
    }
}

/// `writes, key range, on the index `DownloadsByMonth``.
impl fmt::Display for ThrottlingReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.access() {
            Some(ThrottledAccess::Read) => f.write_str("reads, ")?,
            Some(ThrottledAccess::Write) => f.write_str("writes, ")?,
            None => {}
        }
        f.write_str(match self.limit() {
            ThrottledLimit::Provisioned => "provisioned throughput",
            ThrottledLimit::Account => "account limit",
            ThrottledLimit::KeyRange => "key range",
            ThrottledLimit::MaxOnDemand => "maximum of on-demand throughput",
            ThrottledLimit::Other => &self.reason,
        })?;
        match (self.index(), self.table()) {
            (Some(index), _) => write!(f, ", on the index `{index}`"),
            (None, Some(table)) => write!(f, ", on `{table}`"),
            (None, None) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ThrottledAccess, ThrottledLimit, ThrottlingReason};

    #[test]
    fn reasons_are_told_apart() {
        let (read, write) = (Some(ThrottledAccess::Read), Some(ThrottledAccess::Write));
        let cases = [
            ("TableReadProvisionedThroughputExceeded", read, ThrottledLimit::Provisioned),
            ("IndexWriteProvisionedThroughputExceeded", write, ThrottledLimit::Provisioned),
            ("IndexWriteAccountLimitExceeded", write, ThrottledLimit::Account),
            ("TableWriteKeyRangeThroughputExceeded", write, ThrottledLimit::KeyRange),
            ("TableReadMaxOnDemandThroughputExceeded", read, ThrottledLimit::MaxOnDemand),
            ("TableWriteMoonPhaseExceeded", write, ThrottledLimit::Other),
            ("", None, ThrottledLimit::Other),
        ];
        for (text, access, limit) in cases {
            let reason = ThrottlingReason::new(Some(text), None);
            assert_eq!((reason.access(), reason.limit()), (access, limit), "{text}");
            assert_eq!((reason.table(), reason.index()), (None, None));
        }
    }

    #[test]
    fn resources_are_named() {
        let cases = [
            ("arn:aws:dynamodb:eu-west-1:1:table/Songs", Some("Songs"), None),
            ("arn:aws:dynamodb:eu-west-1:1:table/Songs/index/Top", Some("Songs"), Some("Top")),
            ("arn:aws:dynamodb:eu-west-1:1:table/Songs/stream/2026", Some("Songs"), None),
            (
                "arn:aws-cn:dynamodb:cn-north-1:1:table/index/index/index",
                Some("index"),
                Some("index"),
            ),
            ("Songs", None, None),
        ];
        for (arn, table, index) in cases {
            let reason = ThrottlingReason::new(None, Some(arn));
            assert_eq!((reason.table(), reason.index()), (table, index), "{arn}");
        }
    }
}
