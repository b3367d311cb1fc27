//! Frequency: how often each value of a column occurs among the filter's customers. A value, a bin or a period becomes
//! a condition of the filter.

mod draw;
mod handlers;

use std::cmp::Ordering;

use crate::engine::{GroupAnswer, GroupFigures};
use crate::insight::facet::FacetInquiry;
use crate::insight::inquiry::ErasedInquiry;
use crate::insight::table::Table;
use crate::model::Datum;
use crate::tui::core::binding::until_loaded;
use crate::tui::core::{Binding, BindingSection, Facet, Hooks, State, View, ViewKeys, ViewName};
use crate::tui::paint::canvas::{Canvas, Rect};

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "frequency";

const OPENS: Binding = super::opening(
    NAME,
    &["F"],
    "how often each value of the selected column occurs; a value can be added to the filter",
    handlers::open,
)
.late_hint("frequency")
.synonyms(&["count", "value counts", "histogram", "top", "drill", "distribution"]);

const KEYS: &[BindingSection] = &[BindingSection::new(
    "Frequency",
    &[
        Binding::new(
            "enter",
            &["enter"],
            "add the value, or the marked ones, to the filter and go back",
            handlers::drill,
        )
        .hint("filter by this")
        .disabled(until_loaded),
        Binding::new("toggle", &["space"], "mark the value, or unmark it", handlers::mark)
            .hint("mark")
            .disabled(until_loaded),
        Binding::new("order", &["o"], "next sort order: by customers, by value", handlers::reorder)
            .hint("order")
            .synonyms(&["sort"]),
        Binding::new("cut", &["z"], "cut the numbers or dates coarser or finer", handlers::other_cut).hint("bins"),
        Binding::new("left", &["h", "left"], "go to the previous column", handlers::left).moves(),
        Binding::new("right", &["l", "right"], "go to the next column", handlers::right).hint("next column").moves(),
        Binding::new("copy-line", &["Y"], "copy the value as a condition", handlers::copy).synonyms(&["copy", "yank"]),
    ],
)];

const FIGURES: &[(&str, &str)] = &[
    ("of filter", "share of the filter's customers who have the value"),
    ("of value", "the value column's sum over these customers, as a share of its sum over the base"),
    ("index", "100 is average: the share inside the filter against the share in the base; ▲ from 120, ▼ to 80"),
    ("●", "marked: enter adds all marked values to the filter"),
];

/// Order of the values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FrequencyOrder {
    /// Most frequent first.
    #[default]
    Customers,
    /// Ascending, those without a value last.
    Value,
}

/// Counts of a column's values among the filter's customers.
#[derive(Debug, Clone, Default)]
pub struct FrequencyView {
    /// Column that is counted, and its cut.
    pub facet: Option<Facet>,
    /// Order of the lines.
    pub order: FrequencyOrder,
    inquiry: FacetInquiry,
    /// Index of the selected line.
    pub cursor: usize,
    /// Keys of the marked groups.
    marked: Vec<Datum>,
}

impl View for FrequencyView {
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
            pressed: handlers::pressed,
            step: handlers::step,
            ..Hooks::default()
        }
    }

    fn inquiry(&mut self) -> Option<&mut dyn ErasedInquiry> {
        Some(&mut self.inquiry)
    }

    fn is_waiting(&self) -> bool {
        self.facet.is_some() && self.inquiry.found.groups.is_waiting()
    }

    fn outdate(&mut self) {
        self.inquiry.outdate();
    }

    fn column(&self, _state: &State) -> Option<String> {
        self.facet.as_ref().map(|facet| facet.column.clone())
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

impl FrequencyView {
    /// Returns the groups in the order of the lines; `None` until they are counted.
    pub fn groups(&self) -> Option<GroupAnswer> {
        let mut groups = self.inquiry.found.groups.answer.clone()?;
        let facet = self.facet.as_ref().filter(|facet| groups.by == [facet.column.as_str()])?;
        match self.order {
            FrequencyOrder::Customers => {
                groups.groups.sort_by_key(|group| std::cmp::Reverse(group.customers.in_filter));
            }
            // Bins and periods are in the order of the axis.
            FrequencyOrder::Value if facet.cut.is_values() => groups.groups.sort_by(by_value),
            FrequencyOrder::Value => {}
        }
        Some(groups)
    }
}

fn by_value(a: &GroupFigures, b: &GroupFigures) -> Ordering {
    let key = |group: &GroupFigures| group.key.first().cloned().unwrap_or(Datum::Null);
    let (a, b) = (key(a), key(b));
    a.is_null().cmp(&b.is_null()).then(a.partial_cmp(&b).unwrap_or(Ordering::Equal))
}
