use entity_core::{Collection, Entity, Table};
use serde::{Deserialize, Serialize};
use tests::music::DownloadsByMonth;

#[derive(Table)]
#[table(name = "Users", pk = "PK", sk = "SK", indexes(DownloadsByMonth), items = Items)]
struct Users;

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Users, pk = id, sk = "PROFILE")]
struct User {
    id: String,
}

#[derive(Collection)]
enum Items {
    User(User),
}

fn main() {}
