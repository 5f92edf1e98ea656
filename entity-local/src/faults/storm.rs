//! Faults by chance, the same chance for the same seed.

use super::Fault;
use crate::requests::Request;

#[derive(Debug)]
pub(super) struct Storm {
    state: u64,
    rate: f64,
    faults: Vec<Fault>,
}

impl Storm {
    pub(super) fn new(seed: u64, rate: f64, faults: Vec<Fault>) -> Self {
        Self { state: seed, rate, faults }
    }

    pub(super) fn next(&mut self, request: &Request) -> Option<Fault> {
        // Both are drawn for every request, so that one request's luck does not depend on another's
        // kind.
        let (strikes, choice) = (self.draw() < self.rate, self.draw());
        let possible: Vec<&Fault> =
            self.faults.iter().filter(|fault| fault.befalls(request.operation())).collect();
        let index = (choice * possible.len() as f64) as usize;
        if strikes { possible.get(index).map(|&fault| fault.clone()) } else { None }
    }

    /// Returns a number of [0, 1), by SplitMix64.
    fn draw(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcomes(seed: u64, rate: f64) -> Vec<Option<Fault>> {
        let request = Request::new("PutItem".into(), 1, vec![]);
        let faults = vec![Fault::Throttling, Fault::Unprocessed(1), Fault::TransactionConflict];
        let mut storm = Storm::new(seed, rate, faults);
        (0..200).map(|_| storm.next(&request)).collect()
    }

    #[test]
    fn a_seed_repeats_itself_and_another_does_not() {
        assert_eq!(outcomes(7, 0.3), outcomes(7, 0.3));
        assert_ne!(outcomes(7, 0.3), outcomes(8, 0.3));
    }

    #[test]
    fn rates_are_kept_and_faults_befall_what_they_can() {
        assert!(outcomes(1, 0.0).iter().all(Option::is_none));
        let all = outcomes(1, 1.0);
        for fault in [Fault::Throttling, Fault::TransactionConflict] {
            let count = all.iter().filter(|outcome| **outcome == Some(fault.clone())).count();
            assert!((60..140).contains(&count), "{fault:?}: {count}");
        }
        assert!(!all.contains(&Some(Fault::Unprocessed(1))));
        assert!(!all.contains(&None));
    }
}
