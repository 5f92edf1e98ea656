//! The clients' way to sleep.

use std::future::pending;
use std::time::Duration;

use aws_sdk_dynamodb::config::{AsyncSleep, Sleep};
use tokio::runtime::Handle;

/// Sleeps on Tokio's timer, as the SDK's default does, but does not panic outside of a runtime.
/// The SDK sleeps beside every request; without a runtime the connector's error is to win.
#[derive(Debug)]
pub(crate) struct RuntimeSleep;

impl AsyncSleep for RuntimeSleep {
    fn sleep(&self, duration: Duration) -> Sleep {
        match Handle::try_current() {
            Ok(_) => Sleep::new(tokio::time::sleep(duration)),
            Err(_) => Sleep::new(pending()),
        }
    }
}
