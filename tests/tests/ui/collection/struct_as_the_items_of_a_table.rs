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
#[entity(table = Shop, pk = "CUSTOMER#{customer}", sk = "PROFILE")]
struct Customer {
    customer: String,
}

#[derive(Collection)]
enum Items {
    Order(Order),
    Customer(Customer),
}

#[derive(Table)]
#[table(name = "Other", pk = "PK", sk = "SK", items = Everything)]
struct Other;

#[derive(Collection)]
struct Everything {
    orders: Vec<Order>,
}

fn main() {}
