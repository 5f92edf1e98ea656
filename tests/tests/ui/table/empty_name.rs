use entity_core::Table;
use tests::music::SongItem;

#[derive(Table)]
#[table(name = "", pk = "Id", items = SongItem)]
struct Songs;

fn main() {}
