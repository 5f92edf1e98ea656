use entity_core::TableHandle;
use tests::music::Songs;

fn wrong(songs: &TableHandle<Songs>) {
    let _ = songs.get("1");
}

fn main() {}
