use entity_core::begins_with;
use tests::cart::{CartItem, Status};

fn main() {
    let _ = CartItem::partition("1").status(Status::Active).order_id(begins_with("O")).product_id("P");
}
