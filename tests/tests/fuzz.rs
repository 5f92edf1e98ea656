//! A bounded run of what `cargo fuzz` runs without end: `fuzz/README.md`.

/// Of so many inputs of one seed a tenth is read as an item, so what must hold of these is seen.
#[test]
fn what_is_read_is_json_and_means_what_it_says() {
    let read = fuzz::run(7, 20_000);
    assert!(read > 1_000, "only {read} inputs were read");
}
