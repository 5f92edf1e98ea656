use tests::music::Download;

fn main() {
    let _ = Download::partition("1").download_id("7");
}
