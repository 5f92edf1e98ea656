use tests::music::MonthlyCount;

fn main() {
    let _ = MonthlyCount::downloads_by_month("01-2018").total_downloads_in_month(3..20);
}
