use entity_core::Table;
use tests::music::SongItem;

#[derive(Table)]
#[table(name = "Songs", pk = "Id", items = SongItem)]
enum Songs {
    A,
}

fn main() {}
