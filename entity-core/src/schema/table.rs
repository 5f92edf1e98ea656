//! `Table`: the physical table that entities live in.

use super::{CollectionOf, IndexSchema, Schema, VectorIndexSchema};
use crate::handle::TableHandle;
use crate::item::Readable;
use crate::key::KeyType;
use crate::model::Model;

/// A key attribute of a table or of an index: its name and its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyDef {
    /// The attribute's name, as stored.
    pub name: &'static str,
    /// The attribute's type: `S`, `N` or `B`.
    pub ty: KeyType,
}

/// A table as declared: its name, its keys and its indexes.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct TableSchema {
    /// The table's name, where [`TableHandle::named`] gives no other.
    pub name: &'static str,
    /// The partition key.
    pub pk: KeyDef,
    /// The sort key, where the table has one.
    pub sk: Option<KeyDef>,
    /// The text that parts of key templates must not contain; empty for none.
    pub separator: &'static str,
    /// The attribute that names each item's entity, where the table declares one.
    pub type_attribute: Option<&'static str>,
    /// The table's indexes.
    pub indexes: &'static [&'static IndexSchema],
    /// The table's vector indexes.
    pub vector_indexes: &'static [&'static VectorIndexSchema],
}

impl TableSchema {
    /// Gathers a table's declaration; called by `#[derive(Table)]`.
    #[doc(hidden)]
    pub const fn new(
        name: &'static str,
        pk: KeyDef,
        sk: Option<KeyDef>,
        separator: &'static str,
        type_attribute: Option<&'static str>,
        indexes: &'static [&'static IndexSchema],
    ) -> Self {
        Self { name, pk, sk, separator, type_attribute, indexes, vector_indexes: &[] }
    }

    /// The same, with vector indexes.
    #[doc(hidden)]
    #[must_use]
    pub const fn searched(mut self, by: &'static [&'static VectorIndexSchema]) -> Self {
        self.vector_indexes = by;
        self
    }
}

/// A DynamoDB table, declared on a unit struct by [`#[derive(Table)]`](macro@crate::Table).
///
/// Nothing is sent by declaring one; [`on`](Self::on) binds it to a client.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a table",
    label = "not a table",
    note = "name the struct that derives `Table`"
)]
pub trait Table: Sized + Send + Sync + 'static {
    /// Every kind of item in the table.
    type Items: CollectionOf<Self>;

    /// The kind of the sort key, as [`native`](crate::key::native) names it.
    type Sort;

    /// The declaration, as data.
    const SCHEMA: &'static TableSchema;

    /// The declaration with its entities, as stable JSON to keep and to compare with.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let json = Songs::schema().to_string(); // kept in a file
    /// Songs::schema().check(&json)?;
    ///
    /// let other = json.replace("Month-", "M-"); // a template that stored keys do not have
    /// assert!(Songs::schema().check(&other).is_err());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    fn schema() -> Schema {
        Schema::new(Self::SCHEMA, <Self::Items as Readable>::ENTITIES)
    }

    /// The declaration for people and for other tools: a page, Markdown, a NoSQL Workbench model,
    /// CloudFormation, Terraform. Nothing is sent.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let page = Songs::model().items(&[song("1"), song("2")])?.html();
    /// assert!(page.starts_with("<!doctype html>"));
    /// # Ok(())
    /// # }
    /// ```
    fn model() -> Model<Self> {
        Model::new()
    }

    /// Binds the table to a client, under its declared name; nothing is sent.
    ///
    /// The client brings credentials, region, retries and timeouts. Cloning it is cheap, and so
    /// is cloning the handle.
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
    /// assert_eq!(songs.name(), "Songs");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    fn on(client: &aws_sdk_dynamodb::Client) -> TableHandle<Self> {
        TableHandle::new(client.clone())
    }
}
