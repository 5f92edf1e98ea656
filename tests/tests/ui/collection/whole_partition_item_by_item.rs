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
    orders: Vec<Order>,
}

async fn run(shop: entity_core::TableHandle<Shop>) {
    let _ = shop.query(Everything::partition("1")).page().await;
    let _ = shop.query(Everything::partition("1")).stream();
}

fn main() {}
