use entity_core::{Collection, Entity, KeyPart, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Users", pk = "PK", sk = "SK", items = Items)]
struct Users;

#[derive(Serialize, Deserialize, KeyPart)]
enum Status {
    Known,
    Named(String),
}

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Users, pk = user_id, sk = "STATUS#{status}")]
struct User {
    user_id: String,
    status: Status,
}

#[derive(Collection)]
enum Items {
    User(User),
}

fn uses() {
    let _ = User::key("1", Status::Known);
    let _ = User::partition("1").status(Status::Known);
}

fn main() {}
