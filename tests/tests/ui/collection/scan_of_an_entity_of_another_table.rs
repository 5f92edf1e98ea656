use entity_core::{Collection, Entity, Table, TableHandle};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Shop", pk = "PK", sk = "SK", items = Items)]
struct Shop;

#[derive(Table)]
#[table(name = "Other", pk = "PK", sk = "SK", items = OtherItems)]
struct Other;

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Shop, pk = "CUSTOMER#{customer}", sk = "PROFILE")]
struct Customer {
    customer: String,
}

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Other, pk = "ORDER#{order}", sk = "ORDER")]
struct Order {
    order: String,
}

#[derive(Collection)]
enum Items {
    Customer(Customer),
}

#[derive(Collection)]
enum OtherItems {
    Order(Order),
}

fn run(shop: &TableHandle<Shop>) {
    let _ = shop.scan().only::<Order>();
    let _ = shop.scan().filter(|c| c.customer.eq("1"));
}

fn main() {}
