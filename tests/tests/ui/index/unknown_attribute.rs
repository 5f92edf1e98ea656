use entity_core::Index;
use tests::music::Songs;

#[derive(Index)]
#[index(table = Songs, pk = "Artist", projection = ["Title"])]
struct ByArtist;

fn main() {}
