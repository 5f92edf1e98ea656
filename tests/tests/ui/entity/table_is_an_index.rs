use entity_core::{Collection, Entity, Index, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Users", pk = "PK", sk = "SK", items = Items)]
struct Users;

#[derive(Index)]
#[index(table = Users, pk = "Name")]
struct ByName;

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = ByName, pk = user_id, sk = "PROFILE")]
struct User {
    user_id: String,
}

#[derive(Collection)]
enum Items {
    User(User),
}

fn main() {}
