use entity_core::TableHandle;
use tests::music::{MonthlyCount, Songs};

fn wrong(songs: &TableHandle<Songs>) {
    let _ = songs.query(MonthlyCount::downloads_by_month("01-2018")).consistent();
}

fn main() {}
