use entity_core::{Collection, Entity, Index, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Users", pk = "PK", sk = "SK", indexes(ByAge), items = Items)]
struct Users;

#[derive(Index)]
#[index(table = Users, pk = "Age")]
struct ByAge;

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Users, pk = user_id, sk = "PROFILE")]
#[entity(index(ByAge, pk = age))]
struct User {
    user_id: String,
    age: u64,
}

#[derive(Collection)]
enum Items {
    User(User),
}

fn main() {}
