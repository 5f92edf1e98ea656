//! Batches of which the service processes a part.

use serde_json::{Map, Value};

use super::{Effect, throughput_exceeded};
use crate::engine::Answer;
use crate::requests::Request;

/// What was not sent to the engine, by table, and the member of the answer that says so.
pub(crate) struct Left {
    member: &'static str,
    tables: Map<String, Value>,
}

/// Holds back the last `count` entries of the batch.
pub(super) fn effect(request: &Request, count: usize) -> Effect {
    let (member, limit) = match request.operation() {
        "BatchGetItem" => ("UnprocessedKeys", 100),
        _ => ("UnprocessedItems", 25),
    };
    let mut body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    let Some(tables) = body.get_mut("RequestItems").and_then(Value::as_object_mut) else {
        return Effect::Execute; // to be refused
    };
    let total: usize = tables.values_mut().filter_map(entries).map(|list| list.len()).sum();
    if count == 0 || total == 0 || total > limit {
        return Effect::Execute;
    }
    if count >= total {
        return Effect::Answer(throughput_exceeded());
    }
    let left = Left { member, tables: hold_back(tables, count) };
    let body = body.to_string().into_bytes();
    let sent = Request::new(request.operation().to_owned(), request.attempt(), body);
    Effect::ExecutePart { sent, left }
}

impl Left {
    /// Adds what was held back to what the engine left unprocessed itself.
    pub(crate) fn add_to(self, answer: Answer) -> Answer {
        let Ok(Value::Object(mut body)) = serde_json::from_str(&answer.body) else { return answer };
        if answer.status != 200 {
            return answer;
        }
        let unprocessed = body.entry(self.member).or_insert_with(|| Value::Object(Map::new()));
        for (table, mut held) in self.tables {
            match unprocessed.get_mut(&table).and_then(entries) {
                Some(list) => list.append(entries(&mut held).unwrap_or(&mut vec![])),
                None => {
                    if let Some(tables) = unprocessed.as_object_mut() {
                        tables.insert(table, held);
                    }
                }
            }
        }
        Answer { status: answer.status, body: Value::Object(body).to_string() }
    }
}

fn hold_back(tables: &mut Map<String, Value>, mut count: usize) -> Map<String, Value> {
    let mut held = Map::new();
    for (table, sent) in tables.iter_mut().rev() {
        let Some(list) = entries(sent) else { continue };
        let tail = list.split_off(list.len().saturating_sub(count));
        count -= tail.len();
        if tail.is_empty() {
            continue;
        }
        // The rest of a table's part (projection, consistency) goes with both halves.
        let mut copy = sent.clone();
        if let Some(list) = entries(&mut copy) {
            *list = tail;
        }
        held.insert(table.clone(), copy);
    }
    tables.retain(|_, sent| entries(sent).is_none_or(|list| !list.is_empty()));
    held
}

/// A table's requests (`BatchWriteItem`) or keys (`BatchGetItem`).
fn entries(table: &mut Value) -> Option<&mut Vec<Value>> {
    match table {
        Value::Array(list) => Some(list),
        Value::Object(table) => table.get_mut("Keys")?.as_array_mut(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn split(operation: &str, body: &Value, count: usize) -> Option<(Value, Value)> {
        let request = Request::new(operation.into(), 1, body.to_string().into_bytes());
        match effect(&request, count) {
            Effect::ExecutePart { sent, left } => {
                Some((serde_json::from_slice(sent.body()).unwrap(), left.tables.into()))
            }
            _ => None,
        }
    }

    #[test]
    fn the_last_entries_are_held_back() {
        let body = json!({ "RequestItems": { "A": [1, 2], "B": [3, 4] } });
        let (sent, left) = split("BatchWriteItem", &body, 3).unwrap();
        assert_eq!(sent, json!({ "RequestItems": { "A": [1] } }));
        assert_eq!(left, json!({ "A": [2], "B": [3, 4] }));
    }

    #[test]
    fn keys_keep_what_was_asked_with_them() {
        let body =
            json!({ "RequestItems": { "A": { "Keys": [1, 2, 3], "ConsistentRead": true } } });
        let (sent, left) = split("BatchGetItem", &body, 1).unwrap();
        let sent_keys = json!({ "A": { "Keys": [1, 2], "ConsistentRead": true } });
        assert_eq!(sent, json!({ "RequestItems": sent_keys }));
        assert_eq!(left, json!({ "A": { "Keys": [3], "ConsistentRead": true } }));
    }

    #[test]
    fn what_is_no_batch_or_too_large_a_one_is_left_to_the_engine() {
        for body in [
            json!(null),
            json!({}),
            json!({ "RequestItems": 7 }),
            json!({ "RequestItems": { "A": 1 } }),
        ] {
            assert_eq!(split("BatchWriteItem", &body, 1), None);
        }
        let body = json!({ "RequestItems": { "A": vec![0; 26] } });
        assert_eq!(split("BatchWriteItem", &body, 1), None);
    }

    #[test]
    fn what_the_engine_left_is_kept() {
        let held = json!({ "A": { "Keys": [2] }, "B": { "Keys": [3] } });
        let Value::Object(tables) = held else { unreachable!() };
        let answer = Answer {
            status: 200,
            body: json!({ "UnprocessedKeys": { "A": { "Keys": [1] } } }).to_string(),
        };
        let answer = Left { member: "UnprocessedKeys", tables }.add_to(answer);
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        let all = json!({ "A": { "Keys": [1, 2] }, "B": { "Keys": [3] } });
        assert_eq!(body, json!({ "UnprocessedKeys": all }));
    }
}
