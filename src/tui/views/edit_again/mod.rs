//! Editing of a persona as text, in the person's own editor; the box that says why the text cannot be saved.

mod draw;
mod handlers;

use crate::tui::core::{Editing, Hooks, State, View, ViewKeys, ViewName};
use crate::tui::paint::canvas::{Canvas, Rect};

pub use handlers::{closed, open};

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "edit-again";

/// A persona text that the editor left and that cannot be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditAgain {
    /// The persona, and the text that the editor left.
    pub editing: Editing,
    /// Reason why the text cannot be saved.
    pub why: String,
}

impl View for EditAgain {
    fn name(&self) -> ViewName {
        NAME
    }

    fn keys(&self) -> ViewKeys {
        ViewKeys::Typing(handlers::key)
    }

    fn hooks(&self) -> Hooks {
        Hooks { pressed: handlers::pressed, ..Hooks::default() }
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, _state: &State) {
        draw::draw(canvas, area, self);
    }
}
