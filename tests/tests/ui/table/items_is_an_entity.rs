use entity_core::Table;
use tests::music::Song;

#[derive(Table)]
#[table(name = "Albums", pk = "Id", items = Song)]
struct Albums;

fn main() {}
