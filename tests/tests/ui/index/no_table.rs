use entity_core::Index;

#[derive(Index)]
#[index(pk = "Artist")]
struct ByArtist;

fn main() {}
