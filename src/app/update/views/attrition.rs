//! The strip under the filter: the customers that each condition removes.

use super::super::super::action::Effect;
use super::super::super::state::State;
use crate::insight::attrition::AttritionInquiry;
use crate::rule::Checked;

/// Renews the inquiry if its subject has changed. Returns true if it did.
pub fn renew(state: &mut State) -> bool {
    let pane = &state.views.attrition;
    if !pane.shown || !pane.steps.needs_asking() || state.filter.problem.is_some() {
        return false;
    }
    let Some(conditions) = state.conditions() else { return false };
    let pane = &mut state.views.attrition;
    let inquiry = AttritionInquiry::new(conditions, &Checked::everyone());
    pane.steps = inquiry.after(std::mem::take(&mut pane.steps));
    true
}

/// Shows or hides the strip.
pub fn switch(state: &mut State) -> Vec<Effect> {
    state.views.attrition.shown ^= true;
    super::ask(state)
}
