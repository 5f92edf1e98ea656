use entity_core::{Collection, Entity, Index, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "pk", sk = "sk", indexes(Gsi), items = Items)]
struct T;

#[derive(Index)]
#[index(table = T, pk = "gpk")]
struct Gsi;

#[derive(Clone, Serialize, Deserialize, Entity)]
#[entity(table = T, pk = "E#{id}", sk = "E", index(Gsi, pk = "{b}#{a:012}"))]
struct E {
    id: String,
    #[entity(updated_at)]
    a: u64,
    b: String,
}

#[derive(Collection)]
enum Items {
    E(E),
}

fn main() {}
