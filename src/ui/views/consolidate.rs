//! From many segments to a few personas.

use ratatui::layout::Rect;

use crate::app::State;
use crate::ui::canvas::Canvas;

pub fn draw(_canvas: &mut Canvas, _area: Rect, _state: &State) {}
