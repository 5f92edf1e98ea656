use entity_core::Table;

#[derive(Table)]
#[table(name = "Songs", pk = "Id")]
struct Songs;

fn main() {}
