use entity_core::VectorIndex;

#[derive(VectorIndex)]
#[vector_index(vector = "Sound", dimensions = 8, distance = Cosine)]
struct Alike;

fn main() {}
