use entity_core::Table;

#[derive(Table)]
#[table(name = "Songs", pk = "Id", items = "SongItem")]
struct Songs;

fn main() {}
