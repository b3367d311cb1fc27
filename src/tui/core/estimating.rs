//! Estimates from the sample: asked beside the exact questions, dropped when the exact answers arrive.

use super::action::{Answered, Asker, Effect, Request};
use super::estimates::{AskedPanes, SampleInquiries, Sampled};
use super::groups;
use super::state::State;
use crate::insight::facet::FacetInquiry;
use crate::insight::inquiry::{ErasedInquiry, NewestFact, QuestionSlot};
use crate::insight::panes::PanesInquiry;
use crate::insight::sampled::not_sampled;
use crate::rule::Checked;
use crate::text::numbers::count;

/// Stores a sample, and asks it for what is being counted.
pub fn sampled(state: &mut State, sampled: Sampled, is_new: bool) -> Vec<Effect> {
    let size = sampled.size;
    state.estimates.is_wanted = true;
    state.estimates.sample = Some(sampled);
    state.estimates.catalog = None;
    outdate(state);
    if is_new {
        let (sampled, base) = (count(size.sampled), count(size.base));
        state.say(format!("drew a sample of {sampled} of {base} customers: counts are estimated from it at first"));
    }
    ask(state)
}

/// Reports why there is no sample.
pub fn not_opened(state: &mut State, reason: &str) {
    state.estimates.is_wanted = true;
    state.complain(format!("no sample for estimates: {reason}"));
}

/// Drops all estimates and those in flight: the filter has changed.
pub fn outdate(state: &mut State) {
    let estimates = &mut state.estimates;
    (estimates.panes, estimates.groups) = Default::default();
    estimates.refused = None;
    estimates.asked = SampleInquiries::default();
    estimates.generation += 1;
}

/// Drops everything that depends on the definitions.
pub fn definitions_changed(state: &mut State) {
    state.estimates.catalog = None;
    outdate(state);
}

/// Asks the sample for what is being counted and has no estimate yet.
pub fn ask(state: &mut State) -> Vec<Effect> {
    let Some(sample) = &state.estimates.sample else { return Vec::new() };
    if !state.is_loaded() || state.filter.problem.is_some() {
        return Vec::new();
    }
    state.estimates.refused = sample.columns.lacks(&state.rule, &state.catalog).map(|missing| not_sampled(&missing));
    if state.estimates.refused.is_some() {
        return Vec::new();
    }
    let catalog = state.has_catalog().then(|| {
        let reduced = state.estimates.catalog.take();
        reduced.unwrap_or_else(|| sample.columns.answerable(&state.catalog))
    });
    state.estimates.catalog = catalog;
    panes(state).into_iter().chain(group_pane(state)).collect()
}

fn panes(state: &mut State) -> Option<Effect> {
    let exact = &state.answers.panes.found;
    let catalog = state.estimates.catalog.as_ref();
    let wanted = if catalog.is_some() { AskedPanes::Everything } else { AskedPanes::Summary };
    let is_waiting = exact.summary.is_waiting() || (catalog.is_some() && exact.waits_for_definitions());
    if !is_waiting || state.estimates.asked.panes == Some(wanted) {
        return None;
    }
    state.estimates.panes = PanesInquiry::new(&state.rule, None, catalog, PanesInquiry::default());
    state.estimates.asked.panes = Some(wanted);
    // Customers in no persona can be counted only if all audiences can.
    let is_whole = catalog.is_none_or(|reduced| reduced.audiences().len() == state.catalog.audiences().len());
    let mut open = state.estimates.panes.estimable(is_whole);
    // Without a filter the summary is the size of the base, which is known exactly.
    open.retain(|(slot, _)| *slot != PanesInquiry::SUMMARY || state.rule != Checked::everyone());
    question(state, Asker::Panes, open)
}

fn group_pane(state: &mut State) -> Option<Effect> {
    let facet = state.query.group_by.first()?.clone();
    let is_other = state.estimates.groups.facet().is_some_and(|asked| *asked != facet);
    if is_other {
        state.estimates.groups = FacetInquiry::default();
        state.estimates.asked.groups = false;
    }
    let sample = state.estimates.sample.as_ref()?;
    let is_waiting = state.answers.groups.found.groups.is_waiting();
    if !is_waiting || state.estimates.asked.groups || !sample.columns.contains(&facet.column) {
        return None;
    }
    let inquiry = groups::inquiry(state, facet, FacetInquiry::default()).without_value();
    // Until the base's range is known, the sample would make bins of its own range, which are other groups.
    let open = if inquiry.knows_groups() { inquiry.open() } else { Vec::new() };
    state.estimates.groups = inquiry;
    state.estimates.asked.groups = !open.is_empty();
    question(state, Asker::Groups, open)
}

fn question(state: &State, asker: Asker, open: Vec<(QuestionSlot, crate::engine::Question)>) -> Option<Effect> {
    let personas = &state.catalog.counted;
    let questions: Vec<_> = open.into_iter().map(|(slot, question)| (slot, question.or_personas(personas))).collect();
    let ask = Request { asker, generation: state.estimates.generation, questions };
    (!ask.questions.is_empty()).then_some(Effect::Estimate(ask))
}

/// Stores an answer of the sample, unless the filter has changed. A failed answer leaves no estimate.
pub fn estimated(state: &mut State, answered: Answered) {
    let Answered { asker, slot, generation, result, .. } = answered;
    if generation != state.estimates.generation || result.is_err() {
        return;
    }
    let inquiry: &mut dyn ErasedInquiry = match asker {
        Asker::Panes => &mut state.estimates.panes,
        Asker::Groups => &mut state.estimates.groups,
        _ => return,
    };
    inquiry.take(slot, result);
    settle(state);
}

/// Drops the estimates whose exact answers are known, so that none comes back when those are outdated.
pub fn settle(state: &mut State) {
    fn drop_known<T>(estimate: &mut NewestFact<T>, exact: &NewestFact<T>) {
        if exact.fresh {
            *estimate = NewestFact::default();
        }
    }
    let (estimates, exact) = (&mut state.estimates.panes.found, &state.answers.panes.found);
    drop_known(&mut estimates.summary, &exact.summary);
    drop_known(&mut estimates.segments, &exact.segments);
    drop_known(&mut estimates.personas, &exact.personas);
    drop_known(&mut estimates.memberships, &exact.memberships);
    drop_known(&mut state.estimates.groups.found.groups, &state.answers.groups.found.groups);
}
