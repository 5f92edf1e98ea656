use entity_core::{Collection, Entity, Index, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Users", pk = "PK", sk = "SK", indexes(ByMail), items = Items)]
struct Users;

#[derive(Index)]
#[index(table = Users, pk = "Mail")]
struct ByMail;

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Users, pk = "user_id", sk = "PROFILE", index(ByMail, pk = "mail"))]
struct User {
    user_id: String,
    mail: String,
}

#[derive(Collection)]
enum Items {
    User(User),
}

fn main() {}
