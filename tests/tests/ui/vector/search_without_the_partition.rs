use entity_core::TableHandle;
use tests::vectors::{Place, Places};

async fn searches(places: TableHandle<Places>) {
    let _ = places.search(Place::places_near([0.0; 4])).top(1).await;
}

fn main() {}
