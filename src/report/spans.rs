//! Matrix of segments and personas, limited to what fits on a page.

use std::collections::HashSet;

use crate::insight::matrix::{Matrix, NamedSet, Pair};
use crate::insight::suppress::DisclosedCount;
use crate::model::Persona;

/// Maximum number of segments on a page. If there are more, only those that a persona spans are shown.
const MAX_COLUMNS: usize = 48;

/// The matrix, and which of its pairs the study spans.
#[derive(Debug, Clone)]
pub struct SpanMatrix {
    matrix: Matrix,
    /// Segments that each persona in the matrix spans.
    spanned: Vec<HashSet<String>>,
    min_cell: u64,
    /// Number of segments and cells that are not in the matrix.
    pub left_out: usize,
}

impl SpanMatrix {
    /// Returns the sets to compare with the personas, among all that can be counted.
    pub fn choose(countable: Vec<NamedSet>, personas: &[Persona]) -> Vec<NamedSet> {
        if countable.len() <= MAX_COLUMNS {
            return countable;
        }
        let spanned: HashSet<String> = personas.iter().flat_map(|persona| persona.spans.clone()).collect();
        countable.into_iter().filter(|(name, _)| spanned.contains(name)).collect()
    }

    /// Wraps a matrix whose columns are these personas, by id. `all` is the number of segments and cells.
    pub fn new(matrix: Matrix, personas: &[Persona], all: usize, min_cell: u64) -> Self {
        let of =
            |id: &str| personas.iter().find(|persona| persona.id == id).map(|one| one.spans.iter().cloned().collect());
        let spanned = matrix.columns.iter().map(|column| of(&column.name).unwrap_or_default()).collect();
        Self { spanned, min_cell, left_out: all.saturating_sub(matrix.rows.len()), matrix }
    }

    /// Returns the segments' full names with their customers.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = (&str, DisclosedCount)> {
        self.matrix.rows.iter().map(|set| (set.name.as_str(), self.matrix.size(set, self.min_cell)))
    }

    /// Returns the personas' ids.
    pub fn columns(&self) -> impl ExactSizeIterator<Item = &str> {
        self.matrix.columns.iter().map(|set| set.name.as_str())
    }

    /// Returns the figures of a segment and a persona, by their indexes.
    pub fn pair(&self, row: usize, column: usize) -> Pair {
        self.matrix.pair(row, column, self.min_cell)
    }

    /// Returns true if the study says that the persona spans the segment.
    pub fn is_spanned(&self, row: usize, column: usize) -> bool {
        let pair = self.matrix.rows.get(row).zip(self.spanned.get(column));
        pair.is_some_and(|(set, names)| names.contains(&set.name))
    }
}
