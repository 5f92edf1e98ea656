use entity_core::Table;
use tests::music::SongItem;

#[derive(Table)]
#[table(name = "Albums", pk = "Id", items = SongItem)]
struct Albums;

fn main() {}
