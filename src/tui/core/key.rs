use std::fmt;
use std::str::FromStr;

/// A key press. Shift is part of a character (`G`), and is shown only on named keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyPress {
    pub code: KeySymbol,
    pub ctrl: bool,
    pub alt: bool,
    pub shift: bool,
}

/// A key without its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeySymbol {
    Char(char),
    Enter,
    Esc,
    Tab,
    Backspace,
    Delete,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
}

const NAMED: [(&str, KeySymbol); 15] = [
    ("space", KeySymbol::Char(' ')),
    ("enter", KeySymbol::Enter),
    ("esc", KeySymbol::Esc),
    ("tab", KeySymbol::Tab),
    ("backspace", KeySymbol::Backspace),
    ("delete", KeySymbol::Delete),
    ("up", KeySymbol::Up),
    ("down", KeySymbol::Down),
    ("left", KeySymbol::Left),
    ("right", KeySymbol::Right),
    ("home", KeySymbol::Home),
    ("end", KeySymbol::End),
    ("pgup", KeySymbol::PageUp),
    ("pgdn", KeySymbol::PageDown),
    ("del", KeySymbol::Delete),
];

impl KeyPress {
    /// Returns the key without modifiers.
    pub const fn plain(code: KeySymbol) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// Returns ctrl with the character.
    pub const fn ctrl(c: char) -> Self {
        Self { code: KeySymbol::Char(c), ctrl: true, alt: false, shift: false }
    }

    /// Returns the character that the key types, if it types one.
    pub fn typed(self) -> Option<char> {
        match self.code {
            KeySymbol::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }
}

/// Returns true if the key is this one without modifiers (Enter, Esc and the like), wherever text is typed.
pub fn is(key: KeyPress, code: KeySymbol) -> bool {
    key == KeyPress::plain(code)
}

/// Formats as `g`, `G`, `ctrl-r`, `shift-tab`, `space`, `pgdn`.
impl fmt::Display for KeyPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for (held, word) in [(self.ctrl, "ctrl-"), (self.alt, "alt-"), (self.shift, "shift-")] {
            text.push_str(if held { word } else { "" });
        }
        match (NAMED.iter().find(|(_, code)| *code == self.code), self.code) {
            (Some((name, _)), _) => text.push_str(name),
            (None, KeySymbol::Char(c)) => text.push(c),
            (None, _) => {}
        }
        f.pad(&text)
    }
}

impl FromStr for KeyPress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut key = KeyPress::plain(KeySymbol::Esc);
        let mut rest = text;
        loop {
            let (held, after) = match rest {
                _ if rest.len() > 5 && rest.starts_with("ctrl-") => (&mut key.ctrl, &rest[5..]),
                _ if rest.len() > 4 && rest.starts_with("alt-") => (&mut key.alt, &rest[4..]),
                _ if rest.len() > 6 && rest.starts_with("shift-") => (&mut key.shift, &rest[6..]),
                _ => break,
            };
            *held = true;
            rest = after;
        }
        let mut chars = rest.chars();
        key.code = match (NAMED.iter().find(|(name, _)| *name == rest), chars.next(), chars.next()) {
            (Some((_, code)), _, _) => *code,
            (None, Some(c), None) if !c.is_control() => KeySymbol::Char(c),
            _ => {
                return Err(format!("no key is called \"{text}\"; keys are like g, G, ctrl-r, shift-tab, space, pgdn"));
            }
        };
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_parse_as_printed() {
        for text in ["g", "G", "/", "-", "ctrl-r", "alt-b", "shift-tab", "space", "pgdn", "ctrl--", "é"] {
            assert_eq!(text.parse::<KeyPress>().map(|key| key.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn unknown_key_is_named_in_error() {
        for text in ["", "ctrl", "gg", "ctrl-", "super-x"] {
            assert!(text.parse::<KeyPress>().is_err_and(|e| e.contains(&format!("\"{text}\""))));
        }
    }
}
