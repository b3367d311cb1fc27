//! The help page: the keys of the view in front, what its figures mean, rules, notices about the data. Its lines can be
//! searched.

mod draw;
mod search;

use crate::tui::core::{Binding, BindingSection, Effect, Hooks, State, View, ViewKeys, ViewName};
use crate::tui::paint::canvas::{Canvas, Rect};
pub use search::HelpSearch;

pub use draw::lines;

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "help";

fn without_text(state: &State) -> Option<&'static str> {
    let none = state.over.find::<HelpView>().is_none_or(|view| view.search.is_empty());
    none.then_some("no search yet: press / to search")
}

const KEYS: &[BindingSection] = &[BindingSection::new(
    "Help",
    &[
        Binding::new("search", &["/"], "search this page: only the lines that have the text are shown", search::open)
            .hint("search"),
        Binding::new("next-match", &["n"], "go to the next line that has the text", |state| search::again(state, true))
            .hint("next match")
            .disabled(without_text)
            .moves(),
        Binding::new("previous-match", &["N"], "go to the previous line that has the text", |state| {
            search::again(state, false)
        })
        .disabled(without_text)
        .moves(),
    ],
)];

/// The help page.
#[derive(Debug, Default)]
pub struct HelpView {
    /// Scroll offset in lines.
    pub scroll: usize,
    pub search: HelpSearch,
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
        match self.search.is_typed {
            true => ViewKeys::Typing(search::key),
            false => ViewKeys::Commands(KEYS),
        }
    }

    fn hooks(&self) -> Hooks {
        Hooks { step, paste: self.search.is_typed.then_some(search::paste), back: search::back, ..Hooks::default() }
    }

    fn is_page(&self) -> bool {
        true
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, state: &State) {
        draw::draw(canvas, area, self, state);
    }
}

fn step(state: &mut State, by: isize) -> Vec<Effect> {
    let last = draw::last_scroll(state);
    if let Some(view) = state.over.get_mut::<HelpView>() {
        view.scroll = view.scroll.min(last).saturating_add_signed(by).min(last);
    }
    Vec::new()
}
