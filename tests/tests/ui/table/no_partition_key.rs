use entity_core::Table;
use tests::music::SongItem;

#[derive(Table)]
#[table(name = "Songs", sk = "Metadata", items = SongItem)]
struct Songs;

fn main() {}
