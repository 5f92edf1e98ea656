use entity_core::Table;
use tests::music::SongItem;

#[derive(Table)]
#[table(name = "Songs", pk = "Id", pk = "Id2", items = SongItem)]
struct Songs;

fn main() {}
