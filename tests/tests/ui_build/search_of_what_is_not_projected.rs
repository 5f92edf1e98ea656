use entity_core::{Collection, Entity, Table, Vector, VectorIndex};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Users", pk = "id", vector_indexes(Alike), items = Items)]
struct Users;

#[derive(VectorIndex)]
#[vector_index(table = Users, vector = "face", dimensions = 8, distance = Cosine, keys_only)]
struct Alike;

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Users, pk = id, vector_index(Alike, vector = face))]
struct User {
    id: String,
    face: Vector<8>,
}

#[derive(Collection)]
enum Items {
    User(User),
}

fn main() {
    let client = tests::engine::client();
    let _ = Users::on(&client).search(User::alike([0.0; 8])).top(1);
}
