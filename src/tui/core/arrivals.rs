//! Answers and other outcomes that arrive from the engine.

use std::sync::Arc;

use super::action::LoadedBase;
use super::action::{Answered, Asker, Effect, Lane};
use super::query::Facet;
use super::state::view::View;
use super::state::{BaseState, State};
use super::{cell_cache, editing, estimating, inquiries, requests};
use crate::engine::{EngineError, Sort};
use crate::insight::Catalog;
use crate::insight::catalog::CellsByName;
use crate::insight::each_count::{EachCountInquiry, is_of_rules};
use crate::insight::format;
use crate::insight::inquiry::QuestionSlot;
use crate::insight::panes::PanesInquiry;
use crate::model::{Lookup, Schema};
use crate::rule::Checked;

/// Stores cells of segmentations that were found in the base.
pub fn cells_found(state: &mut State, cells: CellsByName) -> Vec<Effect> {
    state.cells.get_or_insert_default().extend(cells);
    state.is_vetted = false;
    let mut effects = definitions_changed(state);
    effects.extend(cell_cache::missing(state));
    effects
}

/// Handles the arrival of the base, or of its first rows.
pub fn loaded(state: &mut State, loaded: LoadedBase) -> Vec<Effect> {
    let LoadedBase { schema, customers, engine, value, mut notices, part } = loaded;
    state.settings.value = value;
    if !matches!(state.base, BaseState::Ready { part: None, .. }) {
        notices.extend(forget_base(state, &schema));
    }
    (state.faults, state.is_vetted) = (Vec::new(), false);
    let mut facets = std::mem::take(&mut state.query.group_by);
    facets.append(&mut state.facets_to_come);
    // A column made of a table of events may still arrive, with its table.
    let is_coming = |facet: &Facet| schema.missing(&facet.column).is_some_and(|missing| missing.is_coming);
    let (to_come, facets): (Vec<Facet>, Vec<Facet>) = facets.into_iter().partition(is_coming);
    state.facets_to_come = to_come;
    let shown = |facet: Facet| Some(Facet { column: shown_column(state, &schema, &facet.column)?, ..facet });
    state.query.group_by = facets.into_iter().filter_map(shown).collect();
    let sort = std::mem::take(&mut state.query.sort);
    let shown = |sort: Sort| Some(Sort { column: shown_column(state, &schema, &sort.column)?, ..sort });
    state.query.sort = sort.into_iter().filter_map(shown).collect();
    let loading_notices = match &mut state.base {
        BaseState::Ready { notices, .. } => std::mem::take(notices),
        BaseState::Loading(_) | BaseState::Failed(_) => Vec::new(),
    };
    state.base = BaseState::Ready { schema, customers, engine, notices: loading_notices, part };
    noticed(state, notices);
    let mut effects = definitions_changed(state);
    if state.filter.editing {
        effects.extend(editing::suggest(state));
    }
    effects
}

/// Forgets what was found in the rows of an earlier base, or in the first rows of this one. Returns a notice on columns
/// that later rows have shown to be of another type: the answers of a filter over them have no meaning any more.
fn forget_base(state: &mut State, schema: &Schema) -> Option<String> {
    state.cells = None;
    state.ranges.clear();
    state.views.iter_mut().for_each(View::base_changed);
    state.over.iter_mut().for_each(View::base_changed);
    state.answers.values = Default::default();
    state.drop_awaited(Lane::Values);
    state.values_before = state.asked.get(&Lane::Values).copied().unwrap_or_default();
    if state.filter.problem.is_some() {
        // They are counted again only once the filter is valid again.
        state.answers.groups = Default::default();
    }
    let BaseState::Ready { schema: before, .. } = &state.base else { return None };
    let changed = schema.columns().iter().filter_map(|column| {
        let before = before.get(&column.name)?.column_type;
        let now = column.column_type;
        (before != now).then(|| format!("{} is {now}, not {before}", column.name))
    });
    let changed: Vec<String> = changed.collect();
    if changed.is_empty() {
        return None;
    }
    state.rule = Checked::everyone();
    (state.answers.panes, state.answers.groups) = Default::default();
    Some(format!("later rows show: {}", changed.join(", ")))
}

/// Reports why the base could not be read. Its first rows may have been shown before.
pub fn load_failed(state: &mut State, reason: String) {
    let shown = match &state.base {
        BaseState::Ready { part: Some(_), customers, .. } => {
            format!(" · the {} shown were only the beginning of the table", format::counted(*customers, "row", "rows"))
        }
        _ => String::new(),
    };
    state.base = BaseState::Failed(format!("{reason}{shown}"));
}

/// Shows the notices once, and keeps them for the help page.
pub fn noticed(state: &mut State, new: Vec<String>) {
    if new.is_empty() {
        return;
    }
    state.say(new.join(" · "));
    if let BaseState::Ready { notices, .. } = &mut state.base {
        notices.extend(new);
    }
}

/// Returns the column that a study or an older session grouped by, as the schema spells it; `None` if it is missing or
/// masked.
fn shown_column(state: &State, schema: &Schema, name: &str) -> Option<String> {
    match schema.find(name) {
        Lookup::Found(column) if !state.is_masked(&column.name) => Some(column.name.clone()),
        _ => None,
    }
}

/// Checks the definitions and the filter against the base again.
pub fn definitions_changed(state: &mut State) -> Vec<Effect> {
    let Some(schema) = state.schema().cloned() else { return Vec::new() };
    know_personas(state, schema);
    state.answers.panes.found.mece.clear();
    requests::definitions_changed(state);
    estimating::definitions_changed(state);
    requests::outdate_all(state);
    if editing::is_long(state) {
        return vec![editing::check_apart(state)];
    }
    let typed = state.filter.text().to_owned();
    match state.check(&typed) {
        Ok(rule) => {
            (state.rule, state.query.filter, state.filter.problem) = (rule, typed.trim().to_owned(), None);
        }
        Err(problem) => {
            // The previous filter may be broken too, by a name that is gone; then its old rule stays in effect.
            if state.query.filter != typed
                && let Ok(rule) = state.check(&state.query.filter)
            {
                state.rule = rule;
            }
            state.filter.problem = Some(problem);
        }
    }
    requests::everything_of_last_filter(state)
}

/// Checks the definitions once their cells are known, and adds the column `persona`, which rules may refer to.
fn know_personas(state: &mut State, schema: Arc<Schema>) {
    let (Some(cells), BaseState::Ready { schema: known, .. }) = (&state.cells, &mut state.base) else { return };
    *known = Arc::new(Schema::clone(&schema).with_definitions(&state.definitions));
    state.catalog = Catalog::new(&state.definitions, cells, known, state.settings.today);
    state.catalog.set_aside(&state.faults);
}

/// Returns the request to find the definitions that made a question fail; at most once until the definitions change.
fn vet(state: &mut State, error: &EngineError) -> Option<Effect> {
    if state.is_vetted || !state.has_catalog() || !is_of_rules(error) {
        return None;
    }
    state.is_vetted = true;
    let counts = EachCountInquiry::new(Checked::everyone(), state.catalog.rules());
    Some(Effect::Vet(Box::new(counts), state.catalog.counted.clone()))
}

/// Marks the definitions that the engine cannot evaluate as faulty, and asks again without them.
pub fn vetted(state: &mut State, faults: Vec<(Checked, String)>) -> Vec<Effect> {
    if faults.is_empty() {
        return Vec::new();
    }
    state.faults.extend(faults);
    // From now on, each faulty definition shows its error in its own line.
    state.message.take_if(|message| message.is_error);
    definitions_changed(state)
}

/// Takes an answer into the inquiry that asked for it, and follows it up.
pub fn answered(state: &mut State, answered: Answered) -> Vec<Effect> {
    let Answered { asker, slot, generation, result, took } = answered;
    let newest = state.asked.get(&asker.lane()).copied().unwrap_or(0);
    // Values do not depend on the query, so even late ones are valid while the base is the same.
    let is_valid_late = asker == Asker::Values && generation > state.values_before;
    if generation != newest && !is_valid_late {
        return Vec::new();
    }
    let mut effects = Vec::new();
    match &result {
        Err(EngineError::Cancelled) => return Vec::new(),
        // Not a fault, and asking again does not help: the view that waits for the answer says why there is none.
        Err(EngineError::Withheld(_)) => {}
        Err(error) => {
            state.is_unanswered = true;
            state.has_base_changed |= matches!(error, EngineError::Changed(_));
            state.complain(error.to_string());
            effects.extend(vet(state, error));
        }
        Ok(_) if (asker, slot) == (Asker::Panes, PanesInquiry::SUMMARY) => state.answers.took = Some(took),
        Ok(_) => {}
    }
    effects.extend(inquiries::answered(state, asker, slot, result));
    effects.extend(match asker {
        Asker::Panes => panes_came(state),
        Asker::Values => values_came(state, slot),
        _ => Vec::new(),
    });
    estimating::settle(state);
    if !state.filter.is_asked() {
        requests::outdate_panes(state);
    }
    effects
}

fn panes_came(state: &mut State) -> Vec<Effect> {
    if let Some(reason) = state.answers.panes.found.summary.error.clone() {
        // The groups are asked for only after the summary.
        state.answers.groups.found.groups.fail(reason);
    }
    let mut effects = requests::group_pane(state);
    // Some views ask only once the summary is known.
    effects.extend(requests::views(state));
    effects
}

/// Rebuilds a list of suggestions that waits for these values. Closes it if they could not be counted, as it would
/// wait forever.
fn values_came(state: &mut State, slot: QuestionSlot) -> Vec<Effect> {
    let Some(column) = state.answers.values.column(slot).map(str::to_owned) else { return Vec::new() };
    // A list that was closed in the meantime stays closed.
    if !awaits_values(state, &column) {
        return Vec::new();
    }
    if state.answers.values.get(&column).is_none() {
        state.filter.completion = None;
        return Vec::new();
    }
    if state.filter.editing { editing::suggest(state) } else { Vec::new() }
}

/// Returns true if an open list of suggestions waits for this column's values.
fn awaits_values(state: &State, column: &str) -> bool {
    state
        .filter
        .completion
        .as_ref()
        .is_some_and(|list| list.waiting && list.values_of.as_ref().is_some_and(|wanted| wanted.column == column))
}

/// Returns true if a notice is about faulty customers. Such notices start with a count; all others are about the
/// reading of the file.
pub fn tells_a_fault(notice: &str) -> bool {
    notice.starts_with(|c: char| c.is_ascii_digit())
}
