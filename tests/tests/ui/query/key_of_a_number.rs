use tests::music::Song;

fn main() {
    let _ = Song::key(1);
}
