use entity_core::TableHandle;
use tests::movies::MovieItem;
use tests::music::Songs;

fn wrong(songs: &TableHandle<Songs>) {
    let _ = songs.query(MovieItem::partition(1));
}

fn main() {}
