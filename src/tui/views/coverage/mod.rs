//! Coverage: customers in no persona, in one or in several, and in which one first.

mod draw;
mod handlers;
mod pairs;
mod parts;
mod rows;
mod words;

use super::matrix::personas;
use crate::insight::coverage::{CoverageInquiry, first_in_last, in_none, in_one, in_several};
use crate::insight::inquiry::ErasedInquiry;
use crate::insight::matrix::NamedSet;
use crate::insight::table::Table;
use crate::model::reference;
use crate::tui::core::binding::{until_loaded, without_study};
use crate::tui::core::{Binding, BindingSection, Hooks, State, View, ViewKeys, ViewName};
use crate::tui::paint::canvas::{Canvas, Rect};

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "coverage";

const OPENS: Binding =
    super::opening(NAME, &["C"], "who is in no persona, in one, in several, and in which one first", |state| {
        super::switch(state, NAME)
    })
    .synonyms(&["waterfall", "overlap", "gap"]);

const KEYS: &[BindingSection] = &[BindingSection::new(
    "Coverage",
    &[
        Binding::new("enter", &["enter"], "narrow the filter to the line's customers", handlers::narrow_to_line)
            .hint("filter")
            .disabled(until_loaded),
        Binding::new(
            "why",
            &["w"],
            "narrow the filter to the line, and say what sets its customers apart",
            handlers::why,
        )
        .hint("why")
        .disabled(until_loaded),
        Binding::new("move-down", &["J"], "move the persona down: those above come first", handlers::move_down)
            .hint("move down")
            .disabled(without_study),
        Binding::new("move-up", &["K"], "move the persona up", handlers::move_up).disabled(without_study),
        Binding::new("left", &["h", "left"], "compare with the persona on the left", handlers::left).moves(),
        Binding::new("right", &["l", "right"], "compare with the persona on the right", handlers::right).moves(),
        Binding::new("copy-line", &["Y"], "copy the line as a rule", handlers::copy).synonyms(&["copy", "yank"]),
    ],
)];

/// Customers in no persona, in one or in several, and in which one first.
#[derive(Debug, Clone, Default)]
pub struct CoverageView {
    /// Index of the selected line among all of [`lines`].
    pub cursor: usize,
    /// Index of the selected persona in a line of pairs.
    pub column: usize,
    pub coverage: CoverageInquiry,
    /// Id of a persona that is being moved: the cursor follows it.
    pub follow: Option<String>,
}

/// A line that can be selected. Numbers are indexes among the personas counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoverageLine {
    None,
    One,
    Several,
    /// A step of the waterfall.
    Step(usize),
    /// The overlaps of a persona with each persona before it.
    Pairs(usize),
}

/// Figures of the view, each in a sentence.
const FIGURES: &[(&str, &str)] = &[
    ("coverage", "share of the filter's customers in at least one persona"),
    ("redundancy", "personas that a covered customer is in, on average: 1 means that nobody is counted twice"),
    ("waterfall", "each customer counts for the first persona, in the file's order"),
    ("exclusive", "share of the covered customers who are in exactly one persona"),
];

impl View for CoverageView {
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
                handlers::arrived(state);
                Vec::new()
            },
            step: handlers::step,
            pressed: handlers::pressed,
            ..Hooks::default()
        }
    }

    fn inquiry(&mut self) -> Option<&mut dyn ErasedInquiry> {
        Some(&mut self.coverage)
    }

    fn is_waiting(&self) -> bool {
        self.coverage.found.is_waiting()
    }

    fn outdate(&mut self) {
        self.coverage.outdate();
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

impl CoverageView {
    /// Returns the persona that a line of pairs is compared with.
    pub fn other(&self, of: usize) -> usize {
        self.column.min(of.saturating_sub(1))
    }
}

/// Returns the personas that can be counted, in order of priority.
pub fn sets(state: &State) -> Vec<NamedSet> {
    personas(state)
}

/// Returns the lines, as both the keys and the screen count them: none without personas.
pub fn lines(view: &CoverageView) -> Vec<CoverageLine> {
    let steps = view.coverage.found.answer.as_ref().map_or(0, |coverage| coverage.steps.len());
    if steps == 0 {
        return Vec::new();
    }
    let sums = [CoverageLine::None, CoverageLine::One, CoverageLine::Several];
    sums.into_iter().chain((0..steps).map(CoverageLine::Step)).chain((1..steps).map(CoverageLine::Pairs)).collect()
}

/// Returns the selected line.
pub fn chosen(view: &CoverageView) -> Option<CoverageLine> {
    lines(view).get(view.cursor).copied()
}

/// Returns the conditions that together select exactly a line's customers.
pub fn conditions(view: &CoverageView, line: CoverageLine) -> Vec<String> {
    let Some(coverage) = &view.coverage.found.answer else { return Vec::new() };
    let ids: Vec<&str> = coverage.steps.iter().map(|step| step.id.as_str()).collect();
    match line {
        CoverageLine::None => vec![in_none(&ids)],
        CoverageLine::One => in_one(&ids),
        CoverageLine::Several => vec![in_several(&ids)],
        CoverageLine::Step(at) => first_in_last(&ids[..=at]),
        CoverageLine::Pairs(at) => vec![reference(ids[view.other(at)]), reference(ids[at])],
    }
}
