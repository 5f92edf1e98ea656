use entity_core::Table;

#[derive(Table)]
#[table]
struct Songs;

fn main() {}
