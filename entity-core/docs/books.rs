// A table that another program has made and filled, which does not know the index `ByAuthor`.

use aws_sdk_dynamodb::types as sdk;
use entity_core::{Collection, Entity, Index, Table, TableHandle};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Books", pk = "Id", indexes(ByAuthor), items = BookItem)]
pub struct Books;

#[derive(Index)]
#[index(table = Books, name = "ByAuthor", pk = "AuthorKey", sk = "TitleKey")]
pub struct ByAuthor;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Books, pk = "BOOK#{isbn}")]
#[entity(index(ByAuthor, pk = "AUTHOR#{author}", sk = title))]
pub struct Book {
    pub isbn: String,
    pub author: String,
    pub title: String,
}

#[derive(Debug, Clone, PartialEq, Collection)]
pub enum BookItem {
    Book(Book),
}

/// The table without the index, and three books without its keys.
#[allow(dead_code)]
pub async fn books() -> Result<TableHandle<Books>, Box<dyn std::error::Error>> {
    let books = Books::on(&entity_local::LocalDynamo::in_memory()?.client());
    let id = sdk::AttributeDefinition::builder().attribute_name("Id");
    let key = sdk::KeySchemaElement::builder().attribute_name("Id");
    let create = books.client().create_table().table_name("Books");
    let create = create.billing_mode(sdk::BillingMode::PayPerRequest);
    let create = create.attribute_definitions(id.attribute_type("S".into()).build()?);
    create.key_schema(key.key_type(sdk::KeyType::Hash).build()?).send().await?;
    for (isbn, author, title) in [
        ("0-14-044913-2", "Homer", "The Odyssey"),
        ("0-14-044592-7", "Homer", "The Iliad"),
        ("0-19-953536-1", "Ovid", "Metamorphoses"),
    ] {
        let text = |text: &str| sdk::AttributeValue::S(text.to_owned());
        let put = books.client().put_item().table_name("Books");
        let put = put.item("Id", text(&format!("BOOK#{isbn}"))).item("isbn", text(isbn));
        put.item("author", text(author)).item("title", text(title)).send().await?;
    }
    Ok(books)
}
