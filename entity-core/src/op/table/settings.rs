//! `TableSettings`: what a table is set to, beside what its types declare.

use std::fmt;

use aws_sdk_dynamodb::types::{BillingMode, StreamViewType, TableClass};

use crate::schema::Index;

/// What a table is set to, beside what its types declare; nothing that is not said.
///
/// [`create_table`](crate::TableHandle::create_table),
/// [`ensure_table`](crate::TableHandle::ensure_table),
/// [`verify_table`](crate::TableHandle::verify_table) and
/// [`update_table`](crate::TableHandle::update_table) take it, so that one value says what a table
/// is created with, and what it is checked against later.
///
/// | setting | where it is not said |
/// |---|---|
/// | [`billing`](Self::billing) | a new table is billed on demand; of another nothing is asked |
/// | [`ttl`](Self::ttl) | on, where an entity declares `ttl`; [`update_table`](crate::TableHandle::update_table) leaves it alone |
/// | [`class`](Self::class), [`stream`](Self::stream), [`deletion_protection`](Self::deletion_protection), [`point_in_time_recovery`](Self::point_in_time_recovery), [`tag`](Self::tag), [`warm_throughput`](Self::warm_throughput) | as the service has it, and nothing is asked |
///
/// It does not hold encryption, resource policies, replicas and autoscaling. The last is not
/// DynamoDB's but another service's, Application Auto Scaling, with a client and permissions of its
/// own; it changes provisioned units by itself, so these are compared as notes only.
///
/// # Example
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
/// use aws_sdk_dynamodb::types::{StreamViewType, TableClass};
/// use entity_core::op::TableSettings;
/// use entity_local::LocalDynamo;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let settings = TableSettings::new()
///     .class(TableClass::StandardInfrequentAccess)
///     .stream(StreamViewType::NewAndOldImages)
///     .deletion_protection(true)
///     .tag("stage", "test");
///
/// let songs = Songs::on(&LocalDynamo::in_memory()?.client());
/// songs.create_table().with(&settings).await?;
/// assert!(songs.verify_table().with(&settings).await?.matches());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[must_use]
pub struct TableSettings {
    pub(crate) billing: Option<Billing>,
    pub(crate) class: Option<TableClass>,
    /// The view; `None` within for off.
    pub(crate) stream: Option<Option<StreamViewType>>,
    pub(super) ttl: Option<bool>,
    pub(crate) deletion_protection: Option<bool>,
    pub(crate) point_in_time_recovery: Option<bool>,
    /// Key and value; no value for a tag that is to go.
    pub(crate) tags: Vec<(String, Option<String>)>,
    /// Of the table, and of indexes by name.
    pub(super) warm: Vec<(Option<&'static str>, PerSecond)>,
}

/// Units a second that are read and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PerSecond {
    pub(crate) read: i64,
    pub(crate) write: i64,
}

impl PerSecond {
    fn new(read: u64, write: u64) -> Self {
        let number = |units| i64::try_from(units).unwrap_or(i64::MAX);
        Self { read: number(read), write: number(write) }
    }
}

/// `5 read, 5 write`.
impl fmt::Display for PerSecond {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} read, {} write", self.read, self.write)
    }
}

impl TableSettings {
    /// Nothing said.
    pub fn new() -> Self {
        Self::default()
    }

    /// How the table and its indexes are billed.
    pub fn billing(mut self, billing: Billing) -> Self {
        self.billing = Some(billing);
        self
    }

    /// The table's class. The service takes a change of it twice in 30 days.
    ///
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.tableclasses.html>
    pub fn class(mut self, class: TableClass) -> Self {
        self.class = Some(class);
        self
    }

    /// A stream of the table's changes, with that view of the items.
    pub fn stream(mut self, view: StreamViewType) -> Self {
        self.stream = Some(Some(view));
        self
    }

    /// No stream. One that is turned off is readable for 24 hours, and another one begins empty.
    ///
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html>
    pub fn no_stream(mut self) -> Self {
        self.stream = Some(None);
        self
    }

    /// Whether items expire, by the attribute of the field that entities declare as `ttl`: one
    /// attribute for all of a table's entities.
    ///
    /// The service may take an hour for a change, and takes no other meanwhile.
    ///
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html>
    pub fn ttl(mut self, on: bool) -> Self {
        self.ttl = Some(on);
        self
    }

    /// Whether the table is protected from being deleted.
    pub fn deletion_protection(mut self, on: bool) -> Self {
        self.deletion_protection = Some(on);
        self
    }

    /// Whether the table can be restored to any second of the last 35 days, or of those since it was
    /// turned on.
    ///
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html>
    pub fn point_in_time_recovery(mut self, on: bool) -> Self {
        self.point_in_time_recovery = Some(on);
        self
    }

    /// A tag; at most 50 on a table. Tags that are not said are left alone.
    ///
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html>
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.push((key.into(), Some(value.into())));
        self
    }

    /// No tag of that key.
    pub fn no_tag(mut self, key: impl Into<String>) -> Self {
        self.tags.push((key.into(), None));
        self
    }

    /// Units a second that the table can take at once, at least; the service's own are 12,000 to read
    /// and 4,000 to write. They can be raised and not lowered, and cost once.
    ///
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html>
    pub fn warm_throughput(mut self, read: u64, write: u64) -> Self {
        self.warm.push((None, PerSecond::new(read, write)));
        self
    }

    /// The same of a global index.
    pub fn warm_index<I: Index>(mut self, read: u64, write: u64) -> Self {
        self.warm.push((Some(I::SCHEMA.name), PerSecond::new(read, write)));
        self
    }

    /// How a new table is billed.
    pub(crate) fn billing_mode(&self) -> BillingMode {
        self.billing.as_ref().map_or(BillingMode::PayPerRequest, |billing| billing.mode.clone())
    }

    /// The units of the table or of an index, where that is how it is billed.
    pub(crate) fn units(&self, mode: &BillingMode, index: Option<&str>) -> Option<PerSecond> {
        let billing = self.billing.as_ref().filter(|billing| billing.mode == *mode);
        billing.and_then(|billing| billing.units(index))
    }

    /// The tags that a new table gets: of each key the value that was said last.
    pub(crate) fn last_tags(&self) -> Vec<(&str, &str)> {
        let mut tags: Vec<(&str, Option<&str>)> = Vec::new();
        for (key, value) in &self.tags {
            tags.retain(|(known, _)| known != key);
            tags.push((key, value.as_deref()));
        }
        tags.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
    }

    pub(crate) fn warm_units(&self, index: Option<&str>) -> Option<PerSecond> {
        let of = |(name, _): &&(Option<&'static str>, PerSecond)| name.as_deref() == index;
        self.warm.iter().rev().find(of).map(|(_, units)| *units)
    }
}

/// How a table and its global indexes are billed: on demand, or for provisioned capacity.
///
/// # Example
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
/// use entity_core::op::{Billing, TableSettings};
/// use entity_local::LocalDynamo;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let billing = Billing::provisioned(20, 10).index::<DownloadsByMonth>(5, 10);
/// let settings = TableSettings::new().billing(billing);
///
/// let songs = Songs::on(&LocalDynamo::in_memory()?.client());
/// songs.create_table().with(&settings).await?;
/// assert!(songs.verify_table().with(&settings).await?.matches());
///
/// let on_demand = TableSettings::new().billing(Billing::on_demand());
/// let verified = songs.verify_table().with(&on_demand).await?;
/// assert_eq!(
///     verified.to_string(),
///     "Songs: billing mode: expected PAY_PER_REQUEST, found PROVISIONED\n",
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct Billing {
    pub(super) mode: BillingMode,
    table: Option<PerSecond>,
    indexes: Vec<(&'static str, PerSecond)>,
}

impl Billing {
    /// For each request.
    pub fn on_demand() -> Self {
        Self { mode: BillingMode::PayPerRequest, table: None, indexes: Vec::new() }
    }

    /// For each request, of at most so many units a second; more are throttled.
    ///
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode-max-throughput.html>
    pub fn on_demand_up_to(read: u64, write: u64) -> Self {
        Self { table: Some(PerSecond::new(read, write)), ..Self::on_demand() }
    }

    /// For so many units a second, whether they are used or not; more are throttled.
    pub fn provisioned(read: u64, write: u64) -> Self {
        Self { mode: BillingMode::Provisioned, ..Self::on_demand_up_to(read, write) }
    }

    /// Other units for an index; one that is not named has as many as the table.
    pub fn index<I: Index>(mut self, read: u64, write: u64) -> Self {
        self.indexes.push((I::SCHEMA.name, PerSecond::new(read, write)));
        self
    }

    pub(super) fn units(&self, index: Option<&str>) -> Option<PerSecond> {
        let named = |name| self.indexes.iter().rev().find(|(known, _)| *known == name);
        index.and_then(named).map(|(_, units)| *units).or(self.table)
    }
}
