use tests::music::Song;

fn main() {
    let _ = Song::partition("1").metadata("Details");
}
