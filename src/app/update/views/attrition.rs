//! What each condition of the filter removes.

use super::super::super::action::Effect;
use super::super::super::state::State;
use super::super::answers::check;
use crate::insight::attrition::AttritionInquiry;
use crate::rule::{Checked, edit};

/// Makes the inquiry anew if what it is about has changed; whether it has.
pub fn renew(state: &mut State) -> bool {
    let pane = &state.views.attrition;
    if !pane.shown || !pane.steps.needs_asking() || state.filter.problem.is_some() {
        return false;
    }
    let conditions = edit::conditions(&state.query.filter);
    // Each is a part of a rule that is good; a comment between them may spoil one for itself.
    let checked = conditions.into_iter().map(|condition| check(state, &condition).ok().map(|rule| (condition, rule)));
    let checked: Vec<_> = checked.collect::<Option<_>>().unwrap_or_default();
    let pane = &mut state.views.attrition;
    let inquiry = AttritionInquiry::new(checked, &Checked::everyone());
    pane.steps = inquiry.after(std::mem::take(&mut pane.steps));
    true
}

/// Shows the strip, or hides it.
pub fn switch(state: &mut State) -> Vec<Effect> {
    state.views.attrition.shown ^= true;
    super::ask(state)
}
