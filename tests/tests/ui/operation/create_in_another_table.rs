use entity_core::TableHandle;
use tests::chat::Message;
use tests::music::Songs;

fn wrong(songs: &TableHandle<Songs>, message: &Message) {
    let _ = songs.create(message);
}

fn main() {}
