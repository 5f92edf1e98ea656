use entity_core::Index;

#[derive(Index)]
#[index(table = "Songs", pk = "Artist")]
struct ByArtist;

fn main() {}
