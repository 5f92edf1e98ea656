use entity_core::VectorIndex;
use tests::music::Songs;

#[derive(VectorIndex)]
#[vector_index(table = Songs, vector = "Sound", dimensions = 8, distance = Cosine, partition = "Genre", filters = ("Year", "Genre", "Sound"))]
struct Alike;

fn main() {}
