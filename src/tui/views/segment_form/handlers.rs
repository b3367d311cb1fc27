//! Keys of the form, and what keeps a segment from being saved.

use super::{SegmentField, SegmentForm, draw};
use crate::insight::Catalog;
use crate::insight::catalog::SegmentationState;
use crate::model::{Segment, is_plain_name, reference};
use crate::rule::{Checked, RuleError};
use crate::study::Change;
use crate::tui::core::key::{KeyPress, KeySymbol, is};
use crate::tui::core::paste::{line_of, text_of_lines};
use crate::tui::core::{Effect, State, input, saving};
use crate::tui::paint::canvas::{Position, Rect};
use crate::tui::views::create_study::with_study;

/// Opens the form on the filter.
pub fn open(state: &mut State) -> Vec<Effect> {
    with_study(state, open_form)
}

fn open_form(state: &mut State) -> Vec<Effect> {
    state.over.push(SegmentForm::new(state.query.filter.clone()));
    Vec::new()
}

/// Handles a key in the form.
pub fn key(state: &mut State, key: KeyPress) -> Vec<Effect> {
    let Some(form) = state.over.get_mut::<SegmentForm>() else { return Vec::new() };
    if form.saving {
        return Vec::new();
    }
    match key.code {
        _ if is(key, KeySymbol::Esc) => {
            state.over.pop();
            return Vec::new();
        }
        _ if is(key, KeySymbol::Enter) => return submit(state),
        _ if is(key, KeySymbol::Tab) || is(key, KeySymbol::Down) => form.field = form.field.step(1),
        KeySymbol::Tab | KeySymbol::Up => form.field = form.field.step(-1),
        _ => match form.input_mut() {
            Some(input) => {
                if input::edit(input, key) == Some(true) {
                    form.problem = None;
                }
            }
            None => match key.code {
                KeySymbol::Right | KeySymbol::Char(' ' | 'l') => form.step_kind(1),
                KeySymbol::Left | KeySymbol::Char('h') => form.step_kind(-1),
                _ => {}
            },
        },
    }
    Vec::new()
}

/// Moves the focus to the clicked field. A click on the kind, if it has the focus already, selects the next kind.
pub fn pressed(state: &mut State, page: Rect, at: Position) -> Vec<Effect> {
    let Some(form) = state.over.get_mut::<SegmentForm>().filter(|form| !form.saving) else { return Vec::new() };
    match draw::field_at(page, form, at) {
        Some(SegmentField::Kind) if form.field == SegmentField::Kind => form.step_kind(1),
        Some(field) => form.field = field,
        None => {}
    }
    Vec::new()
}

/// Inserts a paste into the field being typed in. Only a rule has lines.
pub fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    let Some(form) = state.over.get_mut::<SegmentForm>() else { return Vec::new() };
    let text = if form.field == SegmentField::Rule { text_of_lines(text) } else { line_of(text) };
    if let Some(input) = form.input_mut() {
        input::insert(input, &text);
    }
    Vec::new()
}

/// Handles Enter in the form: saves if name and rule are valid, otherwise reports the problem.
fn submit(state: &mut State) -> Vec<Effect> {
    let Some(form) = state.over.get::<SegmentForm>() else { return Vec::new() };
    let (segment, editing) = (form.segment(), form.editing.clone());
    let problem = problem_of(state, &segment, editing.as_deref());
    let Some(form) = state.over.get_mut::<SegmentForm>() else { return Vec::new() };
    if let Some((field, text)) = problem {
        (form.field, form.problem) = (field, Some((field, text)));
        return Vec::new();
    }
    form.saving = true;
    let change = match editing {
        Some(name) => Change::EditSegment { name, segment },
        None => Change::AddSegment(segment),
    };
    saving::save(change, false)
}

fn problem_of(state: &State, segment: &Segment, editing: Option<&str>) -> Option<(SegmentField, String)> {
    let name = segment.name.as_str();
    if name.is_empty() {
        return Some((SegmentField::Name, "give it a name".into()));
    }
    if !is_plain_name(name) {
        return Some((SegmentField::Name, "use letters, digits and _, beginning with a letter".into()));
    }
    if editing != Some(name) && saving::is_taken(&state.definitions, name) {
        return Some((SegmentField::Name, format!("{} is taken", reference(name))));
    }
    if segment.rule.is_empty() {
        return Some((SegmentField::Rule, "a segment needs a rule".into()));
    }
    let error = check_as_saved(state, segment, editing).err()?;
    Some((SegmentField::Rule, error.describe(&segment.rule)))
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
        Some(SegmentationState::Segment { rule, .. }) => rule,
        _ => state.check(&segment.rule),
    }
}
