//! Facets: up to four columns at once, each filtering the others.

mod draw;
mod handlers;

use crate::insight::facet::FacetInquiry;
use crate::insight::inquiry::{ErasedInquiry, InquiryList};
use crate::insight::table::Table;
use crate::tui::core::binding::until_loaded;
use crate::tui::core::{Binding, BindingSection, Hooks, Query, State, View, ViewKeys, ViewName};
use crate::tui::paint::canvas::{Canvas, Rect};

pub use handlers::{
    NOT_CUT, chosen_condition, copy as copy_group, group_by, next_cut, only, other_cut, sensible, toggle,
};

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "facets";

const OPENS: Binding =
    super::opening(NAME, &["f"], "up to four columns at once, each filtering the others", handlers::open)
        .synonyms(&["crossfilter", "dashboard"]);

const KEYS: &[BindingSection] = &[BindingSection::new(
    "Facets",
    &[
        Binding::new("toggle", &["space"], "add the group to the filter or remove it", handlers::toggle)
            .hint("on/off")
            .disabled(until_loaded),
        Binding::new(
            "enter",
            &["enter"],
            "keep only this group in the filter; press again for all groups",
            handlers::only,
        )
        .hint("only this")
        .disabled(until_loaded),
        Binding::new("next-pane", &["tab"], "go to the next facet", handlers::next).hint("next facet").moves(),
        Binding::new("group", &["b"], "add a facet; with four, replace the one in focus", handlers::pick)
            .hint("add a facet")
            .disabled(until_loaded),
        Binding::new("delete", &["d"], "close the facet", handlers::close).hint("close facet").disabled(until_loaded),
        Binding::new("cut", &["z"], "cut the numbers or dates coarser or finer", handlers::other_cut).hint("bins"),
        Binding::new("previous-pane", &["shift-tab"], "go to the previous facet", handlers::previous).moves(),
        Binding::new("left", &["h", "left"], "go to the previous group", handlers::up).moves(),
        Binding::new("right", &["l", "right"], "go to the next group", handlers::down).moves(),
        Binding::new("copy-line", &["Y"], "copy the group as a condition", handlers::copy).synonyms(&["copy", "yank"]),
    ],
)];

/// Up to four columns at once, each filtering the others.
#[derive(Debug, Clone, Default)]
pub struct FacetsView {
    /// Index of the facet with the focus.
    pub at: usize,
    /// Inquiries, one for each facet of the query.
    pub panes: InquiryList<FacetInquiry>,
    /// Index of the selected line in each pane.
    pub cursors: Vec<usize>,
}

impl View for FacetsView {
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
        Some(&mut self.panes)
    }

    fn is_waiting(&self) -> bool {
        self.panes.0.iter().any(|pane| pane.found.groups.is_waiting())
    }

    fn outdate(&mut self) {
        self.panes.0.iter_mut().for_each(FacetInquiry::outdate);
    }

    fn column(&self, state: &State) -> Option<String> {
        state.query.group_by.get(self.at).map(|facet| facet.column.clone())
    }

    fn table(&self, state: &State) -> Option<Table> {
        draw::table(state)
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, state: &State) {
        draw::draw(canvas, area, state);
    }
}

impl FacetsView {
    /// Gives every facet of the query its pane. A pane whose facet has changed is reset.
    pub fn fit(&mut self, query: &Query) {
        let panes = &mut self.panes.0;
        panes.resize_with(query.group_by.len(), FacetInquiry::default);
        self.cursors.resize(query.group_by.len(), 0);
        for ((pane, cursor), facet) in panes.iter_mut().zip(&mut self.cursors).zip(&query.group_by) {
            if pane.facet().is_some_and(|other| other != facet) {
                (*pane, *cursor) = Default::default();
            }
        }
        self.at = self.at.min(panes.len().saturating_sub(1));
    }
}
