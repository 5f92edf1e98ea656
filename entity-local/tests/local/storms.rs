//! Many requests under faults of every kind.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use entity_local::Fault;

use crate::{Result, TABLE, n, plays, put, s, songs};

#[tokio::test]
async fn conditional_writes_come_through_a_storm_once() -> Result {
    let (local, _) = songs().await?;
    let retries = RetryConfig::standard()
        .with_max_attempts(100)
        .with_initial_backoff(Duration::from_millis(1))
        .with_max_backoff(Duration::from_millis(2));
    let timeouts =
        TimeoutConfig::builder().operation_attempt_timeout(Duration::from_millis(200)).build();
    let config = local.config().retry_config(retries).timeout_config(timeouts);
    let client = Client::from_conf(config.build());
    put(&client, "1", "a", 0).await?;
    local.faults().storm(
        20,
        0.4,
        [
            Fault::InternalServerError,
            Fault::Throttling,
            Fault::TruncatedBody,
            Fault::ConnectionDropped { executed: true },
            Fault::ConnectionDropped { executed: false },
            Fault::Slow(Duration::from_millis(2)),
        ],
    );
    for play in 0..60 {
        let update = client
            .update_item()
            .table_name(TABLE)
            .key("Id", s("1"))
            .key("Sort", s("a"))
            .update_expression("SET Plays = :next")
            .condition_expression("Plays IN (:now, :next)")
            .expression_attribute_values(":now", n(play))
            .expression_attribute_values(":next", n(play + 1));
        update.send().await?;
    }
    assert!(local.faults().injected() > 20);
    assert_eq!(plays(&local, "1", "a").await?, Some(n(60)));
    Ok(())
}

#[tokio::test]
async fn a_storm_is_the_same_for_the_same_seed() -> Result {
    let mut outcomes = Vec::new();
    for seed in [5, 5, 6] {
        let (local, client) = songs().await?;
        let requests = local.requests();
        local.faults().storm(seed, 0.3, [Fault::InternalServerError, Fault::RequestLimitExceeded]);
        for _ in 0..50 {
            let _ = client.list_tables().send().await;
        }
        outcomes.push(requests.take().iter().map(|request| request.attempt()).collect::<Vec<_>>());
    }
    assert_eq!(outcomes[0], outcomes[1]);
    assert_ne!(outcomes[0], outcomes[2]);
    Ok(())
}
