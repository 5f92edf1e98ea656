use entity_core::{Collection, Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Users", pk = "PK", sk = "SK", items = Items)]
struct Users;

#[derive(Serialize, Deserialize, Entity)]

struct User {
    user_id: String,
}

#[derive(Collection)]
enum Items {
    User(User),
}

fn main() {}
