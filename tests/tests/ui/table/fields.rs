use entity_core::Table;
use tests::music::SongItem;

#[derive(Table)]
#[table(name = "Songs", pk = "Id", items = SongItem)]
struct Songs {
    name: String,
}

fn main() {}
