use entity_core::{Collection, Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Shop", pk = "PK", sk = "SK", items = Items)]
struct Shop;

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Shop, pk = "CUSTOMER#{customer}", sk = "ORDER#{order}")]
struct Order {
    customer: String,
    order: String,
}

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Shop, pk = "PRODUCT#{product}", sk = "DETAILS")]
struct Product {
    product: String,
}

#[derive(Collection)]
enum Items {
    Order(Order),
    Product(Product),
}

fn main() {
    let _ = Items::partition("1");
}
