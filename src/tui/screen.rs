//! Draws the whole screen: a pure function of [`State`].

use ratatui::Frame;
use ratatui::layout::Rect;

use super::core::{BaseState, State};
use super::paint::ascii;
use super::paint::canvas::Canvas;
use super::paint::theme::{Role, Theme};
use super::panes;
use super::views::{attrition, tutor};
use super::widgets::layout::{Areas, MIN_SIZE};

/// Draws everything, and shows the cursor where text is being typed.
pub fn draw(frame: &mut Frame, state: &State) {
    let abilities = state.settings.abilities;
    let mut canvas = Canvas::new(frame.buffer_mut(), Theme::new(state.settings.theme, abilities));
    draw_screen(&mut canvas, state);
    let cursor = canvas.cursor;
    if abilities.is_ascii {
        ascii::replace(frame.buffer_mut());
    }
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
}

fn draw_screen(canvas: &mut Canvas, state: &State) {
    let whole = canvas.area();
    if whole.width < MIN_SIZE.0 || whole.height < MIN_SIZE.1 {
        return draw_too_small(canvas, whole);
    }
    let strip = tutor::height(state, whole.width, whole.height);
    let screen = Rect { height: whole.height - strip, ..whole };
    let areas = areas(state, screen);
    panes::header::draw(canvas, areas.header, state);
    panes::filter::draw(canvas, areas.filter, state);
    panes::filter::draw_problem(canvas, areas.problem, areas.filter, state);
    panes::summary::draw(canvas, areas.summary, state);
    panes::suggestions::draw(canvas, areas.suggestions, state);
    if let Some(strip) = state.views.named(attrition::NAME) {
        strip.draw(canvas, areas.attrition, state);
    }
    match (&state.base, state.views.named(state.view)) {
        (BaseState::Failed(reason), _) => panes::failed::draw(canvas, areas.main, reason, state),
        (_, Some(view)) => view.draw(canvas, areas.main, state),
        (_, None) => {}
    }
    panes::footer::draw(canvas, areas.footer, state);
    // The last line is left free: it may hold a message.
    let page = Rect { height: screen.height.saturating_sub(1), ..screen };
    if let Some(top) = state.over.top() {
        top.draw(canvas, page, state);
    }
    if let Some(tutor) = state.views.named(tutor::NAME).filter(|_| strip > 0) {
        tutor.draw(canvas, Rect { y: screen.bottom(), height: strip, ..whole }, state);
    }
}

/// Divides the screen.
pub fn areas(state: &State, screen: Rect) -> Areas {
    let is_typing = state.filter.editing && state.over.is_empty();
    Areas::new(screen, state.filter.problem.is_some(), attrition::height(state), is_typing)
}

fn draw_too_small(canvas: &mut Canvas, screen: Rect) {
    let (width, height) = MIN_SIZE;
    let word = format!("too small: {width}×{height} at least");
    canvas.text_centred(screen, screen.y + screen.height / 2, &word, Role::Text);
}
