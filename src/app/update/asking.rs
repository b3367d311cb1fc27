//! From what is wanted to questions.

use std::collections::BTreeMap;

use super::super::action::{Ask, Effect, Lane, Part};
use super::super::answers::Answers;
use super::super::state::{Base, State, View};
use super::views;
use crate::engine::{
    CountsQuestion, MembershipsQuestion, OverlapQuestion, PageQuestion, Question, SummaryQuestion, ValuesQuestion,
};
use crate::insight::Catalog;
use crate::rule::Checked;

/// Groups shown in the pane; more are counted as left out.
pub const GROUPS: usize = 1_000;
/// Values of a column that suggestions draw from.
const VALUES: usize = 500;

/// What is asked has changed: the answers on screen are to an older question.
pub fn outdate_all(state: &mut State) {
    outdate_panes(state);
    outdate_page(state);
    // The newer question for the groups waits for the summary; the older one's answer must not pass for it meanwhile.
    drop_awaited(state, Lane::Groups);
    views::outdate(state);
}

/// A page that is still on its way is dropped: outside of the rows view no newer question takes its place.
pub fn outdate_page(state: &mut State) {
    state.answers.page.outdate();
    drop_awaited(state, Lane::Rows);
}

/// What is still on its way on the lane no longer fits.
pub fn drop_awaited(state: &mut State, lane: Lane) {
    *state.asked.entry(lane).or_default() += 1;
}

/// As [`outdate_all`], but the rows stay: under a broken filter they are those of the last good one, which one still
/// pages through.
pub fn outdate_panes(state: &mut State) {
    let answers = &mut state.answers;
    answers.summary.outdate();
    answers.segments.outdate();
    answers.personas.outdate();
    answers.memberships.outdate();
    answers.groups.outdate();
}

/// Asks for everything on screen that is not to what is asked now, the most wanted first.
pub fn everything(state: &mut State) -> Vec<Effect> {
    let mut effects = panes(state);
    effects.extend(groups(state));
    effects.extend(page_if_shown(state));
    effects.extend(views::ask(state));
    effects
}

/// Asks for the panes' answers that are out of date.
pub fn panes(state: &mut State) -> Vec<Effect> {
    if !matches!(state.base, Base::Ready { .. }) || state.filter.problem.is_some() {
        return Vec::new();
    }
    let questions = pane_questions(state);
    if questions.is_empty() { Vec::new() } else { vec![ask(state, Lane::Panes, questions)] }
}

fn pane_questions(state: &State) -> Vec<(Part, Question)> {
    let (answers, catalog, filter) = (&state.answers, &state.catalog, &state.rule);
    let mut questions = Vec::new();
    if !answers.summary.fresh {
        let value = state.settings.value.clone();
        questions.push((Part::Summary, SummaryQuestion { filter: filter.clone(), value }.into()));
    }
    if !state.has_catalog() {
        return questions;
    }
    if !answers.segments.fresh {
        let rules = catalog.countable().into_iter().map(|(_, rule)| rule.clone()).collect();
        questions.push((Part::Segments, CountsQuestion { filter: filter.clone(), rules }.into()));
    }
    if !answers.personas.fresh {
        let (rows, columns) = (catalog.audiences(), spanned(catalog));
        let rules = |rules: Vec<&Checked>| rules.into_iter().cloned().collect();
        let columns = rules(columns.into_values().collect());
        let question = OverlapQuestion { filter: filter.clone(), rows: rules(rows), columns };
        questions.push((Part::Personas, question.into()));
    }
    if !answers.memberships.fresh {
        let sets = catalog.audiences().into_iter().cloned().collect();
        questions.push((Part::Memberships, MembershipsQuestion { filter: filter.clone(), sets }.into()));
    }
    for entry in &catalog.segments {
        if let Some(Ok(cells)) = entry.cells()
            && !answers.mece.contains_key(&entry.name)
        {
            let sets = cells.iter().filter_map(|cell| cell.rule.as_ref().ok().cloned()).collect();
            let question = MembershipsQuestion { filter: Checked::everyone(), sets };
            questions.push((Part::Mece(entry.name.clone()), question.into()));
        }
    }
    questions
}

/// Asks for the groups if they are out of date and nothing else is waited for: they come after the other panes.
pub fn groups(state: &mut State) -> Vec<Effect> {
    if state.query.group_by.is_empty() {
        return Vec::new();
    }
    let Answers { summary, segments, personas, memberships, groups, .. } = &state.answers;
    let waits = segments.is_waiting() || personas.is_waiting() || memberships.is_waiting();
    if groups.fresh || !summary.fresh || waits {
        return Vec::new();
    }
    let questions = views::facets::of_main_pane(state);
    vec![ask(state, Lane::Groups, questions)]
}

/// The segments that some persona spans, each once, by name. Rules in error are left out; [`super::answers`] reads the
/// overlap with the audiences back in this order.
pub fn spanned(catalog: &Catalog) -> BTreeMap<&str, &Checked> {
    let spans = catalog.personas.iter().flat_map(|persona| &persona.spans);
    spans.filter_map(|span| Some((span.name.as_str(), span.segment.as_ref().ok()?))).collect()
}

/// Asks for the rows in sight, when they are shown and not there yet; of the last good filter if there is a problem.
pub fn page_if_shown(state: &mut State) -> Vec<Effect> {
    if state.view != View::Rows || !matches!(state.base, Base::Ready { .. }) {
        return Vec::new();
    }
    scroll_to_cursor(state);
    let (offset, limit) = (state.rows.offset, state.page_height());
    let there = state.answers.page.answer.as_ref().is_some_and(|page| {
        let wanted = limit.min(page.total.saturating_sub(offset) as usize);
        state.answers.page.fresh && page.offset == offset && page.rows.len() >= wanted
    });
    if there {
        return Vec::new();
    }
    state.answers.page.outdate();
    let filter = state.rule.clone();
    let question = PageQuestion { filter, columns: Vec::new(), sort: state.query.sort.clone(), offset, limit };
    vec![ask(state, Lane::Rows, vec![(Part::Page, question.into())])]
}

/// Brings the cursor in sight, on a page that is full when there are rows enough.
pub fn scroll_to_cursor(state: &mut State) {
    let height = state.page_height() as u64;
    let total = state.answers.page.answer.as_ref().map(|page| page.total);
    let rows = &mut state.rows;
    if rows.cursor < rows.offset {
        rows.offset = rows.cursor;
    } else if rows.cursor >= rows.offset + height {
        rows.offset = rows.cursor + 1 - height;
    }
    if let Some(total) = total {
        rows.offset = rows.offset.min(total.saturating_sub(height));
    }
}

/// Asks for a column's values, once.
pub fn values(state: &mut State, column: &str) -> Vec<Effect> {
    if !matches!(state.base, Base::Ready { .. }) || state.answers.values.contains_key(column) {
        return Vec::new();
    }
    let question = ValuesQuestion { column: column.to_owned(), limit: VALUES };
    vec![ask(state, Lane::Values, vec![(Part::Values(column.to_owned()), question.into())])]
}

pub fn ask(state: &mut State, lane: Lane, questions: Vec<(Part, Question)>) -> Effect {
    let generation = state.asked.entry(lane).or_default();
    *generation += 1;
    let personas = &state.catalog.counted;
    let questions = questions.into_iter().map(|(part, question)| (part, question.with_personas(personas))).collect();
    Effect::Ask(Ask { lane, generation: *generation, questions })
}
