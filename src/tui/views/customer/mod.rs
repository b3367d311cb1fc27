//! One customer of the rows: the values of all columns, and the segments, cells and personas that hold the customer,
//! with the conditions that decide it.

mod draw;
mod handlers;

use std::collections::BTreeSet;

use crate::insight::customer::{CustomerInquiry, CustomerRecord};
use crate::insight::inquiry::ErasedInquiry;
use crate::insight::table::Table;
use crate::tui::core::copying::copy_table;
use crate::tui::core::{Binding, BindingSection, Hooks, Lane, State, View, ViewKeys, ViewName};
use crate::tui::paint::canvas::{Canvas, Rect};

pub use handlers::open;

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "customer";

const KEYS: &[BindingSection] = &[BindingSection::new(
    "Customer",
    &[
        Binding::new(
            "next-pane",
            &["tab"],
            "go to the segments and personas, or back to the columns",
            handlers::other_part,
        )
        .hint("other part")
        .moves(),
        Binding::new(
            "toggle",
            &["enter", "space"],
            "show or hide the conditions of the segment or persona",
            handlers::toggle,
        )
        .hint("conditions")
        .synonyms(&["explain", "why"]),
        Binding::new("right", &["l", "right"], "go to the next customer of the rows", |state| {
            handlers::step_customer(state, 1)
        })
        .hint("next customer")
        .moves(),
        Binding::new("left", &["h", "left"], "go to the previous customer of the rows", |state| {
            handlers::step_customer(state, -1)
        })
        .moves(),
        Binding::new("copy-table", &["y"], "copy the table as TSV, with a header row", copy_table).synonyms(&[
            "copy",
            "yank",
            "clipboard",
            "tsv",
        ]),
        Binding::new("copy-line", &["Y"], "copy the value, or the segment's name for rules", handlers::copy)
            .synonyms(&["copy", "yank"]),
    ],
)];

const FIGURES: &[(&str, &str)] = &[
    ("✓ ✗ ∅", "the customer is in it; is not; its rule is null for the customer, mostly because a value is missing"),
    ("first", "first persona in the order of the study that holds the customer: the value of the column persona"),
];

/// One customer of the rows.
#[derive(Debug, Clone, Default)]
pub struct CustomerView {
    /// Index among the filter's customers.
    pub row: u64,
    record: CustomerInquiry,
    /// True if the segments and personas have the focus.
    pub is_in_sets: bool,
    /// Index of the selected column.
    pub column: usize,
    /// Index of the selected line of the segments and personas.
    pub line: usize,
    /// Names of the segments and personas whose conditions are shown.
    open: BTreeSet<String>,
}

/// A line of the segments and personas: a membership, one of its spans or one of its conditions, as indexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MembershipLine {
    Set(usize),
    Span(usize, usize),
    Condition(usize, usize),
}

impl View for CustomerView {
    fn name(&self) -> ViewName {
        NAME
    }

    fn keys(&self) -> ViewKeys {
        ViewKeys::Commands(KEYS)
    }

    fn hooks(&self) -> Hooks {
        Hooks {
            renew: handlers::renew,
            arrived: |state, _| {
                handlers::arrived(state);
                Vec::new()
            },
            pressed: handlers::pressed,
            step: handlers::step,
            ..Hooks::default()
        }
    }

    fn inquiry(&mut self) -> Option<&mut dyn ErasedInquiry> {
        Some(&mut self.record)
    }

    fn lane(&self) -> Lane {
        Lane::Card
    }

    fn is_waiting(&self) -> bool {
        self.record.found.is_waiting()
    }

    fn is_page(&self) -> bool {
        true
    }

    fn outdate(&mut self) {
        self.record.outdate();
    }

    fn definitions_changed(&mut self) {
        self.record.outdate();
    }

    fn column(&self, state: &State) -> Option<String> {
        state.schema()?.columns().get(self.column).map(|column| column.name.clone())
    }

    fn table(&self, state: &State) -> Option<Table> {
        draw::table(self, state)
    }

    fn figures(&self) -> &'static [(&'static str, &'static str)] {
        FIGURES
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, state: &State) {
        draw::draw(canvas, area, self, state);
    }
}

impl CustomerView {
    /// Returns the customer, once known; while another one is being read, still the previous one.
    fn shown(&self) -> Option<&CustomerRecord> {
        self.record.found.answer.as_ref()?.as_ref()
    }

    /// Returns the lines of the segments and personas: those that hold the customer first, then the others by the
    /// number of conditions that fail, each with its conditions if they are shown.
    fn lines(&self) -> Vec<MembershipLine> {
        let Some(record) = self.shown() else { return Vec::new() };
        let mut order: Vec<usize> = (0..record.memberships.len()).collect();
        order.sort_by_key(|at| record.memberships[*at].distance());
        let mut lines = Vec::new();
        for at in order {
            let one = &record.memberships[at];
            lines.push(MembershipLine::Set(at));
            if self.open.contains(&one.name) {
                lines.extend((0..one.spans.len()).map(|span| MembershipLine::Span(at, span)));
                lines.extend((0..one.conditions.len()).map(|condition| MembershipLine::Condition(at, condition)));
            }
        }
        lines
    }
}
