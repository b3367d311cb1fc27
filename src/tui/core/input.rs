//! Line editing by keys. `tui-input` is the editing model; the key bindings are ours.

use tui_input::{Input, InputRequest};

use super::key::{Code, Key};

/// Edits a line as a shell does. Returns `Some(true)` if the text changed, `Some(false)` if only the cursor moved,
/// `None` if the key has no meaning here.
pub fn edit(input: &mut Input, key: Key) -> Option<bool> {
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
pub fn means_something(key: Key) -> bool {
    request(key).is_some()
}

fn request(key: Key) -> Option<InputRequest> {
    use InputRequest::*;
    if let Some(c) = key.typed() {
        return Some(InsertChar(c));
    }
    Some(match (key.code, key.ctrl, key.alt) {
        (Code::Backspace, false, false) => DeletePrevChar,
        (Code::Delete, false, false) => DeleteNextChar,
        (Code::Left, false, false) => GoToPrevChar,
        (Code::Right, false, false) => GoToNextChar,
        (Code::Left, true, _) | (Code::Char('b'), false, true) => GoToPrevWord,
        (Code::Right, true, _) | (Code::Char('f'), false, true) => GoToNextWord,
        (Code::Home, ..) | (Code::Char('a'), true, false) => GoToStart,
        (Code::End, ..) | (Code::Char('e'), true, false) => GoToEnd,
        (Code::Char('b'), true, false) => GoToPrevChar,
        (Code::Char('f'), true, false) => GoToNextChar,
        (Code::Char('d'), true, false) => DeleteNextChar,
        (Code::Char('w'), true, false) | (Code::Backspace, _, true) => DeletePrevWord,
        (Code::Char('d'), false, true) => DeleteNextWord,
        (Code::Char('u'), true, false) => DeleteFromStart,
        (Code::Char('k'), true, false) => DeleteTillEnd,
        (Code::Char('y'), true, false) => Yank,
        _ => return None,
    })
}
