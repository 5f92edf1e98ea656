use entity_core::{Collection, Entity, Index, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Songs", pk = "PK", sk = "SK", indexes(ByMonth, Latest), items = Items)]
struct Songs;

#[derive(Index)]
#[index(table = Songs, pk = "Month", sk = N("Downloads"))]
struct ByMonth;

#[derive(Index)]
#[index(table = Songs, pk = "Month")]
struct Latest;

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Songs, pk = id, sk = "COUNT")]
#[entity(index(ByMonth, pk = "{month}", sk = downloads, shards = 8))]
#[entity(index(Latest, pk = "{month}", shards = 4))]
struct Count {
    id: String,
    month: String,
    downloads: u32,
}

#[derive(Collection)]
enum Items {
    Count(Count),
}

fn main() {}
