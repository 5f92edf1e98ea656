use entity_core::{Collection, Entity, Table, Vector, VectorIndex};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Users", pk = "id", vector_indexes(Alike), items = Items)]
struct Users;

#[derive(VectorIndex)]
#[vector_index(table = Users, vector = "face", dimensions = 8, distance = Cosine)]
struct Alike;

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Users, pk = id, vector_index(Alike, vector = face, partition = country))]
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
