//! `Step`: one change of a table.

use std::fmt;

use aws_sdk_dynamodb::operation::update_table::builders::UpdateTableFluentBuilder;
use aws_sdk_dynamodb::types::{self as sdk, BillingMode, StreamViewType, TableClass};
use aws_smithy_types::error::operation::BuildError;

use super::declare::{self, attribute_definitions};
use super::live::{billing_mode, describe, provisioned_units};
use super::wait::Wait;
use super::wanted::Wanted;
use super::{built, sent};
use crate::error::Error;
use crate::handle::Target;

/// One change of a table, which was made.
///
/// `Display` says it: `created the index `GSI2``.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Step {
    /// The table was created.
    CreateTable,
    /// The index was created, and holds the items that have its keys.
    CreateIndex(&'static str),
    /// Items expire by the attribute, or do not any more.
    TimeToLive {
        /// The attribute.
        attribute: String,
        /// Whether they do.
        on: bool,
    },
    /// The stream was turned on with that view, or off.
    Stream(Option<StreamViewType>),
    /// The table's class was changed.
    Class(TableClass),
    /// Deletion protection was turned on or off.
    DeletionProtection(bool),
    /// Point-in-time recovery was turned on or off.
    PointInTimeRecovery(bool),
    /// The tag was given that value, or taken away.
    Tag {
        /// The tag's key.
        key: String,
        /// The tag's value.
        value: Option<String>,
    },
    /// The billing mode was changed, or the units in it.
    Billing(BillingMode),
    /// The warm throughput was raised, of the table or of an index.
    WarmThroughput(Option<String>),
}

impl Step {
    /// Makes the change, and waits until the table has taken it.
    pub(super) async fn make(
        &self,
        target: &Target,
        wanted: &Wanted,
        wait: &mut Wait,
    ) -> Result<(), Error> {
        match self {
            Self::CreateTable => super::create::create(target, wanted, wait).await,
            Self::TimeToLive { attribute, on } => time_to_live(target, attribute, *on).await,
            Self::PointInTimeRecovery(on) => point_in_time_recovery(target, *on, wait).await,
            Self::Tag { key, value } => tag(target, key, value.as_deref()).await,
            Self::Stream(Some(_)) => {
                // Only a table without a stream takes one.
                let live = describe(target).await?;
                let on = live.stream_specification.is_some_and(|stream| stream.stream_enabled);
                if on {
                    Self::Stream(None).update(target, wanted, wait).await?;
                }
                self.update(target, wanted, wait).await
            }
            _ => self.update(target, wanted, wait).await,
        }
    }

    async fn update(&self, target: &Target, wanted: &Wanted, wait: &mut Wait) -> Result<(), Error> {
        let live = describe(target).await?;
        let update = target.client.update_table().table_name(&*target.table);
        let update = built("UpdateTable", target, self.said(update, wanted, &live))?;
        sent("UpdateTable", target, update.send()).await?;
        wait.active(target).await.map(drop)
    }

    /// What an `UpdateTable` says of it.
    fn said(
        &self,
        update: UpdateTableFluentBuilder,
        wanted: &Wanted,
        live: &sdk::TableDescription,
    ) -> Result<UpdateTableFluentBuilder, BuildError> {
        let settings = &wanted.settings;
        Ok(match self {
            Self::CreateIndex(name) => create_index(update, wanted, live, name)?,
            Self::Stream(view) => update.stream_specification(declare::stream(view.as_ref())?),
            Self::Class(class) => update.table_class(class.clone()),
            Self::DeletionProtection(on) => update.deletion_protection_enabled(*on),
            Self::Billing(mode) => billing(update.billing_mode(mode.clone()), wanted, live)?,
            Self::WarmThroughput(None) => {
                update.set_warm_throughput(settings.warm_units(None).map(declare::warm))
            }
            Self::WarmThroughput(Some(index)) => {
                let warm = settings.warm_units(Some(index)).map(declare::warm);
                let change = sdk::UpdateGlobalSecondaryIndexAction::builder().index_name(index);
                let change = change.set_warm_throughput(warm).build()?;
                update.global_secondary_index_updates(
                    sdk::GlobalSecondaryIndexUpdate::builder().update(change).build(),
                )
            }
            Self::CreateTable
            | Self::TimeToLive { .. }
            | Self::PointInTimeRecovery(_)
            | Self::Tag { .. } => update,
        })
    }
}

fn create_vector_index(
    update: UpdateTableFluentBuilder,
    wanted: &Wanted,
    name: &str,
) -> Result<UpdateTableFluentBuilder, BuildError> {
    let mut indexes = wanted.schema.vector_indexes.iter();
    let Some(index) = indexes.find(|index| index.name == name) else { return Ok(update) };
    let vector = declare::vector(index)?;
    let create = sdk::CreateVectorIndexAction::builder()
        .index_name(vector.index_name)
        .set_vector_attribute(vector.vector_attribute)
        .set_search_schema(vector.search_schema)
        .set_projection(vector.projection)
        .dimensions(vector.dimensions)
        .distance_function(vector.distance_function);
    let create = sdk::VectorIndexUpdate::builder().create(create.build()?).build();
    let definitions = attribute_definitions(index.search_schema())?;
    let definitions = (!definitions.is_empty()).then_some(definitions);
    Ok(update.set_attribute_definitions(definitions).vector_index_updates(create))
}

fn create_index(
    update: UpdateTableFluentBuilder,
    wanted: &Wanted,
    live: &sdk::TableDescription,
    name: &str,
) -> Result<UpdateTableFluentBuilder, BuildError> {
    let Some(index) = wanted.schema.indexes.iter().find(|index| index.name == name) else {
        return create_vector_index(update, wanted, name);
    };
    let global = declare::global(index, wanted)?;
    // Where nothing is said of it, the index has the units of the table.
    let provisioned = billing_mode(live) == BillingMode::Provisioned;
    let units = provisioned_units(live.provisioned_throughput.as_ref()).filter(|_| provisioned);
    let units = match global.provisioned_throughput {
        Some(asked) => Some(asked),
        None => units.map(declare::capacity).transpose()?,
    };
    let create = sdk::CreateGlobalSecondaryIndexAction::builder()
        .index_name(global.index_name)
        .set_key_schema(Some(global.key_schema))
        .set_projection(global.projection)
        .set_provisioned_throughput(units)
        .set_on_demand_throughput(global.on_demand_throughput)
        .set_warm_throughput(global.warm_throughput);
    let create = sdk::GlobalSecondaryIndexUpdate::builder().create(create.build()?).build();
    let definitions = attribute_definitions(index.pk.iter().chain(index.sk))?;
    Ok(update.set_attribute_definitions(Some(definitions)).global_secondary_index_updates(create))
}

/// The units of the table and of each of its indexes.
fn billing(
    mut update: UpdateTableFluentBuilder,
    wanted: &Wanted,
    live: &sdk::TableDescription,
) -> Result<UpdateTableFluentBuilder, BuildError> {
    let settings = &wanted.settings;
    update = update
        .set_provisioned_throughput(declare::provisioned(settings, None)?)
        .set_on_demand_throughput(declare::on_demand(settings, None));
    for index in live.global_secondary_indexes().iter().filter_map(|index| index.index_name()) {
        let provisioned = declare::provisioned(settings, Some(index))?;
        let on_demand = declare::on_demand(settings, Some(index));
        if provisioned.is_none() && on_demand.is_none() {
            continue;
        }
        let change = sdk::UpdateGlobalSecondaryIndexAction::builder()
            .index_name(index)
            .set_provisioned_throughput(provisioned)
            .set_on_demand_throughput(on_demand);
        let change = sdk::GlobalSecondaryIndexUpdate::builder().update(change.build()?).build();
        update = update.global_secondary_index_updates(change);
    }
    Ok(update)
}

async fn time_to_live(target: &Target, attribute: &str, on: bool) -> Result<(), Error> {
    let ttl = sdk::TimeToLiveSpecification::builder().attribute_name(attribute).enabled(on);
    let ttl = built("UpdateTimeToLive", target, ttl.build())?;
    let update = target.client.update_time_to_live().table_name(&*target.table);
    let update = update.time_to_live_specification(ttl);
    sent("UpdateTimeToLive", target, update.send()).await.map(drop)
}

async fn point_in_time_recovery(target: &Target, on: bool, wait: &mut Wait) -> Result<(), Error> {
    let recovery = sdk::PointInTimeRecoverySpecification::builder();
    let recovery = recovery.point_in_time_recovery_enabled(on).build();
    let recovery = built("UpdateContinuousBackups", target, recovery)?;
    wait.begin();
    loop {
        let update = target.client.update_continuous_backups().table_name(&*target.table);
        let update = update.point_in_time_recovery_specification(recovery.clone());
        match sent("UpdateContinuousBackups", target, update.send()).await {
            // The service makes a new table ready for backups by and by.
            Err(error) if error.code() == Some("ContinuousBackupsUnavailableException") => {
                wait.pause(target, "point-in-time recovery", Some("UNAVAILABLE")).await?;
            }
            answered => return answered.map(drop),
        }
    }
}

async fn tag(target: &Target, key: &str, value: Option<&str>) -> Result<(), Error> {
    let arn = describe(target).await?.table_arn;
    match value {
        Some(value) => {
            let tag = built("TagResource", target, declare::tag(key, value))?;
            let tagging = target.client.tag_resource().set_resource_arn(arn).tags(tag);
            sent("TagResource", target, tagging.send()).await.map(drop)
        }
        None => {
            let untagging = target.client.untag_resource().set_resource_arn(arn).tag_keys(key);
            sent("UntagResource", target, untagging.send()).await.map(drop)
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let turned = |on: &bool| if *on { "on" } else { "off" };
        match self {
            Self::CreateTable => f.write_str("created the table"),
            Self::CreateIndex(index) => write!(f, "created the index `{index}`"),
            Self::TimeToLive { attribute, on } => {
                write!(f, "turned {} TTL on `{attribute}`", turned(on))
            }
            Self::Stream(Some(view)) => write!(f, "turned on the stream of {view}"),
            Self::Stream(None) => f.write_str("turned off the stream"),
            Self::Class(class) => write!(f, "changed the class to {class}"),
            Self::DeletionProtection(on) => write!(f, "turned {} deletion protection", turned(on)),
            Self::PointInTimeRecovery(on) => {
                write!(f, "turned {} point-in-time recovery", turned(on))
            }
            Self::Tag { key, value: Some(value) } => write!(f, "tagged `{key}` as `{value}`"),
            Self::Tag { key, value: None } => write!(f, "took away the tag `{key}`"),
            Self::Billing(mode) => write!(f, "changed billing to {mode}"),
            Self::WarmThroughput(None) => f.write_str("raised the warm throughput"),
            Self::WarmThroughput(Some(index)) => {
                write!(f, "raised the warm throughput of the index `{index}`")
            }
        }
    }
}
