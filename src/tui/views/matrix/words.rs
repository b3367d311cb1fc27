//! The matrix's title and sentences.

use super::MatrixView;
use super::cells;
use crate::insight::contained::Contained;
use crate::insight::format;
use crate::insight::matrix::{MAX_SETS, Matrix, MatrixFigure, MatrixOrder};
use crate::insight::suppress;
use crate::model::reference;
use crate::tui::core::State;
use crate::tui::views::matrix::CrossedSets;

/// Returns the title: `Segments × personas: share of the segment, in the study's order`.
pub fn title(state: &State) -> String {
    let view = state.views.get::<MatrixView>();
    let (sides, row, column) = match view.sides {
        CrossedSets::SegmentsPersonas => ("Segments × personas", "segment", "persona"),
        CrossedSets::SegmentsSegments => ("Segments × segments", "row", "column"),
        CrossedSets::PersonasPersonas => ("Personas × personas", "row", "column"),
    };
    let figure = match view.figure {
        MatrixFigure::Customers => "customers in both".to_owned(),
        MatrixFigure::OfRow => format!("share of the {row}"),
        MatrixFigure::OfColumn => format!("share of the {column}"),
        MatrixFigure::Jaccard => "Jaccard".to_owned(),
        MatrixFigure::Index => "index".to_owned(),
    };
    let order = match view.order {
        MatrixOrder::Study => "",
        MatrixOrder::Size => ", by size",
        MatrixOrder::Clustered => ", clustered",
    };
    format!("{sides}: {figure}{order}")
}

/// Describes which rows or columns are left out beyond the maximum.
pub fn limit(state: &State, matrix: &Matrix) -> Option<String> {
    let (rows, columns) = state.views.get::<MatrixView>().sides.sets(state);
    let of = |shown: usize, all: usize, word: &str| {
        (shown == MAX_SETS && all > shown)
            .then(|| format!("the first {MAX_SETS} of {} {word}", format::count(all as u64)))
    };
    let (rows, columns) =
        (of(matrix.rows.len(), rows.len(), "rows"), of(matrix.columns.len(), columns.len(), "columns"));
    rows.or(columns)
}

/// Describes the selected cell in full.
pub fn sentence(state: &State) -> String {
    let Some((matrix, r, c)) = state.views.get::<MatrixView>().chosen() else { return String::new() };
    let (row, column) = (&matrix.rows[r], &matrix.columns[c]);
    let (a, b) = (reference(&row.name), reference(&column.name));
    let min_cell = state.settings.min_cell;
    let n = |count: u64| format::shown(suppress::single(count, min_cell));
    if row.name == column.name {
        let size = format::shown(matrix.size(row, min_cell));
        return format!("{a} has {size} of the {} customers in the filter", n(matrix.whole));
    }
    let pair = matrix.pair(r, c, min_cell);
    let share =
        |share: Option<f64>| share.map_or(String::new(), |share| format!(" ({})", format::percent(Some(share))));
    let both = format::shown(pair.both);
    let index = format::index(pair.index);
    format!(
        "of {} in {a}, {both}{} are in {b}; of {} in {b}, {both}{} are in {a}; Jaccard {}, index {}",
        format::shown(matrix.size(row, min_cell)),
        share(pair.of_row),
        format::shown(matrix.size(column, min_cell)),
        share(pair.of_column),
        cells::ratio(pair.jaccard),
        index.trim_end()
    )
}

/// Same as [`sentence`], in one line for a small screen.
pub fn short(state: &State) -> String {
    let Some((matrix, r, c)) = state.views.get::<MatrixView>().chosen() else { return String::new() };
    let pair = matrix.pair(r, c, state.settings.min_cell);
    let (a, b) = (reference(&matrix.rows[r].name), reference(&matrix.columns[c].name));
    format!("{} in {a} and {b}", format::shown(pair.both))
}

/// Describes a containment: `@vip lies 98.2 % inside @active`.
pub fn contained(pair: &Contained) -> String {
    let (inner, outer) = (reference(&pair.inner), reference(&pair.outer));
    match (pair.alike, pair.share) {
        (true, Some(share)) => {
            format!("{inner} and {outer} are nearly the same customers (Jaccard {})", cells::ratio(Some(share)))
        }
        (true, None) => format!("{inner} and {outer} are nearly the same customers"),
        (false, Some(share)) => format!("{inner} lies {} inside {outer}", format::percent(Some(share))),
        (false, None) => format!("{inner} lies inside {outer}, all but a few"),
    }
}

/// Returns why there is no matrix. `sets` is the key that chooses other sets.
pub fn nothing(sides: CrossedSets, sets: &str) -> String {
    let missing = match sides {
        CrossedSets::SegmentsPersonas => "needs at least one segment and one persona that can be counted",
        CrossedSets::SegmentsSegments => "no segment can be counted",
        CrossedSets::PersonasPersonas => "no persona can be counted",
    };
    format!("{missing} · {sets} compares other lists")
}
