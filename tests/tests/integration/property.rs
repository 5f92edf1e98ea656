//! How many random cases there are, on an engine in the process and on one at an endpoint.

use proptest::test_runner::Config;
use tests::engine::is_embedded;

/// `PROPTEST_CASES` says otherwise.
pub(crate) fn cases(embedded: u32, endpoint: u32) -> Config {
    let config = Config { failure_persistence: None, ..Config::default() };
    let cases = if is_embedded() { embedded } else { endpoint };
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    Config { cases: asked.unwrap_or(cases), ..config }
}
