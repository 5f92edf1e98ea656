//! A table's declaration in the SDK's types.

use aws_sdk_dynamodb::types as sdk;
use aws_smithy_types::error::operation::BuildError;

use super::settings::{PerSecond, TableSettings};
use super::wanted::Wanted;
use crate::key::KeyType;
use crate::schema::{
    Distance, IndexProjection, IndexSchema, KeyDef, TableSchema, VectorIndexSchema,
};

type Built<V> = Result<V, BuildError>;

pub(super) fn attribute_type(ty: KeyType) -> sdk::ScalarAttributeType {
    match ty {
        KeyType::S => sdk::ScalarAttributeType::S,
        KeyType::N => sdk::ScalarAttributeType::N,
        KeyType::B => sdk::ScalarAttributeType::B,
    }
}

/// The types of key attributes, each once.
pub(super) fn attribute_definitions<'k>(
    keys: impl Iterator<Item = &'k KeyDef>,
) -> Built<Vec<sdk::AttributeDefinition>> {
    let definition = |key: &KeyDef| {
        let definition = sdk::AttributeDefinition::builder().attribute_name(key.name);
        definition.attribute_type(attribute_type(key.ty)).build()
    };
    each_once(keys).into_iter().map(definition).collect()
}

/// Every key attribute of a table and its indexes.
pub(super) fn keys(schema: &TableSchema) -> impl Iterator<Item = &KeyDef> {
    let searched = schema.vector_indexes.iter().flat_map(|index| index.search_schema());
    ordered_keys(schema).chain(searched)
}

/// The same without those of vector indexes.
fn ordered_keys(schema: &TableSchema) -> impl Iterator<Item = &KeyDef> {
    let indexes = schema.indexes.iter().flat_map(|index| index.pk.iter().chain(index.sk));
    std::iter::once(&schema.pk).chain(&schema.sk).chain(indexes)
}

fn each_once<'k>(keys: impl Iterator<Item = &'k KeyDef>) -> Vec<&'k KeyDef> {
    let mut once: Vec<&KeyDef> = Vec::new();
    for key in keys {
        if once.iter().all(|other| other.name != key.name) {
            once.push(key);
        }
    }
    once
}

/// Every key attribute of a table and its indexes, vector indexes aside, each once.
pub(crate) fn key_attributes(schema: &TableSchema) -> Vec<&KeyDef> {
    each_once(ordered_keys(schema))
}

pub(super) fn key_schema(pk: &[KeyDef], sk: &[KeyDef]) -> Built<Vec<sdk::KeySchemaElement>> {
    let element = |key: &KeyDef, ty| {
        sdk::KeySchemaElement::builder().attribute_name(key.name).key_type(ty).build()
    };
    let pk = pk.iter().map(|key| element(key, sdk::KeyType::Hash));
    pk.chain(sk.iter().map(|key| element(key, sdk::KeyType::Range))).collect()
}

pub(super) fn global(index: &IndexSchema, wanted: &Wanted) -> Built<sdk::GlobalSecondaryIndex> {
    let settings = &wanted.settings;
    sdk::GlobalSecondaryIndex::builder()
        .index_name(index.name)
        .set_key_schema(Some(key_schema(index.pk, index.sk)?))
        .projection(projection(&index.projection))
        .set_provisioned_throughput(provisioned(settings, Some(index.name))?)
        .set_on_demand_throughput(on_demand(settings, Some(index.name)))
        .set_warm_throughput(settings.warm_units(Some(index.name)).map(warm))
        .build()
}

pub(super) fn local(index: &IndexSchema, pk: KeyDef) -> Built<sdk::LocalSecondaryIndex> {
    sdk::LocalSecondaryIndex::builder()
        .index_name(index.name)
        .set_key_schema(Some(key_schema(&[pk], index.sk)?))
        .projection(projection(&index.projection))
        .build()
}

pub(super) fn vector(index: &VectorIndexSchema) -> Built<sdk::VectorIndex> {
    let attribute = sdk::VectorAttributeDefinition::builder().attribute_name(index.vector);
    sdk::VectorIndex::builder()
        .index_name(index.name)
        .vector_attribute(attribute.build()?)
        .set_search_schema(search_schema(index)?)
        .projection(projection(&index.projection))
        .dimensions(i64::try_from(index.dimensions).unwrap_or(i64::MAX))
        .distance_function(distance(index.distance))
        .build()
}

fn search_schema(index: &VectorIndexSchema) -> Built<Option<Vec<sdk::SearchSchemaElement>>> {
    let element = |key: &KeyDef, ty| {
        let element = sdk::SearchSchemaElement::builder().attribute_name(key.name);
        element.search_schema_element_type(ty).build()
    };
    let hash = |key| element(key, sdk::SearchSchemaElementType::Hash);
    let filter = |key| element(key, sdk::SearchSchemaElementType::InlineFilter);
    let elements = index.partition.iter().map(hash).chain(index.filters.iter().map(filter));
    let elements = elements.collect::<Built<Vec<_>>>()?;
    Ok((!elements.is_empty()).then_some(elements))
}

fn distance(distance: Distance) -> sdk::VectorDistanceFunction {
    match distance {
        Distance::Cosine => sdk::VectorDistanceFunction::Cosine,
        Distance::Euclidean => sdk::VectorDistanceFunction::Euclidean,
        Distance::DotProduct => sdk::VectorDistanceFunction::DotProduct,
    }
}

pub(super) fn projection(declared: &IndexProjection) -> sdk::Projection {
    let projection = sdk::Projection::builder();
    match declared {
        IndexProjection::All => projection.projection_type(sdk::ProjectionType::All).build(),
        IndexProjection::KeysOnly => {
            projection.projection_type(sdk::ProjectionType::KeysOnly).build()
        }
        IndexProjection::Include(names) => projection
            .projection_type(sdk::ProjectionType::Include)
            .set_non_key_attributes(Some(names.iter().map(|name| (*name).to_owned()).collect()))
            .build(),
    }
}

/// The provisioned units, where that is how it is billed.
pub(super) fn provisioned(
    settings: &TableSettings,
    index: Option<&str>,
) -> Built<Option<sdk::ProvisionedThroughput>> {
    settings.units(&sdk::BillingMode::Provisioned, index).map(capacity).transpose()
}

pub(super) fn capacity(PerSecond { read, write }: PerSecond) -> Built<sdk::ProvisionedThroughput> {
    let units = sdk::ProvisionedThroughput::builder();
    units.read_capacity_units(read).write_capacity_units(write).build()
}

/// The most units on demand, where that is how it is billed and there is a limit.
pub(super) fn on_demand(
    settings: &TableSettings,
    index: Option<&str>,
) -> Option<sdk::OnDemandThroughput> {
    let PerSecond { read, write } = settings.units(&sdk::BillingMode::PayPerRequest, index)?;
    let most = sdk::OnDemandThroughput::builder();
    Some(most.max_read_request_units(read).max_write_request_units(write).build())
}

pub(super) fn warm(PerSecond { read, write }: PerSecond) -> sdk::WarmThroughput {
    let units = sdk::WarmThroughput::builder();
    units.read_units_per_second(read).write_units_per_second(write).build()
}

/// A stream with that view, or none.
pub(super) fn stream(view: Option<&sdk::StreamViewType>) -> Built<sdk::StreamSpecification> {
    let stream = sdk::StreamSpecification::builder().stream_enabled(view.is_some());
    stream.set_stream_view_type(view.cloned()).build()
}

pub(super) fn tag(key: &str, value: &str) -> Built<sdk::Tag> {
    sdk::Tag::builder().key(key).value(value).build()
}
