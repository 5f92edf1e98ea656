use entity_core::{Collection, Entity, Table};
use serde::{Deserialize, Serialize};
use tests::music::DownloadsByMonth;

#[derive(Table)]
#[table(name = "Users", pk = "PK", sk = "SK", items = Items)]
struct Users;

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Users, pk = user_id, sk = "PROFILE")]
#[entity(index(DownloadsByMonth, pk = name, sk = age))]
struct User {
    user_id: String,
    name: String,
    age: u32,
}

#[derive(Collection)]
enum Items {
    User(User),
}

fn main() {}
