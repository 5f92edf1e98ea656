use entity_core::Index;
use tests::music::Songs;

#[derive(Index)]
#[index(table = Songs, table = Songs, pk = "Artist")]
struct ByArtist;

fn main() {}
