//! `create_table`: the table, from its declaration.

use aws_sdk_dynamodb::operation::create_table::builders::CreateTableFluentBuilder;
use aws_smithy_types::error::operation::BuildError;

use super::declare::{self, attribute_definitions, global, key_schema, local};
use super::ensure::make;
use super::step::Step;
use super::wait::Wait;
use super::wanted::Wanted;
use super::{awaited, built, sent, waits, with_settings};
use crate::error::Error;
use crate::handle::{TableHandle, Target};
use crate::schema::{IndexKind, Table};

/// Creates the table; made by [`TableHandle::create_table`].
#[must_use = "nothing is sent until it is awaited"]
pub struct CreateTable {
    target: Target,
    wanted: Wanted,
    wait: Wait,
}

impl<T: Table> TableHandle<T> {
    /// Creates the table with its indexes as declared, and waits until it is `ACTIVE`.
    ///
    /// It is billed on demand, and items expire if an entity declares `ttl`, unless
    /// [settings](CreateTable::with) say otherwise. It does not change a table that exists:
    /// [`ensure_table`](Self::ensure_table) does. TTL and point-in-time recovery are turned on once the
    /// table is `ACTIVE`, as the service does not take them before.
    ///
    /// # Errors
    ///
    /// [`is_table_in_use`](Error::is_table_in_use) if a table of that name exists; [`TableError`] if
    /// the table is not `ACTIVE` in time, or entities declare two attributes as `ttl`; or if a request
    /// fails.
    ///
    /// [`TableError`]: crate::error::TableError
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
    pub fn create_table(&self) -> CreateTable {
        CreateTable { target: self.target(), wanted: Wanted::of::<T>(), wait: Wait::new() }
    }
}

impl CreateTable {
    async fn run(mut self) -> Result<(), Error> {
        let Self { target, wanted, wait } = &mut self;
        create(target, wanted, wait).await?;
        let ttl = wanted.ttl(&target.table)?;
        let ttl = ttl.map(|name| Step::TimeToLive { attribute: name.to_owned(), on: true });
        let recovery = wanted.settings.point_in_time_recovery.filter(|on| *on);
        for step in ttl.into_iter().chain(recovery.map(Step::PointInTimeRecovery)) {
            make(&step, target, wanted, wait).await?;
        }
        Ok(())
    }
}

with_settings!(CreateTable);
waits!(CreateTable);
awaited!(CreateTable, ());

/// Creates the table, with all that the service takes then, and waits until it is `ACTIVE`.
pub(super) async fn create(target: &Target, wanted: &Wanted, wait: &mut Wait) -> Result<(), Error> {
    // What cannot be turned on afterwards is told before.
    wanted.ttl(&target.table)?;
    let request = target.client.create_table().table_name(&*target.table);
    let request = built("CreateTable", target, build(request, wanted))?;
    sent("CreateTable", target, request.send()).await?;
    wait.active(target).await.map(drop)
}

fn build(
    mut request: CreateTableFluentBuilder,
    wanted: &Wanted,
) -> Result<CreateTableFluentBuilder, BuildError> {
    let (schema, settings) = (wanted.schema, &wanted.settings);
    let definitions = attribute_definitions(declare::keys(schema))?;
    request = request
        .billing_mode(settings.billing_mode())
        .set_attribute_definitions(Some(definitions))
        .set_key_schema(Some(key_schema(&[schema.pk], schema.sk.as_slice())?))
        .set_provisioned_throughput(declare::provisioned(settings, None)?)
        .set_on_demand_throughput(declare::on_demand(settings, None))
        .set_warm_throughput(settings.warm_units(None).map(declare::warm))
        .set_table_class(settings.class.clone())
        .set_deletion_protection_enabled(settings.deletion_protection.filter(|on| *on));
    for index in schema.indexes {
        request = match index.kind {
            IndexKind::Global => request.global_secondary_indexes(global(index, wanted)?),
            IndexKind::Local => request.local_secondary_indexes(local(index, schema.pk)?),
        };
    }
    for index in schema.vector_indexes {
        request = request.vector_indexes(declare::vector(index)?);
    }
    if let Some(Some(view)) = &settings.stream {
        request = request.stream_specification(declare::stream(Some(view))?);
    }
    for (key, value) in settings.last_tags() {
        request = request.tags(declare::tag(key, value)?);
    }
    Ok(request)
}
