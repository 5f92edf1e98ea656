//! Batches of which a part comes back unprocessed.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::{KeysAndAttributes, PutRequest, WriteRequest};
use entity_local::Fault;

use crate::{Result, TABLE, once, plays, put, s, songs};

fn writes(count: usize) -> Result<Vec<WriteRequest>> {
    (0..count)
        .map(|i| {
            let put = PutRequest::builder().item("Id", s("1")).item("Sort", s(format!("{i:02}")));
            Ok(WriteRequest::builder().put_request(put.item("Plays", s("x")).build()?).build())
        })
        .collect()
}

#[tokio::test]
async fn unprocessed_items_are_not_written_and_come_back_as_sent() -> Result {
    let (local, client) = songs().await?;
    local.faults().on("BatchWriteItem").inject(Fault::Unprocessed(3));
    let all = writes(10)?;
    let answer = client.batch_write_item().request_items(TABLE, all.clone()).send().await?;

    let unprocessed = answer.unprocessed_items().and_then(|left| left.get(TABLE)).ok_or("none")?;
    assert_eq!(unprocessed, &all[7..]);
    assert!(plays(&local, "1", "06").await?.is_some());
    assert!(plays(&local, "1", "07").await?.is_none());

    let answer = client.batch_write_item().request_items(TABLE, unprocessed.clone()).send().await?;
    assert!(answer.unprocessed_items().is_none_or(|left| left.is_empty()));
    assert!(plays(&local, "1", "09").await?.is_some());
    Ok(())
}

#[tokio::test]
async fn unprocessed_keys_come_back_with_what_was_asked() -> Result {
    let (local, client) = songs().await?;
    let mut keys = KeysAndAttributes::builder().consistent_read(true).projection_expression("Sort");
    for i in 0..5 {
        put(&client, "1", &i.to_string(), i).await?;
        keys = keys.keys([("Id".to_owned(), s("1")), ("Sort".to_owned(), s(i.to_string()))].into());
    }
    local.faults().on("BatchGetItem").inject(Fault::Unprocessed(2));
    let mut found = BTreeSet::new();
    let mut asked = keys.build()?;
    let mut rounds = 0;
    loop {
        let answer = client.batch_get_item().request_items(TABLE, asked).send().await?;
        rounds += 1;
        for item in answer.responses().and_then(|all| all.get(TABLE)).into_iter().flatten() {
            assert_eq!(item.len(), 1, "projected");
            found.insert(item["Sort"].as_s().unwrap().clone());
        }
        let Some(left) = answer.unprocessed_keys().and_then(|left| left.get(TABLE)) else { break };
        assert_eq!(left.consistent_read(), Some(true));
        assert_eq!(left.projection_expression(), Some("Sort"));
        assert_eq!(left.keys().len(), 2);
        asked = left.clone();
    }
    assert_eq!((rounds, found.len()), (2, 5));
    Ok(())
}

#[tokio::test]
async fn a_batch_of_which_nothing_is_processed_is_throttled() -> Result {
    let (local, _) = songs().await?;
    local.faults().on("BatchWriteItem").inject(Fault::Unprocessed(2));
    let batch = once(&local).batch_write_item().request_items(TABLE, writes(2)?);
    let error = batch.send().await.unwrap_err();
    assert_eq!(error.code(), Some("ProvisionedThroughputExceededException"));
    Ok(())
}

#[tokio::test]
async fn a_batch_that_is_too_large_is_refused_all_the_same() -> Result {
    let (local, client) = songs().await?;
    local.faults().on("BatchWriteItem").inject(Fault::Unprocessed(2));
    let batch = client.batch_write_item().request_items(TABLE, writes(26)?);
    let error = batch.send().await.unwrap_err();
    assert_eq!(error.code(), Some("ValidationException"));
    Ok(())
}
