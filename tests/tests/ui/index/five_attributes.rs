use entity_core::Index;
use tests::music::Songs;

#[derive(Index)]
#[index(table = Songs, pk = ("A", "B", "C", "D", "E"))]
struct ByArtist;

fn main() {}
