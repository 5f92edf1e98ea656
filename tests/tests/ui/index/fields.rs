use entity_core::Index;
use tests::music::Songs;

#[derive(Index)]
#[index(table = Songs, pk = "Artist")]
struct ByArtist(u8);

fn main() {}
