use entity_core::{Collection, Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = "pk", sk = "sk", items = Items)]
struct T;

#[derive(Clone, Serialize, Deserialize, Entity)]
#[entity(table = T, pk = "E#{id}", sk = "E")]
struct E {
    id: String,
    #[entity(version)]
    a: u64,
    #[entity(version)]
    b: u64,
}

#[derive(Collection)]
enum Items {
    E(E),
}

fn main() {}
