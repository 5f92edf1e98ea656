use entity_core::Index;
use tests::music::Song;

#[derive(Index)]
#[index(table = Song, pk = "Artist")]
struct ByArtist;

fn main() {}
