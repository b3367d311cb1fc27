//! Retention: customers by the period of their first event, and the share who have one in each later period.

mod draw;
mod handlers;

use crate::insight::inquiry::ErasedInquiry;
use crate::insight::retention::{Cohort, Retention, RetentionInquiry};
use crate::insight::table::Table;
use crate::model::DateUnit;
use crate::tui::core::binding::until_loaded;
use crate::tui::core::{Binding, BindingSection, Hooks, State, View, ViewKeys, ViewName};
use crate::tui::paint::canvas::{Canvas, Rect};

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "retention";

/// Number of periods that are shown after the first.
const MAX_SHOWN_PERIODS: usize = 24;

const OPENS: Binding =
    super::opening(NAME, &["T"], "retention: who comes back, by the period of the first event", |state| {
        super::switch(state, NAME)
    });

const KEYS: &[BindingSection] = &[BindingSection::new(
    "Retention",
    &[
        Binding::new("left", &["h", "left"], "select the period to the left", |state| handlers::step_period(state, -1))
            .moves(),
        Binding::new("right", &["l", "right"], "select the period to the right", |state| {
            handlers::step_period(state, 1)
        })
        .moves(),
        Binding::new("enter", &["enter"], "filter by the customers of the cell", handlers::enter)
            .hint("filter by these")
            .disabled(until_loaded),
        Binding::new("unit", &["z"], "cohorts by week, month, quarter or year", handlers::next_unit)
            .hint("unit")
            .synonyms(&["week", "month", "quarter", "year", "cohort"]),
        Binding::new("table", &["t"], "count another table of events", handlers::next_table).hint("table"),
        Binding::new("copy-line", &["Y"], "copy the cell as a rule", handlers::copy).synonyms(&["copy", "yank"]),
    ],
)];

/// Figures of the view, each in a sentence.
const FIGURES: &[(&str, &str)] = &[
    ("cohort", "customers whose first event lies in this period"),
    (
        "share",
        "share of the cohort with an event that number of periods after the first; 0 is the period of the first event",
    ),
    ("all", "all cohorts whose period is complete"),
    ("…", "the period is incomplete on the as-of date: the share may still grow"),
];

/// Customers by the period of their first event.
#[derive(Debug, Clone)]
pub struct RetentionView {
    /// Unit of cohorts and periods.
    pub unit: DateUnit,
    /// Name of the table of events; `None` for the default one.
    pub table: Option<String>,
    /// Index of the selected cohort.
    pub cursor: usize,
    /// Selected period, counted from the cohort's first.
    pub period: usize,
    pub inquiry: RetentionInquiry,
}

impl Default for RetentionView {
    fn default() -> Self {
        Self { unit: DateUnit::Month, table: None, cursor: 0, period: 0, inquiry: RetentionInquiry::default() }
    }
}

impl RetentionView {
    fn retention(&self) -> Option<&Retention> {
        self.inquiry.found.answer.as_ref()
    }

    /// Returns the figures of all cohorts, and the selected cohort.
    fn at(&self) -> Option<(&Retention, &Cohort)> {
        let retention = self.retention()?;
        Some((retention, retention.cohorts.get(self.cursor)?))
    }
}

impl View for RetentionView {
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
        Some(&mut self.inquiry)
    }

    fn is_waiting(&self) -> bool {
        self.inquiry.found.is_waiting()
    }

    fn outdate(&mut self) {
        self.inquiry.outdate();
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
