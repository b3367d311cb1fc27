//! The TUI's drawing, a pure function of [`State`].
//!
//! [`panes`] are the parts of the main screen, [`views`] replace them, [`overlays`] lie over them, [`widgets`] are
//! what they are made of. `theme` maps roles to styles, `format` formats numbers, `layout` divides the screen. All
//! text passes [`canvas::Canvas`], which filters what a terminal would obey. [`figures`] suppresses small counts,
//! [`mask`] hides masked columns.

pub mod canvas;
pub mod figures;
pub mod format;
pub mod highlight;
pub mod keys;
pub mod layout;
pub mod mask;
pub mod overlays;
pub mod panes;
pub mod theme;
pub mod traits;
pub mod views;
pub mod widgets;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::app::{Base, State, View};
use canvas::Canvas;
use layout::{Areas, SMALLEST};
use theme::{Role, Theme};

pub use overlays::{lines_to_see, scroll_end};

/// Draws everything, and shows the cursor where text is being typed.
pub fn draw(frame: &mut Frame, state: &State) {
    let mut canvas = Canvas::new(frame.buffer_mut(), Theme::named(state.settings.theme));
    draw_screen(&mut canvas, state);
    if let Some(cursor) = canvas.cursor {
        frame.set_cursor_position(cursor);
    }
}

fn draw_screen(canvas: &mut Canvas, state: &State) {
    let screen = canvas.area();
    if screen.width < SMALLEST.0 || screen.height < SMALLEST.1 {
        return draw_too_small(canvas, screen);
    }
    let areas = Areas::new(screen, state.filter.problem.is_some(), views::attrition::height(state));
    panes::header::draw(canvas, areas.header, state);
    panes::filter::draw(canvas, areas.filter, state);
    panes::filter::draw_problem(canvas, areas.problem, areas.filter, state);
    panes::summary::draw(canvas, areas.summary, state);
    views::attrition::draw(canvas, areas.attrition, state);
    match (&state.base, state.view) {
        (Base::Failed(reason), _) => overlays::failed::draw(canvas, areas.main, reason, state),
        (_, View::Main) => panes::draw(canvas, areas.main, state),
        (_, View::Rows) => panes::rows::draw(canvas, areas.main, state),
        (_, View::Matrix) => views::matrix::draw(canvas, areas.main, state),
        (_, View::UpSet) => views::upset::draw(canvas, areas.main, state),
        (_, View::Why) => views::why::draw(canvas, areas.main, state),
        (_, View::Facets) => views::facets::draw(canvas, areas.main, state),
        (_, View::Profile) => views::profile::draw(canvas, areas.main, state),
        (_, View::Consolidate) => views::consolidate::draw(canvas, areas.main, state),
        (_, View::Coverage) => views::coverage::draw(canvas, areas.main, state),
        (_, View::Research) => views::research::draw(canvas, areas.main, state),
    }
    panes::footer::draw(canvas, areas.footer, state);
    if state.filter.editing && state.overlay.is_none() {
        overlays::suggestions::draw(canvas, areas.filter, areas.main, state);
    }
    overlays::draw(canvas, screen, state);
}

fn draw_too_small(canvas: &mut Canvas, screen: Rect) {
    let (width, height) = SMALLEST;
    let word = format!("too small: {width}×{height} at least");
    canvas.text_centred(screen, screen.y + screen.height / 2, &word, Role::Text);
}
