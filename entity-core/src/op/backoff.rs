//! `Backoff`: pauses between attempts.

use std::time::Duration;

/// Exponential backoff with full jitter: each pause is a random part of twice the last one's span.
///
/// <https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/>
#[derive(Debug, Clone)]
pub(crate) struct Backoff {
    span: Duration,
}

impl Backoff {
    const LONGEST: Duration = Duration::from_secs(20);

    pub(crate) fn new() -> Self {
        Self { span: Duration::from_millis(50) }
    }

    /// Waits for the next pause.
    pub(crate) async fn pause(&mut self) {
        tokio::time::sleep(self.next()).await;
    }

    /// The next pause.
    pub(crate) fn next(&mut self) -> Duration {
        let pause = self.span.mul_f64(fastrand::f64());
        self.span = (self.span * 2).min(Self::LONGEST);
        pause
    }
}
