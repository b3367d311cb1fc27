use super::super::state::State;
use super::matrix::{personas, segments};
use crate::insight::matrix::Named;
use crate::insight::upset::{Order, UpSet, UpSetInquiry, without_cells};

/// Customers by the exact combination of sets they are in.
#[derive(Debug, Clone, Default)]
pub struct UpSetView {
    /// Segments are combined, not personas.
    pub of_segments: bool,
    pub order: Order,
    pub cursor: usize,
    pub upset: UpSetInquiry,
}

impl UpSetView {
    pub fn is_waiting(&self) -> bool {
        self.upset.found.is_waiting()
    }

    /// What is asked has changed: what is here is old.
    pub fn outdate(&mut self) {
        self.upset.outdate();
    }

    /// The place of the chosen combination.
    pub fn at(&self) -> Option<(&UpSet, usize)> {
        let upset = self.upset.found.answer.as_ref()?;
        Some((upset, *upset.order(self.order).get(self.cursor)?))
    }
}

/// The sets that are combined.
pub fn sets(state: &State) -> Vec<Named> {
    if state.views.upset.of_segments { without_cells(segments(state)) } else { personas(state) }
}
