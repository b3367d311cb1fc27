//! Sums over the whole base that earlier scans have found. They do not depend on the filter, so that only the first question
//! about a rule reads the base for it, whatever it was asked with.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Sums that are kept; a study has some hundreds.
const MAX_SUMS: usize = 10_000;

/// A count, or the sum of a value: null over nobody, or if it is no number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum BaseSum {
    Count(u64),
    Total(Option<f64>),
}

/// Identity of a sum over the base: the keys of its value and of its subset.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum BaseSumKey {
    /// Number of customers.
    Customers(String),
    /// Number of customers with a value.
    Known(Arc<str>, String),
    /// Sum of the value.
    Total(Arc<str>, String),
}

/// The sums that are kept, each with the time at which it was found.
#[derive(Debug, Clone, Default)]
pub(super) struct BaseSums(HashMap<BaseSumKey, (BaseSum, Instant)>);

impl BaseSums {
    /// Keeps sums. Those older than `max_age` make room if there are too many.
    pub(super) fn keep(&mut self, found: Vec<(BaseSumKey, BaseSum)>, now: Instant, max_age: Duration) {
        self.0.extend(found.into_iter().map(|(key, sum)| (key, (sum, now))));
        if self.0.len() > MAX_SUMS {
            self.0.retain(|_, (_, since)| now.duration_since(*since) < max_age);
        }
        if self.0.len() > MAX_SUMS {
            self.0.clear();
        }
    }

    /// Returns the sums that are younger than `max_age`.
    pub(super) fn fresh(&self, now: Instant, max_age: Duration) -> HashMap<BaseSumKey, BaseSum> {
        let fresh = self.0.iter().filter(|(_, (_, since))| now.duration_since(*since) < max_age);
        fresh.map(|(key, (sum, _))| (key.clone(), *sum)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(subset: &str) -> BaseSumKey {
        BaseSumKey::Customers(subset.to_owned())
    }

    #[test]
    fn base_sums_expire_and_are_bounded() {
        let (mut sums, now, age) = (BaseSums::default(), Instant::now(), Duration::from_secs(600));
        sums.keep(vec![(key("a"), BaseSum::Count(7))], now, age);
        assert_eq!(sums.fresh(now + age / 2, age).get(&key("a")), Some(&BaseSum::Count(7)));
        assert!(sums.fresh(now + age, age).is_empty());
        let many = |prefix: &str| (0..MAX_SUMS).map(|n| (key(&format!("{prefix}{n}")), BaseSum::Total(None))).collect();
        sums.keep(many("b"), now + age, age);
        assert_eq!(sums.0.len(), MAX_SUMS, "the expired one has made room");
        sums.keep(many("c"), now + age, age);
        assert!(sums.0.len() <= MAX_SUMS);
    }
}
