//! Draws the strip: the lesson, what was done last, what to press, and why.

use super::{LESSONS, LessonPlace, is_running};
use crate::text;
use crate::tui::core::{State, key};
use crate::tui::paint::canvas::{Canvas, Rect, TextPiece, cells};
use crate::tui::paint::theme::Role;

/// Minimum size of the terminal, as width and height, for a strip of [`TALL`] lines.
const ROOMY: (u16, u16) = (60, 20);
const TALL: u16 = 5;
/// Lines of the strip on a small terminal: the instruction alone.
const SHORT: u16 = 2;

/// Returns the lines of the strip on a terminal of this size; none outside of the tutor.
pub fn height(state: &State, width: u16, height: u16) -> u16 {
    match is_running(state) {
        false => 0,
        true if width >= ROOMY.0 && height >= ROOMY.1 => TALL,
        true => SHORT.min(height),
    }
}

/// Draws the strip for a place in the lessons.
pub fn draw(canvas: &mut Canvas, area: Rect, place: &LessonPlace, state: &State) {
    canvas.clear(area);
    let (press, why) = words(place, state);
    if area.height < TALL {
        let number = match LESSONS.get(place.lesson) {
            Some(_) => format!("{}.{} ", place.lesson + 1, place.step + 1),
            None => String::new(),
        };
        let mark = if place.seen.is_some() { ("✓ ".to_owned(), Role::Rise) } else { (String::new(), Role::Text) };
        let mut pieces = vec![mark, (number, Role::Dim)];
        pieces.extend(press);
        draw_wrapped(canvas, area, &pieces);
        return;
    }
    draw_title(canvas, Rect { height: 1, ..area }, place, state);
    let line = |y: u16, height: u16| Rect { x: area.x + 1, y: area.y + y, width: area.width.saturating_sub(2), height };
    let seen = match place.seen {
        Some(seen) => vec![("✓ ".to_owned(), Role::Rise), (with_keys(seen, state), Role::Dim)],
        None => vec![("A step completes when the screen shows its result.".to_owned(), Role::Dim)],
    };
    draw_wrapped(canvas, line(1, 1), &seen);
    draw_wrapped(canvas, line(2, 1), &press);
    draw_wrapped(canvas, line(3, 2), &[(why, Role::Dim)]);
}

fn draw_title(canvas: &mut Canvas, line: Rect, place: &LessonPlace, state: &State) {
    canvas.text(line.x, line.y, line.width, &"─".repeat(usize::from(line.width)), Role::Border);
    let title = match LESSONS.get(place.lesson) {
        Some(lesson) => format!(
            " Lesson {} of {}: {} · step {} of {} ",
            place.lesson + 1,
            LESSONS.len(),
            lesson.title,
            place.step + 1,
            lesson.steps.len()
        ),
        None => " The tutor is over ".to_owned(),
    };
    let end = canvas.text(line.x + 1, line.y, line.width.saturating_sub(2), &title, Role::Strong);
    let hint = format!(" {} skips the step ", key(state, "skip"));
    if place.lesson < LESSONS.len() && end + cells(&hint) + 2 <= line.right() {
        canvas.text_right(end, line.right() - 1, line.y, &hint, Role::Dim);
    }
}

/// Returns the instruction, with its keys in their role, and the sentences on its purpose.
fn words(place: &LessonPlace, state: &State) -> (Vec<TextPiece>, String) {
    let step = LESSONS.get(place.lesson).and_then(|lesson| lesson.steps.get(place.step));
    match step {
        Some(step) => (pieces(step.press, state), with_keys(step.why, state)),
        None => (
            pieces("All done: {quit} leaves. Your own table: `crosscut FILE`", state),
            "crosscut init FILE writes a study beside a table, crosscut tutor 1 begins again.".to_owned(),
        ),
    }
}

/// Returns a text with the keys of its bindings.
fn with_keys(words: &str, state: &State) -> String {
    pieces(words, state).into_iter().map(|(piece, _)| piece).collect()
}

/// Splits a text at `{name}`, which becomes the key of a binding, and at words between backticks.
fn pieces(words: &str, state: &State) -> Vec<TextPiece> {
    let mut pieces = Vec::new();
    for (i, part) in words.split('`').enumerate() {
        if i % 2 == 1 {
            pieces.push((part.to_owned(), Role::Accent));
            continue;
        }
        for part in part.split_inclusive('}') {
            match part.strip_suffix('}').and_then(|part| part.split_once('{')) {
                Some((before, name)) => {
                    pieces.push((before.to_owned(), Role::Text));
                    pieces.push((key(state, name), Role::Accent));
                }
                None => pieces.push((part.to_owned(), Role::Text)),
            }
        }
    }
    pieces
}

/// Draws pieces as lines that break between words. What does not fit is cut with `…`.
fn draw_wrapped(canvas: &mut Canvas, area: Rect, pieces: &[TextPiece]) {
    let whole: String = pieces.iter().map(|(piece, _)| piece.as_str()).collect();
    let mut lines = text::wrap(&whole, usize::from(area.width));
    if lines.len() > usize::from(area.height) {
        let rest = lines.split_off(usize::from(area.height.max(1)) - 1).join(" ");
        lines.push(rest);
    }
    // Roles of the characters that are not blank: wrapping drops blanks at the ends of lines.
    let marked = |(piece, role): &TextPiece| -> Vec<Role> {
        piece.chars().filter(|c| !c.is_whitespace()).map(|_| *role).collect()
    };
    let mut roles = pieces.iter().flat_map(marked);
    for (line, y) in lines.iter().zip(area.top()..area.bottom()) {
        let mut parts: Vec<TextPiece> = Vec::new();
        for c in line.chars() {
            let before = parts.last().map_or(Role::Text, |(_, role)| *role);
            let role = if c.is_whitespace() { before } else { roles.next().unwrap_or(before) };
            match parts.last_mut() {
                Some((part, last)) if *last == role => part.push(c),
                _ => parts.push((c.to_string(), role)),
            }
        }
        canvas.pieces(area.x, y, area.width, &parts);
    }
}
