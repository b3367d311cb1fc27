//! Small formulas. Each returns `None` if there is no value, drawn as `–`.

/// Returns `part / whole`, between 0 and 1: share of base, share of filter, reach, penetration or composition, which
/// differ only in the whole.
pub fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Returns the share of a sum, as of value; `None` if the whole is 0 or the result is not finite.
pub fn share_of_sum(part: f64, whole: f64) -> Option<f64> {
    let share = part / whole;
    share.is_finite().then_some(share)
}

/// Returns the affinity index of T in A: 100 · (|A∩T| / |A|) / (|T| / N). 100 is average.
pub fn index(both: u64, a: u64, t: u64, base: u64) -> Option<f64> {
    // A single division, so that an average share is 100 and not 99.99….
    (a > 0 && t > 0).then(|| 100.0 * both as f64 * base as f64 / (a as f64 * t as f64))
}

/// Returns the index of a share against another share of the same kind, as share of value against share of customers.
pub fn index_of_shares(inside: Option<f64>, outside: Option<f64>) -> Option<f64> {
    let ratio = 100.0 * inside? / outside?;
    ratio.is_finite().then_some(ratio)
}

/// Returns the mean of a sum over the customers who have a value.
pub fn mean(sum: f64, known: u64) -> Option<f64> {
    (known > 0).then(|| sum / known as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn index_is_100_for_average_share_and_none_without_customers() {
        assert_eq!(index(5, 50, 100, 1000), Some(100.0));
        assert_eq!(index(10, 50, 100, 1000), Some(200.0));
        assert_eq!(index(0, 0, 100, 1000), None);
        assert_eq!(index(0, 50, 0, 1000), None);
    }

    #[test]
    fn share_of_zero_is_none() {
        assert_eq!(share(0, 0), None);
        assert_eq!(share_of_sum(1.0, 0.0), None);
        assert_eq!(mean(0.0, 0), None);
        assert_eq!(index_of_shares(Some(0.4), Some(0.0)), None);
    }
}
