//! `TableHandle`: a table bound to a client; where operations start.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use aws_sdk_dynamodb::Client;

use crate::{CursorKey, Table};

/// The table `T`, bound to a client and to a name.
///
/// It holds the client, which is shared, and the name; cloning it copies neither. Operations are
/// methods that return builders; nothing is sent before a builder is awaited.
///
/// | operation | returns | does not |
/// |---|---|---|
/// | [`create_table`](Self::create_table) | once the table is `ACTIVE` | change a table that exists |
/// | [`ensure_table`](Self::ensure_table) | what was done so that the table has all it should | drop or turn off anything |
/// | [`verify_table`](Self::verify_table) | where the table, and its items, are not what the types say | change anything |
/// | [`update_table`](Self::update_table) | what was done so that the table is set as said | touch keys and indexes |
/// | [`reindex`](Self::reindex) | a value that gives items the index keys they lack, and reports | overwrite what others write |
/// | [`drop_table`](Self::drop_table) | once the table is gone | drop a table that is not named |
/// | [`create_backup`](Self::create_backup), [`backups`](Self::backups), [`delete_backup`](Self::delete_backup) | the backup, or the table's | have TTL, streams and tags in it |
/// | [`restore_table`](Self::restore_table) | once the table is `ACTIVE` | write into a table that exists |
/// | [`export_table`](Self::export_table), [`import_table`](Self::import_table) | once it is complete in S3, or out of it | touch S3 itself |
/// | [`enable_kinesis`](Self::enable_kinesis), [`disable_kinesis`](Self::disable_kinesis), [`kinesis_destinations`](Self::kinesis_destinations) | once changes go to a Kinesis data stream, or no more | create the stream |
/// | [`put`](Self::put) | nothing | ask whether an item was there |
/// | [`create`](Self::create) | nothing | replace an item |
/// | [`replace`](Self::replace) | nothing | write an item that was not there |
/// | [`get`](Self::get) | the item, or `None` | look into an index |
/// | [`update`](Self::update) | nothing | create an item |
/// | [`upsert`](Self::upsert) | nothing | change what no action is on, where an item is there |
/// | [`delete`](Self::delete) | nothing | ask whether an item was there |
/// | [`move_item`](Self::move_item) | nothing | move an item that is not what was read |
/// | [`transact_write`](Self::transact_write) | nothing | write some of it |
/// | [`transact_get`](Self::transact_get) | the items, as they were at one moment | look into an index |
/// | [`query`](Self::query) | items of one partition | read what other entities put there |
/// | [`search`](Self::search) | the items whose vectors are nearest to one | read more than the index |
/// | [`batch_get`](Self::batch_get) | items by their keys, in the order asked | read one moment |
/// | [`load`](Self::load) | a value that writes any number of items, and reports | check conditions |
/// | [`delete_all`](Self::delete_all) | the same, that deletes what a query finds | read whole items |
/// | [`scan`](Self::scan) | every item of the table | stop by itself |
/// | [`execute`](Self::execute), [`execute_as`](Self::execute_as) | what a PartiQL statement returns | check the statement |
pub struct TableHandle<T> {
    target: Target,
    table: PhantomData<fn() -> T>,
}

/// What a request is sent with: the client and the table's name.
#[derive(Clone)]
pub struct Target {
    pub(crate) client: Client,
    pub(crate) table: Arc<str>,
    /// What the cursors of reads are signed with.
    pub(crate) cursor_key: Option<Arc<CursorKey>>,
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target").field("table", &self.table).finish_non_exhaustive()
    }
}

impl Target {
    /// Whether both are bound to one client, or to clones of one.
    pub(crate) fn same_client(&self, other: &Self) -> bool {
        std::ptr::eq(self.client.config(), other.client.config())
    }

    /// The target of an operation on several tables: their names, each once, joined by commas.
    pub(crate) fn on_tables<'t>(&self, tables: impl Iterator<Item = &'t str>) -> Self {
        let mut names: Vec<&str> = Vec::new();
        for table in tables {
            if !names.contains(&table) {
                names.push(table);
            }
        }
        Self { table: Arc::from(names.join(",")), ..self.clone() }
    }
}

impl<T: Table> TableHandle<T> {
    pub(crate) fn new(client: Client) -> Self {
        let target = Target { client, table: Arc::from(T::SCHEMA.name), cursor_key: None };
        Self { target, table: PhantomData }
    }

    /// The same table under another name, as in another stage: `Songs-dev`.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use entity_local::LocalDynamo;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let songs = Songs::on(&LocalDynamo::in_memory()?.client()).named("Songs-dev");
    /// assert_eq!(songs.name(), "Songs-dev");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.target.table = Arc::from(name.into());
        self
    }

    /// The same table with a key that the cursors of its reads are signed with; see [`CursorKey`].
    #[must_use]
    pub fn cursor_key(mut self, key: CursorKey) -> Self {
        self.target.cursor_key = Some(Arc::new(key));
        self
    }

    /// The table's name in DynamoDB.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.target.table
    }

    /// The client that requests are sent with.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.target.client
    }

    pub(crate) fn target(&self) -> Target {
        self.target.clone()
    }
}

impl<T> Clone for TableHandle<T> {
    fn clone(&self) -> Self {
        Self { target: self.target.clone(), table: PhantomData }
    }
}

impl<T: Table> fmt::Debug for TableHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableHandle").field("table", &self.name()).finish_non_exhaustive()
    }
}
