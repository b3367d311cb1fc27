//! Saving, editing and deleting of definitions.

use super::super::action::{Effect, SaveFailed, Saving};
use super::super::command::Command;
use super::super::form::{Field, SegmentForm};
use super::super::history::SavedStep;
use super::super::lines::{SegmentLine, segment_lines};
use super::super::state::{Confirm, Overlay, Pane, State};
use super::{answers, personas, recut, views};
use crate::insight::Catalog;
use crate::insight::catalog::{Body, Cells};
use crate::model::{Definitions, Segment, Segmentation, is_plain_name, reference};
use crate::rule::edit::rename_reference;
use crate::rule::{self, Checked, RuleError};
use crate::study::{Change, Texts, users_of};

/// Opens the form on the selected segment, or the builder on the selected segmentation.
pub fn edit(state: &mut State) -> Vec<Effect> {
    if let Some((cut, cell)) = chosen_segmentation(state) {
        let effects = views::builder::edit(state, &cut);
        if let (Some(cell), Some(Overlay::Builder(builder))) = (cell, &mut state.overlay) {
            builder.go_to_cell(&cell);
        }
        return effects;
    }
    match chosen_segment(state) {
        Ok(segment) => state.overlay = Some(Overlay::SegmentForm(SegmentForm::edit(&segment))),
        Err(why) => state.complain(why),
    }
    Vec::new()
}

/// Asks before a segment or persona is deleted, naming who uses it.
pub fn ask_delete(state: &mut State) -> Vec<Effect> {
    let chosen = match segment_lines(state).get(state.segments.cursor) {
        _ if state.focus == Pane::Personas => {
            personas::chosen(state).map(|(_, id)| (id.clone(), Change::DeletePersona { id }))
        }
        Some(SegmentLine::Segmentation { entry, .. }) => {
            Ok((entry.name.clone(), Change::DeleteSegmentation { name: entry.name.clone() }))
        }
        _ => chosen_segment(state)
            .map(|segment| (segment.name.clone(), Change::DeleteSegment { name: segment.name.clone() })),
    };
    match chosen {
        Ok((name, change)) => {
            let mut users = users_of(&state.definitions, &name);
            let is_of =
                |full: &String| *full == name || full.strip_prefix(&name).is_some_and(|cell| cell.starts_with('.'));
            if [state.filter.text(), &state.query.filter].iter().any(|text| rule::references(text).iter().any(is_of)) {
                users.push("the filter".to_owned());
            }
            let details = match users.is_empty() {
                true => vec!["nothing else refers to it".to_owned()],
                false => users.into_iter().map(|user| format!("used by {user}, which will be in error")).collect(),
            };
            state.overlay = Some(Overlay::Confirm(Confirm {
                question: format!("delete {}?", reference(&name)),
                details,
                verb: "delete",
                change,
                onto_changed: false,
                beneath: None,
            }));
        }
        Err(why) => state.complain(why),
    }
    Vec::new()
}

/// Returns the segmentation of the selected line, and the cell's name if the line is a cell.
fn chosen_segmentation(state: &State) -> Option<(Segmentation, Option<String>)> {
    let lines = segment_lines(state);
    let (name, cell) = match lines.get(state.segments.cursor)? {
        SegmentLine::Segment(_) => return None,
        SegmentLine::Segmentation { entry, .. } => (entry.name.as_str(), None),
        SegmentLine::Cell(cell) => (cell.full.strip_suffix(&cell.name)?.strip_suffix('.')?, Some(cell.name.clone())),
    };
    let cut = state.definitions.segmentations.iter().find(|cut| cut.name == name)?;
    Some((cut.clone(), cell))
}

fn chosen_segment(state: &State) -> Result<Segment, &'static str> {
    match segment_lines(state).get(state.segments.cursor) {
        Some(SegmentLine::Segment(entry)) => state
            .definitions
            .segments
            .iter()
            .find(|segment| segment.name == entry.name)
            .cloned()
            .ok_or("the segment is gone"),
        Some(_) => Err("a cell goes when its segmentation is cut otherwise: e edits that"),
        None => Err("there is no segment here: / types a filter, s saves it as one"),
    }
}

/// Handles Enter in the form: saves if name and rule are valid, otherwise reports the problem.
pub fn submit(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::SegmentForm(form)) = &state.overlay else { return Vec::new() };
    let (segment, editing) = (form.segment(), form.editing.clone());
    let problem = problem_of(state, &segment, editing.as_deref());
    let Some(Overlay::SegmentForm(form)) = &mut state.overlay else { return Vec::new() };
    if let Some((field, text)) = problem {
        (form.field, form.problem) = (field, Some((field, text)));
        return Vec::new();
    }
    form.saving = true;
    let change = match editing {
        Some(name) => Change::EditSegment { name, segment },
        None => Change::AddSegment(segment),
    };
    save(change, false)
}

fn problem_of(state: &State, segment: &Segment, editing: Option<&str>) -> Option<(Field, String)> {
    let name = segment.name.as_str();
    if name.is_empty() {
        return Some((Field::Name, "give it a name: letters, digits and _".into()));
    }
    if !is_plain_name(name) {
        return Some((Field::Name, "a name is a letter, then letters, digits and _".into()));
    }
    if editing != Some(name) && is_taken(&state.definitions, name) {
        return Some((Field::Name, format!("{} is taken", reference(name))));
    }
    if segment.rule.is_empty() {
        return Some((Field::Rule, "a segment needs a rule".into()));
    }
    let error = check_as_saved(state, segment, editing).err()?;
    Some((Field::Rule, error.describe(&segment.rule)))
}

/// Checks the rule as if it were already saved: only that reveals a cycle through other segments.
fn check_as_saved(state: &State, segment: &Segment, editing: Option<&str>) -> Result<Checked, RuleError> {
    let Some(schema) = state.schema() else { return Ok(Checked::everyone()) };
    let mut definitions = state.definitions.clone();
    definitions.segments.retain(|old| Some(old.name.as_str()) != editing);
    definitions.segments.push(segment.clone());
    let catalog = Catalog::new(&definitions, &state.cells.clone().unwrap_or_default(), schema, state.settings.today);
    let saved = catalog.segments.into_iter().find(|entry| entry.name == segment.name).map(|entry| entry.body);
    match saved {
        Some(Body::Segment { rule, .. }) => rule,
        _ => answers::check(state, &segment.rule),
    }
}

pub fn is_taken(definitions: &Definitions, name: &str) -> bool {
    definitions.segments.iter().any(|segment| segment.name == name)
        || definitions.segmentations.iter().any(|segmentation| segmentation.name == name)
        || definitions.personas.iter().any(|persona| persona.id == name)
}

pub fn save(change: Change, onto_changed: bool) -> Vec<Effect> {
    vec![Effect::Save(Saving { change, onto_changed })]
}

/// Applies a finished save; `texts` are those of the files before and after it.
pub fn saved(
    state: &mut State,
    change: &Change,
    definitions: Definitions,
    (before, after): (Texts, Texts),
) -> Vec<Effect> {
    recut::keep(state, &definitions, found_in_builder(state, change));
    let form = state.overlay.take_if(|overlay| is_form(overlay));
    let from_card = matches!(form, Some(Overlay::PersonaForm(form)) if form.from_card);
    let (segment, persona) = (chosen_name(state), personas::chosen_line(state));
    let (said, renamed) = match change {
        Change::Restore(texts) => restored(state, texts),
        change => {
            let (what, renamed) = (done(change), change.renames());
            if before != after {
                state.history.push_saved(SavedStep { what: what.clone(), before, after, renamed: renamed.clone() });
            }
            (format!("{what}{}", way_on(state, change)), renamed)
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
    let mut effects = answers::definitions_changed(state);
    effects.extend(recut::missing(state));
    keep_chosen(state, now(segment));
    personas::keep_chosen(state, personas::changed(change).or(now(persona)));
    if from_card {
        effects.extend(personas::open_card(state));
    }
    state.say(said);
    effects
}

fn is_form(overlay: &Overlay) -> bool {
    matches!(overlay, Overlay::SegmentForm(_) | Overlay::Builder(_) | Overlay::PersonaForm(_) | Overlay::Naming(_))
}

/// Returns the name of the segments pane's selected line.
fn chosen_name(state: &State) -> Option<String> {
    segment_lines(state).get(state.segments.cursor).map(|line| line.name().to_owned())
}

/// Takes the step of undo or redo that was written. Returns its description, and the names that it changed.
fn restored(state: &mut State, texts: &Texts) -> (String, Vec<(String, String)>) {
    match state.history.restored(texts) {
        Some((step, true)) => {
            let renamed = step.renamed.iter().rev().map(|(old, new)| (new.clone(), old.clone())).collect();
            (format!("undid: {}", step.what), renamed)
        }
        Some((step, false)) => (format!("redid: {}", step.what), step.renamed.clone()),
        None => ("the files are as they were".to_owned(), Vec::new()),
    }
}

/// Returns the cells that the builder found, which enter the catalog with the segmentation.
fn found_in_builder(state: &State, change: &Change) -> Cells {
    let cut = match change {
        Change::AddSegmentation(cut) => cut,
        // In cells written by hand, rules may have been changed to use the new name.
        Change::EditSegmentation { segmentation, .. } if segmentation.cells.iter().all(|cell| cell.rule.is_none()) => {
            segmentation
        }
        _ => return Cells::new(),
    };
    let Some(Overlay::Builder(builder)) = &state.overlay else { return Cells::new() };
    builder.cells.clone().map(|cells| (cut.name.clone(), cells)).into_iter().collect()
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
        Change::Restore(_) => "went back".to_owned(),
    }
}

/// Suggests what can be done next, to follow the description of what was done.
fn way_on(state: &State, change: &Change) -> String {
    let switch = state.keymap.keys(Command::Toggle).first().filter(|_| matches!(change, Change::AddSegment(_)));
    switch.map(|key| format!(" · {key} on its line switches it on")).unwrap_or_default()
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

pub fn failed(state: &mut State, change: Change, reason: SaveFailed) -> Vec<Effect> {
    match reason {
        SaveFailed::ChangedOnDisk(file) if matches!(change, Change::Restore(_)) => {
            state.overlay = Some(Overlay::Confirm(Confirm {
                question: format!("{file} was changed by someone else since"),
                details: vec!["going back takes their change back too".into()],
                verb: "go back all the same",
                change,
                onto_changed: true,
                beneath: None,
            }));
        }
        SaveFailed::ChangedOnDisk(file) => {
            let beneath = state.overlay.take().map(Box::new);
            state.overlay = Some(Overlay::Confirm(Confirm {
                question: format!("{file} was changed by someone else since it was read"),
                details: vec!["nothing is written yet; their change stays either way".into()],
                verb: "save on top of their change",
                change,
                onto_changed: true,
                beneath,
            }));
        }
        SaveFailed::Other(reason) => {
            if let Some(form) = &mut state.overlay {
                form.set_saving(false);
            }
            state.complain(reason);
        }
    }
    Vec::new()
}

/// Returns to the form, so that nothing typed is lost.
pub fn declined(state: &mut State, confirm: Confirm) -> Vec<Effect> {
    state.overlay = confirm.beneath.map(|form| *form);
    if let Some(form) = &mut state.overlay {
        form.set_saving(false);
    }
    state.say("nothing was written");
    views::ask(state)
}
