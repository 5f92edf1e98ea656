use entity_core::TableHandle;
use tests::vectors::{Direction, Places};

async fn searches(places: TableHandle<Places>) {
    let _ = places.search(Direction::directions_near("a", [0.0; 4])).top(1).await;
}

fn main() {}
