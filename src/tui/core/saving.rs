//! Saving of definitions, and the changes on screen that follow a save.

use super::action::{Effect, Lane, Saving};
use super::dispatch::key;
use super::history::SavedStep;
use super::lines::{PersonaLine, persona_lines, segment_lines};
use super::state::State;
use super::{arrivals, cell_cache};
use crate::model::{Definitions, reference};
use crate::rule::edit::rename_reference;
use crate::study::{Change, DefinitionTexts};

/// Returns true if a definition has this name.
pub fn is_taken(definitions: &Definitions, name: &str) -> bool {
    definitions.segments.iter().any(|segment| segment.name == name)
        || definitions.segmentations.iter().any(|segmentation| segmentation.name == name)
        || definitions.personas.iter().any(|persona| persona.id == name)
}

/// Saves a change. `onto_changed` is true to apply it to files that others have edited since they were read.
pub fn save(change: Change, onto_changed: bool) -> Vec<Effect> {
    vec![Effect::Save(Saving { change, onto_changed })]
}

/// Applies a finished save; `texts` are those of the files before and after it.
pub fn saved(
    state: &mut State,
    change: &Change,
    definitions: Definitions,
    (before, after): (DefinitionTexts, DefinitionTexts),
) -> Vec<Effect> {
    let given = std::mem::take(&mut state.drafted_cells);
    cell_cache::keep(state, &definitions, given);
    if state.over.top_mut().is_some_and(|form| form.saving().is_some()) {
        state.over.pop();
        state.drop_awaited(Lane::Card);
    }
    let (segment, persona) = (chosen_name(state), chosen_persona(state));
    let (said, renamed) = match change {
        Change::Restore(texts) => restored(state, texts),
        change => {
            let (what, renamed) = (done(change), change.renames());
            let named = named_filter(state, change);
            let said = format!("{what}{}", way_on(state, change, named.is_some()));
            if before != after {
                let step = SavedStep { what, before, after, renamed: renamed.clone(), named: named.clone() };
                state.history.push_saved(step);
            }
            if let Some((from, to)) = named {
                replace_filter(state, &from, &to);
            }
            (said, renamed)
        }
    };
    state.definitions = definitions;
    state.is_vetted = false;
    let now = |name: Option<String>| {
        renamed.iter().fold(name, |name, (old, new)| if name.as_ref() == Some(old) { Some(new.clone()) } else { name })
    };
    for (old, new) in &renamed {
        rename_in_filters(state, old, new);
        for open in [&mut state.segments.open, &mut state.personas.open] {
            if open.remove(old) {
                open.insert(new.clone());
            }
        }
    }
    let mut effects = arrivals::definitions_changed(state);
    effects.extend(cell_cache::missing(state));
    keep_chosen(state, added_segment(change).or(now(segment)));
    keep_chosen_persona(state, changed_persona(change).or(now(persona)));
    state.say(said);
    effects
}

/// Returns the name of the segments pane's selected line.
fn chosen_name(state: &State) -> Option<String> {
    segment_lines(state).get(state.segments.cursor).map(|line| line.name().to_owned())
}

/// Takes the step of undo or redo that was written. Returns its description, and the names that it changed.
fn restored(state: &mut State, texts: &DefinitionTexts) -> (String, Vec<(String, String)>) {
    match state.history.restored(texts) {
        Some((step, true)) => {
            step.named.iter().for_each(|(from, to)| replace_filter(state, to, from));
            let renamed = step.renamed.iter().rev().map(|(old, new)| (new.clone(), old.clone())).collect();
            (format!("undone: {}", step.what), renamed)
        }
        Some((step, false)) => {
            step.named.iter().for_each(|(from, to)| replace_filter(state, from, to));
            (format!("redone: {}", step.what), step.renamed.clone())
        }
        None => ("the files were not changed".to_owned(), Vec::new()),
    }
}

/// Returns the filter and the reference that takes its place, if the filter was saved as a segment.
fn named_filter(state: &State, change: &Change) -> Option<(String, String)> {
    let Change::AddSegment(segment) = change else { return None };
    let is_filter =
        !state.filter.editing && state.query.filter == segment.rule && state.filter.text().trim() == segment.rule;
    is_filter.then(|| (segment.rule.clone(), reference(&segment.name)))
}

/// Puts another text of the same rule into the filter, if it is still the first one.
fn replace_filter(state: &mut State, from: &str, to: &str) {
    if !state.filter.editing && state.query.filter == from {
        state.query.filter = to.to_owned();
        state.filter.set_text(to);
    }
}

/// Returns the name of a segment that was added: the cursor goes to it.
fn added_segment(change: &Change) -> Option<String> {
    match change {
        Change::AddSegment(segment) => Some(segment.name.clone()),
        Change::AddSegmentation(cut) => Some(cut.name.clone()),
        _ => None,
    }
}

/// Describes what was done, for the message and for undo.
fn done(change: &Change) -> String {
    match change {
        Change::AddSegment(segment) => format!("saved {}", reference(&segment.name)),
        Change::EditSegment { segment, .. } => format!("changed {}", reference(&segment.name)),
        Change::AddSegmentation(cut) => format!("saved {}", cut.name),
        Change::EditSegmentation { segmentation, .. } => format!("changed {}", segmentation.name),
        Change::DeleteSegment { name } | Change::DeleteSegmentation { name } => format!("deleted {}", reference(name)),
        Change::AddPersona { persona, .. } => format!("saved {}", reference(&persona.id)),
        Change::EditPersona { persona, .. } => format!("changed {}", reference(&persona.id)),
        Change::DeletePersona { id } => format!("deleted {}", reference(id)),
        Change::MovePersona { id, .. } => format!("moved {}", reference(id)),
        Change::Restore(_) => "restored".to_owned(),
    }
}

/// Suggests what can be done next, to follow the description of what was done.
fn way_on(state: &State, change: &Change, is_filter: bool) -> String {
    match change {
        Change::AddSegment(_) if is_filter => ", which is the filter now".to_owned(),
        Change::AddSegment(_) => format!(" · press {} on it to add it to the filter", key(state, "toggle")),
        _ => String::new(),
    }
}

/// Renames a segment in the filter, and in all texts that can become the filter again.
fn rename_in_filters(state: &mut State, old: &str, new: &str) {
    let rename = |rule: &str| rename_reference(rule, old, new);
    state.history.rewrite_filters(rename);
    state.filter.rewrite(rename);
    state.query.filter = rename(&state.query.filter);
}

/// Keeps the cursor on the line with this name, wherever it is now.
fn keep_chosen(state: &mut State, name: Option<String>) {
    let lines = segment_lines(state);
    let at = name.and_then(|name| lines.iter().position(|line| line.name() == name));
    let cursor = at.unwrap_or(state.segments.cursor).min(lines.len().saturating_sub(1));
    state.segments.cursor = cursor;
}

/// Returns the id of the persona whose line or span the pane's cursor is on.
fn chosen_persona(state: &State) -> Option<String> {
    let lines = persona_lines(state);
    match lines.get(state.personas.cursor)? {
        PersonaLine::Persona { entry, .. } => Some(entry.id.clone()),
        PersonaLine::Span { persona, .. } => Some(state.catalog.personas.get(*persona)?.id.clone()),
        PersonaLine::InNone | PersonaLine::InSeveral => None,
    }
}

/// Returns the id that the cursor should go to after this change.
fn changed_persona(change: &Change) -> Option<String> {
    match change {
        Change::AddPersona { persona, .. } | Change::EditPersona { persona, .. } => Some(persona.id.clone()),
        Change::MovePersona { id, .. } => Some(id.clone()),
        _ => None,
    }
}

/// Moves the cursor to this persona, unless it is on one of its lines already. Keeps it within the list.
fn keep_chosen_persona(state: &mut State, id: Option<String>) {
    if let Some(id) = id.filter(|id| chosen_persona(state).as_ref() != Some(id)) {
        let at = persona_lines(state)
            .iter()
            .position(|line| matches!(line, PersonaLine::Persona { entry, .. } if entry.id == id));
        state.personas.cursor = at.unwrap_or(state.personas.cursor);
    }
    let last = persona_lines(state).len().saturating_sub(1);
    state.personas.cursor = state.personas.cursor.min(last);
}
