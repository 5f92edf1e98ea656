//! `Live`: a table as it is, and where that is another one than is wanted.

use std::fmt;

use aws_sdk_dynamodb::types as sdk;

use super::declare::{self, attribute_type};
use super::difference::{Aspect, Difference};
use super::settings::PerSecond;
use super::step::Step;
use super::wanted::Wanted;
use super::{sent, unanswered};
use crate::error::{Error, TableError};
use crate::handle::Target;
use crate::schema::{IndexKind, IndexSchema, KeyDef, VectorIndexSchema};

/// A table as it is.
#[derive(Debug)]
pub(super) struct Live {
    table: sdk::TableDescription,
    /// The attribute by which items expire; `None` if it was not asked for.
    ttl: Option<Option<String>>,
    /// `None` if it was not asked for.
    point_in_time_recovery: Option<bool>,
    /// Empty if they were not asked for.
    tags: Vec<(String, String)>,
}

/// What of a table is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Declarations and settings.
    All,
    /// The settings that were said.
    Settings,
}

pub(super) async fn describe(target: &Target) -> Result<sdk::TableDescription, Error> {
    let describe = target.client.describe_table().table_name(&*target.table);
    let answer = sent("DescribeTable", target, describe.send()).await?;
    answer.table.ok_or_else(|| unanswered(target, "Table"))
}

impl Live {
    /// Asks for as much as is compared: engines other than the service do not have all of it.
    pub(super) async fn read(
        target: &Target,
        table: sdk::TableDescription,
        wanted: &Wanted,
        scope: Scope,
    ) -> Result<Self, Error> {
        let settings = &wanted.settings;
        let ttl = match scope == Scope::All || settings.ttl.is_some() {
            true => Some(time_to_live(target).await?),
            false => None,
        };
        let recovery = match settings.point_in_time_recovery {
            Some(_) => Some(point_in_time_recovery(target).await?),
            None => None,
        };
        let arn = table.table_arn.as_deref().filter(|_| !settings.tags.is_empty());
        let tags = match arn {
            Some(arn) => tags(target, arn).await?,
            None => Vec::new(),
        };
        Ok(Self { table, ttl, point_in_time_recovery: recovery, tags })
    }

    /// Where it is another one than is wanted.
    pub(super) fn differences(
        &self,
        name: &str,
        wanted: &Wanted,
        scope: Scope,
    ) -> Result<Vec<Difference>, TableError> {
        let mut compare = Compare { name, live: self, wanted, found: Vec::new() };
        if scope == Scope::All {
            compare.keys();
            compare.indexes();
            compare.vector_indexes();
        }
        compare.time_to_live()?;
        compare.class();
        compare.stream();
        compare.billing();
        compare.warm_throughput();
        compare.deletion_protection();
        compare.point_in_time_recovery();
        compare.tags();
        Ok(compare.found)
    }

    fn stream(&self) -> Option<&sdk::StreamViewType> {
        let stream = self.table.stream_specification.as_ref();
        stream.filter(|stream| stream.stream_enabled)?.stream_view_type.as_ref()
    }

    fn global(&self, index: &str) -> Option<&sdk::GlobalSecondaryIndexDescription> {
        let mut indexes = self.table.global_secondary_indexes().iter();
        indexes.find(|known| known.index_name() == Some(index))
    }

    fn local(&self, index: &str) -> Option<&sdk::LocalSecondaryIndexDescription> {
        let mut indexes = self.table.local_secondary_indexes().iter();
        indexes.find(|known| known.index_name() == Some(index))
    }

    fn vector(&self, index: &str) -> Option<&sdk::VectorIndexDescription> {
        let mut indexes = self.table.vector_indexes().iter();
        indexes.find(|known| known.index_name() == Some(index))
    }

    /// A vector index in one line: what it holds, how it is searched, and within what.
    fn vector_text(&self, index: &sdk::VectorIndexDescription) -> String {
        let elements = |ty: sdk::SearchSchemaElementType| {
            let elements = index.search_schema().iter();
            let elements = elements.filter(|element| element.search_schema_element_type == ty);
            let mut typed: Vec<_> = elements
                .map(|element| {
                    let ty = self.attribute_type(&element.attribute_name);
                    (&*element.attribute_name, ty.map_or("?", sdk::ScalarAttributeType::as_str))
                })
                .collect();
            typed.sort_unstable();
            names(typed.into_iter())
        };
        let distance = index.distance_function.as_ref();
        vector_text(
            index.vector_attribute.as_ref().map_or("?", |vector| &vector.attribute_name),
            index.dimensions.unwrap_or_default(),
            distance.map_or("?", sdk::VectorDistanceFunction::as_str),
            &elements(sdk::SearchSchemaElementType::Hash),
            &elements(sdk::SearchSchemaElementType::InlineFilter),
        )
    }

    fn attribute_type(&self, name: &str) -> Option<&sdk::ScalarAttributeType> {
        let mut definitions = self.table.attribute_definitions().iter();
        let known = definitions.find(|definition| definition.attribute_name == name);
        known.map(|definition| &definition.attribute_type)
    }

    /// The attributes of a key, of one of its two parts, with their types.
    fn key(&self, schema: Option<&[sdk::KeySchemaElement]>, part: &sdk::KeyType) -> String {
        let elements = schema.unwrap_or_default().iter().filter(|key| key.key_type == *part);
        names(elements.map(|key| {
            let ty = self.attribute_type(&key.attribute_name);
            (&*key.attribute_name, ty.map_or("?", sdk::ScalarAttributeType::as_str))
        }))
    }

    fn index_key(&self, schema: Option<&[sdk::KeySchemaElement]>) -> String {
        let (pk, sk) =
            (self.key(schema, &sdk::KeyType::Hash), self.key(schema, &sdk::KeyType::Range));
        key_text(&pk, &sk)
    }
}

/// `DownloadMonth (S), Downloads (N)`; `none` for none.
fn names<'k>(keys: impl Iterator<Item = (&'k str, &'k str)>) -> String {
    let texts: Vec<String> = keys.map(|(name, ty)| format!("{name} ({ty})")).collect();
    if texts.is_empty() { "none".to_owned() } else { texts.join(", ") }
}

fn declared(keys: &[KeyDef]) -> String {
    let types: Vec<_> = keys.iter().map(|key| (key.name, attribute_type(key.ty))).collect();
    names(types.iter().map(|(name, ty)| (*name, ty.as_str())))
}

/// `vector, Embedding (8 dimensions, COSINE), partition Genre (S), filters Year (N)`.
fn vector_text(
    vector: &str,
    dimensions: impl fmt::Display,
    distance: &str,
    partition: &str,
    filters: &str,
) -> String {
    let mut text = format!("vector, {vector} ({dimensions} dimensions, {distance})");
    for (role, names) in [("partition", partition), ("filters", filters)] {
        if names != "none" {
            text = format!("{text}, {role} {names}");
        }
    }
    text
}

fn declared_vector(index: &VectorIndexSchema) -> String {
    // A filter's place among others is of no matter.
    let mut filters = index.filters.to_vec();
    filters.sort_unstable_by_key(|filter| filter.name);
    let partition = declared(index.partition.as_slice());
    let distance = index.distance.name();
    vector_text(index.vector, index.dimensions, distance, &partition, &declared(&filters))
}

fn key_text(pk: &str, sk: &str) -> String {
    match sk {
        "none" => pk.to_owned(),
        sk => format!("{pk} / {sk}"),
    }
}

fn on_off(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

fn or_none(text: Option<impl fmt::Display>) -> String {
    text.map_or_else(|| "none".to_owned(), |text| text.to_string())
}

/// A table that was never told a mode has no summary of it.
pub(super) fn billing_mode(table: &sdk::TableDescription) -> sdk::BillingMode {
    let summary = table.billing_mode_summary.as_ref();
    let mode = summary.and_then(|summary| summary.billing_mode.clone());
    mode.unwrap_or(sdk::BillingMode::Provisioned)
}

pub(super) fn provisioned_units(
    units: Option<&sdk::ProvisionedThroughputDescription>,
) -> Option<PerSecond> {
    let units = units?;
    let units = PerSecond { read: units.read_capacity_units?, write: units.write_capacity_units? };
    // None at all are those of a table on demand, or of an engine that does not tell.
    (units.read > 0 && units.write > 0).then_some(units)
}

fn on_demand_units(most: Option<&sdk::OnDemandThroughput>) -> Option<PerSecond> {
    // -1 is no limit.
    let units = most.and_then(|most| {
        Some(PerSecond { read: most.max_read_request_units?, write: most.max_write_request_units? })
    });
    units.filter(|units| units.read >= 0 || units.write >= 0)
}

/// What an index projects: the SDK's type, and the attributes in their order.
fn projection(projection: Option<&sdk::Projection>) -> String {
    let Some(projection) = projection else { return "none".to_owned() };
    let ty = projection.projection_type.as_ref().map_or("none", sdk::ProjectionType::as_str);
    let mut attributes = projection.non_key_attributes().to_vec();
    attributes.sort();
    if attributes.is_empty() { ty.to_owned() } else { format!("{ty} {}", attributes.join(", ")) }
}

async fn time_to_live(target: &Target) -> Result<Option<String>, Error> {
    let describe = target.client.describe_time_to_live().table_name(&*target.table);
    let answer = sent("DescribeTimeToLive", target, describe.send()).await?;
    let on = |ttl: &sdk::TimeToLiveDescription| {
        use sdk::TimeToLiveStatus::{Enabled, Enabling};
        matches!(ttl.time_to_live_status, Some(Enabled | Enabling))
    };
    Ok(answer.time_to_live_description.filter(on).and_then(|ttl| ttl.attribute_name))
}

async fn point_in_time_recovery(target: &Target) -> Result<bool, Error> {
    let describe = target.client.describe_continuous_backups().table_name(&*target.table);
    let answer = sent("DescribeContinuousBackups", target, describe.send()).await?;
    let backups = answer.continuous_backups_description;
    let recovery = backups.and_then(|backups| backups.point_in_time_recovery_description);
    let status = recovery.and_then(|recovery| recovery.point_in_time_recovery_status);
    Ok(status == Some(sdk::PointInTimeRecoveryStatus::Enabled))
}

async fn tags(target: &Target, arn: &str) -> Result<Vec<(String, String)>, Error> {
    let (mut tags, mut after) = (Vec::new(), None);
    loop {
        let list = target.client.list_tags_of_resource().resource_arn(arn).set_next_token(after);
        let answer = sent("ListTagsOfResource", target, list.send()).await?;
        let found = answer.tags.unwrap_or_default();
        tags.extend(found.into_iter().map(|tag| (tag.key, tag.value)));
        after = answer.next_token;
        if after.is_none() {
            return Ok(tags);
        }
    }
}

/// A comparison under way.
struct Compare<'c> {
    name: &'c str,
    live: &'c Live,
    wanted: &'c Wanted,
    found: Vec<Difference>,
}

impl Compare<'_> {
    /// A difference, if the two are not the same.
    fn unless_same(
        &mut self,
        aspect: Aspect,
        expected: impl fmt::Display,
        found: impl fmt::Display,
        more: impl FnOnce(Difference) -> Difference,
    ) {
        let (expected, found) = (expected.to_string(), found.to_string());
        if expected != found {
            self.found.push(more(Difference::new(self.name, aspect, expected, found)));
        }
    }

    fn keys(&mut self) {
        let (schema, live) = (self.wanted.schema, self.live);
        let key = |part| live.key(live.table.key_schema.as_deref(), part);
        let (pk, sk) = (key(&sdk::KeyType::Hash), key(&sdk::KeyType::Range));
        self.unless_same(Aspect::PartitionKey, declared(&[schema.pk]), pk, |it| it);
        self.unless_same(Aspect::SortKey, declared(schema.sk.as_slice()), sk, |it| it);
    }

    fn indexes(&mut self) {
        let (schema, live) = (self.wanted.schema, self.live);
        for index in schema.indexes {
            self.index(index);
        }
        let known = |name: &&str| schema.indexes.iter().any(|index| index.name == *name);
        let locals = live.table.local_secondary_indexes().iter();
        let locals = locals.map(|index| (index.index_name(), index.key_schema.as_deref(), "local"));
        let globals = live.table.global_secondary_indexes().iter();
        let globals =
            globals.map(|index| (index.index_name(), index.key_schema.as_deref(), "global"));
        for (name, key, kind) in globals.chain(locals) {
            if let Some(name) = name.filter(|name| !known(name)) {
                let found = format!("{kind}, {}", live.index_key(key));
                let aspect = Aspect::Index(name.to_owned());
                self.unless_same(aspect, "none", found, Difference::noted);
            }
        }
    }

    fn vector_indexes(&mut self) {
        let (schema, live) = (self.wanted.schema, self.live);
        for index in schema.vector_indexes {
            let (name, expected) = (|| index.name.to_owned(), declared_vector(index));
            let Some(found) = live.vector(index.name) else {
                let conflict = self.conflict(&index.read_as);
                let found = conflict.clone().unwrap_or_else(|| "none".to_owned());
                let create = Step::CreateIndex(index.name);
                self.unless_same(Aspect::Index(name()), expected, found, |it| match conflict {
                    None => it.by(create),
                    Some(_) => it,
                });
                continue;
            };
            self.unless_same(Aspect::Index(name()), expected, live.vector_text(found), |it| it);
            let wanted = projection(Some(&declare::projection(&index.projection)));
            let found = projection(found.projection.as_ref());
            self.unless_same(Aspect::Projection(name()), wanted, found, |it| it);
        }
        let known = |name: &str| schema.vector_indexes.iter().any(|index| index.name == name);
        for index in live.table.vector_indexes() {
            if let Some(name) = index.index_name().filter(|name| !known(name)) {
                let aspect = Aspect::Index(name.to_owned());
                self.unless_same(aspect, "none", live.vector_text(index), Difference::noted);
            }
        }
    }

    fn index(&mut self, index: &'static IndexSchema) {
        let live = self.live;
        let (kind, other, pk) = match index.kind {
            IndexKind::Global => ("global", "local", declared(index.pk)),
            IndexKind::Local => ("local", "global", declared(&[self.wanted.schema.pk])),
        };
        let key = key_text(&pk, &declared(index.sk));
        let (global, local) = (live.global(index.name), live.local(index.name));
        let global = global.map(|it| (it.key_schema.as_deref(), it.projection.as_ref(), "global"));
        let local = local.map(|it| (it.key_schema.as_deref(), it.projection.as_ref(), "local"));
        let name = || index.name.to_owned();
        let expected = format!("{kind}, {key}");
        let Some((found_key, found_projection, found_kind)) = global.or(local) else {
            let conflict = self.conflict(index);
            let found = conflict.clone().unwrap_or_else(|| "none".to_owned());
            let addable = conflict.is_none() && index.kind == IndexKind::Global;
            return self.unless_same(Aspect::Index(name()), expected, found, |it| match addable {
                true => it.by(Step::CreateIndex(index.name)),
                false => it,
            });
        };
        if found_kind == other {
            let found = format!("{other}, {}", live.index_key(found_key));
            return self.unless_same(Aspect::Index(name()), expected, found, |it| it);
        }
        self.unless_same(Aspect::IndexKey(name()), key, live.index_key(found_key), |it| it);
        let wanted = projection(Some(&declare::projection(&index.projection)));
        let found = projection(found_projection);
        self.unless_same(Aspect::Projection(name()), wanted, found, |it| it);
    }

    /// A key attribute that the table has with another type already.
    fn conflict(&self, index: &IndexSchema) -> Option<String> {
        let mut keys = index.pk.iter().chain(index.sk);
        keys.find_map(|key| {
            let ty = self.live.attribute_type(key.name)?;
            (*ty != attribute_type(key.ty)).then(|| format!("{} ({})", key.name, ty.as_str()))
        })
    }

    fn time_to_live(&mut self) -> Result<(), TableError> {
        let Some(found) = &self.live.ttl else { return Ok(()) };
        let wanted = self.wanted.ttl(self.name)?;
        let text =
            |name: Option<&str>| name.map_or("off".to_owned(), |name| format!("on `{name}`"));
        let said = self.wanted.settings.ttl.is_some();
        let step = |difference: Difference| match (wanted, found) {
            (Some(name), None) => {
                difference.by(Step::TimeToLive { attribute: name.to_owned(), on: true })
            }
            (None, Some(name)) if said => difference
                .by(Step::TimeToLive { attribute: name.clone(), on: false })
                .narrowing(true),
            // No entity says when it expires, and yet items go.
            (None, Some(_)) => difference.noted(),
            _ => difference,
        };
        self.unless_same(Aspect::TimeToLive, text(wanted), text(found.as_deref()), step);
        Ok(())
    }

    fn class(&mut self) {
        let Some(class) = &self.wanted.settings.class else { return };
        let summary = self.live.table.table_class_summary.as_ref();
        let found = summary.and_then(|summary| summary.table_class.as_ref());
        // A table that was never told another class has no summary of it.
        let found = found.unwrap_or(&sdk::TableClass::Standard);
        let step = Step::Class(class.clone());
        self.unless_same(Aspect::Class, class, found, |it| it.by(step));
    }

    fn stream(&mut self) {
        let Some(view) = &self.wanted.settings.stream else { return };
        let found = self.live.stream();
        let text = |view: Option<&sdk::StreamViewType>| {
            view.map_or("off", sdk::StreamViewType::as_str).to_owned()
        };
        let step = Step::Stream(view.clone());
        // A stream with another view is another stream: what is in this one would be left behind.
        let narrows = found.is_some();
        self.unless_same(Aspect::Stream, text(view.as_ref()), text(found), |it| {
            it.by(step).narrowing(narrows)
        });
    }

    fn billing(&mut self) {
        let Some(billing) = &self.wanted.settings.billing else { return };
        let (live, mode) = (self.live, billing_mode(&self.live.table));
        let step = || Step::Billing(billing.mode.clone());
        if billing.mode != mode {
            let more = |it: Difference| it.by(step()).narrowing(true);
            return self.unless_same(Aspect::BillingMode, &billing.mode, mode, more);
        }
        let on_demand = mode == sdk::BillingMode::PayPerRequest;
        let units = |units, most| match on_demand {
            true => on_demand_units(most),
            false => provisioned_units(units),
        };
        let of_table = live.table.provisioned_throughput.as_ref();
        let of_table = units(of_table, live.table.on_demand_throughput.as_ref());
        let mut all = vec![(None, of_table)];
        for index in live.table.global_secondary_indexes() {
            let of_index = index.provisioned_throughput.as_ref();
            let of_index = units(of_index, index.on_demand_throughput.as_ref());
            all.push((index.index_name().map(str::to_owned), of_index));
        }
        for (index, found) in all {
            if found.is_none() && !on_demand {
                continue;
            }
            let expected = or_none(billing.units(index.as_deref()));
            let found = or_none(found);
            // Provisioned units may be what autoscaling has set.
            self.unless_same(Aspect::Throughput(index), expected, found, |it| {
                let it = it.by(step()).narrowing(true);
                if on_demand { it } else { it.noted() }
            });
        }
    }

    fn warm_throughput(&mut self) {
        let (settings, live) = (&self.wanted.settings, self.live);
        let of_table = live.table.warm_throughput.as_ref();
        let of_table =
            of_table.map(|warm| (warm.read_units_per_second, warm.write_units_per_second));
        let mut all = vec![(None, of_table)];
        for index in live.table.global_secondary_indexes() {
            let warm = index.warm_throughput.as_ref();
            let warm = warm.map(|warm| (warm.read_units_per_second, warm.write_units_per_second));
            all.push((index.index_name(), warm));
        }
        for (index, found) in all {
            let Some(wanted) = settings.warm_units(index) else { continue };
            // An engine that does not tell has none; with use it grows by itself.
            let Some((Some(read), Some(write))) = found else { continue };
            if read < wanted.read || write < wanted.write {
                let aspect = Aspect::WarmThroughput(index.map(str::to_owned));
                let step = Step::WarmThroughput(index.map(str::to_owned));
                self.unless_same(aspect, wanted, PerSecond { read, write }, |it| it.by(step));
            }
        }
    }

    fn deletion_protection(&mut self) {
        let Some(wanted) = self.wanted.settings.deletion_protection else { return };
        let found = self.live.table.deletion_protection_enabled.unwrap_or(false);
        self.unless_same(Aspect::DeletionProtection, on_off(wanted), on_off(found), |it| {
            it.by(Step::DeletionProtection(wanted)).narrowing(!wanted)
        });
    }

    fn point_in_time_recovery(&mut self) {
        let wanted = self.wanted.settings.point_in_time_recovery;
        let Some((wanted, found)) = wanted.zip(self.live.point_in_time_recovery) else { return };
        self.unless_same(Aspect::PointInTimeRecovery, on_off(wanted), on_off(found), |it| {
            it.by(Step::PointInTimeRecovery(wanted)).narrowing(!wanted)
        });
    }

    fn tags(&mut self) {
        for (key, value) in &self.wanted.settings.tags {
            let found = self.live.tags.iter().find(|(known, _)| known == key);
            let text = |value: Option<&String>| or_none(value.map(|value| format!("`{value}`")));
            let step = Step::Tag { key: key.clone(), value: value.clone() };
            let (expected, found) = (text(value.as_ref()), text(found.map(|(_, value)| value)));
            self.unless_same(Aspect::Tag(key.clone()), expected, found, |it| {
                it.by(step).narrowing(value.is_none())
            });
        }
    }
}
