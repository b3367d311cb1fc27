//! A text field of one line or many.

use ratatui_textarea::{CursorMove, Input, Key as Typed, TextArea};

use super::key::{KeyPress, KeySymbol};

/// A text field. `ratatui-textarea` is its editing model (cursor, selection, undo); the screen decides how it looks.
#[derive(Debug, Clone)]
pub struct TextField {
    area: TextArea<'static>,
    /// Text when the form was opened.
    initial: String,
    one_line: bool,
}

impl TextField {
    /// Creates a field of one line. Line breaks in the text become spaces.
    pub fn line(text: &str) -> Self {
        Self::new(&text.replace('\n', " "), true)
    }

    /// Creates a field of many lines.
    pub fn lines(text: &str) -> Self {
        Self::new(text, false)
    }

    fn new(text: &str, one_line: bool) -> Self {
        let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
        area.move_cursor(CursorMove::Bottom);
        area.move_cursor(CursorMove::End);
        Self { area, initial: text.to_owned(), one_line }
    }

    /// Returns the whole text, its lines joined by `\n`.
    pub fn value(&self) -> String {
        self.area.lines().join("\n")
    }

    /// Returns the lines, as typed.
    pub fn rows(&self) -> &[String] {
        self.area.lines()
    }

    /// Returns true if the text has no characters other than white space.
    pub fn is_empty(&self) -> bool {
        self.area.lines().iter().all(|line| line.trim().is_empty())
    }

    /// Returns true if the field takes no line breaks.
    pub fn is_one_line(&self) -> bool {
        self.one_line
    }

    /// Returns true if the text differs from the text when the form was opened.
    pub fn is_changed(&self) -> bool {
        self.value() != self.initial
    }

    /// Returns line and character of the cursor, counted from 0.
    pub fn cursor(&self) -> (usize, usize) {
        let cursor = self.area.cursor();
        (cursor.0, cursor.1)
    }

    /// Returns start and end of the selection, each as line and character.
    pub fn selection(&self) -> Option<((usize, usize), (usize, usize))> {
        self.area.selection_range()
    }

    /// Replaces the whole text.
    pub fn replace(&mut self, text: &str) {
        self.area.select_all();
        self.area.cut();
        self.insert(text);
    }

    /// Inserts text at the cursor, as one step of undo.
    pub fn insert(&mut self, text: &str) {
        let text: String = match self.one_line {
            true => text.trim_end().chars().map(|c| if c.is_control() { ' ' } else { c }).collect(),
            false => text.chars().filter(|c| !c.is_control() || *c == '\n').collect(),
        };
        self.area.insert_str(text);
    }

    /// Edits as a shell does, across lines. Returns `Some(true)` if the text changed, `Some(false)` if only the cursor
    /// moved, `None` if the key has no meaning here.
    pub fn key(&mut self, key: KeyPress) -> Option<bool> {
        let before = (self.area.cursor(), self.area.is_selecting());
        let changed = match (key.code, key.ctrl, key.alt) {
            (KeySymbol::Char('u'), true, false) => self.area.delete_line_by_head(),
            (KeySymbol::Char('u'), false, true) => self.area.undo(),
            (KeySymbol::Char('r'), false, true) => self.area.redo(),
            (KeySymbol::Enter, ..) | (KeySymbol::Char('m' | 'j'), true, _) if self.one_line => return None,
            (KeySymbol::Up | KeySymbol::Down, ..) if self.one_line => return None,
            _ => self.area.input(input(key)?),
        };
        if changed {
            return Some(true);
        }
        let moved = (self.area.cursor(), self.area.is_selecting()) != before;
        (moved || key.typed().is_some()).then_some(false)
    }
}

fn input(key: KeyPress) -> Option<Input> {
    let typed = match key.code {
        KeySymbol::Char(c) => Typed::Char(c),
        KeySymbol::Enter => Typed::Enter,
        KeySymbol::Backspace => Typed::Backspace,
        KeySymbol::Delete => Typed::Delete,
        KeySymbol::Up => Typed::Up,
        KeySymbol::Down => Typed::Down,
        KeySymbol::Left => Typed::Left,
        KeySymbol::Right => Typed::Right,
        KeySymbol::Home => Typed::Home,
        KeySymbol::End => Typed::End,
        KeySymbol::PageUp => Typed::PageUp,
        KeySymbol::PageDown => Typed::PageDown,
        KeySymbol::Esc | KeySymbol::Tab => return None,
    };
    Some(Input { key: typed, ctrl: key.ctrl, alt: key.alt, shift: key.shift })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_line_field_joins_pasted_lines() {
        let mut text = TextField::line("a\nb");
        text.insert("c\nd\n");
        assert_eq!(text.value(), "a bc d");
        assert_eq!(text.key(KeyPress::plain(KeySymbol::Enter)), None);
        assert_eq!(text.key(KeyPress::plain(KeySymbol::Down)), None);
        assert!(text.is_changed());
    }

    #[test]
    fn typing_is_undone_and_redone() {
        let mut text = TextField::lines("one");
        assert_eq!(text.key(KeyPress::plain(KeySymbol::Enter)), Some(true));
        text.insert("two");
        assert_eq!((text.value().as_str(), text.cursor()), ("one\ntwo", (1, 3)));
        let alt = |c| KeyPress { alt: true, ..KeyPress::plain(KeySymbol::Char(c)) };
        assert_eq!(text.key(alt('u')), Some(true));
        assert_eq!(text.value(), "one\n");
        text.key(alt('r'));
        assert_eq!(text.value(), "one\ntwo");
    }
}
