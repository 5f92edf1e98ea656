use entity_core::{Collection, Document, Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Users", pk = "PK", sk = "SK", items = Items)]
struct Users;

#[derive(Serialize, Deserialize, Document)]
struct Address {
    city: String,
}

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Users, pk = user_id, sk = "AT#{address.city}")]
struct User {
    user_id: String,
    address: Option<Address>,
}

#[derive(Collection)]
enum Items {
    User(User),
}

fn main() {}
