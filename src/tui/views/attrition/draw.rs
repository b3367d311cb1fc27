//! The strip under the filter: the customers that each condition removes.

use ratatui::layout::Rect;

use super::AttritionPane;
use crate::insight::attrition::{self, AttritionFigures, AttritionStep};
use crate::insight::format;
use crate::insight::table::{Table, TableCell};
use crate::tui::core::key;
use crate::tui::core::{State, View};
use crate::tui::paint::canvas::Canvas;
use crate::tui::paint::theme::Role;
use crate::tui::widgets::figures::{answer_role, count_width};

/// Gap before each figure, in cells.
const GAP: u16 = 3;

/// Returns the number of lines that the strip needs.
pub fn height(state: &State) -> u16 {
    let pane = state.views.get::<AttritionPane>();
    let lines = pane.conditions().max(1);
    if pane.shown { u16::try_from(lines + 1).unwrap_or(u16::MAX) } else { 0 }
}

/// Draws the strip: a line per condition, below headings if there is room.
pub fn draw(canvas: &mut Canvas, area: Rect, state: &State) {
    if area.height == 0 || area.width < 20 {
        return;
    }
    let pane = state.views.get::<AttritionPane>();
    let line = |at: u16| Rect { x: area.x + 1, y: area.y + at, width: area.width.saturating_sub(2), height: 1 };
    if let Some(error) = &pane.steps.found.error {
        canvas.text(line(0).x, area.y, line(0).width, error, Role::Error);
        return;
    }
    let steps = pane.steps.found.answer.as_deref().unwrap_or_default();
    if steps.is_empty() {
        let word = match pane.is_waiting() {
            true => "conditions: counting…".to_owned(),
            false => format!(
                "press {} to filter: this strip shows what each condition removes · {} hides it",
                key(state, "filter"),
                key(state, "attrition")
            ),
        };
        canvas.text(line(0).x, area.y, line(0).width, &word, Role::Dim);
        return;
    }
    let widths = FigureWidths::new(state, line(0).width);
    let base = state.customers().unwrap_or_default();
    let shown = attrition::shown(steps, base, state.settings.min_cell);
    // With two lines at most, the last conditions are worth more than headings.
    if area.height <= 2 {
        let hidden = steps.len().saturating_sub(usize::from(area.height));
        let steps = steps.iter().zip(&shown).skip(hidden).zip(0..);
        steps.for_each(|(step, at)| draw_step(canvas, line(at), step, &widths, state));
        return;
    }
    let heads = [("remain", Role::Dim), ("of before", Role::Dim), (widths.last_head(), Role::Dim)];
    widths.draw(canvas, line(0), ("condition", Role::Dim), heads);
    let room = usize::from(area.height - 1);
    let hidden = (steps.len() + 1).saturating_sub(room + 1);
    let count = if hidden > 0 { room.saturating_sub(1) } else { room };
    for (step, at) in steps.iter().zip(&shown).take(count).zip(1..) {
        draw_step(canvas, line(at), step, &widths, state);
    }
    if hidden > 0 && room > 0 {
        let word = format!("… {}", format::counted((steps.len() - count) as u64, "more condition", "more conditions"));
        canvas.text(line(room as u16).x, area.y + room as u16, area.width, &word, Role::Dim);
    }
}

/// Returns the steps to copy.
pub fn table(state: &State) -> Option<Table> {
    let steps = state.views.get::<AttritionPane>().steps.found.answer.as_deref()?;
    let shown = attrition::shown(steps, state.customers()?, state.settings.min_cell);
    let mut table = Table::new(["condition", "remain", "of before", ALONE[0]]);
    table.title = "Conditions of the filter".into();
    table.rows.extend(steps.iter().zip(&shown).map(|(step, shown)| {
        let before = format::copied(&format::percent(shown.of_before));
        vec![
            TableCell::Text(step.condition.clone()),
            TableCell::Count(shown.remaining),
            before,
            TableCell::Count(shown.alone),
        ]
    }));
    Some(table)
}

fn draw_step(
    canvas: &mut Canvas,
    line: Rect,
    (step, shown): (&AttritionStep, &AttritionFigures),
    widths: &FigureWidths,
    state: &State,
) {
    let role = answer_role(state, state.views.get::<AttritionPane>().steps.found.fresh);
    // A condition that removes nobody by itself is redundant beside the others.
    let nobody = shown.alone.count() == Some(0);
    let weight = if nobody { Role::Dim } else { role };
    let alone = match shown.alone.count() {
        Some(0) => "0".into(),
        Some(count) => format!("−{}", format::count(count)),
        None => format::shown(shown.alone),
    };
    let figures = [(format::shown(shown.remaining), role), (format::percent(shown.of_before), role), (alone, weight)];
    let figures = figures.each_ref().map(|(figure, role)| (figure.as_str(), *role));
    widths.draw(canvas, line, (&step.condition, role), figures);
}

/// Widths of the figures, in cells; a figure of width 0 is left out.
struct FigureWidths([u16; 3]);

/// Heading of the last figure, long and short.
const ALONE: [&str; 2] = ["alone removes", "alone"];

impl FigureWidths {
    fn new(state: &State, room: u16) -> Self {
        let count = count_width(state) as u16;
        let alone = |word: &str| (count + 1).max(word.len() as u16);
        match room {
            64.. => Self([count.max(6), 9, alone(ALONE[0])]),
            48.. => Self([count.max(6), 9, alone(ALONE[1])]),
            _ => Self([count.max(6), 0, alone(ALONE[1])]),
        }
    }

    fn last_head(&self) -> &'static str {
        if usize::from(self.0[2]) >= ALONE[0].len() { ALONE[0] } else { ALONE[1] }
    }

    /// Draws a name, which gets the room that is left, and three figures on the right.
    fn draw(&self, canvas: &mut Canvas, line: Rect, name: (&str, Role), figures: [(&str, Role); 3]) {
        let mut right = line.right();
        for ((figure, role), width) in figures.iter().zip(self.0).rev().filter(|(_, width)| *width > 0) {
            canvas.text_right(line.x, right, line.y, figure, *role);
            right = right.saturating_sub(width + GAP);
        }
        canvas.text(line.x, line.y, right.saturating_sub(line.x), name.0, name.1);
    }
}
