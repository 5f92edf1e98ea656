use tests::cart::CartItem;

fn main() {
    let _ = CartItem::partition("1").order_id("O-1");
}
