//! What each condition of the filter removes.

use ratatui::layout::Rect;

use crate::app::State;
use crate::ui::canvas::Canvas;

pub fn draw(_canvas: &mut Canvas, _area: Rect, _state: &State) {}

/// Lines that the strip would like to have.
pub fn height(_state: &State) -> u16 {
    0
}
