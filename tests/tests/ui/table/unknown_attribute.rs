use entity_core::Table;

#[derive(Table)]
#[table(name = "Songs", pk = "Id", item = tests::music::SongItem)]
struct Songs;

fn main() {}
