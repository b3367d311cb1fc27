use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use crate::tui::core::KeyPress;
use crate::tui::core::key::KeySymbol;
use crate::tui::core::mouse::{MouseAction, MouseInput};

/// Converts what the mouse did; `None` for what has no meaning here.
pub fn mouse(event: MouseEvent) -> Option<MouseInput> {
    let kind = match event.kind {
        MouseEventKind::Down(MouseButton::Left) => MouseAction::Press,
        MouseEventKind::ScrollUp => MouseAction::ScrollUp,
        MouseEventKind::ScrollDown => MouseAction::ScrollDown,
        _ => return None,
    };
    Some(MouseInput { kind, x: event.column, y: event.row })
}

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
