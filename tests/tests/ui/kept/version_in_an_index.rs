use entity_core::{Collection, Entity, Index, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "pk", sk = "sk", indexes(Gsi), items = Items)]
struct T;

#[derive(Index)]
#[index(table = T, pk = "gpk")]
struct Gsi;

#[derive(Clone, Serialize, Deserialize, Entity)]
#[entity(table = T, pk = "E#{id}", sk = "E", index(Gsi, pk = "{a:012}"))]
struct E {
    id: String,
    #[entity(version)]
    a: u64,
}

#[derive(Collection)]
enum Items {
    E(E),
}

fn main() {}
