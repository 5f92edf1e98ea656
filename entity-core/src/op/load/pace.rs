//! `Pace`: how many requests run at once.

use tokio::time::{Duration, Instant};

/// Additive increase, multiplicative decrease: one request more for each round that succeeds, half as
/// many when the service asks for a slower pace.
#[derive(Debug)]
pub(super) struct Pace {
    limit: f64,
    pub(super) max: usize,
    /// When it was halved last: the answers of one round ask once.
    halved: Option<Instant>,
}

/// The requests of one round are answered within this.
const ROUND: Duration = Duration::from_millis(50);

impl Pace {
    pub(super) fn new() -> Self {
        Self { limit: 4.0, max: 16, halved: None }
    }

    pub(super) fn limit(&self) -> usize {
        (self.limit as usize).clamp(1, self.max)
    }

    pub(super) fn answered(&mut self, well: bool) {
        if well {
            self.limit = (self.limit + 1.0 / self.limit).min(self.max as f64);
        } else if self.halved.is_none_or(|at| at.elapsed() > ROUND) {
            self.limit = (self.limit / 2.0).max(1.0);
            self.halved = Some(Instant::now());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pace;

    #[test]
    fn it_grows_by_one_a_round_and_halves_once() {
        let mut pace = Pace::new();
        assert_eq!(pace.limit(), 4);
        (0..4).for_each(|_| pace.answered(true));
        assert_eq!(pace.limit(), 4, "the fifth is nearly there");
        pace.answered(true);
        assert_eq!(pace.limit(), 5);
        (0..3).for_each(|_| pace.answered(false));
        assert_eq!(pace.limit(), 2);
        (0..1_000).for_each(|_| pace.answered(true));
        assert_eq!(pace.limit(), 16);
    }
}
