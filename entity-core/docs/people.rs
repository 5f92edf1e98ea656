// A table of people, one of whom an older program wrote, in version 1 of the schema.

use aws_sdk_dynamodb::types::AttributeValue;
use entity_core::{Collection, Entity, Table, TableHandle};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "People", pk = "Id", items = PersonItem)]
pub struct People;

#[derive(Deserialize)]
pub struct PersonV1 {
    pub id: String,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = People, pk = "PERSON#{id}")]
#[entity(schema(version = 2, attribute = "v", from(PersonV1)))]
pub struct Person {
    pub id: String,
    pub given_name: String,
    pub family_name: String,
}

impl From<PersonV1> for Person {
    fn from(PersonV1 { id, name }: PersonV1) -> Self {
        let (given, family) = name.split_once(' ').unwrap_or((&name, ""));
        Self { id, given_name: given.to_owned(), family_name: family.to_owned() }
    }
}

#[derive(Debug, Clone, PartialEq, Collection)]
pub enum PersonItem {
    Person(Person),
}

#[allow(dead_code)]
pub async fn people() -> Result<TableHandle<People>, Box<dyn std::error::Error>> {
    let people = People::on(&entity_local::LocalDynamo::in_memory()?.client());
    people.create_table().await?;
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let put = people.client().put_item().table_name("People").item("Id", text("PERSON#1"));
    put.item("id", text("1")).item("name", text("Ada King")).send().await?;
    let (given_name, family_name) = ("Alan".to_owned(), "Turing".to_owned());
    people.create(&Person { id: "2".to_owned(), given_name, family_name }).await?;
    Ok(people)
}
