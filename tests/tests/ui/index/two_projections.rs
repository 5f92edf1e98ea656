use entity_core::Index;
use tests::music::Songs;

#[derive(Index)]
#[index(table = Songs, pk = "Artist", keys_only, project = ["Title"])]
struct ByArtist;

fn main() {}
