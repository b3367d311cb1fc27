//! The list of columns beside the rows: type, missing values, distinct values and a sketch of each, under the filter.

mod draw;

use crate::engine::ProfileQuestion;
use crate::insight::inquiry::{ErasedInquiry, InquiryList};
use crate::insight::profile::ProfileInquiry;
use crate::insight::table::Table;
use crate::model::Column;
use crate::tui::core::{Hooks, Lane, State, View, ViewName};
use crate::tui::paint::canvas::{Canvas, Rect};

pub use draw::draw_list;

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "columns";

/// Maximum number of bins of a sketch.
const BINS: usize = 12;

/// List of the base's columns, each with a small profile. The view that hosts it holds the selection.
#[derive(Debug, Clone, Default)]
pub struct ColumnList {
    /// View that shows the list beside itself; `None` while it is hidden.
    pub host: Option<ViewName>,
    /// Names of the columns that were asked for, one per profile.
    asked: Vec<String>,
    profiles: InquiryList<ProfileInquiry>,
}

impl ColumnList {
    /// Returns the profile of a column, once asked for; masked columns have none.
    pub fn profile(&self, column: &str) -> Option<&ProfileInquiry> {
        let at = self.asked.iter().position(|name| name == column)?;
        self.profiles.0.get(at)
    }
}

impl View for ColumnList {
    fn name(&self) -> ViewName {
        NAME
    }

    fn hooks(&self) -> Hooks {
        Hooks { renew, ..Hooks::default() }
    }

    fn inquiry(&mut self) -> Option<&mut dyn ErasedInquiry> {
        Some(&mut self.profiles)
    }

    fn lane(&self) -> Lane {
        Lane::Columns
    }

    fn is_beside(&self, state: &State) -> bool {
        self.host == Some(state.view)
    }

    fn is_waiting(&self) -> bool {
        self.profiles.0.iter().any(|profile| profile.found.is_waiting())
    }

    fn outdate(&mut self) {
        self.profiles.0.iter_mut().for_each(ProfileInquiry::outdate);
    }

    fn table(&self, state: &State) -> Option<Table> {
        Some(draw::table(state))
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, state: &State) {
        draw::draw_list(canvas, area, 0, false, state);
    }
}

/// Renews the profiles of all columns whose values may be shown, if the filter has changed. Returns true if it did.
fn renew(state: &mut State) -> bool {
    if state.filter.problem.is_some() {
        return false;
    }
    let Some(schema) = state.schema().cloned() else { return false };
    let may_show = |column: &&Column| !state.is_masked(&column.name);
    let names: Vec<String> = schema.columns().iter().filter(may_show).map(|column| column.name.clone()).collect();
    let filter = state.rule.clone();
    let list: &mut ColumnList = state.views.get_mut();
    if list.asked != names {
        list.profiles.0 = vec![ProfileInquiry::default(); names.len()];
        list.asked = names;
    }
    let mut has_renewed = false;
    for (name, profile) in list.asked.iter().zip(&mut list.profiles.0) {
        if profile.needs_asking() && profile.found.error.is_none() {
            let question = ProfileQuestion { filter: filter.clone(), column: name.clone(), bins: BINS };
            *profile = ProfileInquiry::from_question(question).after(std::mem::take(profile));
            has_renewed = true;
        }
    }
    has_renewed
}
