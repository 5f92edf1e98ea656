use entity_core::{Collection, Entity, Index, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Users", pk = "PK", sk = "SK", indexes(ByName), items = Items)]
struct Users;

#[derive(Index)]
#[index(table = Users, pk = "Name", keys_only)]
struct ByName;

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Users, pk = user_id, sk = "PROFILE")]
#[entity(index(ByName, pk = name), schema(version = 1, attribute = "v"))]
struct User {
    user_id: String,
    name: String,
}

#[derive(Collection)]
enum Items {
    User(User),
}

fn main() {
    let client = entity_local::LocalDynamo::in_memory().unwrap().client();
    let _ = Users::on(&client).query(User::by_name("Ann")).all();
}
