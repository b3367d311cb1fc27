//! Formulas for comparing a column's values between the customers of two rules, shared by all engines.

use super::BothSides;

/// Maximum number of distinct values that are compared: with more values, each has hardly any customers.
const MAX_VALUES: u64 = 10_000;
/// Columns with at most this many values are always compared, however small the base.
const FEW_VALUES: u64 = 50;

/// Returns the maximum number of distinct values that are compared in a base of this many customers.
pub(super) fn most_values(customers: u64) -> u64 {
    FEW_VALUES.max(MAX_VALUES.min(customers / 2))
}

/// Returns the absolute difference between the value's shares of both sides.
pub(super) fn difference(count: BothSides<u64>, customers: BothSides<u64>) -> f64 {
    let share = |count: u64, of: u64| if of == 0 { 0.0 } else { count as f64 / of as f64 };
    (share(count.inside, customers.inside) - share(count.outside, customers.outside)).abs()
}

/// Returns Pearson's χ² of a table of values and both sides; 0 if a side is empty.
pub(super) fn chi_square(table: impl Iterator<Item = BothSides<u64>> + Clone) -> f64 {
    let all = table.clone().fold(BothSides::<u64>::default(), |sum, row| BothSides {
        inside: sum.inside + row.inside,
        outside: sum.outside + row.outside,
    });
    let n = (all.inside + all.outside) as f64;
    if all.inside == 0 || all.outside == 0 {
        return 0.0;
    }
    let part = |observed: u64, side: u64, row: u64| {
        let expected = side as f64 * row as f64 / n;
        (observed as f64 - expected).powi(2) / expected
    };
    table
        .map(|row| {
            let both = row.inside + row.outside;
            part(row.inside, all.inside, both) + part(row.outside, all.outside, both)
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chi_square_agrees_with_scipy() {
        // scipy.stats.chi2_contingency([[10, 20], [30, 5]], correction=False)
        let table = [BothSides { inside: 10, outside: 20 }, BothSides { inside: 30, outside: 5 }];
        assert!(
            (chi_square(table.into_iter()) - 18.726_190_476_190_474).abs() < 1e-9,
            "{}",
            chi_square(table.into_iter())
        );
        assert_eq!(chi_square([BothSides { inside: 3, outside: 0 }].into_iter()), 0.0);
    }
}
