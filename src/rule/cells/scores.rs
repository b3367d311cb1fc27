//! Scores by quantiles: a score is one more than the number of break points below the value.
//!
//! The break points are values of customers (numpy's `inverted_cdf`), so that ties share the lower score, as
//! `1 + np.searchsorted(breaks, x, side="left")` has it. Where break points coincide, no customer has the score between them.

use super::SegmentationCell;
use crate::model::{Column, Datum};
use crate::rule::names::quote;

/// Returns the shares that cut a column into n parts: 1/n, 2/n … (n − 1)/n.
pub fn shares(parts: u32) -> Vec<f64> {
    (1..parts).map(|i| f64::from(i) / f64::from(parts)).collect()
}

/// A column with its break points, one fewer than there are scores.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoredColumn<'a> {
    pub column: &'a Column,
    pub breaks: Vec<Datum>,
    /// The least value has the highest score.
    pub least_is_best: bool,
}

impl ScoredColumn<'_> {
    fn scores(&self) -> usize {
        self.breaks.len() + 1
    }

    pub(super) fn known(&self) -> String {
        format!("{} IS NOT NULL", quote(&self.column.name))
    }

    /// Returns true if no customer has a value, so that there are no break points.
    pub(super) fn is_empty(&self) -> bool {
        self.breaks.iter().any(Datum::is_null)
    }

    /// Returns the conditions of the scores from `low` to `high`; none if these are all scores.
    pub(super) fn conditions(&self, [low, high]: [u32; 2]) -> Vec<String> {
        let (low, high, all) = (low as usize, high as usize, self.scores());
        let (low, high) = if self.least_is_best { (all + 1 - high, all + 1 - low) } else { (low, high) };
        let name = quote(&self.column.name);
        let above = (low > 1).then(|| format!("{name} > {}", self.breaks[low - 2].sql()));
        let to = (high < all).then(|| format!("{name} <= {}", self.breaks[high - 1].sql()));
        above.into_iter().chain(to).collect()
    }

    /// Returns true if break points coincide at this score, so that no customer has it.
    fn is_nobodys(&self, score: usize) -> bool {
        let part = if self.least_is_best { self.scores() + 1 - score } else { score };
        part > 1 && part < self.scores() && self.breaks[part - 2] == self.breaks[part - 1]
    }
}

/// Returns parts with as equal numbers of customers as ties allow, `1` the lowest; fewer where break points coincide.
///
/// # Errors
/// Returns an error of one line if nobody has a value.
pub fn by_quantiles(scored: &ScoredColumn) -> Result<Vec<SegmentationCell>, String> {
    if scored.is_empty() {
        return Err(format!("column \"{}\" is empty", scored.column.name));
    }
    let scores = (1..=scored.scores()).filter(|score| !scored.is_nobodys(*score));
    let cell = |score: usize| {
        let score = score as u32;
        SegmentationCell { name: score.to_string(), rule: scored.conditions([score, score]).join(" AND ") }
    };
    Ok(scores.map(cell).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ColumnType;

    #[test]
    fn tied_quantiles_share_lower_part_and_reduce_scores() {
        let column = Column { name: "x".into(), column_type: ColumnType::Integer };
        let breaks = [0, 0, 7].map(Datum::Integer).to_vec();
        let scored = ScoredColumn { column: &column, breaks, least_is_best: false };
        let cells = by_quantiles(&scored).unwrap();
        let shown: Vec<String> = cells.iter().map(|cell| format!("{}: {}", cell.name, cell.rule)).collect();
        assert_eq!(shown, ["1: \"x\" <= 0", "3: \"x\" > 0 AND \"x\" <= 7", "4: \"x\" > 7"]);
        let turned = ScoredColumn { least_is_best: true, ..scored };
        assert_eq!(turned.conditions([4, 4]), ["\"x\" <= 0"]);
        assert_eq!(turned.conditions([1, 1]), ["\"x\" > 7"]);
        assert!(turned.conditions([1, 4]).is_empty());
    }
}
