//! Estimates of counts from a sample of the base, with the margin within which the exact count lies in 95 of 100 cases.

/// Quantile of the standard normal distribution for an interval of 95 %.
const Z_95: f64 = 1.959_963_984_540_054;

/// Sizes of a sample and of the base that it was drawn from, without replacement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleSize {
    /// Customers in the sample.
    pub sampled: u64,
    /// Customers in the base.
    pub base: u64,
}

/// An estimated count, rounded to the digits that its margin leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    pub customers: u64,
    /// Largest distance of the exact count, with a probability of at least 95 %. Never 0.
    pub margin: u64,
}

impl SampleSize {
    /// Returns the estimate of a set's customers in the base, given its customers in the sample; `None` if nobody is
    /// in the sample.
    ///
    /// The margin is the distance to the farther end of [`SampleSize::interval`], so that the stated interval, which
    /// is symmetric, contains that one. Both numbers are rounded to the margin's first digit, or to two if it starts
    /// with 1 or 2; the margin is rounded up, and covers the rounding of the estimate.
    pub fn estimate(self, found: u64) -> Option<Estimate> {
        let (low, high) = self.interval(found)?;
        let plain = found as f64 * self.base as f64 / self.sampled as f64;
        let step = step((high - plain).max(plain - low));
        let rounded = ((plain / step).round() * step).min(self.base as f64);
        let margin = ((high - rounded).max(rounded - low) / step).ceil() * step;
        Some(Estimate { customers: rounded as u64, margin: (margin as u64).max(1) })
    }

    /// Returns the Wilson score interval of a set's customers in the base, with the finite population correction;
    /// `None` if nobody is in the sample.
    ///
    /// E. B. Wilson, *Probable inference, the law of succession, and statistical inference*, JASA 22 (1927), with the
    /// effective sample size n (N − 1) / (N − n) in place of n: W. G. Cochran, *Sampling Techniques* (1977), section
    /// 3.2, gives this correction of the variance. Unlike p ± z √(p (1 − p) / n), it has a width where the sample
    /// contains none or all of the set (L. D. Brown, T. T. Cai, A. DasGupta, *Statistical Science* 16, 2001). The ends
    /// are no farther out than the customers in the sample allow.
    pub fn interval(self, found: u64) -> Option<(f64, f64)> {
        let Self { sampled, base } = self;
        let (n, whole) = (sampled as f64, base as f64);
        let found = found.min(sampled);
        let share = (sampled > 0).then(|| found as f64 / n)?;
        if sampled >= base {
            return Some((found as f64, found as f64));
        }
        let effective = n * (whole - 1.0) / (whole - n);
        let spread = Z_95 * Z_95 / effective;
        let centre = share + spread / 2.0;
        let half = Z_95 * (share * (1.0 - share) / effective + spread / (4.0 * effective)).sqrt();
        let [low, high] = [centre - half, centre + half].map(|end| whole * end / (1.0 + spread));
        let missed = base - (sampled - found);
        Some((low.max(found as f64), high.min(missed as f64)))
    }
}

/// Returns the power of ten that a margin is rounded to: its first digit's, or its second's if the first is 1 or 2.
fn step(margin: f64) -> f64 {
    let first = 10_f64.powf(margin.max(1.0).log10().floor());
    if margin < 3.0 * first { (first / 10.0).max(1.0) } else { first }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};

    use super::*;

    fn size(sampled: u64, base: u64) -> SampleSize {
        SampleSize { sampled, base }
    }

    /// Returns the interval as shares of the base.
    fn shares(sampled: u64, base: u64, found: u64) -> [f64; 2] {
        let (low, high) = size(sampled, base).interval(found).expect("a sample");
        [low, high].map(|end| end / base as f64)
    }

    fn assert_near(found: [f64; 2], expected: [f64; 2]) {
        let is_near = found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-6);
        assert!(is_near, "{found:?} instead of {expected:?}");
    }

    #[test]
    fn interval_in_large_base_is_wilson_interval() {
        // scipy.stats.binomtest(k, n).proportion_ci(method="wilson")
        let huge = 1_000_000_000_000;
        assert_near(shares(100, huge, 10), [0.055_229_14, 0.174_365_66]);
        assert_near(shares(100, huge, 0), [0.0, 0.036_993_50]);
        assert_near(shares(100, huge, 100), [0.963_006_50, 1.0]);
        assert_near(shares(1000, huge, 500), [0.469_069_60, 0.530_930_40]);
    }

    #[test]
    fn interval_of_large_sample_is_narrower() {
        // Wilson's interval of the share 0.1 with n = 500 * 999 / 500 = 999.
        assert_near(shares(500, 1000, 50), [0.082_901_63, 0.120_162_83]);
        assert_eq!(size(1000, 1000).interval(70), Some((70.0, 70.0)));
    }

    #[test]
    fn estimate_is_rounded_to_its_margin() {
        let estimate = |found| size(100_000, 2_000_000).estimate(found).expect("a sample");
        assert_eq!(estimate(6_400), Estimate { customers: 128_000, margin: 3_000 });
        assert_eq!(estimate(6_421), Estimate { customers: 128_400, margin: 3_100 });
        assert_eq!(estimate(700), Estimate { customers: 14_000, margin: 1_100 });
    }

    #[test]
    fn estimate_of_none_or_all_has_margin() {
        let estimate = |found| size(100_000, 2_000_000).estimate(found).expect("a sample");
        assert_eq!(estimate(0), Estimate { customers: 0, margin: 80 });
        assert_eq!(estimate(100_000), Estimate { customers: 2_000_000, margin: 80 });
        assert_eq!(size(999, 1000).estimate(0), Some(Estimate { customers: 0, margin: 1 }));
        assert_eq!(size(1000, 1000).estimate(0), Some(Estimate { customers: 0, margin: 1 }));
        assert_eq!(size(0, 1000).estimate(0), None);
    }

    #[test]
    fn estimate_of_found_customers_is_above_zero() {
        for base in [1001, 3_000, 77_777, 1_000_000, 1_000_000_000] {
            for found in 1..=10 {
                let estimate = size(1000, base).estimate(found).expect("a sample");
                assert!(estimate.customers > 0 && estimate.margin > 0, "{found} of {base}: {estimate:?}");
            }
        }
    }

    /// Draws customers without replacement, of whom the first `members` are in a set; returns how many of them are.
    fn draw(random: &mut ChaCha8Rng, SampleSize { sampled, base }: SampleSize, members: u64) -> u64 {
        let (mut left, mut found) = (members, 0);
        for drawn in 0..sampled {
            if random.next_u64() % (base - drawn) < left {
                left -= 1;
                found += 1;
            }
        }
        found
    }

    #[test]
    fn margin_contains_exact_count_in_95_of_100_cases() {
        let mut random = ChaCha8Rng::seed_from_u64(11);
        for (sampled, base) in [(400, 1_000), (1_000, 20_000), (2_000, 1_000_000)] {
            let size = size(sampled, base);
            let (mut stated, mut wilson) = (0, 0);
            for case in 0..2_000 {
                // Every second set is a small one.
                let most = if case % 2 == 0 { base } else { base / 50 };
                let members = random.next_u64() % (most + 1);
                let found = draw(&mut random, size, members);
                let (low, high) = size.interval(found).expect("a sample");
                wilson += u32::from((low..=high).contains(&(members as f64)));
                let Estimate { customers, margin } = size.estimate(found).expect("a sample");
                stated += u32::from(customers.abs_diff(members) <= margin);
            }
            assert!((1_880..=1_950).contains(&wilson), "{wilson} of 2,000 with {size:?}");
            assert!((1_900..=1_990).contains(&stated), "{stated} of 2,000 with {size:?}");
        }
    }
}
