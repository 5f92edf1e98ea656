//! The crate as its users see it: SDK clients over a local engine.

mod batches;
mod client;
mod faults;
mod runtime;
mod store;
mod storms;
mod streams;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType,
    ScalarAttributeType, StreamSpecification, StreamViewType,
};
use entity_local::LocalDynamo;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

const TABLE: &str = "Songs";

/// An engine with one table, keyed by `Id` and `Sort`, and a client of it.
async fn songs() -> Result<(LocalDynamo, Client)> {
    let local = LocalDynamo::in_memory()?;
    create_table(&local.client(), None).await?;
    let client = local.client();
    Ok((local, client))
}

async fn create_table(client: &Client, stream: Option<StreamViewType>) -> Result {
    let mut create = client
        .create_table()
        .table_name(TABLE)
        .billing_mode(BillingMode::PayPerRequest)
        .set_stream_specification(
            stream
                .map(|view| {
                    StreamSpecification::builder()
                        .stream_enabled(true)
                        .stream_view_type(view)
                        .build()
                })
                .transpose()?,
        );
    for (name, key) in [("Id", KeyType::Hash), ("Sort", KeyType::Range)] {
        create = create
            .key_schema(KeySchemaElement::builder().attribute_name(name).key_type(key).build()?)
            .attribute_definitions(
                AttributeDefinition::builder()
                    .attribute_name(name)
                    .attribute_type(ScalarAttributeType::S)
                    .build()?,
            );
    }
    create.send().await?;
    Ok(())
}

fn s(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

fn n(number: impl ToString) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

async fn put(client: &Client, id: &str, sort: &str, plays: u64) -> Result {
    let put = client.put_item().table_name(TABLE).item("Id", s(id)).item("Sort", s(sort));
    put.item("Plays", n(plays)).send().await?;
    Ok(())
}

/// The item's `Plays`, read without retries or faults in the way of the test's own.
async fn plays(local: &LocalDynamo, id: &str, sort: &str) -> Result<Option<AttributeValue>> {
    local.faults().clear();
    let get = local.client().get_item().table_name(TABLE).key("Id", s(id)).key("Sort", s(sort));
    Ok(get.send().await?.item.and_then(|mut item| item.remove("Plays")))
}

/// A client that tries once.
fn once(local: &LocalDynamo) -> Client {
    Client::from_conf(local.config().retry_config(RetryConfig::disabled()).build())
}
