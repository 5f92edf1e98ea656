//! Streams and TTL as the service has them.

use std::time::Duration;

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::{StreamViewType, TimeToLiveSpecification};
use aws_sdk_dynamodbstreams::Client as Streams;
use aws_sdk_dynamodbstreams::types::{
    AttributeValue as StreamValue, OperationType, Record, ShardIteratorType,
};
use entity_local::{LocalDynamo, ManualClock};

use crate::{Result, TABLE, create_table, n, plays, put, s, songs};

async fn streamed(local: &LocalDynamo) -> Result<Streams> {
    create_table(&local.client(), Some(StreamViewType::NewAndOldImages)).await?;
    Ok(Streams::new(&local.sdk_config()))
}

/// The stream's ARN and its one shard, which is open.
async fn open_shard(streams: &Streams) -> Result<(String, String)> {
    let listed = streams.list_streams().table_name(TABLE).send().await?;
    let arn = listed.streams().first().and_then(|stream| stream.stream_arn()).ok_or("no stream")?;
    let described = streams.describe_stream().stream_arn(arn).send().await?;
    let shards = described.stream_description().map(|stream| stream.shards()).unwrap_or_default();
    let [shard] = shards else { return Err(format!("{shards:?}").into()) };
    let range = shard.sequence_number_range().ok_or("no range")?;
    assert_eq!(range.ending_sequence_number(), None, "the shard is closed");
    Ok((arn.to_owned(), shard.shard_id().ok_or("no id")?.to_owned()))
}

async fn records(streams: &Streams) -> Result<Vec<Record>> {
    let (arn, shard) = open_shard(streams).await?;
    let iterator = streams
        .get_shard_iterator()
        .stream_arn(arn)
        .shard_id(shard)
        .shard_iterator_type(ShardIteratorType::TrimHorizon)
        .send()
        .await?;
    let records = streams.get_records().set_shard_iterator(iterator.shard_iterator).send().await?;
    assert!(records.next_shard_iterator().is_some());
    Ok(records.records.unwrap_or_default())
}

#[tokio::test]
async fn a_stream_says_what_changed_and_only_that() -> Result {
    let local = LocalDynamo::in_memory()?;
    let streams = streamed(&local).await?;
    let client = local.client();
    for plays in [1, 1, 2] {
        put(&client, "1", "a", plays).await?;
    }
    let delete = client.delete_item().table_name(TABLE).key("Id", s("1")).key("Sort", s("a"));
    delete.send().await?;

    let records = records(&streams).await?;
    let names: Vec<_> = records.iter().filter_map(|record| record.event_name()).collect();
    assert_eq!(names, [&OperationType::Insert, &OperationType::Modify, &OperationType::Remove]);
    assert!(records.iter().all(|record| record.user_identity().is_none()));
    let images: Vec<_> =
        records.iter().filter_map(|record| record.dynamodb()?.new_image()?.get("Plays")).collect();
    assert_eq!(images, [&StreamValue::N("1".into()), &StreamValue::N("2".into())]);
    Ok(())
}

#[tokio::test]
async fn expired_items_are_removed_by_the_service() -> Result {
    let clock = ManualClock::new(1_000_000);
    let local = LocalDynamo::in_memory_with_clock(&clock)?;
    let streams = streamed(&local).await?;
    let client = local.client();
    let ttl = TimeToLiveSpecification::builder().attribute_name("Plays").enabled(true).build()?;
    client.update_time_to_live().table_name(TABLE).time_to_live_specification(ttl).send().await?;
    put(&client, "1", "early", 1_000_100).await?;
    put(&client, "1", "late", 1_000_200).await?;

    clock.advance(Duration::from_secs(100));
    assert_eq!(local.delete_expired_items().await?, 0, "it expires when its second is over");
    clock.advance(Duration::from_secs(1));
    assert_eq!(local.delete_expired_items().await?, 1);
    assert_eq!(local.delete_expired_items().await?, 0);
    assert_eq!(plays(&local, "1", "early").await?, None);
    assert_eq!(plays(&local, "1", "late").await?, Some(n(1_000_200)));

    let records = records(&streams).await?;
    let removed = records.last().ok_or("no records")?;
    assert_eq!(removed.event_name(), Some(&OperationType::Remove));
    let identity = removed.user_identity().ok_or("no identity")?;
    assert_eq!(identity.principal_id(), Some("dynamodb.amazonaws.com"));
    assert_eq!(identity.r#type(), Some("Service"));
    let old = removed.dynamodb().and_then(|change| change.old_image()).ok_or("no image")?;
    assert_eq!(old.get("Sort"), Some(&StreamValue::S("early".into())));
    Ok(())
}

#[tokio::test]
async fn items_expire_at_a_time_that_is_said_in_memory_and_on_a_file() -> Result {
    let file = std::env::temp_dir().join(format!("entity-local-ttl-{}.db", std::process::id()));
    for local in [LocalDynamo::in_memory()?, LocalDynamo::open(&file)?] {
        let streams = streamed(&local).await?;
        let client = local.client();
        let ttl = TimeToLiveSpecification::builder().attribute_name("Plays").enabled(true);
        let update = client.update_time_to_live().table_name(TABLE);
        update.time_to_live_specification(ttl.build()?).send().await?;
        put(&client, "1", "far", 4_000_000_000).await?;
        assert_eq!(local.delete_expired_items().await?, 0);
        assert_eq!(local.delete_items_expired_at(4_000_000_000).await?, 0);
        assert_eq!(local.delete_items_expired_at(4_000_000_001).await?, 1);
        assert_eq!(plays(&local, "1", "far").await?, None);
        let records = records(&streams).await?;
        let removed = records.last().ok_or("no records")?;
        assert_eq!(removed.user_identity().and_then(|who| who.r#type()), Some("Service"));
        let time = removed.dynamodb().and_then(|change| change.approximate_creation_date_time());
        assert_eq!(time.map(|time| time.secs()), Some(4_000_000_001));
    }
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", file.display()));
    }
    Ok(())
}

#[tokio::test]
async fn ttl_is_not_turned_on_or_off_twice() -> Result {
    let (_local, client) = songs().await?;
    let update = async |enabled: bool| -> Result<Option<String>> {
        let ttl = TimeToLiveSpecification::builder().attribute_name("Plays").enabled(enabled);
        let update = client.update_time_to_live().table_name(TABLE);
        let answer = update.time_to_live_specification(ttl.build()?).send().await;
        Ok(answer.err().and_then(|error| error.message().map(str::to_owned)))
    };
    assert_eq!(update(false).await?.as_deref(), Some("TimeToLive is already disabled"));
    assert_eq!(update(true).await?, None);
    assert_eq!(update(true).await?.as_deref(), Some("TimeToLive is already enabled"));
    assert_eq!(update(false).await?, None);
    Ok(())
}
