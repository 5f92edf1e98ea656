//! The door into the SDK: our bytes out, their bytes in, everything else the SDK's.
//!
//! Each call runs through the SDK's own operation, so that endpoints, credentials, signing,
//! retries and timeouts are the client's. An interceptor puts our serializer and deserializer in
//! place of the operation's, as `aws-smithy-runtime`'s orchestrator loads both from the
//! configuration after `modify_before_serialization`. An answer that is an error goes through the
//! SDK's own deserializer, so that its retry classifiers see its own error types.
//!
//! This is the only file that knows of interceptors; `tests/integration/transport.rs` proves that
//! the door is open.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::interceptors::BeforeSerializationInterceptorContextMut;
use aws_sdk_dynamodb::config::{Builder, ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    CancellationReason, Get as SdkGet, KeysAndAttributes, Put, ThrottlingReason, TransactGetItem,
    TransactWriteItem, WriteRequest,
};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{Input, Output, OutputOrError};
use aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_plugin::RuntimePlugin;
use aws_smithy_runtime_api::client::ser_de::{
    DeserializeResponse, SerializeRequest, SharedRequestSerializer, SharedResponseDeserializer,
};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::FrozenLayer;
use aws_smithy_types::retry::RetryConfig;
use tracing::Instrument;

use crate::error::{Error, Refusal, ServiceError, Slot as RefusedSlot, ThrottlingReason as Reason};
use crate::handle::Target;
use crate::item::to_json;
use crate::request::Request;
use crate::wire;

/// Reads the body of an answer; an error means that the body is broken, and is retried.
pub(crate) type ReadBody<V> = dyn Fn(&[u8]) -> Result<V, wire::Error> + Send + Sync;

/// One operation of the SDK whose request and answer go through the door.
pub(crate) trait Operation: fmt::Debug + Send + Sync + 'static {
    const NAME: &'static str;
    /// The `x-amz-target` header.
    const TARGET: &'static str;
    type Output: Send + Sync + fmt::Debug + 'static;
    type Error: StdError + ProvideErrorMetadata + Send + Sync + 'static;

    /// What the SDK gets as its output; ours leaves by the slot.
    fn output() -> Self::Output;

    /// What the service says of a write that it refused.
    fn refusal(_: &Self::Error) -> Refusal {
        Refusal::Plain
    }

    /// Which limits the service says were exceeded.
    fn throttling(error: &Self::Error) -> &[ThrottlingReason];

    /// The SDK's own configuration of the operation, with its deserializer.
    fn sdk() -> Option<FrozenLayer>;

    fn send(
        client: &Client,
        table: &str,
        door: impl Intercept + 'static,
    ) -> impl Future<Output = Result<Self::Output, SdkError<Self::Error, HttpResponse>>> + Send;
}

/// What `send` does for operations on one table, and for those on several.
macro_rules! operations {
    ($($name:ident, $module:ident, $output:ident, $error:ident
        $(, refused $refused:ident)? $(, by $set:ident $items:ident $($once:ident)?)?
        $(, throttled $throttled:ident)?;)*) => {$(
        #[derive(Debug)]
        pub(crate) struct $name;

        impl Operation for $name {
            const NAME: &'static str = stringify!($name);
            const TARGET: &'static str = concat!("DynamoDB_20120810.", stringify!($name));
            type Output = aws_sdk_dynamodb::operation::$module::$output;
            type Error = aws_sdk_dynamodb::operation::$module::$error;

            fn output() -> Self::Output {
                Self::Output::builder().build()
            }

            fn sdk() -> Option<FrozenLayer> {
                aws_sdk_dynamodb::operation::$module::$name::new().config()
            }

            async fn send(
                client: &Client,
                table: &str,
                door: impl Intercept + 'static,
            ) -> Result<Self::Output, SdkError<Self::Error, HttpResponse>> {
                operations!(@send client.$module(), table, door $(, $set $items $($once)?)?)
            }

            fn throttling(error: &Self::Error) -> &[ThrottlingReason] {
                operations!(@reasons error, $module, $error $(, $throttled)?)
            }

            $(fn refusal(error: &Self::Error) -> Refusal {
                $refused(error)
            })?
        }
    )*};
    (@reasons $refused:ident, $module:ident, $error:ident) => {
        operations!(@reasons $refused, $module, $error,
            ProvisionedThroughputExceededException, RequestLimitExceeded, ThrottlingException)
    };
    (@reasons $refused:ident, $module:ident, $error:ident, $($throttled:ident),+) => {
        match $refused {
            $(aws_sdk_dynamodb::operation::$module::$error::$throttled(error) => {
                error.throttling_reasons()
            })+
            _ => &[],
        }
    };
    (@send $builder:expr, $table:ident, $door:ident) => {
        $builder.table_name($table).customize().interceptor($door).send().await
    };
    (@send $builder:expr, $tables:ident, $door:ident, $set:ident $items:ident) => {
        $builder.$set(Some($items($tables))).customize().interceptor($door).send().await
    };
    (@send $builder:expr, $tables:ident, $door:ident, $set:ident $items:ident once) => {
        // What is sent again, and when, is the operation's own business.
        $builder
            .$set(Some($items($tables)))
            .customize()
            .interceptor($door)
            .config_override(Builder::new().retry_config(RetryConfig::disabled()))
            .send()
            .await
    };
}

operations! {
    BatchGetItem, batch_get_item, BatchGetItemOutput, BatchGetItemError,
        by set_request_items batch_reads;
    BatchWriteItem, batch_write_item, BatchWriteItemOutput, BatchWriteItemError,
        by set_request_items batch_writes once;
    DeleteItem, delete_item, DeleteItemOutput, DeleteItemError, refused deleted;
    ExecuteStatement, execute_statement, ExecuteStatementOutput, ExecuteStatementError,
        by set_statement statement;
    GetItem, get_item, GetItemOutput, GetItemError;
    PutItem, put_item, PutItemOutput, PutItemError, refused put;
    Query, query, QueryOutput, QueryError;
    Scan, scan, ScanOutput, ScanError;
    SearchVectors, search_vectors, SearchVectorsOutput, SearchVectorsError,
        throttled ThrottlingException;
    TransactGetItems, transact_get_items, TransactGetItemsOutput, TransactGetItemsError,
        refused read, by set_transact_items reads;
    TransactWriteItems, transact_write_items, TransactWriteItemsOutput, TransactWriteItemsError,
        refused written, by set_transact_items writes;
    UpdateItem, update_item, UpdateItemOutput, UpdateItemError, refused updated;
}

macro_rules! stored {
    ($($function:ident $error:ident;)*) => {$(
        fn $function(error: &$error) -> Refusal {
            match error {
                $error::ConditionalCheckFailedException(failed) => {
                    failed.item().map_or(Refusal::Plain, |item| Refusal::Stored(to_json(item)))
                }
                _ => Refusal::Plain,
            }
        }
    )*};
}

stored! {
    deleted DeleteItemError;
    put PutItemError;
    updated UpdateItemError;
}

macro_rules! cancelled {
    ($($function:ident $error:ident;)*) => {$(
        fn $function(error: &$error) -> Refusal {
            match error {
                $error::TransactionCanceledException(cancelled) => {
                    Refusal::Cancelled(cancelled.cancellation_reasons().iter().map(slot).collect())
                }
                _ => Refusal::Plain,
            }
        }
    )*};
}

cancelled! {
    read TransactGetItemsError;
    written TransactWriteItemsError;
}

fn slot(reason: &CancellationReason) -> RefusedSlot {
    RefusedSlot {
        code: reason.code().unwrap_or_default().to_owned(),
        message: reason.message().unwrap_or_default().to_owned(),
        stored: reason.item().map(to_json),
    }
}

/// A statement names its table itself, and ours is in the body.
fn statement(_: &str) -> String {
    String::new()
}

fn batch_reads(tables: &str) -> HashMap<String, KeysAndAttributes> {
    let keys = || KeysAndAttributes::builder().set_keys(Some(Vec::new())).build();
    tables.split(',').filter_map(|table| Some((table.to_owned(), keys().ok()?))).collect()
}

fn batch_writes(tables: &str) -> HashMap<String, Vec<WriteRequest>> {
    tables.split(',').map(|table| (table.to_owned(), Vec::new())).collect()
}

/// Operations that name the tables, which endpoint resolution reads; ours are in the body. The names
/// are separated by a character that no table's name has.
fn writes(tables: &str) -> Vec<TransactWriteItem> {
    let put = |table| Put::builder().table_name(table).set_item(Some(HashMap::new())).build();
    let puts = tables.split(',').filter_map(|table| put(table).ok());
    puts.map(|put| TransactWriteItem::builder().put(put).build()).collect()
}

fn reads(tables: &str) -> Vec<TransactGetItem> {
    let get = |table| SdkGet::builder().table_name(table).set_key(Some(HashMap::new())).build();
    let gets = tables.split(',').filter_map(|table| get(table).ok());
    gets.map(|get| TransactGetItem::builder().get(get).build()).collect()
}

/// Sends a request, and reads the answer with `read`.
///
/// The span has the names of OpenTelemetry's conventions for databases, and no value of any
/// attribute.
pub(crate) async fn call<O: Operation, V: Send + 'static>(
    target: &Target,
    request: Request,
    read: impl Fn(&[u8]) -> Result<V, wire::Error> + Send + Sync + 'static,
) -> Result<V, Error> {
    let span = tracing::debug_span!(
        "dynamodb",
        "otel.name" = %format_args!("{} {}", O::NAME, target.table),
        "otel.kind" = "client",
        "db.system.name" = "aws.dynamodb",
        "db.operation.name" = O::NAME,
        "db.collection.name" = &*target.table,
        "aws.dynamodb.index_name" = request.index(),
        "error.type" = tracing::field::Empty,
    );
    let slot = Slot::default();
    let door = Door {
        operation: O::NAME,
        target: O::TARGET,
        output: || Output::erase(O::output()),
        sdk: O::sdk,
        body: Arc::new(Mutex::new(Some(SdkBody::from(request.into_body())))),
        read: Arc::new(read),
        slot: slot.clone(),
    };
    let sent = O::send(&target.client, &target.table, door).instrument(span.clone()).await;
    let answer = match sent {
        Ok(_) => {
            slot.take().ok_or_else(|| Error::from(ServiceError::unread(O::NAME, &target.table)))
        }
        Err(error) => {
            let refusal = error.as_service_error().map_or(Refusal::Plain, O::refusal);
            let status = error.raw_response().map(|response| response.status().as_u16());
            let throttling = error.as_service_error().map_or(&[][..], O::throttling);
            let reason = |of: &ThrottlingReason| Reason::new(of.reason(), of.resource());
            let throttling = throttling.iter().map(reason).collect();
            let error = ServiceError::new(O::NAME, &target.table, (status, refusal), error);
            Err(Error::from(error.throttled_by(throttling)))
        }
    };
    if let Err(error) = &answer {
        span.record("error.type", error.code().unwrap_or("client"));
    }
    answer
}

/// Where the value of an answer waits for the call that asked for it.
#[derive(Debug)]
struct Slot<V>(Arc<Mutex<Option<V>>>);

impl<V> Slot<V> {
    fn put(&self, value: V) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    }

    fn take(&self) -> Option<V> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl<V> Clone for Slot<V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<V> Default for Slot<V> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

/// The interceptor that puts our serializer and deserializer in the operation's place.
struct Door<V> {
    operation: &'static str,
    target: &'static str,
    output: fn() -> Output,
    sdk: fn() -> Option<FrozenLayer>,
    body: Arc<Mutex<Option<SdkBody>>>,
    read: Arc<ReadBody<V>>,
    slot: Slot<V>,
}

#[dyn_dispatch_hint]
impl<V: Send + 'static> Intercept for Door<V> {
    fn name(&self) -> &'static str {
        "EntityDoor"
    }

    fn modify_before_serialization(
        &self,
        _: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let deserializer = Deserializer {
            operation: self.operation,
            output: self.output,
            read: Arc::clone(&self.read),
            slot: self.slot.clone(),
            sdk: self.sdk,
        };
        let serializer = Serializer { target: self.target, body: Arc::clone(&self.body) };
        cfg.interceptor_state()
            .store_put(SharedRequestSerializer::new(serializer))
            .store_put(SharedResponseDeserializer::new(deserializer));
        Ok(())
    }
}

/// Sends the body that was written before; the operation's input is not looked at.
struct Serializer {
    target: &'static str,
    body: Arc<Mutex<Option<SdkBody>>>,
}

impl SerializeRequest for Serializer {
    fn serialize_input(&self, _: Input, _: &mut ConfigBag) -> Result<HttpRequest, BoxError> {
        let body = self.body.lock().unwrap_or_else(PoisonError::into_inner).take();
        let body = body.ok_or("the body is serialized once, attempts share it")?;
        let length = body.content_length();
        let mut request = HttpRequest::new(body);
        request.set_method("POST")?;
        request.set_uri("/")?;
        let headers = request.headers_mut();
        headers.insert("content-type", "application/x-amz-json-1.0");
        headers.insert("x-amz-target", self.target);
        if let Some(length) = length {
            headers.insert("content-length", length.to_string());
        }
        Ok(request)
    }
}

/// Reads answers that succeeded with our reader, and others with the SDK's own deserializer.
struct Deserializer<V> {
    operation: &'static str,
    output: fn() -> Output,
    read: Arc<ReadBody<V>>,
    slot: Slot<V>,
    sdk: fn() -> Option<FrozenLayer>,
}

impl<V: Send + 'static> DeserializeResponse for Deserializer<V> {
    fn deserialize_nonstreaming_with_config(
        &self,
        response: &HttpResponse,
        cfg: &ConfigBag,
    ) -> OutputOrError {
        if !response.status().is_success() {
            let layer = (self.sdk)();
            let sdk = layer.as_ref().and_then(|layer| layer.load::<SharedResponseDeserializer>());
            return match sdk {
                Some(sdk) => sdk.deserialize_nonstreaming_with_config(response, cfg),
                None => Err(OrchestratorError::other("the operation has no deserializer")),
            };
        }
        let broken = |error: BoxError| OrchestratorError::response(error);
        let body =
            response.body().bytes().ok_or_else(|| broken("the body is not loaded".into()))?;
        let read = (self.read)(body);
        let unread = |error| broken(format!("the answer cannot be read: {error}").into());
        self.slot.put(read.map_err(unread)?);
        Ok((self.output)())
    }
}

macro_rules! debug_by_name {
    ($($name:ident<$($param:ident)?>: $field:ident),*) => {$(
        impl$(<$param>)? fmt::Debug for $name$(<$param>)? {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name))
                    .field(stringify!($field), &self.$field)
                    .finish_non_exhaustive()
            }
        }
    )*};
}

// The bodies hold what users store, and stay out of logs.
debug_by_name!(Door<V>: operation, Serializer<>: target, Deserializer<V>: operation);
