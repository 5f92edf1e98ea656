use entity_core::TableHandle;
use tests::vectors::{Place, Places};

async fn searches(places: TableHandle<Places>) {
    let _ = places.update(Place::key(7_u32)).set(|p| p.at.append(vec![1.0_f32])).await;
}

fn main() {}
