//! Follows the mouse: a press selects a line, a press on the selected line opens it, the wheel moves the cursor.

use super::core::key::{KeyPress, KeySymbol};
use super::core::mouse::{MouseAction, MouseInput};
use super::core::{BaseState, Effect, State, View, ViewKeys, dispatch, editing};
use super::paint::canvas::{Position, Rect};
use super::screen::areas;

/// Lines that a turn of the wheel moves by.
const WHEEL: isize = 3;

/// Handles what the mouse did.
pub fn moused(state: &mut State, mouse: MouseInput) -> Vec<Effect> {
    // A report may still arrive after the mouse was given back to the terminal.
    if !state.settings.mouse || state.filter.offered.is_some() {
        return Vec::new();
    }
    state.message = None;
    match mouse.kind {
        MouseAction::ScrollUp => scroll(state, -WHEEL),
        MouseAction::ScrollDown => scroll(state, WHEEL),
        MouseAction::Press => press(state, mouse),
    }
}

fn scroll(state: &mut State, by: isize) -> Vec<Effect> {
    if let Some(ViewKeys::Typing(typed)) = state.over.top().map(View::keys) {
        let code = if by < 0 { KeySymbol::Up } else { KeySymbol::Down };
        return typed(state, KeyPress::plain(code));
    }
    dispatch::step(state, by)
}

fn press(state: &mut State, mouse: MouseInput) -> Vec<Effect> {
    let screen = Rect { x: 0, y: 0, width: state.width, height: state.height };
    let at = Position { x: mouse.x, y: mouse.y };
    let areas = areas(state, screen);
    if let Some(hooks) = state.over.top().map(View::hooks) {
        let page = Rect { height: screen.height.saturating_sub(1), ..screen };
        return (hooks.pressed)(state, page, at);
    }
    if areas.filter.contains(at) {
        return if state.filter.editing { Vec::new() } else { editing::begin(state) };
    }
    if !areas.main.contains(at) || !matches!(state.base, BaseState::Ready { .. }) {
        return Vec::new();
    }
    let mut effects = if state.filter.editing { editing::leave(state) } else { Vec::new() };
    if let Some(hooks) = state.views.named(state.view).map(View::hooks) {
        // The screen may have other areas once the filter is left, but the press was meant for what was seen.
        effects.extend((hooks.pressed)(state, areas.main, at));
    }
    effects
}
