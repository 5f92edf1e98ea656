//! Each fault, and what the SDK makes of it.

use std::time::{Duration, Instant};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use entity_local::{Fault, LocalDynamo};

use crate::{Result, TABLE, n, once, plays, put, s, songs};

/// Adds one play, which shows how often a request was executed.
async fn play(client: &Client) -> Result {
    let update = client.update_item().table_name(TABLE).key("Id", s("1")).key("Sort", s("a"));
    let update = update.update_expression("ADD Plays :one");
    update.expression_attribute_values(":one", n(1)).send().await?;
    Ok(())
}

fn two_puts(
    client: &Client,
) -> Result<impl Future<Output = std::result::Result<(), TransactWriteItemsError>>> {
    let mut write = client.transact_write_items();
    for sort in ["a", "b"] {
        let put = Put::builder().table_name(TABLE).item("Id", s("1")).item("Sort", s(sort));
        let put = put.item("Plays", n(1)).build()?;
        write = write.transact_items(TransactWriteItem::builder().put(put).build());
    }
    Ok(async move { write.send().await.map(drop).map_err(SdkError::into_service_error) })
}

#[tokio::test]
async fn the_sdk_retries_what_it_retries_in_production() -> Result {
    let executed_twice_more = [
        (Fault::TruncatedBody, 3),
        (Fault::ConnectionDropped { executed: true }, 3),
        (Fault::ConnectionDropped { executed: false }, 1),
        (Fault::InternalServerError, 1),
        (Fault::ProvisionedThroughputExceeded, 1),
        (Fault::Throttling, 1),
        (Fault::RequestLimitExceeded, 1),
    ];
    for (fault, executed) in executed_twice_more {
        let (local, client) = songs().await?;
        local.faults().on("UpdateItem").times(2).inject(fault.clone());
        play(&client).await.map_err(|error| format!("{fault:?}: {error:?}"))?;
        assert_eq!(local.faults().injected(), 2, "{fault:?}");
        assert_eq!(plays(&local, "1", "a").await?, Some(n(executed)), "{fault:?}");
    }
    Ok(())
}

#[tokio::test]
async fn the_sdk_gives_up_after_three_attempts() -> Result {
    let (local, client) = songs().await?;
    let requests = local.requests();
    local.faults().on("UpdateItem").always().inject(Fault::InternalServerError);

    assert!(play(&client).await.is_err());
    assert_eq!(requests.all().len(), 3);
    assert_eq!(local.faults().injected_on("UpdateItem"), 3);
    assert_eq!(local.faults().injected_on("GetItem"), 0);
    local.faults().clear();
    play(&client).await
}

#[tokio::test]
async fn retries_of_one_engine_are_not_spent_by_anothers_faults() -> Result {
    let (stormy, failing) = songs().await?;
    stormy.faults().on_any().always().inject(Fault::InternalServerError);
    for _ in 0..120 {
        assert!(play(&failing).await.is_err()); // well beyond the SDK's quota of retries
    }

    let (local, client) = songs().await?;
    local.faults().on("UpdateItem").times(2).inject(Fault::InternalServerError);
    play(&client).await
}

#[tokio::test]
async fn errors_have_the_services_codes() -> Result {
    let codes = [
        (Fault::InternalServerError, "InternalServerError"),
        (Fault::ProvisionedThroughputExceeded, "ProvisionedThroughputExceededException"),
        (Fault::Throttling, "ThrottlingException"),
        (Fault::RequestLimitExceeded, "RequestLimitExceeded"),
        (Fault::TransactionConflict, "TransactionConflictException"),
        (
            Fault::error(400, "ItemCollectionSizeLimitExceededException"),
            "ItemCollectionSizeLimitExceededException",
        ),
    ];
    for (fault, code) in codes {
        let (local, _) = songs().await?;
        local.faults().on("UpdateItem").inject(fault);
        let update =
            once(&local).update_item().table_name(TABLE).key("Id", s("1")).key("Sort", s("a"));
        let error = update.send().await.unwrap_err();
        assert_eq!(error.code(), Some(code));
        assert_eq!(plays(&local, "1", "a").await?, None, "{code}: executed");
    }
    Ok(())
}

#[tokio::test]
async fn transactions_are_cancelled_slot_by_slot() -> Result {
    let cases = [
        (Fault::TransactionConflict, ["TransactionConflict", "None"]),
        (
            Fault::TransactionCanceled(vec!["None".into(), "ThrottlingError".into()]),
            ["None", "ThrottlingError"],
        ),
        (
            Fault::TransactionCanceled(vec!["ConditionalCheckFailed".into()]),
            ["ConditionalCheckFailed", "None"],
        ),
    ];
    for (fault, expected) in cases {
        let (local, client) = songs().await?;
        local.faults().on_any().inject(fault);
        let error = two_puts(&client)?.await.unwrap_err();
        let TransactWriteItemsError::TransactionCanceledException(error) = error else {
            panic!("{error:?}")
        };
        let codes: Vec<_> =
            error.cancellation_reasons().iter().filter_map(|reason| reason.code()).collect();
        assert_eq!(codes, expected);
        assert_eq!(plays(&local, "1", "a").await?, None);
    }
    Ok(())
}

#[tokio::test]
async fn a_transaction_in_progress_is_retried_with_its_token() -> Result {
    let (local, client) = songs().await?;
    let requests = local.requests();
    local.faults().on("TransactWriteItems").times(2).inject(Fault::TransactionInProgress);

    two_puts(&client)?.await?;
    let seen = requests.of("TransactWriteItems");
    assert_eq!(seen.len(), 3);
    assert_eq!(seen[0].body(), seen[2].body());
    Ok(())
}

#[tokio::test]
async fn a_lost_answer_to_a_transaction_is_made_good_by_its_token() -> Result {
    let (local, client) = songs().await?;
    let lost = Fault::ConnectionDropped { executed: true };
    local.faults().on("TransactWriteItems").times(2).inject(lost);
    two_puts(&client)?.await?;
    assert_eq!(plays(&local, "1", "b").await?, Some(n(1)));
    Ok(())
}

fn impatient(local: &LocalDynamo, timeouts: TimeoutConfig) -> Client {
    Client::from_conf(local.config().timeout_config(timeouts).build())
}

#[tokio::test]
async fn timeouts_fire_where_no_answer_comes() -> Result {
    let limit = Duration::from_millis(30);
    let timeouts = [
        TimeoutConfig::builder().operation_attempt_timeout(limit).build(),
        TimeoutConfig::builder().read_timeout(limit).build(),
    ];
    for timeout in timeouts {
        for (executed, expected) in [(true, 2), (false, 1)] {
            let (local, _) = songs().await?;
            local.faults().on("UpdateItem").inject(Fault::NoAnswer { executed });
            play(&impatient(&local, timeout.clone())).await?; // the second attempt
            assert_eq!(plays(&local, "1", "a").await?, Some(n(expected)));
        }
    }
    Ok(())
}

#[tokio::test]
async fn an_operation_timeout_ends_the_wait_for_good() -> Result {
    let (local, _) = songs().await?;
    local.faults().on_any().always().inject(Fault::NoAnswer { executed: false });
    let timeout = TimeoutConfig::builder().operation_timeout(Duration::from_millis(30)).build();
    let error = impatient(&local, timeout).list_tables().send().await.unwrap_err();
    assert!(matches!(error, SdkError::TimeoutError(_)), "{error:?}");
    Ok(())
}

#[tokio::test]
async fn a_slow_answer_comes_late_and_whole() -> Result {
    let (local, client) = songs().await?;
    let delay = Duration::from_millis(60);
    local.faults().on("UpdateItem").inject(Fault::Slow(delay));
    let start = Instant::now();
    play(&client).await?;
    assert!(start.elapsed() >= delay);
    assert_eq!(plays(&local, "1", "a").await?, Some(n(1)));
    Ok(())
}

#[tokio::test]
async fn injections_choose_their_requests() -> Result {
    let (local, _) = songs().await?;
    let (client, faults) = (once(&local), local.faults());

    faults.on("PutItem").after(2).inject(Fault::Throttling);
    for (sort, fails) in [("a", false), ("b", false), ("c", true), ("d", false)] {
        assert_eq!(put(&client, "1", sort, 1).await.is_err(), fails, "{sort}");
    }

    let poison = |body: &[u8]| body.windows(6).any(|window| window == b"poison");
    faults
        .on("PutItem")
        .when(move |request| poison(request.body()))
        .always()
        .inject(Fault::Throttling);
    for (sort, fails) in [("a", false), ("poison", true), ("b", false), ("poison", true)] {
        assert_eq!(put(&client, "1", sort, 1).await.is_err(), fails, "{sort}");
    }
    assert_eq!(faults.injected(), 3);
    Ok(())
}

#[tokio::test]
async fn the_earliest_injection_strikes_first() -> Result {
    let (local, _) = songs().await?;
    let faults = local.faults();
    faults.on_any().inject(Fault::Throttling);
    faults.on("ListTables").inject(Fault::RequestLimitExceeded);
    assert_eq!(faults.pending(), 2);

    for code in ["ThrottlingException", "RequestLimitExceeded"] {
        let error = once(&local).list_tables().send().await.unwrap_err();
        assert_eq!(error.code(), Some(code));
    }
    assert_eq!(faults.pending(), 0);
    once(&local).list_tables().send().await?;
    Ok(())
}

#[tokio::test]
async fn a_fault_waits_for_a_request_that_it_can_befall() -> Result {
    let (local, client) = songs().await?;
    local.faults().on_any().inject(Fault::TransactionConflict);
    client.list_tables().send().await?;
    assert_eq!(local.faults().pending(), 1);
    assert!(play(&client).await.is_err());
    assert_eq!(local.faults().pending(), 0);
    Ok(())
}
