use tests::music::Download;

fn main() {
    let _ = Download::key("1");
}
