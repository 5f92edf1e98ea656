use entity_core::{Collection, Table};

#[derive(Table)]
#[table(name = "Shop", pk = "PK", sk = "SK", items = Items)]
struct Shop;

#[derive(Collection)]
enum Items {}

fn main() {}
