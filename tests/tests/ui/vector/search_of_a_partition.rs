use entity_core::TableHandle;
use tests::vectors::{Place, Places};

async fn searches(places: TableHandle<Places>) {
    let _ = places.search(Place::partition(7_u32)).top(1).await;
}

fn main() {}
