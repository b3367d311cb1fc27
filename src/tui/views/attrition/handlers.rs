//! Keys and questions of the strip.

use super::AttritionPane;
use crate::insight::attrition::AttritionInquiry;
use crate::rule::Checked;
use crate::tui::core::{Effect, State, requests};

/// Renews the inquiry if its subject has changed. Returns true if it did.
pub fn renew(state: &mut State) -> bool {
    let pane = state.views.get::<AttritionPane>();
    if !pane.shown || !pane.steps.needs_asking() || state.filter.problem.is_some() {
        return false;
    }
    let Some(conditions) = state.conditions() else { return false };
    let pane = state.views.get_mut::<AttritionPane>();
    let inquiry = AttritionInquiry::new(conditions, &Checked::everyone());
    pane.steps = inquiry.after(std::mem::take(&mut pane.steps));
    true
}

/// Shows the strip, or hides it if it is on screen.
pub fn switch(state: &mut State) -> Vec<Effect> {
    state.views.get_mut::<AttritionPane>().shown ^= true;
    requests::views(state)
}
