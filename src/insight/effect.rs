//! Effect sizes and tests of the difference between two groups of customers. The formulas and their names are those of
//! `METRICS.md`. With many customers nearly everything is significant: a test is a gate, what ranks is the effect.

use statrs::distribution::{ChiSquared, ContinuousCDF, StudentsT};

use crate::engine::{Moments, Sides};

/// Standardised mean difference (m₁ − m₂) / √((s₁² + s₂²) / 2). None where nothing varies, or nobody has a value.
pub fn smd(moments: Sides<Moments>) -> Option<f64> {
    let Sides { inside, outside } = moments;
    let there = inside.known > 0 && outside.known > 0;
    let effect = (inside.mean - outside.mean) / ((inside.variance + outside.variance) / 2.0).sqrt();
    Some(effect).filter(|effect| there && effect.is_finite())
}

/// The same of shares: (p₁ − p₂) / √((p₁(1 − p₁) + p₂(1 − p₂)) / 2). None where both are 0 or 1.
pub fn smd_of_shares(shares: Sides<f64>) -> Option<f64> {
    let spread = shares.map(|share| share * (1.0 - share));
    let effect = (shares.inside - shares.outside) / ((spread.inside + spread.outside) / 2.0).sqrt();
    Some(effect).filter(|effect| effect.is_finite())
}

/// Cramér's V, corrected for bias (Bergsma 2013), of a table of `rows` × `columns` with `n` customers. None where the
/// table cannot tell: a single row or column, or hardly anyone.
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

/// Two-sided p of Welch's t test. None where a side has fewer than two values, or nothing varies.
pub fn welch(moments: Sides<Moments>) -> Option<f64> {
    let error = moments.map(|side| side.variance / side.known as f64);
    let both = error.inside + error.outside;
    if moments.inside.known < 2 || moments.outside.known < 2 || both <= 0.0 {
        return None;
    }
    let part = |error: f64, known: u64| error * error / (known - 1) as f64;
    let freedom = both * both / (part(error.inside, moments.inside.known) + part(error.outside, moments.outside.known));
    let t = (moments.inside.mean - moments.outside.mean).abs() / both.sqrt();
    let p = 2.0 * StudentsT::new(0.0, 1.0, freedom).ok()?.sf(t);
    p.is_finite().then_some(p)
}

/// p of χ² with so many degrees of freedom.
pub fn chi_square_p(chi_square: f64, freedom: u64) -> Option<f64> {
    let p = ChiSquared::new(freedom as f64).ok()?.sf(chi_square);
    (freedom > 0 && p.is_finite()).then_some(p)
}

/// Pearson's χ² (without Yates' correction) of who has a trait and who has not, on both sides. None where the table has
/// an empty row or column.
pub fn chi_square_of_shares(have: Sides<u64>, customers: Sides<u64>) -> Option<f64> {
    let (a, b) = (have.inside as f64, have.outside as f64);
    let (c, d) = (customers.inside as f64 - a, customers.outside as f64 - b);
    let chi = (a + b + c + d) * (a * d - b * c).powi(2) / ((a + b) * (c + d) * (a + c) * (b + d));
    chi.is_finite().then_some(chi)
}

/// Benjamini–Hochberg: which tests are rejected at `alpha` when the false discoveries among them are to be that share.
/// Rejects p₍₁₎ … p₍ₖ₎, k the largest i with p₍ᵢ₎ ≤ i·α/m. In the order of `ps`.
pub fn benjamini_hochberg(ps: &[f64], alpha: f64) -> Vec<bool> {
    let mut order: Vec<usize> = (0..ps.len()).collect();
    order.sort_by(|&a, &b| ps[a].total_cmp(&ps[b]));
    let fits = |i: &usize| ps[order[*i]] <= (i + 1) as f64 * alpha / ps.len() as f64;
    let rejected = (0..order.len()).rev().find(fits).map_or(0, |last| last + 1);
    let mut found = vec![false; ps.len()];
    order[..rejected].iter().for_each(|&i| found[i] = true);
    found
}
