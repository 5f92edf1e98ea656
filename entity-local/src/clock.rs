//! Time that moves when a test says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use dynoxide::storage_backend::{self, Clock, SystemClock};

/// A clock that stands still until it is moved, counted in seconds since the Unix epoch as TTL
/// attributes are.
///
/// Clones are the same clock.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use entity_local::{LocalDynamo, ManualClock};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let clock = ManualClock::new(1_700_000_000);
/// let local = LocalDynamo::in_memory_with_clock(&clock)?;
/// clock.advance(Duration::from_secs(60));
///
/// assert_eq!(clock.now(), 1_700_000_060);
/// assert_eq!(local.delete_expired_items().await?, 0);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct ManualClock(storage_backend::ManualClock);

impl ManualClock {
    /// Returns a clock that stands at `unix_seconds`.
    #[must_use]
    pub fn new(unix_seconds: u64) -> Self {
        Self(storage_backend::ManualClock::new(unix_seconds))
    }

    /// Returns the time, in whole seconds.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.0.now_unix_secs()
    }

    /// Moves the time to `unix_seconds`, which may lie in the past.
    pub fn set(&self, unix_seconds: u64) {
        self.0.set(unix_seconds);
    }

    /// Moves the time forward.
    pub fn advance(&self, by: Duration) {
        self.0.tick(by);
    }

    pub(crate) fn shared(&self) -> Arc<dyn Clock> {
        self.0.arc()
    }
}

/// The system's time, but for as long as something is done at another.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wall(Arc<AtomicU64>);

impl Wall {
    /// Does something at a time, which others see as well meanwhile.
    pub(crate) fn at<V>(&self, seconds: u64, work: impl FnOnce() -> V) -> V {
        self.0.store(seconds, Ordering::SeqCst);
        let done = work();
        self.0.store(0, Ordering::SeqCst);
        done
    }

    pub(crate) fn shared(&self) -> Arc<dyn Clock> {
        Arc::new(self.clone())
    }
}

impl Clock for Wall {
    fn now_unix_secs(&self) -> u64 {
        match self.0.load(Ordering::SeqCst) {
            0 => SystemClock.now_unix_secs(),
            seconds => seconds,
        }
    }

    fn now_unix_secs_f64(&self) -> f64 {
        match self.0.load(Ordering::SeqCst) {
            0 => SystemClock.now_unix_secs_f64(),
            seconds => seconds as f64,
        }
    }
}
