use entity_core::TableHandle;
use tests::music::{Download, Songs};

fn wrong(songs: &TableHandle<Songs>) {
    let _ = songs.get(Download::partition("1"));
}

fn main() {}
