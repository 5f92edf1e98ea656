use entity_core::Table;
use tests::music::SongItem;

#[derive(Table)]
#[table(name = "Songs", pk = Number("Id"), items = SongItem)]
struct Songs;

fn main() {}
