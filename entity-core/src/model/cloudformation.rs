//! A CloudFormation template.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html>

use aws_sdk_dynamodb::types::BillingMode;
use serde::Serialize;

use super::json::{Object, pretty};
use super::view::{View, projection, views};
use super::{TableModel, names, vector_indexes};
use crate::error::TableError;
use crate::op::{PerSecond, TableSettings, key_attributes};
use crate::schema::{IndexKind, IndexSchema, KeyDef};

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Template<'m> {
    #[serde(rename = "AWSTemplateFormatVersion")]
    version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    resources: Object<Resource<'m>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Resource<'m> {
    r#type: &'static str,
    deletion_policy: &'static str,
    update_replace_policy: &'static str,
    properties: Table<'m>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Table<'m> {
    table_name: &'m str,
    attribute_definitions: Vec<AttributeDefinition>,
    key_schema: Vec<Key>,
    billing_mode: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    provisioned_throughput: Option<Provisioned>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on_demand_throughput: Option<OnDemand>,
    #[serde(skip_serializing_if = "Option::is_none")]
    warm_throughput: Option<Warm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    global_secondary_indexes: Option<Vec<Index>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    local_secondary_indexes: Option<Vec<Index>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    table_class: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_specification: Option<Stream>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_to_live_specification: Option<TimeToLive>,
    #[serde(skip_serializing_if = "Option::is_none")]
    point_in_time_recovery_specification: Option<Recovery>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deletion_protection_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Vec<Tag<'m>>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AttributeDefinition {
    attribute_name: &'static str,
    attribute_type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Key {
    attribute_name: &'static str,
    key_type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Index {
    index_name: &'static str,
    key_schema: Vec<Key>,
    projection: Projection,
    #[serde(skip_serializing_if = "Option::is_none")]
    provisioned_throughput: Option<Provisioned>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on_demand_throughput: Option<OnDemand>,
    #[serde(skip_serializing_if = "Option::is_none")]
    warm_throughput: Option<Warm>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Projection {
    projection_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    non_key_attributes: Option<&'static [&'static str]>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Provisioned {
    read_capacity_units: i64,
    write_capacity_units: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct OnDemand {
    max_read_request_units: i64,
    max_write_request_units: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Warm {
    read_units_per_second: i64,
    write_units_per_second: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Stream {
    stream_view_type: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct TimeToLive {
    attribute_name: &'static str,
    enabled: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Recovery {
    point_in_time_recovery_enabled: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Tag<'m> {
    key: &'m str,
    value: &'m str,
}

pub(super) fn render(tables: &[&TableModel]) -> Result<String, TableError> {
    let names = names(tables, logical_id).into_iter();
    let resources = names.zip(tables).map(|(name, table)| Ok((name, resource(table)?)));
    let resources = Object(resources.collect::<Result<_, TableError>>()?);
    let left_out: Vec<String> = tables.iter().flat_map(|table| vector_indexes(table)).collect();
    let description =
        (!left_out.is_empty()).then(|| format!("Not in this template: {}.", left_out.join("; ")));
    Ok(pretty(&Template { version: "2010-09-09", description, resources }))
}

/// A logical id has letters and digits alone.
fn logical_id(table: &str) -> String {
    let words = table.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let id: String = words.map(capitalized).collect();
    if id.is_empty() { "Table".to_owned() } else { id }
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

fn resource(table: &TableModel) -> Result<Resource<'_>, TableError> {
    let (schema, settings) = (table.wanted.schema, &table.wanted.settings);
    let attributes = key_attributes(schema).into_iter();
    let attributes = attributes.map(|KeyDef { name, ty }| AttributeDefinition {
        attribute_name: name,
        attribute_type: ty.name(),
    });
    let mut indexes = (Vec::new(), Vec::new());
    for view in views(schema) {
        let Some(index) = view.index else { continue };
        let of_kind = match index.kind {
            IndexKind::Global => &mut indexes.0,
            IndexKind::Local => &mut indexes.1,
        };
        of_kind.push(secondary(index, &view, settings));
    }
    let some = |indexes: Vec<Index>| Some(indexes).filter(|indexes| !indexes.is_empty());
    let ttl = table.ttl()?.map(|name| TimeToLive { attribute_name: name, enabled: true });
    let stream = settings.stream.as_ref().and_then(Option::as_ref);
    let recovery = settings.point_in_time_recovery;
    let tags: Vec<Tag<'_>> =
        settings.last_tags().into_iter().map(|(key, value)| Tag { key, value }).collect();
    let properties = Table {
        table_name: &table.name,
        attribute_definitions: attributes.collect(),
        key_schema: key_schema(&[schema.pk], schema.sk.as_slice()),
        billing_mode: settings.billing_mode().as_str().to_owned(),
        provisioned_throughput: provisioned(settings, None),
        on_demand_throughput: on_demand(settings, None),
        warm_throughput: warm(settings, None),
        global_secondary_indexes: some(indexes.0),
        local_secondary_indexes: some(indexes.1),
        table_class: settings.class.as_ref().map(|class| class.as_str().to_owned()),
        stream_specification: stream
            .map(|view| Stream { stream_view_type: view.as_str().to_owned() }),
        time_to_live_specification: ttl,
        point_in_time_recovery_specification: recovery
            .map(|on| Recovery { point_in_time_recovery_enabled: on }),
        deletion_protection_enabled: settings.deletion_protection,
        tags: Some(tags).filter(|tags| !tags.is_empty()),
    };
    Ok(Resource {
        r#type: "AWS::DynamoDB::Table",
        deletion_policy: "Retain",
        update_replace_policy: "Retain",
        properties,
    })
}

fn secondary(index: &'static IndexSchema, view: &View, settings: &TableSettings) -> Index {
    let (projection_type, non_key_attributes) = projection(index);
    let name = Some(index.name).filter(|_| index.kind == IndexKind::Global);
    Index {
        index_name: index.name,
        key_schema: key_schema(&view.pk, &view.sk),
        projection: Projection { projection_type, non_key_attributes },
        provisioned_throughput: name.and_then(|name| provisioned(settings, Some(name))),
        on_demand_throughput: name.and_then(|name| on_demand(settings, Some(name))),
        warm_throughput: name.and_then(|name| warm(settings, Some(name))),
    }
}

fn key_schema(pk: &[KeyDef], sk: &[KeyDef]) -> Vec<Key> {
    let key = |key_type| move |key: &KeyDef| Key { attribute_name: key.name, key_type };
    pk.iter().map(key("HASH")).chain(sk.iter().map(key("RANGE"))).collect()
}

fn provisioned(settings: &TableSettings, index: Option<&str>) -> Option<Provisioned> {
    let PerSecond { read, write } = settings.units(&BillingMode::Provisioned, index)?;
    Some(Provisioned { read_capacity_units: read, write_capacity_units: write })
}

fn on_demand(settings: &TableSettings, index: Option<&str>) -> Option<OnDemand> {
    let PerSecond { read, write } = settings.units(&BillingMode::PayPerRequest, index)?;
    Some(OnDemand { max_read_request_units: read, max_write_request_units: write })
}

fn warm(settings: &TableSettings, index: Option<&str>) -> Option<Warm> {
    let PerSecond { read, write } = settings.warm_units(index)?;
    Some(Warm { read_units_per_second: read, write_units_per_second: write })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logical_ids_have_letters_and_digits_alone() {
        assert_eq!(logical_id("cruddur-messages"), "CruddurMessages");
        assert_eq!(logical_id("IA-Table_1.x"), "IATable1X");
        assert_eq!(logical_id("-._"), "Table");
    }
}
