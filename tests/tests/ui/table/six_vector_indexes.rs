use entity_core::Table;
use tests::music::SongItem;

#[derive(Table)]
#[table(pk = "id", vector_indexes(A, B, C, D, E, F), items = SongItem)]
struct Users;

fn main() {}
