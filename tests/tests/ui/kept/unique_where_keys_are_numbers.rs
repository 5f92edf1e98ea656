use entity_core::{Collection, Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(pk = N("pk"), sk = "sk", items = Items)]
struct T;

#[derive(Clone, Serialize, Deserialize, Entity)]
#[entity(table = T, pk = id, sk = "E")]
struct E {
    id: u64,
    #[entity(unique)]
    a: String,
}

#[derive(Collection)]
enum Items {
    E(E),
}

fn main() {}
