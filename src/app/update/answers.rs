//! What comes back from the engine.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::action::{Answered, Effect, Lane, Part};
use super::super::answers::PersonaCounts;
use super::super::query::Facet;
use super::super::state::{Base, Loaded, State};
use super::{asking, editing, views};
use crate::engine::{Answer, Count, EngineError, Overlap};
use crate::insight::Catalog;
use crate::insight::mece::Mece;
use crate::model::{Lookup, Schema};
use crate::rule::{self, Checked, RuleError};

pub fn loaded(state: &mut State, loaded: Loaded) -> Vec<Effect> {
    let Loaded { schema, customers, value, notices } = loaded;
    state.settings.value = value;
    let mut facets = std::mem::take(&mut state.query.group_by);
    facets.append(&mut state.facets_to_come);
    // A column that is made of a table may still come, with the table.
    let is_coming = |facet: &Facet| schema.missing(&facet.column).is_some_and(|missing| missing.is_coming);
    let (to_come, facets): (Vec<Facet>, Vec<Facet>) = facets.into_iter().partition(is_coming);
    state.facets_to_come = to_come;
    let shown = |facet: Facet| Some(Facet { column: shown_column(state, &schema, &facet.column)?, ..facet });
    state.query.group_by = facets.into_iter().filter_map(shown).collect();
    let told = match &mut state.base {
        Base::Ready { notices, .. } => std::mem::take(notices),
        Base::Loading(_) | Base::Failed(_) => Vec::new(),
    };
    state.base = Base::Ready { schema, customers, notices: told };
    noticed(state, notices);
    let mut effects = definitions_changed(state);
    if state.filter.editing {
        effects.extend(editing::suggest(state));
    }
    effects
}

/// Told once, and kept for the help page.
pub fn noticed(state: &mut State, new: Vec<String>) {
    if new.is_empty() {
        return;
    }
    state.say(new.join(" · "));
    if let Base::Ready { notices, .. } = &mut state.base {
        notices.extend(new);
    }
}

/// The column that a study or an older session grouped by, as the schema spells it; none if it is not there or masked.
fn shown_column(state: &State, schema: &Schema, name: &str) -> Option<String> {
    match schema.find(name) {
        Lookup::Found(column) if !state.is_masked(&column.name) => Some(column.name.clone()),
        _ => None,
    }
}

/// Reads the definitions and the filter anew against the base.
pub fn definitions_changed(state: &mut State) -> Vec<Effect> {
    let Some(schema) = state.schema().cloned() else { return Vec::new() };
    know_personas(state, schema);
    state.answers.mece.clear();
    views::card::outdate(state);
    asking::outdate_all(state);
    // Counts come without names: those of the old definitions would be read as of the new ones.
    asking::drop_awaited(state, Lane::Panes);
    if editing::is_long(state) {
        return vec![editing::check_apart(state)];
    }
    let typed = state.filter.text().to_owned();
    match check(state, &typed) {
        Ok(rule) => {
            (state.rule, state.query.filter, state.filter.problem) = (rule, typed.trim().to_owned(), None);
        }
        Err(problem) => {
            // The filter before may be broken as well, by a name that is gone; then what was asked stays.
            if state.query.filter != typed
                && let Ok(rule) = check(state, &state.query.filter)
            {
                state.rule = rule;
            }
            state.filter.problem = Some(problem);
        }
    }
    asking::everything(state)
}

/// Reads the definitions, once their cells are known. The personas make a column, which rules may name.
fn know_personas(state: &mut State, schema: Arc<Schema>) {
    let (Some(cells), Base::Ready { schema: known, .. }) = (&state.cells, &mut state.base) else { return };
    *known = Arc::new(Schema::clone(&schema).with_personas(!state.definitions.personas.is_empty()));
    state.catalog = Catalog::new(&state.definitions, cells, known, state.settings.today);
}

/// Checks a rule against the base, or against what is known of it so far: a name may still become known.
pub fn check(state: &State, text: &str) -> Result<Checked, RuleError> {
    match state.schema() {
        Some(schema) => {
            let today = state.settings.today;
            let cx = rule::Context { schema, names: &state.catalog.names, today };
            super::super::check::check(text, &cx, !state.has_catalog())
        }
        None => Ok(Checked::everyone()),
    }
}

pub fn answered(state: &mut State, answered: Answered) -> Vec<Effect> {
    let Answered { lane, generation, part, result, took } = answered;
    let newest = state.asked.get(&lane).copied().unwrap_or(0);
    // Values do not depend on what is asked: even late ones are good.
    if generation != newest && !matches!(part, Part::Values(_)) {
        return Vec::new();
    }
    match result {
        Ok(answer) => {
            if part == Part::Summary {
                state.answers.took = Some(took);
            }
            let mut effects = store(state, part, answer);
            if lane == Lane::Panes {
                effects.extend(asking::groups(state));
            }
            if !state.filter.is_asked() {
                asking::outdate_panes(state);
            }
            effects
        }
        Err(EngineError::Cancelled) => Vec::new(),
        Err(error) => {
            fail(state, &part, error.to_string());
            if lane == Lane::Panes { asking::groups(state) } else { Vec::new() }
        }
    }
}

fn store(state: &mut State, part: Part, answer: Answer) -> Vec<Effect> {
    // The summary is asked for first, so what comes after it is about the same customers.
    let within = state.answers.summary.answer.as_ref().map(|summary| summary.customers);
    let answer = match views::store(state, &part, answer) {
        Ok(effects) => return effects,
        Err(answer) => answer,
    };
    match (part, answer) {
        (Part::Summary, Answer::Summary(summary)) => {
            let customers = summary.customers;
            state.answers.summary.set(summary, Some(customers));
        }
        (Part::Segments, Answer::Counts(counts)) => {
            let names = state.catalog.countable().into_iter().map(|(name, _)| name.to_owned());
            let by_name: HashMap<String, Count> = names.zip(counts).collect();
            state.answers.segments.set(by_name, within);
        }
        (Part::Personas, Answer::Overlap(overlap)) => {
            let counts = persona_counts(&state.catalog, &overlap);
            state.answers.personas.set(counts, within);
        }
        (Part::Mece(name), Answer::Memberships(numbers)) => {
            state.answers.mece.insert(name, Mece::of(&numbers));
        }
        (Part::Memberships, Answer::Memberships(numbers)) => state.answers.memberships.set(numbers, within),
        (Part::Groups, Answer::Quantiles(range)) => {
            views::facets::range_came(state, range);
            return asking::groups(state);
        }
        (Part::Groups, Answer::Groups(mut groups)) => {
            views::facets::put_in_order(state, 0, &mut groups);
            state.groups.cursor = state.groups.cursor.min(groups.groups.len().saturating_sub(1));
            let within = Some(groups.customers.in_filter);
            state.answers.groups.set(groups, within);
        }
        (Part::Page, Answer::Page(page)) => return page_came(state, page),
        (Part::Values(column), Answer::Values(values)) => {
            // A list that was closed meanwhile stays closed.
            let awaited = awaits_values(state, &column);
            state.answers.values.insert(column, values);
            if state.filter.editing && awaited {
                return editing::suggest(state);
            }
        }
        // An engine that answers another question than the one asked is a fault of ours, not a person's.
        (part, _) => fail(state, &part, "the engine gave an answer to another question".into()),
    }
    Vec::new()
}

/// A list of suggestions is open that waits for this column's values.
fn awaits_values(state: &State, column: &str) -> bool {
    state
        .filter
        .completion
        .as_ref()
        .is_some_and(|list| list.waiting && list.values_of.as_ref().is_some_and(|wanted| wanted.column == column))
}

/// The filter may have left fewer rows than the cursor stood on.
fn page_came(state: &mut State, page: crate::engine::Page) -> Vec<Effect> {
    let last = page.total.saturating_sub(1);
    let within = Some(page.total);
    state.answers.page.set(page, within);
    let offset = state.rows.offset;
    state.rows.cursor = state.rows.cursor.min(last);
    asking::scroll_to_cursor(state);
    if state.rows.offset == offset { Vec::new() } else { asking::page_if_shown(state) }
}

/// The overlap of audiences and segments, given back to personas and spans.
fn persona_counts(catalog: &Catalog, overlap: &Overlap) -> PersonaCounts {
    let place: HashMap<&str, usize> = asking::spanned(catalog).into_keys().zip(0..).collect();
    let mut audiences = overlap.rows.iter().zip(&overlap.both);
    let mut by_persona = PersonaCounts::default();
    for persona in &catalog.personas {
        let audience = persona.audience.as_ref().ok().and_then(|_| audiences.next());
        let in_span = |span: &crate::insight::SpanEntry| {
            let column = *place.get(span.name.as_str())?;
            audience?.1.get(column).copied()
        };
        by_persona.audiences.push(audience.map(|(count, _)| *count));
        by_persona.spans.push(persona.spans.iter().map(in_span).collect());
    }
    by_persona
}

fn fail(state: &mut State, part: &Part, reason: String) {
    let answers = &mut state.answers;
    match part {
        Part::Summary => {
            answers.summary.fail(reason.clone());
            // They are asked for after the summary only.
            answers.groups.fail(reason.clone());
        }
        Part::Segments => answers.segments.fail(reason.clone()),
        Part::Personas => answers.personas.fail(reason.clone()),
        // What is not known is not said.
        Part::Mece(_) => {}
        Part::Memberships => answers.memberships.fail(reason.clone()),
        Part::Groups => answers.groups.fail(reason.clone()),
        Part::Page => answers.page.fail(reason.clone()),
        Part::Matrix
        | Part::UpSet
        | Part::Why(_)
        | Part::Facet(_)
        | Part::Profile
        | Part::Builder(_)
        | Part::Attrition
        | Part::Consolidate(_)
        | Part::Coverage(_)
        | Part::Research(_)
        | Part::Card(_) => views::fail(state, part, &reason),
        Part::PersonaForm(_) => {}
        // Nobody counts them any more: a list that waits for them would wait for ever.
        Part::Values(column) => {
            if awaits_values(state, column) {
                state.filter.completion = None;
            }
        }
    }
    state.complain(reason);
}
