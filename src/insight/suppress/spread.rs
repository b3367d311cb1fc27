//! Suppresses the distribution of a column if the customers of each number are also shown.
//!
//! If some of these counts are hidden, a mean and a deviation are equations for them, and a quartile gives the number of
//! customers below it.

use super::{is_few, pairs};
use crate::engine::{CustomerCount, Spread, Spreads};

/// Returns the figures that disclose nothing beside the counts of `numbers`, which are all that the column has, in order.
pub fn spreads(all: Spreads, numbers: &[(f64, CustomerCount)], whole: CustomerCount, min_cell: u64) -> Spreads {
    let counts: Vec<CustomerCount> = numbers.iter().map(|(_, count)| *count).collect();
    let shown = pairs(&counts, whole, min_cell);
    let side = |spread: Spread, of: fn(&CustomerCount) -> u64, hidden: Vec<bool>| {
        let known: Vec<(f64, u64)> = numbers.iter().map(|(number, count)| (*number, of(count))).collect();
        spread_of(spread, &known, &hidden, min_cell)
    };
    Spreads {
        in_filter: side(
            all.in_filter,
            |count| count.in_filter,
            shown.iter().map(|pair| pair.0.count().is_none()).collect(),
        ),
        in_base: side(all.in_base, |count| count.in_base, shown.iter().map(|pair| pair.1.count().is_none()).collect()),
    }
}

fn spread_of(spread: Spread, known: &[(f64, u64)], hidden: &[bool], min_cell: u64) -> Spread {
    if !known.iter().zip(hidden).any(|((_, count), hidden)| *hidden && *count > 0) {
        return spread;
    }
    // Margin by which the hidden counts of a few can differ, together.
    let few =
        known.iter().zip(hidden).filter(|((_, count), hidden)| **hidden && is_few(*count, min_cell)).count() as u64;
    let margin = (few + 1) * min_cell;
    let total: u64 = known.iter().map(|(_, count)| count).sum();
    let is_far_within = |share: f64| {
        let place = share * total.saturating_sub(1) as f64;
        let mut below = 0;
        known.iter().any(|(_, count)| {
            let within = below + margin <= place.floor() as u64 && place.ceil() as u64 + margin < below + count;
            below += count;
            within
        })
    };
    let quartile = |value: Option<f64>, share: f64| value.filter(|_| is_far_within(share));
    Spread {
        lower: quartile(spread.lower, 0.25),
        median: quartile(spread.median, 0.5),
        upper: quartile(spread.upper, 0.75),
        mean: None,
        deviation: None,
        ..spread
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(counts: &[(f64, u64, u64)]) -> Spreads {
        let numbers: Vec<(f64, CustomerCount)> =
            counts.iter().map(|&(n, in_filter, in_base)| (n, CustomerCount { in_filter, in_base })).collect();
        let whole = CustomerCount {
            in_filter: counts.iter().map(|one| one.1).sum(),
            in_base: counts.iter().map(|one| one.2).sum(),
        };
        let spread = Spread {
            lower: Some(1.0),
            median: Some(2.0),
            upper: Some(2.0),
            mean: Some(1.7),
            deviation: Some(0.6),
            ..Spread::default()
        };
        spreads(Spreads { in_filter: spread, in_base: spread }, &numbers, whole, 10)
    }

    #[test]
    fn hidden_count_hides_mean_and_quartiles_that_depend_on_few() {
        let found = shown(&[(1.0, 75, 150), (2.0, 121, 300), (3.0, 4, 50)]);
        // The 50th of the 200 is a 1 whatever the few are; so are the 2s.
        assert_eq!((found.in_filter.mean, found.in_filter.deviation), (None, None));
        assert_eq!((found.in_filter.lower, found.in_filter.median), (Some(1.0), Some(2.0)));
        assert_eq!(found.in_base.mean, Some(1.7));
        let found = shown(&[(1.0, 95, 150), (2.0, 101, 300), (3.0, 4, 50)]);
        assert_eq!((found.in_filter.lower, found.in_filter.median), (Some(1.0), None));
    }

    #[test]
    fn shown_counts_show_all_spread_figures() {
        let found = shown(&[(1.0, 75, 150), (2.0, 121, 300), (3.0, 40, 80)]);
        assert_eq!(found.in_filter.mean, Some(1.7));
    }
}
