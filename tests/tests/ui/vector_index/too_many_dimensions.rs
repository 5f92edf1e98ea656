use entity_core::VectorIndex;
use tests::music::Songs;

#[derive(VectorIndex)]
#[vector_index(table = Songs, vector = "Sound", dimensions = 4097, distance = Cosine)]
struct Alike;

fn main() {}
