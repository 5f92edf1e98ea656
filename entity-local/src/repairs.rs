//! Where the engine's answers differ from DynamoDB's in a way that clients notice.

use dynoxide::actions::describe_stream::DescribeStreamResponse;
use dynoxide::actions::describe_time_to_live::DescribeTimeToLiveRequest;
use dynoxide::actions::get_item::GetItemRequest;
use dynoxide::actions::get_records::{GetRecordsResponse, Record};
use dynoxide::actions::update_item::{UpdateItemRequest, UpdateItemResponse};
use dynoxide::actions::update_time_to_live::{UpdateTimeToLiveRequest, UpdateTimeToLiveResponse};
use dynoxide::{Database, DynoxideError};
use serde_json::Value;

/// Leaves out the end of the shard, which is still being written to: consumers look for a
/// shard without one.
pub(crate) fn open_shard(mut response: DescribeStreamResponse) -> DescribeStreamResponse {
    for shard in &mut response.stream_description.shards {
        shard.sequence_number_range.ending_sequence_number = None;
    }
    response
}

/// Drops the records of writes that changed nothing, of which DynamoDB makes none, and spells user
/// identities as the Streams API does.
///
/// Such a write can only be told where the stream keeps both images.
pub(crate) fn stream_records(mut response: GetRecordsResponse) -> Value {
    response.records.retain(changed);
    let mut response = serde_json::to_value(response).unwrap_or_default();
    let records = response.get_mut("Records").and_then(Value::as_array_mut);
    for record in records.into_iter().flatten() {
        let Some(Value::Object(identity)) = record.get_mut("userIdentity") else { continue };
        for (engine, service) in [("principalId", "PrincipalId"), ("type", "Type")] {
            if let Some(value) = identity.remove(engine) {
                identity.insert(service.to_owned(), value);
            }
        }
    }
    response
}

fn changed(record: &Record) -> bool {
    match (&record.dynamodb.old_image, &record.dynamodb.new_image) {
        (Some(old), Some(new)) => old != new,
        _ => true,
    }
}

/// Returns nothing as the old item where there was none: the engine makes one of the key.
pub(crate) fn update_item(
    database: &Database,
    request: UpdateItemRequest,
) -> Result<UpdateItemResponse, DynoxideError> {
    let old = request.return_values.as_deref() == Some("ALL_OLD");
    let before = old.then(|| GetItemRequest {
        table_name: request.table_name.clone(),
        key: request.key.clone(),
        consistent_read: Some(true),
        projection_expression: None,
        expression_attribute_names: None,
        return_consumed_capacity: None,
        attributes_to_get: None,
    });
    // What cannot be read is left for the engine to word.
    let before = before.and_then(|get| database.get_item(get).ok());
    let key = request.key.clone();
    let mut response = database.update_item(request)?;
    if before.is_some_and(|before| before.item.is_none()) {
        response.attributes = response.attributes.filter(|attributes| *attributes != key);
    }
    Ok(response)
}

/// Refuses to turn TTL on or off where it is so already.
pub(crate) fn update_time_to_live(
    database: &Database,
    request: UpdateTimeToLiveRequest,
) -> Result<UpdateTimeToLiveResponse, DynoxideError> {
    let asked = &request.time_to_live_specification;
    let table_name = request.table_name.clone();
    // A failed description (no such table, say) is left for the engine to word.
    if let Ok(now) = database.describe_time_to_live(DescribeTimeToLiveRequest { table_name }) {
        let now = now.time_to_live_description;
        let same = now.attribute_name.as_ref().is_none_or(|name| *name == asked.attribute_name);
        let refused = match (now.time_to_live_status.as_str(), asked.enabled) {
            ("ENABLED", true) if same => Some("enabled"),
            ("DISABLED", false) => Some("disabled"),
            _ => None,
        };
        if let Some(state) = refused {
            let message = format!("TimeToLive is already {state}");
            return Err(DynoxideError::ValidationException(message));
        }
    }
    database.update_time_to_live(request)
}
