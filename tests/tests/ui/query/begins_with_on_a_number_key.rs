use entity_core::begins_with;
use tests::music::MonthlyCount;

fn main() {
    let _ = MonthlyCount::downloads_by_month("01-2018").total_downloads_in_month(begins_with("7"));
}
