//! `create_table`: the table, from its declaration.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use aws_sdk_dynamodb::client::Waiters;
use aws_sdk_dynamodb::operation::create_table::builders::CreateTableFluentBuilder;
use aws_sdk_dynamodb::types as sdk;
use aws_smithy_types::error::operation::BuildError;

use super::BoxFuture;
use crate::error::{Error, Refusal, ServiceError};
use crate::handle::{TableHandle, Target};
use crate::key::KeyType;
use crate::schema::{IndexKind, IndexProjection, IndexSchema, KeyDef, Table};

/// How long to wait for the table to become `ACTIVE`, unless said otherwise.
const WAIT: Duration = Duration::from_secs(300);

/// Creates the table; made by [`TableHandle::create_table`].
#[must_use = "nothing is sent until it is awaited"]
pub struct CreateTable<T> {
    target: Target,
    wait: Duration,
    table: PhantomData<fn() -> T>,
}

impl<T: Table> TableHandle<T> {
    /// Creates the table with its indexes as declared, billed per request, and waits until it is
    /// `ACTIVE`.
    ///
    /// It does not change a table that exists.
    ///
    /// # Errors
    ///
    /// [`is_table_in_use`](Error::is_table_in_use) if a table of that name exists; or if the
    /// request fails, or the table is not `ACTIVE` in time.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use entity_local::LocalDynamo;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let songs = Songs::on(&LocalDynamo::in_memory()?.client());
    /// songs.create_table().await?;
    ///
    /// let error = songs.create_table().await.unwrap_err();
    /// assert!(error.is_table_in_use());
    /// # Ok(())
    /// # }
    /// ```
    pub fn create_table(&self) -> CreateTable<T> {
        CreateTable { target: self.target(), wait: WAIT, table: PhantomData }
    }
}

impl<T: Table> CreateTable<T> {
    /// How long to wait for `ACTIVE`; five minutes otherwise.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use std::time::Duration;
    /// use entity_local::LocalDynamo;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let songs = Songs::on(&LocalDynamo::in_memory()?.client());
    /// songs.create_table().wait(Duration::from_secs(30)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    async fn run(self) -> Result<(), Error> {
        let Target { client, table, .. } = &self.target;
        let failed = |error| Error::from(ServiceError::local("CreateTable", table, error));
        let request = build(client.create_table().table_name(&**table), T::SCHEMA);
        let sent = request.map_err(|error| failed(error.into()))?.send().await;
        sent.map_err(|error| {
            ServiceError::new("CreateTable", table, (None, Refusal::Plain), error)
        })?;
        let active = client.wait_until_table_exists().table_name(&**table).wait(self.wait).await;
        active.map(drop).map_err(|error| failed(error.into()))
    }
}

impl<T: Table> IntoFuture for CreateTable<T> {
    type Output = Result<(), Error>;
    type IntoFuture = BoxFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

fn build(
    mut request: CreateTableFluentBuilder,
    schema: &crate::schema::TableSchema,
) -> Result<CreateTableFluentBuilder, BuildError> {
    let keys = || std::iter::once(&schema.pk).chain(&schema.sk);
    let index_keys = schema.indexes.iter().flat_map(|index| index.pk.iter().chain(index.sk));
    let mut defined: Vec<&str> = Vec::new();
    for key in keys().chain(index_keys) {
        if !defined.contains(&key.name) {
            defined.push(key.name);
            request = request.attribute_definitions(definition(key)?);
        }
    }
    request = request
        .billing_mode(sdk::BillingMode::PayPerRequest)
        .set_key_schema(Some(key_schema(&[schema.pk], schema.sk.as_slice())?));
    for index in schema.indexes {
        request = match index.kind {
            IndexKind::Global => request.global_secondary_indexes(global(index)?),
            IndexKind::Local => request.local_secondary_indexes(local(index, schema.pk)?),
        };
    }
    Ok(request)
}

fn definition(key: &KeyDef) -> Result<sdk::AttributeDefinition, BuildError> {
    let ty = match key.ty {
        KeyType::S => sdk::ScalarAttributeType::S,
        KeyType::N => sdk::ScalarAttributeType::N,
        KeyType::B => sdk::ScalarAttributeType::B,
    };
    sdk::AttributeDefinition::builder().attribute_name(key.name).attribute_type(ty).build()
}

fn key_schema(pk: &[KeyDef], sk: &[KeyDef]) -> Result<Vec<sdk::KeySchemaElement>, BuildError> {
    let element = |key: &KeyDef, ty| {
        sdk::KeySchemaElement::builder().attribute_name(key.name).key_type(ty).build()
    };
    let pk = pk.iter().map(|key| element(key, sdk::KeyType::Hash));
    pk.chain(sk.iter().map(|key| element(key, sdk::KeyType::Range))).collect()
}

fn global(index: &IndexSchema) -> Result<sdk::GlobalSecondaryIndex, BuildError> {
    sdk::GlobalSecondaryIndex::builder()
        .index_name(index.name)
        .set_key_schema(Some(key_schema(index.pk, index.sk)?))
        .projection(projection(index))
        .build()
}

fn local(index: &IndexSchema, pk: KeyDef) -> Result<sdk::LocalSecondaryIndex, BuildError> {
    sdk::LocalSecondaryIndex::builder()
        .index_name(index.name)
        .set_key_schema(Some(key_schema(&[pk], index.sk)?))
        .projection(projection(index))
        .build()
}

fn projection(index: &IndexSchema) -> sdk::Projection {
    let projection = sdk::Projection::builder();
    match index.projection {
        IndexProjection::All => projection.projection_type(sdk::ProjectionType::All).build(),
        IndexProjection::KeysOnly => {
            projection.projection_type(sdk::ProjectionType::KeysOnly).build()
        }
        IndexProjection::Include(names) => projection
            .projection_type(sdk::ProjectionType::Include)
            .set_non_key_attributes(Some(names.iter().map(|name| (*name).to_owned()).collect()))
            .build(),
    }
}

impl<T> fmt::Debug for CreateTable<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateTable").field("table", &self.target.table).finish_non_exhaustive()
    }
}
