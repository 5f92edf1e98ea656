//! `Rate`: capacity units a second.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::{Duration, Instant, sleep_until};

/// A limit of capacity units a second, which clones share.
///
/// What a request consumes is known when it is answered, so it is paid for afterwards: the next one
/// waits until the units that were consumed have come in. While requests are on their way, each is
/// taken to consume what the last one did.
#[derive(Clone)]
pub(super) struct Rate(Arc<Mutex<Account>>);

struct Account {
    units_per_second: f64,
    /// When all that was consumed has come in.
    paid: Instant,
    /// What a request is taken to consume until it is answered.
    guess: f64,
}

impl Rate {
    pub(super) fn new(units_per_second: u32) -> Self {
        let units_per_second = f64::from(units_per_second.max(1));
        let account = Account { units_per_second, paid: Instant::now(), guess: 0.0 };
        Self(Arc::new(Mutex::new(account)))
    }

    fn account(&self) -> MutexGuard<'_, Account> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When the next request may be sent.
    pub(super) fn next(&self) -> Instant {
        self.account().paid
    }

    /// Takes the turn, if it is time for it; says what was charged.
    pub(super) fn take(&self) -> Option<f64> {
        let (mut account, now) = (self.account(), Instant::now());
        if account.paid > now {
            return None;
        }
        // What was not used earlier is not saved up.
        account.paid = now;
        let guess = account.guess;
        account.charge(guess);
        Some(guess)
    }

    /// Waits for the turn to send a request; says what was charged.
    pub(super) async fn turn(&self) -> f64 {
        loop {
            match self.take() {
                Some(charged) => return charged,
                None => sleep_until(self.next()).await,
            }
        }
    }

    /// Says what a request consumed that was charged so much.
    pub(super) fn spent(&self, charged: f64, units: f64) {
        let mut account = self.account();
        account.charge(units - charged);
        account.guess = units;
    }
}

impl Account {
    fn charge(&mut self, units: f64) {
        let time = Duration::try_from_secs_f64((units / self.units_per_second).abs());
        let paid = time.ok().and_then(|time| match units >= 0.0 {
            true => self.paid.checked_add(time),
            false => self.paid.checked_sub(time),
        });
        self.paid = paid.unwrap_or(self.paid);
    }
}

impl fmt::Debug for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rate")
            .field("units_per_second", &self.account().units_per_second)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{Duration, Instant};

    use super::Rate;

    /// How long `requests` of `units` each take, on a clock that stands still otherwise.
    async fn time(rate: &Rate, requests: usize, units: f64) -> Duration {
        let start = Instant::now();
        for _ in 0..requests {
            let charged = rate.turn().await;
            rate.spent(charged, units);
        }
        start.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_consumed_is_paid_before_the_next_request() {
        let rate = Rate::new(10);
        assert_eq!(time(&rate, 1, 25.0).await, Duration::ZERO);
        let took = time(&rate, 4, 5.0).await.as_secs_f64();
        assert!((3.9..4.1).contains(&took), "2.5 s for the first, 0.5 s for each of three: {took}");
        tokio::time::sleep(Duration::from_secs(3600)).await;
        assert_eq!(time(&rate, 1, 100.0).await, Duration::ZERO, "one is free");
        let took = time(&rate, 2, 1.0).await.as_secs_f64();
        assert!((9.9..10.2).contains(&took), "an hour of rest has saved nothing up: {took}");
    }

    #[tokio::test(start_paused = true)]
    async fn requests_at_once_wait_for_each_other() {
        let rate = Rate::new(10);
        time(&rate, 1, 5.0).await;
        let start = Instant::now();
        let tasks: Vec<_> = (0..4)
            .map(|_| {
                let rate = rate.clone();
                tokio::spawn(async move {
                    let charged = rate.turn().await;
                    tokio::time::sleep(Duration::from_millis(1)).await;
                    rate.spent(charged, 5.0);
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let took = start.elapsed().as_secs_f64();
        assert!((1.9..2.2).contains(&took), "{took}");
    }
}
