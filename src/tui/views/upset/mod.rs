//! Count customers by the exact combination of segments or personas.

mod dots;
mod draw;
mod handlers;

use super::matrix::{personas, segments};
use crate::insight::inquiry::ErasedInquiry;
use crate::insight::matrix::NamedSet;
use crate::insight::table::Table;
use crate::insight::upset::{UpSet, UpSetInquiry, UpSetOrder, without_cells};
use crate::tui::core::binding::until_loaded;
use crate::tui::core::{Binding, BindingSection, Hooks, State, View, ViewKeys, ViewName};
use crate::tui::paint::canvas::{Canvas, Rect};

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "upset";

const OPENS: Binding =
    super::opening(NAME, &["U"], "customers by the exact combination of sets they are in", |state| {
        super::switch(state, NAME)
    });

const KEYS: &[BindingSection] = &[BindingSection::new(
    "Combinations",
    &[
        Binding::new("enter", &["enter"], "narrow the filter to exactly this combination", handlers::enter)
            .hint("filter")
            .disabled(until_loaded),
        Binding::new("order", &["o"], "largest combinations first, or those of the fewest sets", handlers::reorder)
            .hint("order"),
        Binding::new("sets", &["t"], "combine segments instead of personas, or back", handlers::other_sets)
            .hint("segments/personas"),
        Binding::new("copy-line", &["Y"], "copy the combination as a rule", handlers::copy).synonyms(&["copy", "yank"]),
    ],
)];

/// Count customers by the exact combination of segments or personas.
#[derive(Debug, Clone, Default)]
pub struct UpSetView {
    /// True to combine segments, false to combine personas.
    pub of_segments: bool,
    /// Order of the combinations.
    pub order: UpSetOrder,
    /// Index of the selected line.
    pub cursor: usize,
    /// Questions for the combinations, and the newest answer.
    pub upset: UpSetInquiry,
}

/// Figures of the view, each in a sentence.
const FIGURES: &[(&str, &str)] = &[
    ("combination", "each customer counts once, under exactly the sets that they are in"),
    ("index", "above 100 they occur together more often than if independent"),
];

impl View for UpSetView {
    fn name(&self) -> ViewName {
        NAME
    }

    fn keys(&self) -> ViewKeys {
        ViewKeys::Commands(KEYS)
    }

    fn opens(&self) -> Option<&'static Binding> {
        Some(&OPENS)
    }

    fn hooks(&self) -> Hooks {
        Hooks {
            renew: handlers::renew,
            arrived: |state, _| {
                handlers::keep_cursor(state);
                Vec::new()
            },
            step: handlers::step,
            pressed: handlers::pressed,
            ..Hooks::default()
        }
    }

    fn inquiry(&mut self) -> Option<&mut dyn ErasedInquiry> {
        Some(&mut self.upset)
    }

    fn is_waiting(&self) -> bool {
        self.upset.found.is_waiting()
    }

    fn outdate(&mut self) {
        self.upset.outdate();
    }

    fn figures(&self) -> &'static [(&'static str, &'static str)] {
        FIGURES
    }

    fn table(&self, state: &State) -> Option<Table> {
        draw::table(state)
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, state: &State) {
        draw::draw(canvas, area, state);
    }
}

impl UpSetView {
    /// Returns the combinations, and the index of the selected one; `None` until they are counted.
    pub fn at(&self) -> Option<(&UpSet, usize)> {
        let upset = self.upset.found.answer.as_ref()?;
        Some((upset, *upset.order(self.order).get(self.cursor)?))
    }
}

/// Returns the sets that are combined.
pub fn sets(state: &State) -> Vec<NamedSet> {
    if state.views.get::<UpSetView>().of_segments { without_cells(segments(state)) } else { personas(state) }
}
