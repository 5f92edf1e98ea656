use entity_core::{Collection, Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Shop", pk = "PK", items = Items)]
struct Shop;

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Shop, pk = id)]
struct Order {
    id: String,
}

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Shop, pk = line)]
struct Line {
    line: String,
}

#[derive(Collection)]
enum Items {
    Order(Order),
    Line(Line),
}

fn main() {}
