use entity_core::Table;
use tests::music::SongItem;

#[derive(Table)]
#[table(name = "Songs", pk = "Id", indexes = [A], items = SongItem)]
struct Songs;

fn main() {}
