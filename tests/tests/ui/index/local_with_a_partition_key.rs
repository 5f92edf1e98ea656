use entity_core::Index;
use tests::music::Songs;

#[derive(Index)]
#[index(table = Songs, local, pk = "Id", sk = "Artist")]
struct ByArtist;

fn main() {}
