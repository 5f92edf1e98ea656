use entity_core::TableHandle;
use tests::chat::Message;
use tests::music::Songs;

fn wrong(songs: &TableHandle<Songs>) {
    let _ = songs.query(Message::partition(uuid::Uuid::nil()));
}

fn main() {}
