use entity_core::TableHandle;
use tests::chat::Message;
use tests::music::Songs;

fn wrong(songs: &TableHandle<Songs>) {
    let _ = songs.get(Message::key(uuid::Uuid::nil(), "2024"));
}

fn main() {}
