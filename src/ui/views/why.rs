//! What sets the filtered customers apart.

use ratatui::layout::Rect;

use crate::app::State;
use crate::ui::canvas::Canvas;

pub fn draw(_canvas: &mut Canvas, _area: Rect, _state: &State) {}
