//! Effect sizes and tests of the difference between two groups of customers. The formulas and their names are those of
//! `docs/metrics.md`. With many customers nearly every difference is significant: the test is a gate, the effect is the
//! rank.

use statrs::distribution::{ChiSquared, ContinuousCDF, StudentsT};

use crate::engine::{BothSides, Moments};

/// Returns the standardised mean difference (m₁ − m₂) / √((s₁² + s₂²) / 2). Returns `None` if a side has fewer than two
/// values, or all are the same; infinite if neither side varies and the means differ.
pub fn smd(moments: BothSides<Moments>) -> Option<f64> {
    let BothSides { inside, outside } = moments;
    let there = inside.known > 1 && outside.known > 1;
    let effect = (inside.mean - outside.mean) / ((inside.variance + outside.variance) / 2.0).sqrt();
    Some(effect).filter(|effect| there && !effect.is_nan())
}

/// Returns the standardised difference of shares: (p₁ − p₂) / √((p₁(1 − p₁) + p₂(1 − p₂)) / 2). Returns `None` if both
/// are 0 or both 1; infinite if one is 0 and the other 1.
pub fn smd_of_shares(shares: BothSides<f64>) -> Option<f64> {
    let spread = shares.map(|share| share * (1.0 - share));
    let effect = (shares.inside - shares.outside) / ((spread.inside + spread.outside) / 2.0).sqrt();
    Some(effect).filter(|effect| !effect.is_nan())
}

/// Returns Cramér's V, corrected for bias (Bergsma 2013), of a table of `rows` × `columns` with `n` customers. Returns
/// `None` for a table of a single row or column, or of hardly any customers.
pub fn cramers_v(chi_square: f64, n: u64, rows: u64, columns: u64) -> Option<f64> {
    if n < 2 || rows < 2 || columns < 2 {
        return None;
    }
    let (n, r, k) = (n as f64, rows as f64, columns as f64);
    let phi = (chi_square / n - (k - 1.0) * (r - 1.0) / (n - 1.0)).max(0.0);
    let corrected = |size: f64| size - (size - 1.0).powi(2) / (n - 1.0);
    let v = (phi / (corrected(k) - 1.0).min(corrected(r) - 1.0)).sqrt();
    Some(v).filter(|v| v.is_finite())
}

/// Returns the two-sided p of Welch's t test. Returns `None` if a side has fewer than two values. If neither side
/// varies, it is 1 for equal means and 0 otherwise.
pub fn welch(moments: BothSides<Moments>) -> Option<f64> {
    let error = moments.map(|side| side.variance / side.known as f64);
    let both = error.inside + error.outside;
    if moments.inside.known < 2 || moments.outside.known < 2 {
        return None;
    }
    if both <= 0.0 {
        return Some(if moments.inside.mean == moments.outside.mean { 1.0 } else { 0.0 });
    }
    let part = |error: f64, known: u64| error * error / (known - 1) as f64;
    let freedom = both * both / (part(error.inside, moments.inside.known) + part(error.outside, moments.outside.known));
    let t = (moments.inside.mean - moments.outside.mean).abs() / both.sqrt();
    let p = 2.0 * StudentsT::new(0.0, 1.0, freedom).ok()?.sf(t);
    p.is_finite().then_some(p)
}

/// Returns the p of χ² with `freedom` degrees of freedom.
pub fn chi_square_p(chi_square: f64, freedom: u64) -> Option<f64> {
    let p = ChiSquared::new(freedom as f64).ok()?.sf(chi_square);
    (freedom > 0 && p.is_finite()).then_some(p)
}

/// Returns Pearson's χ² (without Yates' correction) of having a trait or not, on both sides. Returns `None` if the
/// table has an empty row or column.
pub fn chi_square_of_shares(have: BothSides<u64>, customers: BothSides<u64>) -> Option<f64> {
    let (a, b) = (have.inside as f64, have.outside as f64);
    let (c, d) = (customers.inside as f64 - a, customers.outside as f64 - b);
    let chi = (a + b + c + d) * (a * d - b * c).powi(2) / ((a + b) * (c + d) * (a + c) * (b + d));
    chi.is_finite().then_some(chi)
}

/// Returns which tests Benjamini–Hochberg rejects at `alpha`, the expected share of false discoveries among them.
/// Rejects p₍₁₎ … p₍ₖ₎, where k is the largest i with p₍ᵢ₎ ≤ i·α/m. The result is in the order of `ps`. Tests that were
/// `left_out` count towards m, as if their p were 1.
pub fn benjamini_hochberg(ps: &[f64], left_out: u64, alpha: f64) -> Vec<bool> {
    let tests = ps.len() as f64 + left_out as f64;
    let mut order: Vec<usize> = (0..ps.len()).collect();
    order.sort_by(|&a, &b| ps[a].total_cmp(&ps[b]));
    let fits = |i: &usize| ps[order[*i]] <= (i + 1) as f64 * alpha / tests;
    let rejected = (0..order.len()).rev().find(fits).map_or(0, |last| last + 1);
    let mut found = vec![false; ps.len()];
    order[..rejected].iter().for_each(|&i| found[i] = true);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sides<T>(inside: T, outside: T) -> BothSides<T> {
        BothSides { inside, outside }
    }

    #[test]
    fn smd_of_separated_sides_is_infinite() {
        assert_eq!(smd_of_shares(sides(0.0, 1.0)), Some(f64::NEG_INFINITY));
        assert_eq!(smd_of_shares(sides(1.0, 1.0)), None);
        let same = |mean| Moments { known: 5, mean, ..Moments::default() };
        assert_eq!(smd(sides(same(2.0), same(1.0))), Some(f64::INFINITY));
        assert_eq!(smd(sides(same(1.0), same(1.0))), None);
        assert_eq!((welch(sides(same(2.0), same(1.0))), welch(sides(same(1.0), same(1.0)))), (Some(0.0), Some(1.0)));
    }

    #[test]
    fn effect_of_too_few_customers_is_none() {
        let one = Moments { known: 1, mean: 2.0, ..Moments::default() };
        let none = Moments::default();
        assert_eq!((smd(sides(one, none)), welch(sides(one, none)), smd(sides(one, one))), (None, None, None));
        assert_eq!(chi_square_of_shares(sides(5, 5), sides(5, 5)), None);
        assert_eq!((cramers_v(0.0, 100, 1, 2), chi_square_p(1.0, 0)), (None, None));
    }

    #[test]
    fn benjamini_hochberg_counts_omitted_tests() {
        assert_eq!(benjamini_hochberg(&[0.04, 0.01], 0, 0.05), [true, true]);
        assert_eq!(benjamini_hochberg(&[0.04, 0.01], 1, 0.05), [false, true]);
        assert!(benjamini_hochberg(&[], 0, 0.05).is_empty());
    }
}
