//! [`Model`]: a table's declaration for people and for other tools.
//!
//! It is made by [`Table::model`] and sends nothing: it is of the types alone, of
//! [settings](TableSettings) and of sample items, if there are any.
//!
//! | format | is | for |
//! |---|---|---|
//! | [`markdown`](Model::markdown) | keys, indexes, entities and access patterns, as tables | a repository, a review |
//! | [`html`](Model::html) | the table and each index, their items grouped by partition; one file, no network | looking at it |
//! | [`workbench`](Model::workbench) | a data model, with an entity a facet | NoSQL Workbench |
//! | [`cloudformation`](Model::cloudformation) | a template with an `AWS::DynamoDB::Table` | deploying it |
//! | [`terraform`](Model::terraform) | a resource `aws_dynamodb_table` | deploying it |
//! | [`Table::schema`] | stable JSON, to compare with | keeping it from changing unseen |
//!
//! Vector indexes are in Markdown and on the page; the other formats say which they leave out.
//!
//! What was checked, and what was not: templates pass cfn-lint; resources parse, and have arguments
//! and blocks of the provider's schema; models have the shape of those that AWS publishes, whose format
//! is not documented. No template was deployed, no resource planned by Terraform, and no model imported
//! into NoSQL Workbench.

// | file | has |
// |---|---|
// | `view` | the table and its indexes, and what can be read of each |
// | one a format | what it is called |
// | `types` | the types of attributes, as far as they are known |
// | `json` | objects that keep the order of their members |

mod cloudformation;
mod html;
mod json;
mod markdown;
mod terraform;
mod types;
mod view;
mod workbench;

use std::fmt;
use std::marker::PhantomData;

use serde::de::Error as _;
use serde_json::Value;

use crate::error::{EncodeError, Error, TableError};
use crate::item::{Item, ItemOf, members_of};
use crate::op::{TableSettings, Wanted};
use crate::schema::{EntitySchema, Table};
use crate::wire;

/// A table's declaration for people and for other tools; made by [`Table::model`].
///
/// # Example
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
/// use entity_core::op::TableSettings;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let settings = TableSettings::new().point_in_time_recovery(true);
/// let songs = Songs::model().with(&settings).named("Songs-prod");
///
/// let resource = songs.terraform()?;
/// assert!(resource.contains(r#"resource "aws_dynamodb_table" "songs_prod" {"#));
/// # Ok(())
/// # }
/// ```
#[must_use]
pub struct Model<T> {
    this: TableModel,
    others: Vec<TableModel>,
    of: PhantomData<fn() -> T>,
}

/// One table of a model.
#[derive(Clone)]
struct TableModel {
    name: String,
    wanted: Wanted,
    samples: Vec<Sample>,
}

/// An item that is shown as an example, in DynamoDB JSON.
#[derive(Clone)]
struct Sample {
    entity: &'static EntitySchema,
    attributes: Vec<(String, Value)>,
}

impl<T: Table> Model<T> {
    pub(crate) fn new() -> Self {
        let (name, wanted) = (T::SCHEMA.name.to_owned(), Wanted::of::<T>());
        let this = TableModel { name, wanted, samples: Vec::new() };
        Self { this, others: Vec::new(), of: PhantomData }
    }

    /// The same table under another name, as in another stage: `Songs-dev`.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.this.name = name.into();
        self
    }

    /// Settings beside the declaration; see [`TableSettings`].
    pub fn with(mut self, settings: &TableSettings) -> Self {
        self.this.wanted.settings = settings.clone();
        self
    }

    /// Adds sample items, which pages and NoSQL Workbench show.
    ///
    /// Those of an entity that is declared `sensitive` are left out: it is shown by its templates.
    ///
    /// # Errors
    ///
    /// If a key cannot be made, or a value cannot be stored.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let songs = Songs::model().items(&[song("1"), song("2")])?;
    /// assert!(songs.html().contains("Song 2"));
    ///
    /// assert!(Songs::model().items(&[song("")]).is_err()); // a key is not empty
    /// # Ok(())
    /// # }
    /// ```
    pub fn items<'i, I: Item + ItemOf<T> + 'i>(
        mut self,
        items: impl IntoIterator<Item = &'i I>,
    ) -> Result<Self, Error> {
        for item in items {
            let (json, name) = (item.to_wire()?, item.entity_name());
            let entity = self.this.wanted.entities.iter().find(|entity| entity.name == name);
            let Some(entity) = entity else {
                unreachable!("an entity that the items of its table do not have does not compile")
            };
            if !entity.sensitive {
                self.this.samples.push(Sample::new(entity, &json)?);
            }
        }
        Ok(self)
    }

    /// Adds another table, so that both are in one document.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let stages = Songs::model().and(Songs::model().named("Songs-dev"));
    /// let template = stages.cloudformation()?;
    /// assert!(template.contains(r#""TableName": "Songs""#));
    /// assert!(template.contains(r#""TableName": "Songs-dev""#));
    /// # Ok(())
    /// # }
    /// ```
    pub fn and<U: Table>(mut self, other: Model<U>) -> Self {
        self.others.push(other.this);
        self.others.extend(other.others);
        self
    }
}

impl<T> Model<T> {
    /// Keys, indexes, entities, their attributes and the access patterns, as tables in Markdown.
    ///
    /// Access patterns are those that follow from the keys: each entity by its key, the items of each
    /// entity in a partition from the left of the sort key, and what is read together, of the table and
    /// of each index. Which of them a program uses is not known.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # fn main() {
    /// let document = Songs::model().markdown();
    /// let get = "| one `Song` | `Songs` | `Id` = `{id}` | `Metadata` = `Details` |";
    /// assert!(document.lines().any(|line| line == get));
    /// # }
    /// ```
    #[must_use]
    pub fn markdown(&self) -> String {
        markdown::render(&self.tables())
    }

    /// A page with the table and each index, their items grouped by partition, as modelling tools
    /// draw them.
    ///
    /// It is one file, of HTML and CSS: it loads nothing and runs nothing. An entity without sample
    /// items is shown by its templates, and so is one that is declared `sensitive`.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let mut one = song("1");
    /// one.title = "<One>".into();
    /// let page = Songs::model().items(&[one])?.html();
    /// assert!(page.contains("&lt;One&gt;"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn html(&self) -> String {
        html::render(&self.tables())
    }

    /// A data model for NoSQL Workbench, in the JSON of the models that AWS publishes as samples.
    ///
    /// Each entity is a facet, with its sample items. Types of attributes are those of keys, of sample
    /// items, and else what the types of fields look like. What such models have no place for, local
    /// indexes and keys of more than one attribute, is left out and named in the model's description;
    /// so are settings other than the billing.
    ///
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/workbench.Modeler.ImportExisting.html>
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let model: serde_json::Value = serde_json::from_str(&Songs::model().workbench())?;
    /// let facet = &model["DataModel"][0]["TableFacets"][1];
    /// assert_eq!(facet["KeyAttributeAlias"]["SortKeyAlias"], "Month-{download_month}");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn workbench(&self) -> String {
        workbench::render(&self.tables())
    }

    /// A CloudFormation template in JSON, with an `AWS::DynamoDB::Table` that is as
    /// [`create_table`](crate::TableHandle::create_table) makes it.
    ///
    /// The table is kept when the stack is deleted, or replaces it: its `DeletionPolicy` is `Retain`.
    /// A setting that is not said is not in it; streams and tags that are said to be off are those
    /// that it does not have.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html>
    ///
    /// # Errors
    ///
    /// If entities declare two attributes as `ttl`, or none where the settings ask for it.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let template: serde_json::Value = serde_json::from_str(&Songs::model().cloudformation()?)?;
    /// let songs = &template["Resources"]["Songs"];
    /// assert_eq!(songs["Type"], "AWS::DynamoDB::Table");
    /// assert_eq!(songs["Properties"]["BillingMode"], "PAY_PER_REQUEST");
    /// # Ok(())
    /// # }
    /// ```
    pub fn cloudformation(&self) -> Result<String, TableError> {
        cloudformation::render(&self.tables())
    }

    /// A Terraform resource, `aws_dynamodb_table`, that is as
    /// [`create_table`](crate::TableHandle::create_table) makes it.
    ///
    /// It has no provider and no version: these are the module's that it is put into. Keys of global
    /// indexes take the provider `hashicorp/aws` 6.29 or later.
    ///
    /// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_table>
    ///
    /// # Errors
    ///
    /// If entities declare two attributes as `ttl`, or none where the settings ask for it.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let resource = Songs::model().terraform()?;
    /// assert!(resource.starts_with("resource \"aws_dynamodb_table\" \"songs\" {\n"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn terraform(&self) -> Result<String, TableError> {
        terraform::render(&self.tables())
    }

    fn tables(&self) -> Vec<&TableModel> {
        std::iter::once(&self.this).chain(&self.others).collect()
    }
}

impl TableModel {
    /// The sample items of an entity.
    fn samples_of(&self, entity: &EntitySchema) -> impl Iterator<Item = &Sample> {
        self.samples.iter().filter(move |sample| sample.entity.name == entity.name)
    }

    /// The attribute by which items expire, if they are to.
    fn ttl(&self) -> Result<Option<&'static str>, TableError> {
        self.wanted.ttl(&self.name)
    }
}

impl Sample {
    fn new(entity: &'static EntitySchema, json: &[u8]) -> Result<Self, EncodeError> {
        let refused = |error| EncodeError::new(entity.name, error);
        let members = members_of(json).map_err(refused)?.into_iter();
        let attributes = members.map(|(name, json)| match serde_json::from_slice(&json) {
            Ok(value) => Ok((name, value)),
            Err(error) => Err(refused(wire::Error::custom(error))),
        });
        Ok(Self { entity, attributes: attributes.collect::<Result<_, _>>()? })
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

/// The vector indexes, which most formats have no place for.
fn vector_indexes(table: &TableModel) -> impl Iterator<Item = String> {
    let indexes = table.wanted.schema.vector_indexes.iter();
    indexes.map(|index| format!("the vector index {} of {}", index.name, table.name))
}

/// A name for each table in a document, made of its own by `plain`; equal ones are numbered.
fn names(tables: &[&TableModel], plain: impl Fn(&str) -> String) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for table in tables {
        let (first, mut number) = (plain(&table.name), 1);
        let mut name = first.clone();
        while names.contains(&name) {
            number += 1;
            name = format!("{first}{number}");
        }
        names.push(name);
    }
    names
}

impl<T> Clone for Model<T> {
    fn clone(&self) -> Self {
        Self { this: self.this.clone(), others: self.others.clone(), of: PhantomData }
    }
}

/// Sample items are nobody's business.
impl<T> fmt::Debug for Model<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.tables().iter().map(|table| &*table.name).collect();
        f.debug_struct("Model").field("tables", &names).finish_non_exhaustive()
    }
}
