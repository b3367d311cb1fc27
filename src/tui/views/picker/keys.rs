//! Keys of a list that narrows as one types, wherever it lies.

use crate::tui::core::input;
use crate::tui::core::key::{Code, Key};
use crate::tui::core::picker::Picker;

/// Steps through the list, or types into its input.
pub fn step_or_type(picker: &mut Picker, key: Key) {
    match (key.code, key.ctrl) {
        (Code::Down, _) | (Code::Char('n'), true) => picker.step(1),
        (Code::Up, _) | (Code::Char('p'), true) => picker.step(-1),
        (Code::PageDown, _) => picker.step(10),
        (Code::PageUp, _) => picker.step(-10),
        (Code::Tab, _) => picker.step(if key.shift { -1 } else { 1 }),
        _ => {
            if input::edit(&mut picker.input, key) == Some(true) {
                picker.narrow();
            }
        }
    }
}
