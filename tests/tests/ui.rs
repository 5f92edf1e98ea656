//! What does not compile, and what rustc then says; and what must keep compiling.
//!
//! A case is named for the mistake. `TRYBUILD=overwrite cargo test -p tests --test ui` blesses the
//! messages; they are read before they are committed, and never typed.

#[test]
fn mistakes_are_told() {
    trybuild::TestCases::new().compile_fail("tests/ui/*/*.rs");
}

#[test]
fn what_is_right_compiles() {
    trybuild::TestCases::new().pass("tests/ui_pass/*.rs");
}
