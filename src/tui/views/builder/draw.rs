//! Draws the builder of segmentations.

use ratatui::layout::Rect;

use super::{draw_cells as cells, draw_profile as profile};
use crate::insight::mece::Mece;
use crate::tui::core::State;
use crate::tui::paint::canvas::{Canvas, Position};
use crate::tui::paint::theme::Role;
use crate::tui::views::builder::{BuilderField, BuilderInquiry, CutMethod, SegmentationBuilder};
use crate::tui::views::picker;
use crate::tui::widgets::boxes::{box_area, open_box};
use crate::tui::widgets::input;

const WIDTH: u16 = 84;
/// Maximum width of the box: rules need room.
const WIDE: u16 = 116;
/// Width of a field's label, in cells.
const LABEL: u16 = 9;
/// Lines of the column's profile.
const PROFILE: u16 = 3;
/// Height of the screen below which the profile and the fields above the selected cell are hidden, to leave their lines
/// to the cells.
const LOW: u16 = 14;

/// Draws the box: fields, profile of the column, cells, status and keys.
pub fn draw(canvas: &mut Canvas, area: Rect, builder: &SegmentationBuilder, state: &State) {
    if let Some(columns) = &builder.picker {
        return picker::draw_list(canvas, area, columns, "");
    }
    let (width, height) = size(area, builder);
    open_box(canvas, area, width, height, &title(builder), &keys(builder));
    let layout = BuilderLayout::new(area, builder);
    for (field, line) in &layout.fields {
        draw_field(canvas, *line, *field, builder);
    }
    if let (Some(column), Some(area)) = (builder.profile(), layout.profile) {
        profile::draw(canvas, area, column, state);
    }
    draw_status(canvas, layout.status, builder, state);
    if builder.chosen().has_lines() || matches!(builder.cells, Some(Ok(_))) {
        cells::draw(canvas, layout.cells, builder, state);
    }
}

/// Returns the field at a place of the screen.
pub fn field_at(area: Rect, builder: &SegmentationBuilder, state: &State, at: Position) -> Option<BuilderField> {
    let layout = BuilderLayout::new(area, builder);
    let field = layout.fields.iter().find(|(_, line)| line.contains(at)).map(|(field, _)| *field);
    field.or_else(|| cells::field_at(layout.cells, builder, state, at))
}

/// Layout of the box.
struct BuilderLayout {
    fields: Vec<(BuilderField, Rect)>,
    profile: Option<Rect>,
    status: Rect,
    cells: Rect,
}

impl BuilderLayout {
    fn new(screen: Rect, builder: &SegmentationBuilder) -> Self {
        let is_low = screen.height < LOW;
        let with_profile = has_profile(screen, builder);
        let (width, height) = size(screen, builder);
        let area = box_area(screen, width, height);
        let mut rest = Rect {
            x: area.x + 2,
            y: area.y + 1,
            width: area.width.saturating_sub(4),
            height: area.height.saturating_sub(2),
        };
        let fields = fields(builder).into_iter();
        let fields = fields.filter(|_| !is_low || !matches!(builder.field, BuilderField::Cell(..)));
        let fields = fields.map(|field| (field, take(&mut rest, 1))).collect();
        let profile = with_profile.then(|| {
            take(&mut rest, 1);
            take(&mut rest, PROFILE)
        });
        if !is_low {
            take(&mut rest, 1);
        }
        Self { fields, profile, status: take(&mut rest, 1), cells: rest }
    }
}

/// Returns the width and height that the box would take.
fn size(screen: Rect, builder: &SegmentationBuilder) -> (u16, u16) {
    let above = fields(builder).len() as u16 + if has_profile(screen, builder) { PROFILE + 1 } else { 0 };
    let height = (rows(builder) as u16).saturating_add(above + 6);
    (if builder.chosen() == CutMethod::Cells { WIDE } else { WIDTH }, height)
}

fn has_profile(screen: Rect, builder: &SegmentationBuilder) -> bool {
    builder.profile().is_some() && screen.height >= LOW + 2
}

/// Takes this many lines off the top.
fn take(rest: &mut Rect, lines: u16) -> Rect {
    let lines = lines.min(rest.height);
    let taken = Rect { height: lines, ..*rest };
    (rest.y, rest.height) = (rest.y + lines, rest.height - lines);
    taken
}

fn title(builder: &SegmentationBuilder) -> String {
    match (&builder.editing, builder.chosen()) {
        (Some(before), _) if builder.column.is_empty() => format!("Edit {}", before.name),
        (Some(before), _) => format!("Edit {}: {} cut into segments", before.name, builder.column),
        (None, CutMethod::Cells) => "Segments by hand".into(),
        (None, how) if builder.column.is_empty() => format!("Cut into segments: {}", how.word()),
        (None, _) => format!("Cut {} into segments", builder.column),
    }
}

fn keys(builder: &SegmentationBuilder) -> String {
    if builder.saving {
        return "saving…".into();
    }
    let here = match builder.field {
        BuilderField::Cell(..) => "ctrl-n add · ctrl-x drop · alt-↑ alt-↓ move · ",
        BuilderField::How | BuilderField::Kind => "h l choose · ",
        BuilderField::Parameter => "ctrl-o other column · ",
        _ if builder.chosen().has_lines() => "ctrl-n add a cell · ",
        _ => "",
    };
    format!("enter saves · tab next · {here}esc leaves")
}

fn rows(builder: &SegmentationBuilder) -> usize {
    let cells = builder.cells.as_ref().and_then(|cells| cells.as_ref().ok()).map_or(1, Vec::len);
    cells.max(if builder.chosen().has_lines() { builder.lines.len() } else { 0 })
}

/// Returns the fields above the cells.
fn fields(builder: &SegmentationBuilder) -> Vec<BuilderField> {
    builder.fields().into_iter().filter(|field| !matches!(field, BuilderField::Cell(..))).collect()
}

fn draw_field(canvas: &mut Canvas, line: Rect, field: BuilderField, builder: &SegmentationBuilder) {
    if line.height == 0 {
        return;
    }
    let chosen = builder.field == field;
    let (mark, role) = if chosen { ("› ", Role::Accent) } else { ("  ", Role::Dim) };
    let word = match (field, builder.chosen()) {
        (BuilderField::Parameter, CutMethod::Rfm | CutMethod::Cross) => "of",
        (BuilderField::Parameter, CutMethod::Quantiles) => "parts",
        (BuilderField::Parameter, CutMethod::Values) => "top",
        (BuilderField::Parameter, CutMethod::Part) => "by",
        (field, _) => field.word(),
    };
    canvas.text(line.x, line.y, LABEL, &format!("{mark}{word}"), role);
    let (x, width) = (line.x + LABEL, line.width.saturating_sub(LABEL));
    let choice = |canvas: &mut Canvas, word: &str| {
        canvas.text(x, line.y, width, &format!("◂ {word} ▸"), Role::Text);
    };
    let content = match field {
        BuilderField::How => return choice(canvas, builder.chosen().word()),
        BuilderField::Kind => return choice(canvas, builder.kind.map_or("none", |kind| kind.word())),
        BuilderField::Parameter => &builder.parameter,
        BuilderField::Name => &builder.name,
        BuilderField::Note => &builder.note,
        BuilderField::Cell(..) => return,
    };
    if field == BuilderField::Parameter && content.value().is_empty() {
        canvas.text(x + 2, line.y, width.saturating_sub(2), builder.chosen().hint(), Role::Dim);
    }
    input::draw(canvas, x, line.y, width, content, chosen && !builder.saving);
}

/// Draws what is wrong, the selected line's fault first; otherwise whether the cells are MECE, as counted in the base.
fn draw_status(canvas: &mut Canvas, line: Rect, builder: &SegmentationBuilder, state: &State) {
    if line.height == 0 {
        return;
    }
    let is_chosen = |at: usize| matches!(builder.field, BuilderField::Cell(n, _) if n == at);
    let fault = builder.faults.iter().find(|(at, _)| is_chosen(*at)).map(|(_, fault)| fault);
    let BuilderInquiry { counts, memberships, .. } = &builder.inquiry;
    let memberships = &memberships.found;
    let error = match &builder.cells {
        Some(Err(reason)) => Some(reason),
        _ => counts.found.error.as_ref().or(memberships.error.as_ref()),
    };
    let (words, role) = match (builder.problem.as_ref().or(fault).or(error), &memberships.answer) {
        (Some(problem), _) => (format!("! {problem}"), Role::Error),
        (None, Some(numbers)) if builder.cells.is_some() => {
            let words = Mece::new(numbers, false).sentence(state.settings.min_cell);
            (words, if memberships.fresh { Role::Text } else { Role::Dim })
        }
        _ => ("counting…".to_owned(), Role::Dim),
    };
    canvas.text(line.x, line.y, line.width, &words, role);
}
