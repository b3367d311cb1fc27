//! Finds sets with nearly the same customers, and sets inside others.

use super::figures;
use super::matrix::{Matrix, Set};
use super::suppress;

/// Minimum share of a set inside another for it to count as contained.
const MIN_SHARE_INSIDE: f64 = 0.95;
/// Minimum Jaccard index for two sets to count as alike.
const MIN_JACCARD_ALIKE: f64 = 0.95;

/// A pair of sets: `inner` is inside `outer`, or both have nearly the same customers.
#[derive(Debug, Clone, PartialEq)]
pub struct Contained {
    pub inner: String,
    pub outer: String,
    /// Share of the inner set's customers who are in the outer one, or the Jaccard index of sets that are alike. `None`
    /// if it would disclose how few customers are missing.
    pub share: Option<f64>,
    pub alike: bool,
}

/// Returns the pairs of a row and a column of which one lies inside the other, or which are alike; the clearest first.
/// Sets of fewer than `min_cell` customers are left out, and so are outer sets that hold nearly everyone, since they
/// contain all sets.
pub fn find(matrix: &Matrix, min_cell: u64) -> Vec<Contained> {
    let mut found = Vec::new();
    for (r, row) in matrix.rows.iter().enumerate() {
        let first = if matrix.is_square() { r + 1 } else { 0 };
        for (c, column) in matrix.columns.iter().enumerate().skip(first) {
            let both = matrix.both[r][c];
            if row.name == column.name || both < min_cell.max(1) {
                continue;
            }
            let is_shown = matrix.pair(r, c, min_cell).both.count().is_some();
            let may = |share: f64| is_shown.then_some(share);
            // The sentence is the same whatever the few are that one set has beside the other.
            let least = |set: &Set| match suppress::is_small(set.customers - both, min_cell) {
                true => set.customers.saturating_sub(min_cell.saturating_sub(1)),
                false => 0,
            };
            let both = if is_shown { both } else { least(row).max(least(column)) };
            let jaccard = figures::share(both, row.customers + column.customers - both);
            if let Some(share) = jaccard.filter(|jaccard| *jaccard >= MIN_JACCARD_ALIKE) {
                found.push(Contained {
                    inner: row.name.clone(),
                    outer: column.name.clone(),
                    share: may(share),
                    alike: true,
                });
                continue;
            }
            for (inner, outer) in [(row, column), (column, row)] {
                let holds_all =
                    figures::share(outer.customers, matrix.whole).is_none_or(|share| share >= MIN_SHARE_INSIDE);
                let share = figures::share(both, inner.customers).filter(|share| *share >= MIN_SHARE_INSIDE);
                if let (Some(share), false) = (share, holds_all) {
                    let (inner, outer, share) = (inner.name.clone(), outer.name.clone(), may(share));
                    found.push(Contained { inner, outer, share, alike: false });
                }
            }
        }
    }
    found
        .sort_by(|a, b| b.alike.cmp(&a.alike).then(b.share.partial_cmp(&a.share).unwrap_or(std::cmp::Ordering::Equal)));
    found
}
