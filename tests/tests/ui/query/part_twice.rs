use tests::cart::{CartItem, Status};

fn main() {
    let _ = CartItem::partition("1").status(Status::Active).status(Status::Saved);
}
