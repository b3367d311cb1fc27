use super::super::state::State;
use crate::insight::matrix::{Figure, Matrix, MatrixInquiry, Named, Order};

/// Matrix of two lists of sets, drawn as a heat map.
#[derive(Debug, Clone, Default)]
pub struct MatrixView {
    pub sides: Sides,
    pub figure: Figure,
    pub order: Order,
    /// Selected cell, counted in the order shown.
    pub row: usize,
    pub column: usize,
    pub matrix: MatrixInquiry,
}

/// The two lists of sets that are crossed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sides {
    #[default]
    SegmentsPersonas,
    SegmentsSegments,
    PersonasPersonas,
}

impl Sides {
    pub fn next(self) -> Self {
        match self {
            Sides::SegmentsPersonas => Sides::SegmentsSegments,
            Sides::SegmentsSegments => Sides::PersonasPersonas,
            Sides::PersonasPersonas => Sides::SegmentsPersonas,
        }
    }

    /// Returns the sets of the rows and of the columns.
    pub fn sets(self, state: &State) -> (Vec<Named>, Vec<Named>) {
        match self {
            Sides::SegmentsPersonas => (segments(state), personas(state)),
            Sides::SegmentsSegments => (segments(state), segments(state)),
            Sides::PersonasPersonas => (personas(state), personas(state)),
        }
    }
}

impl MatrixView {
    pub fn is_waiting(&self) -> bool {
        self.matrix.found.is_waiting()
    }

    /// Marks the matrix as outdated: the query has changed.
    pub fn outdate(&mut self) {
        self.matrix.outdate();
    }

    /// Returns the matrix, and the indexes of the selected sets of the rows and of the columns.
    pub fn chosen(&self) -> Option<(&Matrix, usize, usize)> {
        let matrix = self.matrix.found.answer.as_ref()?;
        let [rows, columns] = matrix.order(self.order);
        Some((matrix, *rows.get(self.row)?, *columns.get(self.column)?))
    }
}

/// Returns every segment and cell that can be counted.
pub fn segments(state: &State) -> Vec<Named> {
    let named = |(name, rule): (&str, &crate::rule::Checked)| (name.to_owned(), rule.clone());
    state.catalog.countable().into_iter().map(named).collect()
}

/// Returns every persona that can be counted, by its id.
pub fn personas(state: &State) -> Vec<Named> {
    state.catalog.by_priority()
}
