use ratatui::layout::Rect;

use crate::app::command::{self, Command};
use crate::app::{Overlay, State};
use crate::term::text;
use crate::ui::canvas::{Canvas, Piece};
use crate::ui::keys::key;
use crate::ui::theme::Role;

/// Hints for the keys that do something here and now; in their place the message, while there is one.
pub fn draw(canvas: &mut Canvas, area: Rect, state: &State) {
    if area.height == 0 {
        return;
    }
    if let Some(message) = &state.message {
        let (mark, role) = if message.is_error { ("! ", Role::Error) } else { ("", Role::Text) };
        let pieces = [(mark.to_owned(), role), (message.text.clone(), role)];
        canvas.pieces(area.x + 1, area.y, area.width.saturating_sub(2), &pieces);
        return;
    }
    if state.overlay.is_some() && !matches!(state.overlay, Some(Overlay::PersonaCard { .. } | Overlay::Help { .. })) {
        return;
    }
    if state.filter.editing { draw_typing(canvas, area, state) } else { draw_commands(canvas, area, state) }
}

fn draw_typing(canvas: &mut Canvas, area: Rect, state: &State) {
    let listed = state.filter.completion.as_ref().is_some_and(|completion| !completion.items.is_empty());
    let keys: &[(&str, &str)] = if listed {
        &[("enter", "keep the filter"), ("tab", "take"), ("down up", "choose"), ("esc", "close the list")]
    } else {
        &[("enter", "keep the filter"), ("esc", "back to the panes"), ("up down", "earlier filters")]
    };
    draw_hints(canvas, area, keys.iter().map(|(key, word)| ((*key).to_owned(), *word)));
}

/// As many hints as fit, in the table's order; the way to all the others is always among them.
fn draw_commands(canvas: &mut Canvas, area: Rect, state: &State) {
    let last = (key(state, Command::Palette), "commands");
    let reserved = (hint_width(&last) + 1) as u16;
    let hints = command::at(command::place(state)).filter(|spec| spec.command != Command::Palette);
    let hints = hints.filter(|spec| spec.command != Command::Help && spec.command.disabled(state).is_none());
    let hints = hints.filter_map(|spec| Some((key(state, spec.command), spec.hint?)));
    let x = draw_hints(canvas, Rect { width: area.width.saturating_sub(reserved), ..area }, hints);
    draw_hints(canvas, Rect { x: x.saturating_sub(1), width: area.right().saturating_sub(x), ..area }, [last]);
}

/// Gives the place after the last hint that fitted.
fn draw_hints(canvas: &mut Canvas, area: Rect, hints: impl IntoIterator<Item = (String, &'static str)>) -> u16 {
    let mut x = area.x + 1;
    for hint in hints {
        if usize::from(x) + hint_width(&hint) > usize::from(area.right()) {
            break;
        }
        let pieces: [Piece; 2] = [(hint.0, Role::Accent), (format!(" {}", hint.1), Role::Dim)];
        x = canvas.pieces(x, area.y, area.width, &pieces) + 2;
    }
    x
}

fn hint_width(hint: &(String, &str)) -> usize {
    text::width(&hint.0) + 1 + text::width(hint.1) + 1
}
