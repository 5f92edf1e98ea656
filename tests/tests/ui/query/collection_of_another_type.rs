use tests::music::SongItem;

fn main() {
    let _ = SongItem::partition(1);
}
