use entity_core::Index;
use tests::music::Songs;

#[derive(Index)]
#[index(table = Songs, name = "ByArtist")]
struct ByArtist;

fn main() {}
