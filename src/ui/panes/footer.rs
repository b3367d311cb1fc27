use ratatui::layout::Rect;

use crate::app::command::{self, Command, Place, Spec};
use crate::app::lines::{PersonaLine, SegmentLine, persona_lines, segment_lines};
use crate::app::{Base, Overlay, Pane, State, View};
use crate::term::text;
use crate::ui::canvas::{Canvas, Piece};
use crate::ui::format;
use crate::ui::keys::key;
use crate::ui::layout::SIDE_BY_SIDE;
use crate::ui::theme::Role;

/// Draws hints for the keys that apply here and now, or the message, if there is one.
pub fn draw(canvas: &mut Canvas, area: Rect, state: &State) {
    if area.height == 0 {
        return;
    }
    if let Some(text) = &state.filter.offered {
        return draw_offer(canvas, area, text);
    }
    if let Some(message) = &state.message {
        let (mark, role) = if message.is_error { ("! ", Role::Error) } else { ("", Role::Text) };
        let pieces = [(mark.to_owned(), role), (message.text.clone(), role)];
        canvas.pieces(area.x + 1, area.y, area.width.saturating_sub(2), &pieces);
        return;
    }
    match (&state.overlay, &state.base) {
        (Some(Overlay::PersonaCard { .. }), _) if state.views.card.reading.is_none() => draw_card(canvas, area, state),
        (Some(Overlay::PersonaCard { .. } | Overlay::Help { .. }), _) => draw_page(canvas, area, state),
        // A box shows its own keys.
        (Some(_), _) => {}
        (None, _) if state.filter.editing => draw_typing(canvas, area, state),
        (None, Base::Failed(_)) => draw_keys(
            canvas,
            area,
            state,
            &[(Command::Redraw, "try again"), (Command::Quit, "quit"), (Command::Help, "help")],
        ),
        (None, _) => match chosen_error(state) {
            Some(error) => drop(canvas.text(area.x + 1, area.y, area.width.saturating_sub(2), &error, Role::Error)),
            None => draw_commands(canvas, area, state),
        },
    }
}

/// Draws the choices for a text that was pasted where no field takes typing.
fn draw_offer(canvas: &mut Canvas, area: Rect, text: &str) {
    let count = format::counted(text.chars().count() as u64, "character", "characters");
    let words = [&format!("pasted {count}: "), " puts them in the filter, ", " drops them"];
    let few_words = [&format!("{count}: "), " filter ", " drop"];
    let draw = |canvas: &mut Canvas, [pasted, puts, drops]: [&str; 3]| {
        let pieces: [Piece; 5] = [
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

/// Returns the selected line's error in full: the line itself seldom has room.
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

fn draw_card(canvas: &mut Canvas, area: Rect, state: &State) {
    let claims = crate::app::views::card::persona(state).is_some_and(|persona| !persona.claims.is_empty());
    let of_claims = [
        (Command::Toggle, "claims"),
        (Command::NextPane, "next claim"),
        (Command::Note, "note"),
        (Command::Review, "reviewed"),
    ];
    let others = [
        (Command::Back, "close"),
        (Command::Edit, "edit"),
        (Command::Editor, "$EDITOR"),
        (Command::Right, "next persona"),
        (Command::PageDown, "page down"),
    ];
    let keys = [&others[..1], if claims { &of_claims } else { &[] }, &others[1..]].concat();
    draw_keys(canvas, area, state, &keys);
}

fn draw_keys(canvas: &mut Canvas, area: Rect, state: &State, keys: &[(Command, &'static str)]) {
    draw_hints(canvas, area, keys.iter().map(|(command, word)| (key(state, *command), *word)));
}

fn draw_typing(canvas: &mut Canvas, area: Rect, state: &State) {
    let listed = state.filter.completion.as_ref().is_some_and(|completion| !completion.items.is_empty());
    let chosen = state.filter.completion.as_ref().is_some_and(|completion| completion.chosen.is_some());
    let keys: &[(&str, &str)] = if listed && chosen {
        &[("enter", "take"), ("down up", "choose"), ("esc", "close the list")]
    } else if listed {
        &[("enter", "keep the filter"), ("tab", "take"), ("down up", "choose"), ("esc", "close the list")]
    } else {
        &[("enter", "keep the filter"), ("esc", "back to the panes"), ("up down", "earlier filters")]
    };
    draw_hints(canvas, area, keys.iter().map(|(key, word)| ((*key).to_owned(), *word)));
}

/// Draws as many hints as fit, the most useful first, and always the key of the palette, which lists all commands.
fn draw_commands(canvas: &mut Canvas, area: Rect, state: &State) {
    let last = (key(state, Command::Palette), "commands");
    let reserved = (hint_width(&last) + 1) as u16;
    let place = command::place(state);
    let mut specs: Vec<&Spec> = command::at(place).filter(|spec| is_of_use(spec.command, state)).collect();
    specs.sort_by_key(|spec| rank(spec.command, place, area.width < SIDE_BY_SIDE));
    let hints = specs.into_iter().filter_map(|spec| hint(spec, place, state));
    let x = draw_hints(canvas, Rect { width: area.width.saturating_sub(reserved), ..area }, hints);
    draw_hints(canvas, Rect { x: x.saturating_sub(1), width: area.right().saturating_sub(x), ..area }, [last]);
}

fn is_of_use(command: Command, state: &State) -> bool {
    let here = match state.focus {
        _ if state.view != View::Main => true,
        Pane::Segments => !state.catalog.segments.is_empty(),
        Pane::Groups => {
            state.answers.groups.found.groups.answer.as_ref().is_some_and(|groups| !groups.groups.is_empty())
        }
        Pane::Personas => !state.catalog.personas.is_empty(),
    };
    match command {
        // Both have fixed places: help in the header, the palette at the end.
        Command::Help | Command::Palette => false,
        Command::Enter => here && command.disabled(state).is_none(),
        _ => command.disabled(state).is_none(),
    }
}

/// Returns the rank of a hint: the table's order, except that narrow screens put the key for the next pane first, and
/// views their own keys.
fn rank(command: Command, place: Place, narrow: bool) -> usize {
    match (command, place) {
        (Command::Filter, _) => 0,
        (Command::NextPane, _) if narrow => 1,
        (Command::Rows, Place::Rows) => 1,
        // Keys that change the picture itself.
        (Command::Figure | Command::Order | Command::Sets, Place::Matrix | Place::UpSet) => 2,
        (Command::Sets | Command::By | Command::Toggle | Command::NextPane | Command::Figure, Place::Research) => 2,
        (Command::Left, Place::Rows) => 2,
        (Command::SortAscending | Command::SortDescending, Place::Rows) => 3,
        _ => 4,
    }
}

fn hint(spec: &Spec, place: Place, state: &State) -> Option<(String, &'static str)> {
    match (spec.command, place) {
        (Command::Rows, Place::Rows) => Some((key(state, Command::Rows), "back")),
        (Command::Left, Place::Rows) => {
            Some((format!("{} {}", key(state, Command::Left), key(state, Command::Right)), "column"))
        }
        (Command::Sets, Place::Research) => Some((key(state, Command::Sets), "other research")),
        (Command::Toggle, Place::Research) => Some((key(state, Command::Toggle), "quotes/likeness")),
        _ => Some((key(state, spec.command), spec.hint?)),
    }
}

/// Draws hints and returns the x position after the last one that fitted.
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
