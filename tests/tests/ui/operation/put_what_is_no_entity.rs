use entity_core::TableHandle;
use tests::music::Songs;

fn wrong(songs: &TableHandle<Songs>) {
    let _ = songs.put(&String::new());
}

fn main() {}
