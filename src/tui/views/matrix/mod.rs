//! Segments × personas: two lists of sets crossed, drawn as a heat map.

mod cells;
mod draw;
mod handlers;
mod words;

use crate::insight::inquiry::ErasedInquiry;
use crate::insight::matrix::{Matrix, MatrixFigure, MatrixInquiry, MatrixOrder, NamedSet};
use crate::insight::table::Table;
use crate::tui::core::binding::until_loaded;
use crate::tui::core::{Binding, BindingSection, Hooks, State, View, ViewKeys, ViewName};
use crate::tui::paint::canvas::{Canvas, Rect};

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "matrix";

const OPENS: Binding = super::opening(NAME, &["m"], "matrix of segments × personas: overlap, reach, index", |state| {
    super::switch(state, NAME)
});

const KEYS: &[BindingSection] = &[BindingSection::new(
    "Matrix",
    &[
        Binding::new("enter", &["enter"], "narrow the filter to the selected row and column", handlers::enter)
            .hint("filter")
            .disabled(until_loaded),
        Binding::new("figure", &["v"], "change the figure shown", handlers::figure).hint("figure"),
        Binding::new(
            "order",
            &["o"],
            "next sort order: as written, by size, similar sets adjacent (clustered)",
            handlers::reorder,
        )
        .hint("order"),
        Binding::new(
            "sets",
            &["t"],
            "switch between segments × personas, segments × segments, personas × personas",
            handlers::sets,
        )
        .hint("lists"),
        Binding::new("left", &["h", "left"], "go to the column on the left", handlers::left).moves(),
        Binding::new("right", &["l", "right"], "go to the column on the right", handlers::right).moves(),
        Binding::new("copy-line", &["Y"], "copy the selected row and column as a rule", handlers::copy)
            .synonyms(&["copy", "yank"]),
    ],
)];

/// Matrix of two lists of sets, drawn as a heat map.
#[derive(Debug, Clone, Default)]
pub struct MatrixView {
    /// The two lists of sets that are crossed.
    pub sides: CrossedSets,
    /// Figure in the cells.
    pub figure: MatrixFigure,
    /// Order of rows and columns.
    pub order: MatrixOrder,
    /// Selected cell, counted in the order shown.
    pub row: usize,
    pub column: usize,
    /// Questions for the matrix, and the newest answer.
    pub matrix: MatrixInquiry,
}

/// The two lists of sets that are crossed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CrossedSets {
    #[default]
    SegmentsPersonas,
    SegmentsSegments,
    PersonasPersonas,
}

impl CrossedSets {
    /// Returns the next pair of lists, from the last one to the first.
    pub fn next(self) -> Self {
        match self {
            CrossedSets::SegmentsPersonas => CrossedSets::SegmentsSegments,
            CrossedSets::SegmentsSegments => CrossedSets::PersonasPersonas,
            CrossedSets::PersonasPersonas => CrossedSets::SegmentsPersonas,
        }
    }

    /// Returns the sets of the rows and of the columns.
    pub fn sets(self, state: &State) -> (Vec<NamedSet>, Vec<NamedSet>) {
        match self {
            CrossedSets::SegmentsPersonas => (segments(state), personas(state)),
            CrossedSets::SegmentsSegments => (segments(state), segments(state)),
            CrossedSets::PersonasPersonas => (personas(state), personas(state)),
        }
    }
}

/// Figures of the view, each in a sentence.
const FIGURES: &[(&str, &str)] = &[
    ("of segment", "share of the segment's customers in the filter who are in the persona (penetration)"),
    ("of persona", "share of the persona's customers in the filter who are in the segment (composition)"),
    ("Jaccard", "customers in both, as a share of those in either: 1 means the same customers, 0 means none shared"),
    ("index", "100 is average: how much more often than by chance a customer of one is also in the other"),
    ("clustered", "sets are ordered so that those with the same customers are adjacent"),
    ("lies inside", "nearly every customer of the one is also in the other"),
];

impl View for MatrixView {
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
        Some(&mut self.matrix)
    }

    fn is_waiting(&self) -> bool {
        self.matrix.found.is_waiting()
    }

    fn outdate(&mut self) {
        self.matrix.outdate();
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

impl MatrixView {
    /// Returns the matrix, and the indexes of the selected sets of the rows and of the columns.
    pub fn chosen(&self) -> Option<(&Matrix, usize, usize)> {
        let matrix = self.matrix.found.answer.as_ref()?;
        let [rows, columns] = matrix.order(self.order);
        Some((matrix, *rows.get(self.row)?, *columns.get(self.column)?))
    }
}

/// Returns every segment and cell that can be counted.
pub fn segments(state: &State) -> Vec<NamedSet> {
    let named = |(name, rule): (&str, &crate::rule::Checked)| (name.to_owned(), rule.clone());
    state.catalog.countable().into_iter().map(named).collect()
}

/// Returns every persona that can be counted, by its id.
pub fn personas(state: &State) -> Vec<NamedSet> {
    state.catalog.by_priority()
}
