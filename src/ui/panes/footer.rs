use ratatui::layout::Rect;

use crate::app::command::{self, Command};
use crate::app::lines::{PersonaLine, SegmentLine, persona_lines, segment_lines};
use crate::app::{Base, Overlay, Pane, State, View};
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
    match (&state.overlay, &state.base) {
        (Some(Overlay::PersonaCard { .. } | Overlay::Help { .. }), _) => draw_page(canvas, area, state),
        // A box names its own keys.
        (Some(_), _) => {}
        (None, _) if state.filter.editing => draw_typing(canvas, area, state),
        (None, Base::Failed(_)) => draw_keys(canvas, area, state, &[(Command::Quit, "quit"), (Command::Help, "help")]),
        (None, _) => match chosen_error(state) {
            Some(error) => drop(canvas.text(area.x + 1, area.y, area.width.saturating_sub(2), &error, Role::Error)),
            None => draw_commands(canvas, area, state),
        },
    }
}

/// What is wrong with the chosen line, in full: in the line itself there is seldom room.
fn chosen_error(state: &State) -> Option<String> {
    if !matches!((&state.base, state.view), (Base::Ready { .. }, View::Main)) {
        return None;
    }
    let (name, error) = match state.focus {
        Pane::Segments => segment_error(state)?,
        Pane::Personas => persona_error(state)?,
        Pane::Groups => return None,
    };
    Some(format!("! {name}: {error}"))
}

fn segment_error(state: &State) -> Option<(String, String)> {
    let line = *segment_lines(state).get(state.segments.cursor)?;
    let error = match line {
        SegmentLine::Segmentation { entry, .. } => entry.cells()?.as_ref().err()?.clone(),
        _ => line.rule()?.as_ref().err()?.to_string(),
    };
    Some((line.name().to_owned(), error))
}

fn persona_error(state: &State) -> Option<(String, String)> {
    let (name, error) = match *persona_lines(state).get(state.personas.cursor)? {
        PersonaLine::Persona { entry, .. } => (&entry.name, entry.audience.as_ref().err()?),
        PersonaLine::Span { entry, .. } => (&entry.name, entry.segment.as_ref().err()?),
        PersonaLine::InNone | PersonaLine::InSeveral => return None,
    };
    Some((name.clone(), error.to_string()))
}

fn draw_page(canvas: &mut Canvas, area: Rect, state: &State) {
    let keys = [
        (Command::Back, "close"),
        (Command::Down, "down"),
        (Command::Up, "up"),
        (Command::PageDown, "page down"),
        (Command::PageUp, "page up"),
    ];
    draw_keys(canvas, area, state, &keys);
}

fn draw_keys(canvas: &mut Canvas, area: Rect, state: &State, keys: &[(Command, &'static str)]) {
    draw_hints(canvas, area, keys.iter().map(|(command, word)| (key(state, *command), *word)));
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
