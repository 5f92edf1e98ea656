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

#[derive(Collection)]
struct Everything {
    customer: Option<Customer>,
    order: Option<Order>,
}

fn main() {}
