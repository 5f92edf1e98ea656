use entity_core::{Collection, Entity, Index, Projection, Table, TableHandle};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Users", pk = "PK", sk = "SK", indexes(ByName), items = Items)]
struct Users;

#[derive(Index)]
#[index(table = Users, pk = "Name", keys_only)]
struct ByName;

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Users, pk = user_id, sk = "PROFILE")]
#[entity(index(ByName, pk = name))]
struct User {
    user_id: String,
    name: String,
    age: u32,
}

#[derive(Collection)]
enum Items {
    User(User),
}

#[derive(Deserialize, Projection)]
#[projection(entity = User)]
struct Age {
    age: u32,
}

fn wrong(users: &TableHandle<Users>) {
    let _ = users.query(User::by_name("Ann")).project::<Age>().first();
}

fn main() {
    let _ = wrong as fn(&TableHandle<Users>);
}
