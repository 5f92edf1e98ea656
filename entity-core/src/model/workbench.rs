//! A data model of NoSQL Workbench, in the shape of those that AWS publishes as samples.
//!
//! <https://github.com/aws-samples/aws-dynamodb-examples/tree/master/schema_design/SchemaExamples>

use aws_sdk_dynamodb::types::BillingMode;
use serde::Serialize;
use serde_json::Value;

use super::json::{Object, pretty};
use super::types::{attribute_type, attributes};
use super::view::{View, form, projection, views};
use super::{TableModel, vector_indexes};
use crate::op::PerSecond;
use crate::schema::{EntitySchema, IndexKind, KeyAttribute, KeyDef};

/// When a model was made; always the same, so that models are equal that say the same.
const DATE: &str = "Jan 01, 1970, 12:00 AM";

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Model<'m> {
    model_name: &'m str,
    model_metadata: Metadata,
    data_model: Vec<Table<'m>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metadata {
    author: &'static str,
    date_created: &'static str,
    date_last_modified: &'static str,
    description: String,
    #[serde(rename = "AWSService")]
    service: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Table<'m> {
    table_name: &'m str,
    key_attributes: Keys,
    non_key_attributes: Vec<Attribute>,
    table_facets: Vec<Facet<'m>>,
    global_secondary_indexes: Vec<Index>,
    data_access: DataAccess,
    billing_mode: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    provisioned_capacity_settings: Option<Capacity>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Keys {
    partition_key: Attribute,
    #[serde(skip_serializing_if = "Option::is_none")]
    sort_key: Option<Attribute>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    attribute_name: &'static str,
    attribute_type: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Facet<'m> {
    facet_name: &'static str,
    key_attribute_alias: Alias,
    table_data: Vec<Object<&'m Value>>,
    non_key_attributes: Vec<&'static str>,
    data_access: DataAccess,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Alias {
    partition_key_alias: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sort_key_alias: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Index {
    index_name: &'static str,
    key_attributes: Keys,
    projection: Projection,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Projection {
    projection_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    non_key_attributes: Option<&'static [&'static str]>,
}

/// Where data come from: nowhere.
#[derive(Serialize)]
struct DataAccess {
    #[serde(rename = "MySql")]
    my_sql: Object<()>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Capacity {
    provisioned_throughput: Throughput,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Throughput {
    read_capacity_units: i64,
    write_capacity_units: i64,
}

pub(super) fn render(tables: &[&TableModel]) -> String {
    let left_out: Vec<String> = tables.iter().flat_map(|table| left_out(table)).collect();
    let description = match left_out.as_slice() {
        [] => String::new(),
        names => format!("Not in this model: {}.", names.join("; ")),
    };
    pretty(&Model {
        model_name: tables.first().map_or("", |table| &table.name),
        model_metadata: Metadata {
            author: "",
            date_created: DATE,
            date_last_modified: DATE,
            description,
            service: "Amazon DynamoDB",
            version: "3.0",
        },
        data_model: tables.iter().map(|table| data_model(table)).collect(),
    })
}

/// What a model has no place for.
fn left_out(table: &TableModel) -> Vec<String> {
    let views = views(table.wanted.schema).into_iter();
    let reasons = views.filter(|view| keys(view).is_none()).filter_map(|view| {
        let index = view.index?;
        let what = match index.kind {
            IndexKind::Local => "the local index",
            IndexKind::Global => "the index, with a key of more than one attribute,",
        };
        Some(format!("{what} {} of {}", index.name, table.name))
    });
    reasons.chain(vector_indexes(table)).collect()
}

/// The keys of the table or of a global index; none if a model has no place for them.
fn keys(view: &View) -> Option<Keys> {
    let local = view.index.is_some_and(|index| match index.kind {
        IndexKind::Global => false,
        IndexKind::Local => true,
    });
    match (view.pk.as_slice(), view.sk.as_slice()) {
        ([pk], sk @ ([] | [_])) if !local => {
            Some(Keys { partition_key: key(pk), sort_key: sk.first().map(key) })
        }
        _ => None,
    }
}

fn key(key: &KeyDef) -> Attribute {
    Attribute { attribute_name: key.name, attribute_type: key.ty.name().to_owned() }
}

fn data_model(table: &TableModel) -> Table<'_> {
    let (schema, settings) = (table.wanted.schema, &table.wanted.settings);
    let mut names = Vec::new();
    for name in table.wanted.entities.iter().flat_map(|entity| attributes(table, entity)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let of_name =
        |name| Attribute { attribute_name: name, attribute_type: attribute_type(table, name) };
    let indexes = views(schema).into_iter().filter_map(|view| {
        let (index, key_attributes) = (view.index?, keys(&view)?);
        let (projection_type, non_key_attributes) = projection(index);
        let projection = Projection { projection_type, non_key_attributes };
        Some(Index { index_name: index.name, key_attributes, projection })
    });
    let units = settings.units(&BillingMode::Provisioned, None);
    let capacity = |PerSecond { read, write }| Capacity {
        provisioned_throughput: Throughput {
            read_capacity_units: read,
            write_capacity_units: write,
        },
    };
    Table {
        table_name: &table.name,
        key_attributes: Keys {
            partition_key: key(&schema.pk),
            sort_key: schema.sk.as_ref().map(key),
        },
        non_key_attributes: names.into_iter().map(of_name).collect(),
        table_facets: table.wanted.entities.iter().map(|entity| facet(table, entity)).collect(),
        global_secondary_indexes: indexes.collect(),
        data_access: nowhere(),
        billing_mode: settings.billing_mode().as_str().to_owned(),
        provisioned_capacity_settings: units.map(capacity),
    }
}

fn facet<'m>(table: &'m TableModel, entity: &'static EntitySchema) -> Facet<'m> {
    let alias = |keys: &[KeyAttribute]| keys.first().map(form);
    let data = table.samples_of(entity).map(|sample| {
        Object(sample.attributes.iter().map(|(name, value)| (name.clone(), value)).collect())
    });
    Facet {
        facet_name: entity.name,
        key_attribute_alias: Alias {
            partition_key_alias: alias(entity.pk).unwrap_or_default(),
            sort_key_alias: alias(entity.sk),
        },
        table_data: data.collect(),
        non_key_attributes: attributes(table, entity),
        data_access: nowhere(),
    }
}

fn nowhere() -> DataAccess {
    DataAccess { my_sql: Object(Vec::new()) }
}
