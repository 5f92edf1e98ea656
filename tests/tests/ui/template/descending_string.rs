use entity_core::{Collection, Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Users", pk = "PK", sk = "SK", items = Items)]
struct Users;

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Users, pk = user_id, sk = "MAIL#{mail:desc}")]
struct User {
    user_id: String,
    mail: String,
}

#[derive(Collection)]
enum Items {
    User(User),
}

fn main() {}
