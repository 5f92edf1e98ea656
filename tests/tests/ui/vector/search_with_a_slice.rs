use entity_core::TableHandle;
use tests::vectors::{Place, Places};

async fn searches(places: TableHandle<Places>) {
    let numbers: Vec<f32> = vec![0.0; 4];
    let _ = places.search(Place::places_near("a", numbers)).top(1).await;
}

fn main() {}
