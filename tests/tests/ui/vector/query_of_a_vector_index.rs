use entity_core::TableHandle;
use tests::vectors::{Place, Places};

async fn searches(places: TableHandle<Places>) {
    let _ = places.query(Place::places_near("a", [0.0; 4])).all().await;
}

fn main() {}
