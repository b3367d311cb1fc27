use ratatui::layout::Rect;
use tui_input::Input;

use super::{SegmentField, SegmentForm};
use crate::model::SegmentKind;
use crate::tui::paint::canvas::{Canvas, Position};
use crate::tui::paint::theme::Role;
use crate::tui::widgets::boxes::{box_area, open_box};
use crate::tui::widgets::input;

const WIDTH: u16 = 84;
/// Width of a field's label, in cells.
const LABEL: u16 = 9;

/// Draws the form that saves the filter as a segment or edits one. A field's problem is shown under it.
pub fn draw(canvas: &mut Canvas, screen: Rect, form: &SegmentForm) {
    let title = match &form.editing {
        Some(name) => format!("Edit {name}"),
        None => "Save the filter as a segment".into(),
    };
    let keys = if form.saving { "saving…" } else { "enter saves · tab next field · esc leaves" };
    let step = step(screen);
    let area = open_box(canvas, screen, WIDTH, height(screen), &title, keys);
    for (field, y) in fields(area, screen, form) {
        let line = Rect { x: area.x + 2, y, width: area.width.saturating_sub(4), height: 1 };
        draw_field(canvas, line, field, form);
        let problem = form.problem.as_ref().filter(|(at, _)| *at == field);
        let identifier = form.identifier();
        if field == SegmentField::Name
            && problem.is_none()
            && step == 2
            && !identifier.is_empty()
            && identifier != form.name.value().trim()
        {
            canvas.text(line.x + LABEL, y + 1, line.width.saturating_sub(LABEL), &format!("→ {identifier}"), Role::Dim);
        }
        if let Some((_, problem)) = problem {
            canvas.text(line.x + LABEL, y + 1, line.width.saturating_sub(LABEL), &format!("! {problem}"), Role::Error);
        }
    }
}

/// Returns the lines from one field to the next. If there is room, the line under a field is reserved, so that nothing
/// jumps.
fn step(screen: Rect) -> u16 {
    if screen.height >= 12 { 2 } else { 1 }
}

fn height(screen: Rect) -> u16 {
    4 * step(screen) + 4
}

/// Returns the fields and their lines.
fn fields(area: Rect, screen: Rect, form: &SegmentForm) -> Vec<(SegmentField, u16)> {
    let mut y = area.y + 2;
    let place = |field: SegmentField| {
        let line = y;
        let has_problem = form.problem.as_ref().is_some_and(|(at, _)| *at == field);
        y += if has_problem { 2 } else { step(screen) };
        (field, line)
    };
    SegmentField::ALL.into_iter().map(place).collect()
}

/// Returns the field at a place of the page.
pub fn field_at(screen: Rect, form: &SegmentForm, at: Position) -> Option<SegmentField> {
    let area = box_area(screen, WIDTH, height(screen));
    let fields = fields(area, screen, form);
    fields.into_iter().find(|(_, y)| *y == at.y && area.contains(at)).map(|(field, _)| field)
}

fn draw_field(canvas: &mut Canvas, line: Rect, field: SegmentField, form: &SegmentForm) {
    let chosen = form.field == field;
    let (mark, role) = if chosen { ("› ", Role::Accent) } else { ("  ", Role::Dim) };
    canvas.text(line.x, line.y, LABEL, &format!("{mark}{}", word(field)), role);
    let text = Rect { x: line.x + LABEL, width: line.width.saturating_sub(LABEL), ..line };
    let draw_input = |canvas: &mut Canvas, content: &Input| {
        input::draw(canvas, text.x, text.y, text.width, content, chosen && !form.saving);
    };
    match field {
        SegmentField::Name => draw_input(canvas, &form.name),
        SegmentField::Kind => draw_kind(canvas, text, form.kind, chosen),
        SegmentField::Rule => draw_input(canvas, &form.rule),
        SegmentField::Note => draw_input(canvas, &form.note),
    }
}

/// Draws all kinds if there is room, the chosen one between marks.
fn draw_kind(canvas: &mut Canvas, area: Rect, kind: SegmentKind, chosen: bool) {
    let role = if chosen { Role::Accent } else { Role::Text };
    let marked = |kind: SegmentKind| (format!("◂ {kind} ▸"), role);
    let all: Vec<_> = SegmentKind::ALL
        .into_iter()
        .map(|each| if each == kind { marked(each) } else { (format!("  {each}  "), Role::Dim) })
        .collect();
    let width: usize = all.iter().map(|(content, _)| content.chars().count()).sum();
    let pieces = if width <= usize::from(area.width) { all } else { vec![marked(kind)] };
    canvas.pieces(area.x, area.y, area.width, &pieces);
}

fn word(field: SegmentField) -> &'static str {
    match field {
        SegmentField::Name => "name",
        SegmentField::Kind => "kind",
        SegmentField::Rule => "rule",
        SegmentField::Note => "note",
    }
}
