//! Everyday requests, and those that the engine does not know.

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use entity_local::Fault;

use crate::{Result, TABLE, n, put, s, songs};

#[tokio::test]
async fn puts_gets_and_queries() -> Result {
    let (_local, client) = songs().await?;
    for (sort, plays) in [("b", 2), ("a", 1), ("c", 3)] {
        put(&client, "1", sort, plays).await?;
    }
    put(&client, "2", "a", 9).await?;

    let get = client.get_item().table_name(TABLE).key("Id", s("1")).key("Sort", s("b"));
    assert_eq!(get.send().await?.item().and_then(|item| item.get("Plays")), Some(&n(2)));
    let query = client.query().table_name(TABLE).key_condition_expression("Id = :id");
    let page = query.expression_attribute_values(":id", s("1")).send().await?;
    let plays: Vec<_> = page.items().iter().map(|item| item["Plays"].clone()).collect();
    assert_eq!(plays, [n(1), n(2), n(3)]);
    assert!(page.last_evaluated_key().is_none());
    Ok(())
}

#[tokio::test]
async fn a_failed_condition_is_typed_and_carries_the_item() -> Result {
    let (_local, client) = songs().await?;
    put(&client, "1", "a", 7).await?;

    let again = client
        .put_item()
        .table_name(TABLE)
        .item("Id", s("1"))
        .item("Sort", s("a"))
        .condition_expression("attribute_not_exists(Id)")
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
    let error = again.send().await.unwrap_err().into_service_error();
    let PutItemError::ConditionalCheckFailedException(error) = error else { panic!("{error:?}") };
    assert_eq!(error.item().and_then(|item| item.get("Plays")), Some(&n(7)));
    Ok(())
}

#[tokio::test]
async fn invalid_requests_are_refused_as_such() -> Result {
    let (_local, client) = songs().await?;
    let without_sort = client.put_item().table_name(TABLE).item("Id", s("1"));
    let error = without_sort.send().await.unwrap_err();
    assert_eq!(error.code(), Some("ValidationException"));

    let other_table = client.get_item().table_name("Albums").key("Id", s("1"));
    let error = other_table.send().await.unwrap_err();
    assert_eq!(error.code(), Some("ResourceNotFoundException"));
    Ok(())
}

#[tokio::test]
async fn an_unknown_operation_is_refused_once() -> Result {
    let (local, client) = songs().await?;
    let requests = local.requests();

    let error = client.describe_limits().send().await.unwrap_err();
    assert_eq!(error.code(), Some("UnknownOperationException"));
    assert_eq!(error.message(), Some("the local engine has no operation `DescribeLimits`"));
    assert_eq!(requests.all().len(), 1, "it was retried");
    Ok(())
}

#[tokio::test]
async fn an_answer_can_stand_in_for_an_operation() -> Result {
    let (local, client) = songs().await?;
    let body = r#"{"AccountMaxReadCapacityUnits":80000}"#.to_owned();
    local.faults().on("DescribeLimits").always().inject(Fault::Answer { status: 200, body });

    for _ in 0..2 {
        let limits = client.describe_limits().send().await?;
        assert_eq!(limits.account_max_read_capacity_units(), Some(80_000));
    }
    Ok(())
}

#[tokio::test]
async fn requests_are_logged_while_a_log_is_kept() -> Result {
    let (local, client) = songs().await?;
    put(&client, "1", "a", 1).await?;
    let requests = local.requests();
    local.faults().on("PutItem").inject(Fault::InternalServerError);
    put(&client, "1", "b", 2).await?;
    client.list_tables().send().await?;

    let seen: Vec<_> =
        requests.all().iter().map(|seen| (seen.operation().to_owned(), seen.attempt())).collect();
    let expected = [("PutItem", 1), ("PutItem", 2), ("ListTables", 1)];
    assert_eq!(seen, expected.map(|(operation, attempt)| (operation.to_owned(), attempt)));

    let puts = requests.of("PutItem");
    assert_eq!(puts[0].body(), puts[1].body());
    let body = std::str::from_utf8(puts[0].body())?;
    assert!(body.contains(r#""Sort":{"S":"b"}"#), "{body}");
    assert!(body.contains(r#""Plays":{"N":"2"}"#), "{body}");
    assert_eq!(requests.take().len(), 3);
    assert!(requests.all().is_empty());
    Ok(())
}
