use entity_core::TableHandle;
use tests::music::{Download, Songs};

fn wrong(songs: &TableHandle<Songs>) {
    let _ = songs.query(Download::key("1", 7));
}

fn main() {}
