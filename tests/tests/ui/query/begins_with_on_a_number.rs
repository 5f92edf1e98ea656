use entity_core::begins_with;
use tests::music::Download;

fn main() {
    let _ = Download::partition("1").download_id(begins_with("7"));
}
