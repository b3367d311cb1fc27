//! The last line: hints for keys, or a message.

use ratatui::layout::Rect;

use super::header;
use crate::insight::format;
use crate::text;
use crate::tui::core::dispatch::groups;
use crate::tui::core::keymap::Bound;
use crate::tui::core::{BaseState, Binding, State, ViewKeys, key};
use crate::tui::paint::canvas::{Canvas, TextPiece};
use crate::tui::paint::theme::Role;
use crate::tui::views::main;
use crate::tui::widgets::layout::SIDE_BY_SIDE;

/// Draws hints for the keys that apply here and now, or the message, if there is one.
pub fn draw(canvas: &mut Canvas, area: Rect, state: &State) {
    if area.height == 0 {
        return;
    }
    let area = draw_part(canvas, area, state);
    if let Some(text) = &state.filter.offered {
        return draw_offer(canvas, area, text);
    }
    if let Some(message) = &state.message {
        let (mark, role) = if message.is_error { ("! ", Role::Error) } else { ("", Role::Text) };
        let pieces = [(mark.to_owned(), role), (message.text.clone(), role)];
        canvas.pieces(area.x + 1, area.y, area.width.saturating_sub(2), &pieces);
        return;
    }
    match (state.over.top(), &state.base) {
        // A box shows its own keys.
        (Some(over), _) if matches!(over.keys(), ViewKeys::Typing(_)) => {}
        (Some(_), _) => draw_page(canvas, area, state),
        (None, _) if state.filter.editing => draw_typing(canvas, area, state),
        (None, BaseState::Failed(_)) => {
            draw_hints(
                canvas,
                area,
                [("redraw", "try again"), ("quit", "quit"), ("help", "help")]
                    .map(|(name, word)| (key(state, name), word)),
            );
        }
        (None, _) => match main::chosen_error(state) {
            Some(error) => drop(canvas.text(area.x + 1, area.y, area.width.saturating_sub(2), &error, Role::Error)),
            None => draw_bindings(canvas, area, state),
        },
    }
}

/// Draws the note that all figures are of the first rows, for when a page over the screen hides the header. Returns the
/// rest of the line.
fn draw_part(canvas: &mut Canvas, area: Rect, state: &State) -> Rect {
    let (Some(part), Some(rows), false) = (state.part(), state.customers(), state.over.is_empty()) else { return area };
    let mark = format!("first {} so far · {}", format::counted(rows, "row", "rows"), header::read(part));
    let x = canvas.text(area.x + 1, area.y, area.width.saturating_sub(2), &mark, Role::Notice) + 1;
    Rect { x, width: area.right().saturating_sub(x), ..area }
}

/// Draws the choices for a text that was pasted where no field takes typing.
fn draw_offer(canvas: &mut Canvas, area: Rect, text: &str) {
    let count = format::counted(text.chars().count() as u64, "character", "characters");
    let words = [&format!("pasted {count}: "), " adds it to the filter · ", " discards"];
    let few_words = [&format!("{count}: "), " adds · ", " drops"];
    let draw = |canvas: &mut Canvas, [pasted, puts, drops]: [&str; 3]| {
        let pieces: [TextPiece; 5] = [
            (pasted.to_owned(), Role::Notice),
            ("enter".to_owned(), Role::Accent),
            (puts.to_owned(), Role::Text),
            ("esc".to_owned(), Role::Accent),
            (drops.to_owned(), Role::Text),
        ];
        canvas.pieces(area.x + 1, area.y, area.width.saturating_sub(2), &pieces);
    };
    draw(canvas, if area.width >= 80 { words } else { few_words });
}

/// Draws the keys of a page: how to close it, its own, how to scroll.
fn draw_page(canvas: &mut Canvas, area: Rect, state: &State) {
    let mut own = usable(state);
    own.retain(|bound| !matches!(bound.binding.name, "back" | "quit"));
    let own = hints(own);
    let lines = format!("{} {}", key(state, "down"), key(state, "up"));
    let scrolling = [(lines, "scroll"), (key(state, "page-down"), "page down")];
    draw_hints(canvas, area, std::iter::once((key(state, "back"), "close")).chain(own).chain(scrolling));
}

fn draw_typing(canvas: &mut Canvas, area: Rect, state: &State) {
    let listed = state.filter.completion.as_ref().is_some_and(|completion| !completion.items.is_empty());
    let chosen = state.filter.completion.as_ref().is_some_and(|completion| completion.chosen.is_some());
    let keys: &[(&str, &str)] = if listed && chosen {
        &[("enter", "take"), ("down up", "choose"), ("esc", "close the list")]
    } else if listed {
        &[("enter", "apply"), ("tab", "take"), ("down up", "choose"), ("esc", "close the list")]
    } else {
        &[("enter", "apply"), ("esc", "back to the panes"), ("up down", "earlier filters")]
    };
    draw_hints(canvas, area, keys.iter().map(|(key, word)| ((*key).to_owned(), *word)));
}

/// Draws as many hints as fit: the view's own first, then the filter and the rest, and always the key of the palette,
/// which lists all commands.
fn draw_bindings(canvas: &mut Canvas, area: Rect, state: &State) {
    let last = (key(state, "palette"), "commands");
    let reserved = (hint_width(&last) + 1) as u16;
    let mut own = usable(state);
    own.sort_by_key(|bound| rank(bound.binding, state.view == main::NAME, area.width < SIDE_BY_SIDE));
    let own = hints(own);
    let x = draw_hints(canvas, Rect { width: area.width.saturating_sub(reserved), ..area }, own);
    draw_hints(canvas, Rect { x: x.saturating_sub(1), width: area.right().saturating_sub(x), ..area }, [last]);
}

/// Returns the place of a binding's hint: a view's own come first, but on the main screen the filter does, and on a
/// narrow one the key to the panes out of sight.
fn rank(binding: &Binding, is_main: bool, is_narrow: bool) -> u8 {
    match binding.name {
        "filter" if is_main => 0,
        "back" => 1,
        "next-pane" if is_main && is_narrow => 1,
        _ if binding.is_late => 4,
        _ => 3,
    }
}

/// Returns the bindings that can be used now. Help and palette have fixed places.
fn usable(state: &State) -> Vec<Bound> {
    let is_usable = |bound: &Bound| {
        let binding = bound.binding;
        let needs_a_line = state.view == main::NAME && matches!(binding.name, "enter" | "toggle");
        let is_elsewhere = match binding.name {
            "palette" => true,
            "back" => state.is_at_home(),
            // The key that opened the view in front.
            name => name == state.view,
        };
        (binding.disabled)(state).is_none() && !is_elsewhere && (!needs_a_line || main::has_lines(state))
    };
    groups(state).into_iter().flat_map(|group| group.bindings).filter(is_usable).collect()
}

/// Returns the hints of bindings, with their keys.
fn hints(bindings: Vec<Bound>) -> impl Iterator<Item = (String, &'static str)> {
    bindings.into_iter().filter_map(|bound| Some((bound.keys.first()?.to_string(), bound.binding.hint?)))
}

/// Draws hints and returns the x position after the last one that fitted.
fn draw_hints(canvas: &mut Canvas, area: Rect, hints: impl IntoIterator<Item = (String, &'static str)>) -> u16 {
    let mut x = area.x + 1;
    for hint in hints {
        if usize::from(x) + hint_width(&hint) > usize::from(area.right()) {
            break;
        }
        let pieces: [TextPiece; 2] = [(hint.0, Role::Accent), (format!(" {}", hint.1), Role::Dim)];
        x = canvas.pieces(x, area.y, area.width, &pieces) + 2;
    }
    x
}

fn hint_width(hint: &(String, &str)) -> usize {
    text::width(&hint.0) + 1 + text::width(hint.1) + 1
}
