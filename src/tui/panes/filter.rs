use std::ops::Range;

use ratatui::layout::Rect;

use crate::engine::Activity;
use crate::insight::format;
use crate::rule::RuleError;
use crate::text;
use crate::tui::core::key;
use crate::tui::core::{BaseState, State};
use crate::tui::paint::canvas::{self, Canvas};
use crate::tui::paint::theme::Role;
use crate::tui::views::{filter_warnings, unmatched};
use crate::tui::widgets::highlight;
use crate::tui::widgets::input::{VisibleText, cells};

const LABEL: &str = " filter › ";
/// Cells before the filter's text. The summary below aligns with it.
pub const INDENT: u16 = 10;
/// Cells on the right reserved for the time taken.
const TIME: u16 = 13;
/// Stand-in for a line break, as the filter is shown on one line.
const LINE_END: &str = "⏎";
const SPINNER: [char; 4] = ['⠋', '⠙', '⠴', '⠦'];

/// Draws the filter line with its cursor, and the time that the newest count took.
pub fn draw(canvas: &mut Canvas, area: Rect, state: &State) {
    if area.height == 0 {
        return;
    }
    let label = if state.filter.editing { Role::Accent } else { Role::Dim };
    canvas.text(area.x, area.y, area.width, LABEL, label);
    let line = text_area(area);
    let end = if state.filter.text().is_empty() && !state.filter.editing {
        let mut hint = format!("everyone · press {} to filter", key(state, "filter"));
        if canvas::cells(&hint) > line.width {
            hint.truncate("everyone".len());
        }
        canvas.text(line.x, line.y, line.width, &hint, Role::Dim)
    } else {
        draw_rule(canvas, line, state)
    };
    // The text on work in progress takes the room that a short rule leaves.
    let left = (end + 2).min(line.right());
    canvas.text_right(left, area.right().saturating_sub(1), area.y, &work(state), Role::Dim);
}

/// Returns the area of the rule's text.
fn text_area(area: Rect) -> Rect {
    Rect { x: area.x + INDENT, width: area.width.saturating_sub(INDENT + TIME), ..area }
}

/// Draws the rule and returns the x position after it.
fn draw_rule(canvas: &mut Canvas, line: Rect, state: &State) -> u16 {
    let rule = state.filter.text();
    let sight = sight(line, state);
    let mut x = line.x;
    for (bytes, role) in highlight::pieces_within(rule, sight.bytes.clone()) {
        let shown = bytes.start.max(sight.bytes.start)..bytes.end.min(sight.bytes.end);
        for part in rule.get(shown).unwrap_or_default().split_inclusive('\n') {
            let words = part.strip_suffix('\n').unwrap_or(part);
            x = canvas.text(x, line.y, line.right().saturating_sub(x), words, role);
            if words.len() < part.len() {
                x = canvas.text(x, line.y, line.right().saturating_sub(x), LINE_END, Role::Dim);
            }
        }
    }
    if sight.bytes.start > 0 {
        canvas.text(line.x - 1, line.y, 1, "…", Role::Dim);
    }
    if sight.bytes.end < rule.len() {
        canvas.text(line.right(), line.y, 1, "…", Role::Dim);
    }
    if state.filter.editing {
        let at = sight.cell(rule, state.filter.cursor_byte());
        canvas.show_cursor(line.x + at as u16, line.y);
    }
    x
}

fn sight(line: Rect, state: &State) -> VisibleText {
    let cursor = if state.filter.editing { state.filter.cursor_byte() } else { 0 };
    VisibleText::new(state.filter.text(), cursor, usize::from(line.width))
}

/// Returns the column of the screen at which a byte of the filter is drawn.
pub fn column_of(area: Rect, state: &State, byte: usize) -> u16 {
    let line = text_area(area);
    line.x + (sight(line, state).cell(state.filter.text(), byte) as u16).min(line.width)
}

/// Returns the time taken, such as `4 ms`, or a description of the work in progress.
fn work(state: &State) -> String {
    let counting = matches!(state.base, BaseState::Ready { .. }) && state.is_busy();
    match (state.answers.took, &state.activity) {
        _ if state.filter.pending.is_some() && state.ticks > 0 => {
            format!("{} checking", SPINNER[state.ticks % SPINNER.len()])
        }
        (_, Some(Activity { what, permille })) if counting => {
            let percent = permille.map(|permille| format!(" {} %", permille / 10)).unwrap_or_default();
            format!("{} {}{percent}", SPINNER[state.ticks % SPINNER.len()], text::visible(what))
        }
        _ if counting && state.ticks > 0 => format!("{} counting", SPINNER[state.ticks % SPINNER.len()]),
        (Some(took), _) => format::time(took),
        (None, _) => String::new(),
    }
}

/// Draws a caret under the place of the error, and the message beside it. If it does not fit there, the message gets
/// the whole line, and the place is marked in the rule. Without an error the line is for a warning, or for the lists
/// that the filter names.
pub fn draw_problem(canvas: &mut Canvas, area: Rect, filter_area: Rect, state: &State) {
    if area.height == 0 {
        return;
    }
    if let Some(problem) = &state.filter.problem {
        let role = if is_patient(state, problem) { Role::Dim } else { Role::Error };
        return draw_pointed(canvas, area, filter_area, state, &problem.place, &problem.to_string(), role);
    }
    if let Some((warning, others)) = filter_warnings::first(state) {
        let more = if others > 0 { format!(" · and {others} more") } else { String::new() };
        let message = format!("{}{more}", warning.message);
        return draw_pointed(canvas, area, filter_area, state, &warning.place, &message, Role::Notice);
    }
    if let Some((line, role)) = unmatched::line(state) {
        canvas.text(area.x + INDENT, area.y, area.width.saturating_sub(INDENT + 1), &line, role);
    }
}

/// Draws carets under a place of the filter, and a message beside them.
fn draw_pointed(
    canvas: &mut Canvas,
    area: Rect,
    filter_area: Rect,
    state: &State,
    place: &Range<usize>,
    message: &str,
    role: Role,
) {
    let left = column_of(filter_area, state, place.start);
    let carets = (caret_width(state, place) as u16).min(text_area(filter_area).right().saturating_sub(left).max(1));
    let width = canvas::cells(message);
    let (start, right) = (area.x + 1, area.right().saturating_sub(1));
    let after = left + carets + 1;
    let at = if after + width <= right { Some(after) } else { left.checked_sub(width + 1).filter(|x| *x >= start) };
    if at.is_some() {
        canvas.text(left, area.y, carets, &"^".repeat(usize::from(carets)), role);
    } else {
        canvas.paint(Rect { x: left, width: carets, height: 1, ..filter_area }, role);
    }
    let x = at.unwrap_or(start);
    canvas.text(x, area.y, right.saturating_sub(x), message, role);
}

/// Returns true if the error may resolve itself as one types on: an unfinished rule, or a name at the cursor that is
/// the start of a suggestion.
fn is_patient(state: &State, problem: &RuleError) -> bool {
    let at_cursor = state.filter.editing && state.filter.cursor_byte() == problem.place.end;
    let suggested = state.filter.completion.as_ref().is_some_and(|completion| !completion.items.is_empty());
    problem.unfinished || (at_cursor && suggested)
}

fn caret_width(state: &State, place: &Range<usize>) -> usize {
    const MAX_MESSAGE_WIDTH: usize = 40;
    let place = state.filter.text().get(place.clone()).unwrap_or_default();
    // Upper bound on a character's bytes.
    cells(&place[..place.floor_char_boundary(MAX_MESSAGE_WIDTH * 4)]).clamp(1, MAX_MESSAGE_WIDTH)
}
