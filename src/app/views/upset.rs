use super::super::state::State;
use super::matrix::{personas, segments};
use crate::insight::matrix::Named;
use crate::insight::upset::{Order, UpSet, UpSetInquiry, without_cells};

/// Customers by the exact combination of sets they are in.
#[derive(Debug, Clone, Default)]
pub struct UpSetView {
    /// True to combine segments, false to combine personas.
    pub of_segments: bool,
    pub order: Order,
    pub cursor: usize,
    pub upset: UpSetInquiry,
}

impl UpSetView {
    pub fn is_waiting(&self) -> bool {
        self.upset.found.is_waiting()
    }

    /// Marks the combinations as outdated: the query has changed.
    pub fn outdate(&mut self) {
        self.upset.outdate();
    }

    /// Returns the index of the selected combination.
    pub fn at(&self) -> Option<(&UpSet, usize)> {
        let upset = self.upset.found.answer.as_ref()?;
        Some((upset, *upset.order(self.order).get(self.cursor)?))
    }
}

/// Returns the sets that are combined.
pub fn sets(state: &State) -> Vec<Named> {
    if state.views.upset.of_segments { without_cells(segments(state)) } else { personas(state) }
}
