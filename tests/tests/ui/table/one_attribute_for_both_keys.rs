use entity_core::Table;
use tests::music::SongItem;

#[derive(Table)]
#[table(name = "Songs", pk = "Id", sk = "Id", items = SongItem)]
struct Songs;

fn main() {}
