//! The help page: the keys of the view in front, what its figures mean, rules, notices about the data.

mod draw;

use crate::tui::core::{Effect, Hooks, State, View, ViewKeys, ViewName};
use crate::tui::paint::canvas::{Canvas, Rect};

pub use draw::lines;

pub const NAME: ViewName = "help";

/// The help page.
#[derive(Debug, Default)]
pub struct HelpView {
    /// Scroll offset in lines.
    pub scroll: usize,
}

/// Opens the page on the view in front.
pub fn open(state: &mut State) -> Vec<Effect> {
    if state.over.get::<HelpView>().is_none() {
        state.over.push(HelpView::default());
    }
    Vec::new()
}

impl View for HelpView {
    fn name(&self) -> ViewName {
        NAME
    }

    fn keys(&self) -> ViewKeys {
        ViewKeys::Commands(&[])
    }

    fn hooks(&self) -> Hooks {
        Hooks { step, ..Hooks::default() }
    }

    fn is_page(&self) -> bool {
        true
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, state: &State) {
        draw::draw(canvas, area, self.scroll, state);
    }
}

fn step(state: &mut State, by: isize) -> Vec<Effect> {
    let last = draw::last_scroll(state);
    if let Some(view) = state.over.get_mut::<HelpView>() {
        view.scroll = view.scroll.min(last).saturating_add_signed(by).min(last);
    }
    Vec::new()
}
