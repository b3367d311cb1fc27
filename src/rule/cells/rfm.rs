//! Recency, frequency, monetary: cells as boxes of scores. A customer is in the first box that fits.

use super::SegmentationCell;
use super::scores::ScoredColumn;
use crate::model::CellDefinition;

/// A cell's name, and the scores of recency, frequency and monetary that it takes, from and to.
type DefaultCell = (&'static str, [u32; 2], [u32; 2], [u32; 2]);

/// The usual cells of five scores, after the grids that Putler and others publish; the names are theirs. Together they
/// cover every score.
const USUAL: [DefaultCell; 10] = [
    ("champions", [5, 5], [4, 5], [4, 5]),
    ("loyal", [3, 5], [4, 5], [1, 5]),
    ("potential_loyalists", [4, 5], [2, 3], [1, 5]),
    ("new_customers", [5, 5], [1, 1], [1, 5]),
    ("promising", [4, 4], [1, 1], [1, 5]),
    ("need_attention", [3, 3], [3, 3], [1, 5]),
    ("about_to_sleep", [3, 3], [1, 2], [1, 5]),
    ("cant_lose", [1, 2], [4, 5], [4, 5]),
    ("at_risk", [1, 2], [3, 5], [1, 5]),
    ("hibernating", [1, 2], [1, 2], [1, 5]),
];

/// Returns the usual cells as a person would write them.
pub fn usual_rfm() -> Vec<CellDefinition> {
    let cell = |(name, r, f, m): &DefaultCell| CellDefinition {
        name: (*name).to_owned(),
        r: Some(*r),
        f: Some(*f),
        m: Some(*m),
        ..CellDefinition::default()
    };
    USUAL.iter().map(cell).collect()
}

/// Name of the cell for scores that a person's own cells do not cover.
const OTHER: &str = "other";

type ScoreReach = [[u32; 2]; 3];

/// Returns the cells of scored recency, frequency and value. Customers without a value in one of the columns are in no
/// cell.
///
/// # Errors
/// Returns an error of one line if nobody has a value in one of the columns.
pub fn by_rfm(
    columns: &[ScoredColumn; 3],
    own: &[CellDefinition],
    scores: u32,
) -> Result<Vec<SegmentationCell>, String> {
    if let Some(empty) = columns.iter().find(|scored| scored.is_empty()) {
        return Err(format!("column \"{}\" is empty", empty.column.name));
    }
    let reaches = reaches(own, scores);
    let known: Vec<String> = columns.iter().map(ScoredColumn::known).collect();
    let cells = reaches.iter().enumerate().map(|(n, (name, reach))| {
        let earlier = reaches[..n].iter().filter(|(_, other)| meet(other, reach));
        let not = earlier.map(|(_, other)| match &conditions(columns, other)[..] {
            [] => "FALSE".to_owned(),
            conditions => format!("NOT ({})", conditions.join(" AND ")),
        });
        let all: Vec<String> = known.iter().cloned().chain(conditions(columns, reach)).chain(not).collect();
        SegmentationCell { name: name.clone(), rule: all.join(" AND ") }
    });
    Ok(cells.collect())
}

fn conditions(columns: &[ScoredColumn; 3], reach: &ScoreReach) -> Vec<String> {
    columns.iter().zip(reach).flat_map(|(scored, range)| scored.conditions(*range)).collect()
}

/// Returns names and scores of all cells, with `other` last if some scores are in no cell.
fn reaches(own: &[CellDefinition], scores: u32) -> Vec<(String, ScoreReach)> {
    let any = [1, scores];
    let mut reaches: Vec<(String, ScoreReach)> = if own.is_empty() {
        USUAL.iter().map(|(name, r, f, m)| ((*name).to_owned(), [*r, *f, *m])).collect()
    } else {
        let of = |cell: &CellDefinition| [cell.r, cell.f, cell.m].map(|range| range.unwrap_or(any));
        own.iter().map(|cell| (cell.name.clone(), of(cell))).collect()
    };
    if !covers_all(&reaches, scores) {
        let is_taken = reaches.iter().any(|(name, _)| name == OTHER);
        reaches.push((if is_taken { "other 2".into() } else { OTHER.into() }, [any; 3]));
    }
    reaches
}

fn covers_all(reaches: &[(String, ScoreReach)], scores: u32) -> bool {
    let within = |[low, high]: [u32; 2], score: u32| (low..=high).contains(&score);
    let covered = |r, f, m| reaches.iter().any(|(_, [a, b, c])| within(*a, r) && within(*b, f) && within(*c, m));
    (1..=scores).all(|r| (1..=scores).all(|f| (1..=scores).all(|m| covered(r, f, m))))
}

/// Returns true if the two ranges share a score.
fn meet(one: &ScoreReach, other: &ScoreReach) -> bool {
    one.iter().zip(other).all(|([low, high], [other_low, other_high])| low <= other_high && other_low <= high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_rfm_cells_cover_all_scores() {
        assert_eq!(reaches(&[], 5).len(), USUAL.len());
    }

    #[test]
    fn scores_outside_own_rfm_cells_are_other() {
        let best = CellDefinition { name: "best".into(), r: Some([2, 2]), ..CellDefinition::default() };
        let names: Vec<String> = reaches(&[best], 2).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["best", "other"]);
    }
}
