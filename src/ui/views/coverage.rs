//! Who is in no persona, one or several; who is whose first.

use ratatui::layout::Rect;

use crate::app::State;
use crate::ui::canvas::Canvas;

pub fn draw(_canvas: &mut Canvas, _area: Rect, _state: &State) {}
