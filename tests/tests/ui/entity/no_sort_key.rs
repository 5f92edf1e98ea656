use entity_core::{Collection, Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Users", pk = "PK", sk = "SK", items = Items)]
struct Users;

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Users, pk = user_id)]
struct User {
    user_id: String,
}

#[derive(Collection)]
enum Items {
    User(User),
}

fn main() {}
