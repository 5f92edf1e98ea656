//! The door into the SDK is open: our bytes out, their bytes in, everything else the SDK's.

use std::error::Error as StdError;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::interceptors::{
    BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextMut,
    FinalizerInterceptorContextRef,
};
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{Builder, ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::{BoxError, ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::get_item::{GetItemError, GetItemInput};
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::query::QueryError;
use aws_sdk_dynamodb::operation::scan::ScanError;
use entity_core::{Error, Request, TableHandle};
use entity_local::{Fault, LocalDynamo};
use tests::engine::{self, embedded, named, needs_embedded, table_of};
use tests::music::{Download, Song, SongItem, Songs};

const OPERATIONS: [&str; 5] = ["PutItem", "GetItem", "DeleteItem", "Query", "Scan"];

fn song() -> Song {
    Song { id: "1".into(), title: "One".into(), artist: "Metallica".into(), total_downloads: 3 }
}

/// An embedded engine with one song, seen by a client that is configured like this.
async fn songs(configure: impl FnOnce(Builder) -> Builder) -> (LocalDynamo, TableHandle<Songs>) {
    let local = embedded();
    let client = Client::from_conf(configure(local.config()).build());
    let songs = table_of::<Songs>(&client).await;
    songs.put(&song()).await.unwrap();
    (local, songs)
}

/// Runs the operation, and checks what it answers; says what it would send.
async fn run(songs: &TableHandle<Songs>, operation: &str) -> Result<Request, Error> {
    match operation {
        "PutItem" => {
            let put = songs.put(&song());
            let request = put.request();
            put.await?;
            request
        }
        "GetItem" => {
            let get = songs.get(Song::key("1"));
            let request = get.request();
            assert_eq!(get.await?, Some(song()));
            request
        }
        "DeleteItem" => {
            let delete = songs.delete(Download::key("1", 7));
            let request = delete.request();
            delete.await?;
            request
        }
        "Query" => {
            let all = songs.query(SongItem::partition("1")).all();
            let request = all.request();
            assert_eq!(all.await?, [SongItem::Song(song())]);
            request
        }
        "Scan" => {
            let all = songs.scan().all();
            let request = all.request();
            assert_eq!(all.await?, [SongItem::Song(song())]);
            request
        }
        _ => unreachable!("no such operation: {operation}"),
    }
}

#[tokio::test]
async fn what_request_shows_is_what_arrives() {
    if !needs_embedded("the log of what arrived") {
        return;
    }
    let (local, songs) = songs(|config| config).await;
    let requests = local.requests();
    for operation in OPERATIONS {
        let shown = run(&songs, operation).await.unwrap();
        let arrived = requests.take();
        assert_eq!(arrived.len(), 1, "{operation}");
        assert_eq!(arrived[0].operation(), operation);
        assert_eq!(shown.operation(), operation);
        assert_eq!(arrived[0].body(), shown.body(), "{operation}");
    }
    for put in [songs.create(&Song { id: "2".into(), ..song() }), songs.replace(&song())] {
        let shown = put.request().unwrap();
        put.await.unwrap();
        assert_eq!(requests.take()[0].body(), shown.body());
    }
}

#[tokio::test]
async fn the_whole_answer_is_read() {
    let songs = table_of::<Songs>(&engine::client()).await;
    let put = songs.put(&song()).response().await.unwrap();
    assert_eq!((put.requests, put.consumed.units), (1, 1.0));
    assert_eq!(put.consumed.table, 1.0);
    let get = songs.get(Song::key("1")).response().await.unwrap();
    assert_eq!((get.value, get.consumed.units), (Some(song()), 0.5));
    let query = songs.query(SongItem::partition("1")).all().response().await.unwrap();
    assert_eq!((query.scanned, query.skipped, query.requests), (1, 0, 1));
    assert_eq!(query.consumed.units, 0.5);
    let scan = songs.scan().all().response().await.unwrap();
    assert_eq!((scan.value.len(), scan.scanned, scan.consumed.units), (1, 1, 0.5));
    let delete = songs.delete(Song::key("1")).response().await.unwrap();
    assert_eq!(delete.consumed.units, 1.0);
}

/// What an interceptor of a user may do.
#[derive(Debug, Default, Clone)]
struct Spy(Arc<Mutex<Vec<String>>>);

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for Spy {
    fn name(&self) -> &'static str {
        "Spy"
    }

    fn read_before_serialization(
        &self,
        context: &BeforeSerializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let input = context.input().downcast_ref::<GetItemInput>();
        let table = input.and_then(GetItemInput::table_name).unwrap_or("another");
        self.0.lock().unwrap().push(format!("get from {table}"));
        Ok(())
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let headers = context.request_mut().headers_mut();
        headers.insert("x-seen", "1");
        let has = |name| headers.get(name).is_some();
        let signed = has("authorization") && has("x-amz-target") && has("content-length");
        self.0.lock().unwrap().push(format!("signed {signed}"));
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let ok = context.output_or_error().is_some_and(|answer| answer.is_ok());
        self.0.lock().unwrap().push(format!("ended ok {ok}"));
        Ok(())
    }
}

#[tokio::test]
async fn an_interceptor_of_the_user_sees_the_operation() {
    let spy = Spy::default();
    let client = Client::from_conf(engine::config().interceptor(spy.clone()).build());
    let songs = table_of::<Songs>(&client).await;
    spy.0.lock().unwrap().clear();
    assert_eq!(songs.get(Song::key("1")).await.unwrap(), None);
    let seen = std::mem::take(&mut *spy.0.lock().unwrap());
    let from = format!("get from {}", songs.name());
    assert_eq!(seen, [&*from, "signed true", "ended ok true"]);
}

#[tokio::test]
async fn each_attempt_is_signed_and_the_interceptor_sees_it() {
    if !needs_embedded("faults") {
        return;
    }
    let spy = Spy::default();
    let (local, songs) = songs(|config| config.interceptor(spy.clone())).await;
    spy.0.lock().unwrap().clear();
    local.faults().on("GetItem").inject(Fault::TruncatedBody);
    songs.get(Song::key("1")).await.unwrap();
    let from = format!("get from {}", songs.name());
    let seen = spy.0.lock().unwrap();
    assert_eq!(*seen, [&*from, "signed true", "signed true", "ended ok true"]);
}

fn transient() -> Vec<Fault> {
    let cut = |body: &str| Fault::Answer { status: 200, body: body.into() };
    vec![
        Fault::InternalServerError,
        Fault::ProvisionedThroughputExceeded,
        Fault::Throttling,
        Fault::RequestLimitExceeded,
        Fault::ConnectionDropped { executed: false },
        Fault::ConnectionDropped { executed: true },
        Fault::TruncatedBody,
        cut(""),
        cut("{"),
        cut(r#"{"ConsumedCapacity":{"TableName":"Songs","Capa"#),
        cut(r#"{"Count":1,"Items":[{"Id":{"S":"1"},"Metadata":{"S":"Det"#),
        cut(r#"{"Item":{"Id":{"S":"1"},"Metadata":{"S":"Details"}}"#),
        cut("<html>a proxy's own page</html>"),
        cut(r#"{} {}"#),
    ]
}

#[tokio::test]
async fn a_first_attempt_that_fails_is_retried() {
    if !needs_embedded("faults") {
        return;
    }
    let (local, songs) = songs(|config| config).await;
    let requests = local.requests();
    for operation in OPERATIONS {
        for fault in transient() {
            local.faults().on(operation).inject(fault.clone());
            let shown = run(&songs, operation).await;
            let shown = shown.unwrap_or_else(|error| panic!("{operation}, {fault:?}: {error}"));
            let arrived = requests.take();
            let attempts: Vec<u32> = arrived.iter().map(|request| request.attempt()).collect();
            assert_eq!(attempts, [1, 2], "{operation}, {fault:?}");
            assert!(arrived.iter().all(|request| request.body() == shown.body()), "{operation}");
        }
    }
    assert_eq!(local.faults().pending(), 0);
}

#[tokio::test]
async fn retries_are_the_clients() {
    if !needs_embedded("faults") {
        return;
    }
    let (local, songs) = songs(|config| {
        let retries = RetryConfig::standard().with_initial_backoff(Duration::from_millis(1));
        config.retry_config(retries.with_max_attempts(5))
    })
    .await;
    for operation in OPERATIONS {
        local.faults().on(operation).times(4).inject(Fault::InternalServerError);
        run(&songs, operation).await.unwrap();
        assert_eq!(local.faults().pending(), 0, "{operation}");
    }
    let (local, songs) = self::songs(|config| config.retry_config(RetryConfig::disabled())).await;
    let requests = local.requests();
    for operation in OPERATIONS {
        for fault in transient() {
            local.faults().on(operation).inject(fault.clone());
            let error = run(&songs, operation).await.unwrap_err();
            assert_eq!(requests.take().len(), 1, "{operation}, {fault:?}: {error}");
        }
    }
}

/// The SDK's own error.
fn sdk<E: StdError + 'static>(error: &Error) -> &SdkError<E> {
    let source = error.source().unwrap_or_else(|| panic!("no source: {error:?}"));
    source.downcast_ref().unwrap_or_else(|| panic!("another type: {source:?}"))
}

#[tokio::test]
async fn retries_that_are_used_up_leave_the_sdks_own_error() {
    if !needs_embedded("faults") {
        return;
    }
    let (local, songs) = songs(|config| config).await;
    let requests = local.requests();
    macro_rules! exhausted {
        ($operation:literal, $error:ident) => {
            local.faults().on($operation).always().inject(Fault::ProvisionedThroughputExceeded);
            let error = run(&songs, $operation).await.unwrap_err();
            assert_eq!(requests.take().len(), 3);
            assert!(error.is_throttled() && !error.is_table_not_found());
            assert_eq!(error.code(), Some("ProvisionedThroughputExceededException"));
            let service = sdk::<$error>(&error).as_service_error().unwrap();
            assert!(service.is_provisioned_throughput_exceeded_exception(), "{service:?}");
            assert_eq!(
                error.to_string(),
                format!(
                    concat!(
                        $operation,
                        " on `{}`: ProvisionedThroughputExceededException: injected fault"
                    ),
                    songs.name()
                )
            );
            local.faults().clear();

            local.faults().on($operation).always().inject(Fault::InternalServerError);
            let error = run(&songs, $operation).await.unwrap_err();
            assert_eq!(requests.take().len(), 3);
            assert!(!error.is_throttled());
            let service = sdk::<$error>(&error).as_service_error().unwrap();
            assert!(service.is_internal_server_error(), "{service:?}");
            local.faults().clear();

            local.faults().on($operation).always().inject(Fault::Throttling);
            let error = run(&songs, $operation).await.unwrap_err();
            assert_eq!(requests.take().len(), 3);
            assert!(error.is_throttled());
            assert_eq!(sdk::<$error>(&error).code(), Some("ThrottlingException"));
            local.faults().clear();

            local.faults().on($operation).always().inject(Fault::RequestLimitExceeded);
            let error = run(&songs, $operation).await.unwrap_err();
            assert!(error.is_throttled());
            let service = sdk::<$error>(&error).as_service_error().unwrap();
            assert!(service.is_request_limit_exceeded(), "{service:?}");
            requests.take().clear();
            local.faults().clear();
        };
    }
    exhausted!("PutItem", PutItemError);
    exhausted!("GetItem", GetItemError);
    exhausted!("DeleteItem", DeleteItemError);
    exhausted!("Query", QueryError);
    exhausted!("Scan", ScanError);
}

#[tokio::test]
async fn what_the_service_refuses_is_not_retried() {
    if !needs_embedded("faults") {
        return;
    }
    let (local, songs) = songs(|config| config).await;
    let requests = local.requests();
    local.faults().on("PutItem").inject(Fault::error(400, "AccessDeniedException"));
    let error = songs.put(&song()).await.unwrap_err();
    assert_eq!(requests.take().len(), 1);
    assert_eq!(error.code(), Some("AccessDeniedException"));
    assert!(matches!(sdk::<PutItemError>(&error), SdkError::ServiceError(_)));
    local.faults().on("PutItem").inject(Fault::TransactionConflict);
    let error = songs.put(&song()).await.unwrap_err();
    let service = sdk::<PutItemError>(&error).as_service_error().unwrap();
    assert!(service.is_transaction_conflict_exception(), "{service:?}");
}

#[tokio::test]
async fn a_table_that_is_not_there_is_said_by_every_operation() {
    let songs = named::<Songs>(&engine::client());
    for operation in OPERATIONS {
        let error = run(&songs, operation).await.unwrap_err();
        assert!(error.is_table_not_found(), "{operation}: {error}");
        assert!(!error.is_throttled() && !error.is_condition_failed());
        assert_eq!(error.code(), Some("ResourceNotFoundException"));
        let begin = format!("{operation} on `{}`: ResourceNotFoundException: ", songs.name());
        let text = error.to_string();
        assert!(text.starts_with(&begin) && text.len() > begin.len(), "{text}");
    }
    let error = songs.get(Song::key("1")).await.unwrap_err();
    let service = sdk::<GetItemError>(&error).as_service_error().unwrap();
    assert!(service.is_resource_not_found_exception(), "{service:?}");
    assert_eq!(service.message(), sdk::<GetItemError>(&error).message());
}

#[tokio::test]
async fn errors_say_what_happened_and_not_that_something_did() {
    if !needs_embedded("faults") {
        return;
    }
    let (local, songs) = songs(|config| {
        config.timeout_config(
            TimeoutConfig::builder().operation_timeout(Duration::from_millis(100)).build(),
        )
    })
    .await;
    for operation in OPERATIONS {
        for fault in transient().into_iter().chain([Fault::NoAnswer { executed: false }]) {
            local.faults().on(operation).always().inject(fault.clone());
            let text = run(&songs, operation).await.unwrap_err().to_string();
            let begin = format!("{operation} on `{}`: ", songs.name());
            let reason = text.strip_prefix(&begin).unwrap_or_else(|| panic!("{text}"));
            for bare in ["dispatch failure", "service error", "unhandled error", "response error"] {
                assert!(!reason.starts_with(bare), "{fault:?}: {text}");
            }
            assert!(reason.len() > 12, "{fault:?}: {text}");
            let answered = matches!(fault, Fault::Answer { .. });
            assert_eq!(reason.starts_with("the answer cannot be read: "), answered, "{text}");
            local.faults().clear();
        }
    }
}

#[tokio::test]
async fn timeouts_are_the_clients() {
    if !needs_embedded("faults") {
        return;
    }
    let soon = Duration::from_millis(100);
    let whole = TimeoutConfig::builder().operation_timeout(soon).build();
    let (local, songs) = songs(|config| config.timeout_config(whole)).await;
    local.faults().on("GetItem").inject(Fault::NoAnswer { executed: false });
    let begun = Instant::now();
    let error = songs.get(Song::key("1")).await.unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert!(matches!(sdk::<GetItemError>(&error), SdkError::TimeoutError(_)), "{error:?}");
    assert_eq!((error.code(), error.is_throttled()), (None, false));

    let each = TimeoutConfig::builder().operation_attempt_timeout(soon).build();
    let (local, songs) = self::songs(|config| config.timeout_config(each)).await;
    let requests = local.requests();
    local.faults().on("GetItem").inject(Fault::NoAnswer { executed: false });
    assert_eq!(songs.get(Song::key("1")).await.unwrap(), Some(song()));
    assert_eq!(requests.take().len(), 2);
}

#[tokio::test]
async fn a_storm_of_faults_changes_no_answer() {
    if !needs_embedded("faults") {
        return;
    }
    let (local, songs) = songs(|config| {
        let retries = RetryConfig::standard()
            .with_initial_backoff(Duration::from_millis(1))
            .with_max_attempts(20);
        let partition = aws_sdk_dynamodb::config::retry::RetryPartition::custom("storm")
            .token_bucket(aws_sdk_dynamodb::config::retry::TokenBucket::unlimited())
            .build();
        config.retry_config(retries).retry_partition(partition)
    })
    .await;
    for id in 0..40 {
        let at = "2018-01-01T00:00:07".to_owned();
        let download = Download { song_id: "2".into(), download_id: id, download_timestamp: at };
        songs.put(&download).await.unwrap();
    }
    local.faults().storm(7, 0.5, transient());
    let mut ids = Vec::new();
    let mut cursor = None;
    loop {
        let query = songs.query(Download::partition("2")).limit(1).after(&cursor);
        let page = query.page().await.unwrap();
        cursor = page.cursor().cloned();
        ids.extend(page.into_items().unwrap().into_iter().map(|download| download.download_id));
        if cursor.is_none() {
            break;
        }
    }
    ids.sort_unstable();
    assert_eq!(ids, (0..40).collect::<Vec<u64>>());
    assert!(local.faults().injected() > 20);
}
