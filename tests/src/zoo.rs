//! Animals, whose fields feed keys of indexes in every way there is.

use entity_core::{Collection, Document, Entity, Index, Table};
use serde::{Deserialize, Serialize};

/// Animals of zoos.
#[derive(Debug, Table)]
#[table(name = "Zoo", pk = "pk", sk = "sk", type_attribute = "kind", items = ZooItem)]
#[table(indexes(ByKeeper, ByName, ByPlace, ByWing, ByDiet, ByTitle, ByUpdate, ByKind, ByRank))]
pub struct Zoo;

/// By a template of one optional field, and by a field stored as the key.
#[derive(Debug, Index)]
#[index(table = Zoo, pk = "keeper_key", sk = N("weight"))]
pub struct ByKeeper;

/// By copies of fields.
#[derive(Debug, Index)]
#[index(table = Zoo, pk = "name_key", sk = N("age_key"))]
pub struct ByName;

/// By two fields together, one of which takes the item out of the index.
#[derive(Debug, Index)]
#[index(table = Zoo, pk = "place_key", sk = "cage_key")]
pub struct ByPlace;

/// By two fields together, one of which may be left out of the key.
#[derive(Debug, Index)]
#[index(table = Zoo, pk = "wing_key")]
pub struct ByWing;

/// By fields of a document.
#[derive(Debug, Index)]
#[index(table = Zoo, pk = "food_key", sk = "portions_key")]
pub struct ByDiet;

/// By a field with parts of the primary key, one of them written in another way.
#[derive(Debug, Index)]
#[index(table = Zoo, pk = "zoo_key", sk = "title_key")]
pub struct ByTitle;

/// By the time of the last write.
#[derive(Debug, Index)]
#[index(table = Zoo, pk = "zoo_key", sk = N("touched"))]
pub struct ByUpdate;

/// By the type attribute.
#[derive(Debug, Index)]
#[index(table = Zoo, pk = "kind", sk = N("weight"))]
pub struct ByKind;

/// By an optional field stored as the key.
#[derive(Debug, Index)]
#[index(table = Zoo, pk = "kind", sk = N("rank"))]
pub struct ByRank;

/// What an animal eats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Document)]
pub struct Diet {
    /// The food.
    pub food: String,
    /// How much of it.
    pub portions: Option<u32>,
    /// What else there is to say.
    pub note: Option<String>,
}

/// An animal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[entity(table = Zoo, pk = "ZOO#{zoo}", sk = "ANIMAL#{number:06}")]
#[entity(index(ByKeeper, pk = "KEEPER#{keeper}", sk = weight))]
#[entity(index(ByName, pk = name, sk = age))]
#[entity(index(ByPlace, pk = "{continent}#{country}", sk = "{cage:04}"))]
#[entity(index(ByWing, pk = "{wing}#{row?}"))]
#[entity(index(ByDiet, pk = "{diet.food}", sk = "{diet.portions:03}"))]
#[entity(index(ByTitle, pk = "Z{zoo}", sk = "{title}#{number}"))]
#[entity(index(ByUpdate, pk = "Z{zoo}", sk = updated))]
#[entity(index(ByKind, pk = "Animal", sk = weight))]
#[entity(index(ByRank, pk = "Animal", sk = rank))]
pub struct Animal {
    /// The zoo.
    #[entity(key_only)]
    pub zoo: String,
    /// The number in the zoo.
    pub number: u32,
    /// Copied into a key.
    pub name: String,
    /// Copied into a key.
    pub age: Option<u32>,
    /// A part of a template.
    pub keeper: Option<String>,
    /// A key by itself.
    pub weight: i64,
    /// A key by itself.
    pub rank: Option<i64>,
    /// A part of a template, with the country.
    pub continent: String,
    /// A part of a template, with the continent.
    pub country: Option<String>,
    /// A template.
    pub cage: u16,
    /// A part of a template, with the row.
    pub wing: String,
    /// A part of a template, with the wing.
    pub row: Option<u32>,
    /// Two keys.
    pub diet: Diet,
    /// A part of a template, with the number.
    pub title: String,
    /// In no key.
    pub note: Option<String>,
    /// When it was created.
    #[entity(created_at)]
    pub created: u64,
    /// When it was written last; copied into a key.
    #[entity(updated_at)]
    pub updated: u64,
}

/// Every kind of item in the table.
#[derive(Debug, Clone, PartialEq, Eq, Collection)]
pub enum ZooItem {
    /// An animal.
    Animal(Animal),
}
