use entity_core::TableHandle;
use tests::music::{Song, Songs};

fn wrong(songs: &TableHandle<Songs>, song: Song) {
    let _ = songs.put(song);
}

fn main() {}
