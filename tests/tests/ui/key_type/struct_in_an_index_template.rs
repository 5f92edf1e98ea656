use entity_core::{Collection, Entity, Index, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Users", pk = "PK", sk = "SK", indexes(ByCity), items = Items)]
struct Users;

#[derive(Index)]
#[index(table = Users, pk = "City")]
struct ByCity;

#[derive(Serialize, Deserialize)]
struct Address {
    city: String,
}

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Users, pk = user_id, sk = "PROFILE")]
#[entity(index(ByCity, pk = "AT#{address}"))]
struct User {
    user_id: String,
    address: Address,
}

#[derive(Collection)]
enum Items {
    User(User),
}

fn main() {}
