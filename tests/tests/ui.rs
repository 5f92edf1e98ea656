//! What does not compile, and what rustc then says; and what must keep compiling.
//!
//! A case is named for the mistake. `TRYBUILD=overwrite cargo test -p tests --test ui` blesses the
//! messages; they are read before they are committed, and never typed.

/// Mistakes that `cargo check` finds.
#[test]
fn mistakes_are_told() {
    trybuild::TestCases::new().compile_fail("tests/ui/*/*.rs");
}

/// What must keep compiling, and runs; and mistakes that are found only where a function is used,
/// by `cargo build`.
#[test]
fn what_is_right_compiles() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui_pass/*.rs");
    cases.compile_fail("tests/ui_build/*.rs");
}
