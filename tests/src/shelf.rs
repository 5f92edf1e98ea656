//! Books of every size, in indexes of every kind.

use std::collections::BTreeSet;

use entity_core::wire::{self, Number};
use entity_core::{Collection, Entity, Index, Table};
use serde::{Deserialize, Serialize};

/// Books.
#[derive(Debug, Table)]
#[table(name = "Shelf", pk = "pk", sk = "sk")]
#[table(indexes(ByColour, ByPrice, ByMaker, ByYear), items = ShelfItem)]
pub struct Shelf;

/// The keys of the books of a colour.
#[derive(Debug, Index)]
#[index(table = Shelf, pk = "colour", keys_only)]
pub struct ByColour;

/// The books of a maker by their price, whole.
#[derive(Debug, Index)]
#[index(table = Shelf, pk = "maker", sk = N("price"))]
pub struct ByPrice;

/// A note on each of the books of a maker.
#[derive(Debug, Index)]
#[index(table = Shelf, pk = "maker", project = ["note"])]
pub struct ByMaker;

/// The books of a shelf by their year.
#[derive(Debug, Index)]
#[index(table = Shelf, local, sk = N("year"), project = ["note"])]
pub struct ByYear;

/// A book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[entity(table = Shelf, pk = shelf, sk = "BOOK#{title}")]
#[entity(index(ByColour, pk = colour), index(ByPrice, pk = maker, sk = price))]
#[entity(index(ByMaker, pk = maker), index(ByYear, sk = year))]
pub struct Book {
    /// The shelf.
    #[entity(key_only)]
    pub shelf: String,
    /// The title.
    #[entity(key_only)]
    pub title: String,
    /// Its colour, if it is known.
    pub colour: Option<String>,
    /// Who made it, if it is known.
    pub maker: Option<String>,
    /// What it costs, if it is for sale.
    pub price: Option<i64>,
    /// When it appeared, if it is known.
    pub year: Option<u32>,
    /// A note, which some indexes have.
    pub note: String,
    /// The text, which one index has.
    pub text: String,
    /// Numbers of every form.
    pub numbers: Vec<Number>,
    /// Words.
    #[serde(with = "wire::string_set", default, skip_serializing_if = "BTreeSet::is_empty")]
    pub words: BTreeSet<String>,
    /// Whether it is lent.
    pub lent: bool,
}

/// Every kind of item in the table.
#[derive(Debug, Clone, PartialEq, Eq, Collection)]
pub enum ShelfItem {
    /// A book.
    Book(Book),
}
