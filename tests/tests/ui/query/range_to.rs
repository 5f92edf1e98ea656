use tests::chat::Message;
use uuid::Uuid;

fn main() {
    let _ = Message::partition(Uuid::nil()).created_at(.."2024");
}
