//! The persona form: the list of fields on the left, the field being typed on the right.

use ratatui::layout::Rect;

use super::{draw_attributes, draw_records, draw_spans, is_typed};
use crate::insight::card::Size;
use crate::insight::format;
use crate::insight::inquiry::FactState;
use crate::tui::core::State;
use crate::tui::core::lines::first_in_sight;
use crate::tui::paint::canvas::{Canvas, Position, inside};
use crate::tui::paint::theme::Role;
use crate::tui::views::persona_form::{PersonaField, PersonaForm};
use crate::tui::widgets::area;

/// Width of the list of fields, in cells.
const FIELDS: u16 = 17;
/// Minimum width of the screen to show the list.
const WIDE: u16 = 66;

/// Draws the form over the whole page.
pub fn draw(canvas: &mut Canvas, page: Rect, form: &PersonaForm, state: &State) {
    canvas.clear(page);
    canvas.frame(page, Role::FocusBorder);
    if page.height < 4 || page.width < 12 {
        return;
    }
    canvas.text(page.x + 1, page.y, page.width - 3, &format!(" {} ", title(form)), Role::Focus);
    draw_keys(canvas, page, form);
    let (inner, body) = areas(page);
    draw_audience(canvas, inner, form, state);
    if body.width >= WIDE {
        draw_fields(canvas, Rect { width: FIELDS, ..body }, form);
        for y in body.top()..body.bottom() {
            canvas.text(body.x + FIELDS, y, 1, "│", Role::Border);
        }
        let x = body.x + FIELDS + 2;
        draw_field(canvas, Rect { x, width: body.right().saturating_sub(x), ..body }, form, state);
    } else {
        let at = PersonaField::ALL.iter().position(|field| *field == form.field).unwrap_or(0);
        let position = format!("{} of {}", at + 1, PersonaField::ALL.len());
        canvas.text(body.x, body.y, body.width, form.field.word(), Role::Accent);
        canvas.text_right(body.x + 14, body.right(), body.y, &position, Role::Dim);
        let rest = Rect { y: body.y + 1, height: body.height.saturating_sub(1), ..body };
        draw_field(canvas, rest, form, state);
    }
}

/// Returns the area within the frame, and the part of it below the audience.
fn areas(page: Rect) -> (Rect, Rect) {
    let inner = inside(page);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let gap = u16::from(inner.height > 12);
    (inner, Rect { y: inner.y + 1 + gap, height: inner.height.saturating_sub(1 + gap), ..inner })
}

/// Returns the first field in sight of the list.
fn first_field(form: &PersonaForm, list: Rect) -> usize {
    let at = PersonaField::ALL.iter().position(|field| *field == form.field).unwrap_or(0);
    first_in_sight(at, PersonaField::ALL.len(), usize::from(list.height))
}

/// Returns the field in the list at a place of the page.
pub fn field_at(page: Rect, form: &PersonaForm, at: Position) -> Option<PersonaField> {
    let (_, body) = areas(page);
    let list = Rect { width: FIELDS, ..body };
    if body.width < WIDE || !list.contains(at) {
        return None;
    }
    PersonaField::ALL.get(first_field(form, list) + usize::from(at.y - list.y)).copied()
}

fn title(form: &PersonaForm) -> String {
    let name = form.value(PersonaField::Name);
    match &form.editing {
        None if name.trim().is_empty() => "New persona".to_owned(),
        None => format!("New persona: {}", name.trim()),
        Some(id) if name.trim().is_empty() => format!("Edit {id}"),
        Some(_) => format!("Edit {}", name.trim()),
    }
}

/// Draws the footer: the keys that apply now, or the question before leaving.
fn draw_keys(canvas: &mut Canvas, page: Rect, form: &PersonaForm) {
    let (x, y, width) = (page.x + 2, page.bottom() - 1, page.width.saturating_sub(4));
    if form.leaving {
        let question = [
            (" leave without saving?".to_owned(), Role::Strong),
            (" y".to_owned(), Role::Accent),
            (" leaves ·".to_owned(), Role::Text),
        ];
        let rest = [
            (" n".to_owned(), Role::Accent),
            (" keeps editing ·".to_owned(), Role::Text),
            (" ctrl-s".to_owned(), Role::Accent),
            (" saves ".to_owned(), Role::Text),
        ];
        canvas.pieces(x, y, width, &[&question[..], &rest[..]].concat());
        return;
    }
    canvas.text(x, y, width, &format!(" {} ", keys(form)), Role::Dim);
}

fn keys(form: &PersonaForm) -> &'static str {
    if form.saving {
        return "saving…";
    }
    let records = form.records(form.field);
    match form.field {
        PersonaField::Spans => "space ticks · ctrl-s saves · tab next field · esc leaves",
        PersonaField::Journey | PersonaField::Claims if records.is_some_and(|records| records.open) => {
            "tab next · esc back to the list · ctrl-s saves"
        }
        PersonaField::Journey | PersonaField::Claims if records.is_some_and(|records| records.can_restore()) => {
            "n new · enter opens · d deletes · u restores · J K move · ctrl-s saves"
        }
        PersonaField::Journey | PersonaField::Claims => {
            "n new · enter opens · d deletes · J K move · ctrl-s saves · tab next field"
        }
        field if form.text(field).is_some_and(|text| text.is_one_line()) => "enter saves · tab next field · esc leaves",
        _ => "ctrl-s saves · tab next field · alt-u undoes · esc leaves",
    }
}

/// Draws a line with the audience of what is typed.
fn draw_audience(canvas: &mut Canvas, area: Rect, form: &PersonaForm, state: &State) {
    let x = canvas.text(area.x, area.y, area.width, "audience  ", Role::Dim);
    let width = area.right().saturating_sub(x);
    if let Some(error) = &form.live.error {
        canvas.text(x, area.y, width, &format!("! {error}"), Role::Error);
        return;
    }
    match form.live.facts.as_ref().map(|facts| facts.size.state()) {
        Some(FactState::Known(size)) => {
            canvas.pieces(x, area.y, width, &sized(size, state));
        }
        Some(FactState::Wrong(reason)) => {
            canvas.text(x, area.y, width, &format!("! {reason}"), Role::Error);
        }
        Some(FactState::Waiting) => {
            canvas.text(x, area.y, width, "counting…", Role::Dim);
        }
        None => {
            canvas.text(x, area.y, width, "the customers are still being read", Role::Dim);
        }
    }
}

fn sized(size: &Size, state: &State) -> Vec<(String, Role)> {
    let mut pieces = vec![
        (format::shown(size.customers), Role::Strong),
        (" customers".to_owned(), Role::Text),
        (format!(" · {} of base", format::percent(size.share_of_base)), Role::Text),
    ];
    if let Some(value) = &state.settings.value {
        pieces.push((format!(" · {} of {value}", format::percent(size.share_of_value)), Role::Dim));
    }
    pieces
}

fn draw_fields(canvas: &mut Canvas, area: Rect, form: &PersonaForm) {
    let first = first_field(form, area);
    for (field, y) in PersonaField::ALL.into_iter().skip(first).zip(area.top()..area.bottom()) {
        let chosen = field == form.field;
        let problem = form.problem.as_ref().is_some_and(|problem| problem.field == field);
        let (mark, mark_role) = match (problem, form.is_filled(field)) {
            (true, _) => ("!", Role::Error),
            (false, true) => ("•", Role::Accent),
            (false, false) => (" ", Role::Dim),
        };
        canvas.text(area.x, y, 1, if chosen { "›" } else { " " }, Role::Accent);
        canvas.text(area.x + 2, y, 1, mark, mark_role);
        let role = if chosen { Role::Strong } else { Role::Dim };
        canvas.text(area.x + 4, y, area.width.saturating_sub(5), field.word(), role);
    }
}

/// Draws the field's hint or problem, then the field.
fn draw_field(canvas: &mut Canvas, area: Rect, form: &PersonaForm, state: &State) {
    let problem = form.problem.as_ref().filter(|problem| problem.field == form.field && problem.way.is_empty());
    match problem {
        Some(problem) => canvas.text(area.x, area.y, area.width, &format!("! {}", problem.text), Role::Error),
        None => canvas.text(area.x, area.y, area.width, form.field.hint(), Role::Dim),
    };
    let gap = u16::from(area.height > 8);
    let body = Rect { y: area.y + 1 + gap, height: area.height.saturating_sub(1 + gap), ..area };
    match form.field {
        PersonaField::Spans => draw_spans::draw(canvas, body, form, state),
        PersonaField::Attributes => draw_attributes::draw(canvas, body, form),
        PersonaField::Journey | PersonaField::Claims => draw_records::draw(canvas, body, form),
        field => {
            if let Some(text) = form.text(field) {
                area::draw(canvas, body, text, is_typed(form));
            }
        }
    }
}
