use entity_core::{Collection, Entity, Index, Table, Vector};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Users", pk = "id", indexes(Alike), items = Items)]
struct Users;

#[derive(Index)]
#[index(table = Users, pk = "country")]
struct Alike;

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Users, pk = id, vector_index(Alike, vector = face))]
struct User {
    id: String,
    country: String,
    age: u8,
    face: Vector<8>,
}

#[derive(Collection)]
enum Items {
    User(User),
}

fn main() {}
