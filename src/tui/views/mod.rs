//! Views: everything that takes keys, a folder each with its state, keys and questions (`mod.rs`) and its drawing
//! (`draw.rs`). To add a view that replaces the panes, add a folder and a line in the list below.

pub mod builder;
pub mod card;
pub mod confirm;
pub mod create_study;
pub mod customer;
pub mod edit_again;
pub mod export;
pub mod help;
pub mod naming;
pub mod palette;
pub mod persona_form;
pub mod picker;
pub mod remembered;
pub mod restore;
pub mod segment_form;
pub mod shared_bindings;
pub mod sql;
pub mod themes;

use std::collections::BTreeMap;

use super::core::binding::{Handler, until_loaded};
use super::core::dispatch;
use super::core::{Binding, Effect, Keymap, State, ViewName, Views, requests};
use super::paint::canvas::{Position, Rect};
use super::widgets::list::Window;

/// Declares the views that stand in place of the panes or beside them, and the list of them all.
macro_rules! views {
    ($($folder:ident::$view:ident),* $(,)?) => {
        $(pub mod $folder;)*

        /// Creates all views. The first is the main screen; the order is that of help and palette.
        pub fn all() -> Views {
            Views::new(vec![$(Box::new($folder::$view::default())),*], shared_bindings::COMMON, shared_bindings::EVERYWHERE)
        }
    };
}

views! {
    main::MainView,
    rows::RowsView,
    columns::ColumnList,
    matrix::MatrixView,
    why::WhyView,
    facets::FacetsView,
    profile::ProfileView,
    frequency::FrequencyView,
    upset::UpSetView,
    attrition::AttritionPane,
    selected_traits::SelectedTraits,
    consolidate::ConsolidateView,
    coverage::CoverageView,
    retention::RetentionView,
    research::ResearchView,
    tutor::TutorStrip,
    unmatched::FileListCounts,
    filter_warnings::FilterWarnings,
}

/// Reads the keys that a config file changes.
///
/// # Errors
/// The errors of [`Keymap::with`].
pub fn keymap(changes: &BTreeMap<String, Vec<String>>) -> Result<Keymap, String> {
    Keymap::with(changes, &all())
}

/// Creates the binding that opens a view.
const fn opening(name: ViewName, keys: &'static [&'static str], doc: &'static str, run: Handler) -> Binding {
    Binding::new(name, keys, doc, run).hint(name).disabled(until_loaded)
}

/// Selects the line of a list that the mouse was pressed on; on the selected line, does what Enter does.
pub fn pressed_line(state: &mut State, area: Rect, at: Position, cursor: usize, lines: usize) -> Vec<Effect> {
    match Window::line_at(area, cursor, lines, at) {
        Some(line) if line == cursor => press_enter(state),
        Some(line) => dispatch::step(state, line as isize - cursor as isize),
        None => Vec::new(),
    }
}

/// Does what Enter does in the view in front.
pub fn press_enter(state: &mut State) -> Vec<Effect> {
    dispatch::named(state, "enter").map_or_else(Vec::new, |enter| dispatch::run(state, enter))
}

/// Opens a view in place of the one that is open, or goes back if it is open already.
pub fn switch(state: &mut State, name: ViewName) -> Vec<Effect> {
    let mut effects = Vec::new();
    if state.view == name {
        effects.extend(state.go_back());
    } else {
        state.go_to(name);
    }
    effects.extend(requests::views(state));
    effects
}
