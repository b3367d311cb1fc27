//! Masked columns: their values are never drawn in the clear.

use crate::insight::CellEntry;
use crate::insight::catalog::SegmentationState;
use crate::rule::complete::CompletionItem;
use crate::tui::core::State;

pub use crate::insight::privacy::MASK;

/// Returns true if the name of the cell is a value of a masked column.
pub fn cell_is_masked(state: &State, cell: &CellEntry) -> bool {
    !state.settings.mask.is_empty()
        && state.catalog.segments.iter().any(|entry| match &entry.body {
            SegmentationState::Segmentation { column, cells: Ok(cells) } => {
                state.is_masked(column) && cells.iter().any(|sibling| sibling.full == cell.full)
            }
            _ => false,
        })
}

/// Returns true if a suggestion is a value of a masked column, or looks like one. Operators never start like a literal,
/// so they stay readable.
pub fn item_is_masked(state: &State, item: &CompletionItem) -> bool {
    let Some(values_of) = state.filter.completion.as_ref().and_then(|completion| completion.values_of.as_ref()) else {
        return false;
    };
    let is_literal = |c: char| c == '\'' || c == '-' || c == '.' || c.is_ascii_digit();
    let is_value = || {
        let values = state.answers.values.get(&values_of.column);
        values.is_some_and(|values| values.values.iter().any(|(value, _)| value.to_string() == item.label))
    };
    state.is_masked(&values_of.column)
        && (values_of.quoted || item.insert.trim_start().starts_with(is_literal) || is_value())
}
