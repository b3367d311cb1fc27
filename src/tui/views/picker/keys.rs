//! Keys of a list that narrows as one types, wherever it lies.

use crate::tui::core::input;
use crate::tui::core::key::{KeyPress, KeySymbol};
use crate::tui::core::picker::Picker;

/// Steps through the list, or types into its input.
pub fn step_or_type(picker: &mut Picker, key: KeyPress) {
    match (key.code, key.ctrl) {
        (KeySymbol::Down, _) | (KeySymbol::Char('n'), true) => picker.step(1),
        (KeySymbol::Up, _) | (KeySymbol::Char('p'), true) => picker.step(-1),
        (KeySymbol::PageDown, _) => picker.step(10),
        (KeySymbol::PageUp, _) => picker.step(-10),
        (KeySymbol::Tab, _) => picker.step(if key.shift { -1 } else { 1 }),
        _ => {
            if input::edit(&mut picker.input, key) == Some(true) {
                picker.narrow();
            }
        }
    }
}
