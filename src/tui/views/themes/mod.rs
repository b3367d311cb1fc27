//! Themes to choose from. The screen behind the box shows the selected one.

mod draw;

use crate::study::ThemeName;
use crate::tui::core::key::{KeyPress, KeySymbol};
use crate::tui::core::{Effect, Hooks, State, View, ViewKeys, ViewName};
use crate::tui::paint::canvas::{Canvas, Position, Rect};

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "themes";

/// The box with the themes.
#[derive(Debug)]
pub struct ThemeBox {
    /// Index of the selected theme in [`ThemeName::ALL`].
    pub cursor: usize,
    /// Theme to return to.
    before: ThemeName,
}

/// Opens the box on the theme that is shown.
pub fn open(state: &mut State) -> Vec<Effect> {
    let before = state.settings.theme;
    let cursor = ThemeName::ALL.iter().position(|theme| *theme == before).unwrap_or(0);
    state.over.push(ThemeBox { cursor, before });
    Vec::new()
}

/// Reports that the theme was written to the user's file.
pub fn kept(state: &mut State, theme: ThemeName, file: &str, is_overridden: bool) {
    let word = theme.word();
    if is_overridden {
        state.say(format!("theme {word} is saved to {file}, but this study's config.toml overrides it"));
    } else {
        state.say(format!("theme {word} is saved to {file}"));
    }
}

impl View for ThemeBox {
    fn name(&self) -> ViewName {
        NAME
    }

    fn keys(&self) -> ViewKeys {
        ViewKeys::Typing(key)
    }

    fn hooks(&self) -> Hooks {
        Hooks { back: restore, step: |state, by| step(state, by), pressed, ..Hooks::default() }
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, state: &State) {
        draw::draw(canvas, area, self, state);
    }
}

fn key(state: &mut State, key: KeyPress) -> Vec<Effect> {
    match (key.code, key.ctrl) {
        (KeySymbol::Esc, _) | (KeySymbol::Char('q'), false) => restore(state),
        (KeySymbol::Enter, _) => keep(state),
        (KeySymbol::Down | KeySymbol::Char('j'), false) | (KeySymbol::Char('n'), true) => step(state, 1),
        (KeySymbol::Up | KeySymbol::Char('k'), false) | (KeySymbol::Char('p'), true) => step(state, -1),
        (KeySymbol::Tab, _) => step(state, if key.shift { -1 } else { 1 }),
        _ => Vec::new(),
    }
}

/// Moves the selection, and shows the theme.
fn step(state: &mut State, by: isize) -> Vec<Effect> {
    let Some(themes) = state.over.get_mut::<ThemeBox>() else { return Vec::new() };
    themes.cursor = themes.cursor.saturating_add_signed(by).min(ThemeName::ALL.len() - 1);
    state.settings.theme = ThemeName::ALL[themes.cursor];
    Vec::new()
}

/// Shows the theme that the mouse was pressed on; keeps the one that is shown already.
fn pressed(state: &mut State, page: Rect, at: Position) -> Vec<Effect> {
    let Some(themes) = state.over.get::<ThemeBox>() else { return Vec::new() };
    match draw::theme_at(page, at) {
        Some(theme) if theme == themes.cursor => keep(state),
        Some(theme) => {
            let by = theme as isize - themes.cursor as isize;
            step(state, by)
        }
        None => Vec::new(),
    }
}

/// Closes the box and returns to the theme that was shown before.
fn restore(state: &mut State) -> Vec<Effect> {
    if let Some(themes) = state.over.take::<ThemeBox>() {
        state.settings.theme = themes.before;
    }
    Vec::new()
}

/// Closes the box and keeps the theme, for other studies too.
fn keep(state: &mut State) -> Vec<Effect> {
    match state.over.take::<ThemeBox>() {
        Some(_) => vec![Effect::KeepTheme(state.settings.theme)],
        None => Vec::new(),
    }
}
