//! Attrition: a strip under the filter with the customers that each condition removes.

mod draw;
mod handlers;

use crate::insight::attrition::AttritionInquiry;
use crate::insight::inquiry::ErasedInquiry;
use crate::insight::table::Table;
use crate::tui::core::{Binding, Hooks, Lane, State, View, ViewName};
use crate::tui::paint::canvas::{Canvas, Rect};

pub use draw::height;

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "attrition";

const OPENS: Binding =
    super::opening(NAME, &["a"], "show or hide what each condition of the filter removes", handlers::switch)
        .synonyms(&["funnel", "waterfall"]);

/// The customers that each condition of the filter removes.
#[derive(Debug, Clone, Default)]
pub struct AttritionPane {
    /// True while the strip is on screen.
    pub shown: bool,
    /// Questions for the effect of each condition, and the newest answer.
    pub steps: AttritionInquiry,
}

impl View for AttritionPane {
    fn name(&self) -> ViewName {
        NAME
    }

    fn opens(&self) -> Option<&'static Binding> {
        Some(&OPENS)
    }

    fn hooks(&self) -> Hooks {
        Hooks { renew: handlers::renew, ..Hooks::default() }
    }

    fn inquiry(&mut self) -> Option<&mut dyn ErasedInquiry> {
        Some(&mut self.steps)
    }

    fn lane(&self) -> Lane {
        Lane::Attrition
    }

    fn is_beside(&self, _state: &State) -> bool {
        self.shown
    }

    fn is_waiting(&self) -> bool {
        self.shown && self.steps.found.is_waiting()
    }

    fn outdate(&mut self) {
        self.steps.outdate();
    }

    fn table(&self, state: &State) -> Option<Table> {
        draw::table(state)
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, state: &State) {
        draw::draw(canvas, area, state);
    }
}

impl AttritionPane {
    /// Returns the number of conditions that are shown or being counted.
    pub fn conditions(&self) -> usize {
        let asked = self.steps.about().map_or(0, |conditions| conditions.0.len());
        self.steps.found.answer.as_ref().map_or(0, Vec::len).max(asked)
    }
}
