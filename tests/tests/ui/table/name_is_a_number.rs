use entity_core::Table;
use tests::music::SongItem;

#[derive(Table)]
#[table(name = 7, pk = "Id", items = SongItem)]
struct Songs;

fn main() {}
