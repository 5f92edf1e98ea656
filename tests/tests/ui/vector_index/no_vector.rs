use entity_core::VectorIndex;
use tests::music::Songs;

#[derive(VectorIndex)]
#[vector_index(table = Songs, dimensions = 8, distance = Cosine)]
struct Alike;

fn main() {}
