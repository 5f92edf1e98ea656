use entity_core::Index;
use tests::music::Songs;

#[derive(Index)]
#[index(table = Songs, local)]
struct ByArtist;

fn main() {}
