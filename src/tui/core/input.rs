//! Line editing by keys. `tui-input` is the editing model; the key bindings are ours.

use tui_input::{Input, InputRequest};

use super::key::{KeyPress, KeySymbol};

/// Edits a line as a shell does. Returns `Some(true)` if the text changed, `Some(false)` if only the cursor moved,
/// `None` if the key has no meaning here.
pub fn edit(input: &mut Input, key: KeyPress) -> Option<bool> {
    let request = request(key)?;
    Some(input.handle(request).is_some_and(|changed| changed.value))
}

/// Inserts text at the cursor, in one step however long it is.
pub fn insert(input: &mut Input, text: &str) {
    let (value, cursor) = (input.value(), input.cursor());
    let at = value.char_indices().nth(cursor).map_or(value.len(), |(byte, _)| byte);
    let longer = [&value[..at], text, &value[at..]].concat();
    *input = Input::new(longer).with_cursor(cursor + text.chars().count());
}

/// Returns true if the key edits a line or moves the cursor in it.
pub fn means_something(key: KeyPress) -> bool {
    request(key).is_some()
}

fn request(key: KeyPress) -> Option<InputRequest> {
    use InputRequest::*;
    if let Some(c) = key.typed() {
        return Some(InsertChar(c));
    }
    Some(match (key.code, key.ctrl, key.alt) {
        (KeySymbol::Backspace, false, false) => DeletePrevChar,
        (KeySymbol::Delete, false, false) => DeleteNextChar,
        (KeySymbol::Left, false, false) => GoToPrevChar,
        (KeySymbol::Right, false, false) => GoToNextChar,
        (KeySymbol::Left, true, _) | (KeySymbol::Char('b'), false, true) => GoToPrevWord,
        (KeySymbol::Right, true, _) | (KeySymbol::Char('f'), false, true) => GoToNextWord,
        (KeySymbol::Home, ..) | (KeySymbol::Char('a'), true, false) => GoToStart,
        (KeySymbol::End, ..) | (KeySymbol::Char('e'), true, false) => GoToEnd,
        (KeySymbol::Char('b'), true, false) => GoToPrevChar,
        (KeySymbol::Char('f'), true, false) => GoToNextChar,
        (KeySymbol::Char('d'), true, false) => DeleteNextChar,
        (KeySymbol::Char('w'), true, false) | (KeySymbol::Backspace, _, true) => DeletePrevWord,
        (KeySymbol::Char('d'), false, true) => DeleteNextWord,
        (KeySymbol::Char('u'), true, false) => DeleteFromStart,
        (KeySymbol::Char('k'), true, false) => DeleteTillEnd,
        (KeySymbol::Char('y'), true, false) => Yank,
        _ => return None,
    })
}
