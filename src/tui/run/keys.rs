use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::tui::core::KeyPress;
use crate::tui::core::key::KeySymbol;

/// Converts the terminal's key; `None` for keys without a meaning here.
pub fn key(event: KeyEvent) -> Option<KeyPress> {
    let held = |modifier| event.modifiers.contains(modifier);
    let (ctrl, alt) = (held(KeyModifiers::CONTROL), held(KeyModifiers::ALT));
    let mut shift = held(KeyModifiers::SHIFT);
    let code = match event.code {
        KeyCode::Char(c) => {
            // The character already includes shift.
            shift = false;
            KeySymbol::Char(c)
        }
        KeyCode::Enter => KeySymbol::Enter,
        KeyCode::Esc => KeySymbol::Esc,
        KeyCode::Tab => KeySymbol::Tab,
        KeyCode::BackTab => {
            shift = true;
            KeySymbol::Tab
        }
        KeyCode::Backspace => KeySymbol::Backspace,
        KeyCode::Delete => KeySymbol::Delete,
        KeyCode::Up => KeySymbol::Up,
        KeyCode::Down => KeySymbol::Down,
        KeyCode::Left => KeySymbol::Left,
        KeyCode::Right => KeySymbol::Right,
        KeyCode::Home => KeySymbol::Home,
        KeyCode::End => KeySymbol::End,
        KeyCode::PageUp => KeySymbol::PageUp,
        KeyCode::PageDown => KeySymbol::PageDown,
        _ => return None,
    };
    Some(KeyPress { code, ctrl, alt, shift })
}
