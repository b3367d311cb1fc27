//! A typing session in the filter line, key by key.

use crosscut::tui::core::KeyPress;
use crosscut::tui::core::key::KeySymbol;

/// `⌫` is backspace, `^` is ctrl-u (which empties the line). About a hundred of the keys complete a rule; the others
/// lead to one.
const SESSION: &str = "spend_12m > 1250⌫⌫⌫75 AND age >= 25⌫⌫18⌫⌫30 AND country = 'DE'⌫⌫⌫FR'⌫⌫⌫US' \
    AND orders_12m > 2⌫4⌫6⌫3⌫1⌫5⌫7⌫0 AND discount_share > 0.25⌫⌫15^\
    newsletter AND opens_90d >= 4⌫6⌫8⌫2⌫12 AND plan LIKE '%p%'⌫⌫l%' AND NOT @active AND age < 65⌫⌫55⌫0 \
    OR nps >= 9⌫8⌫7⌫10^\
    avg_basket > 45.5⌫⌫⌫⌫60 AND gender = 'female' AND device IN ('ios')⌫, 'android') \
    AND last_order >= '2026-01-01'⌫⌫⌫15'^\
    @regulars AND spend_12m < 900⌫⌫⌫1500⌫⌫⌫⌫400 AND returns_12m = 0⌫1⌫2 OR @companies";

/// One key of the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stroke(char);

pub fn strokes() -> impl Iterator<Item = Stroke> {
    SESSION.chars().map(Stroke)
}

impl Stroke {
    pub fn key(self) -> KeyPress {
        match self.0 {
            '⌫' => KeyPress::plain(KeySymbol::Backspace),
            '^' => KeyPress::ctrl('u'),
            letter => KeyPress::plain(KeySymbol::Char(letter)),
        }
    }

    /// Bytes that a terminal sends for the key.
    pub fn bytes(self) -> Vec<u8> {
        match self.0 {
            '⌫' => vec![0x7f],
            '^' => vec![0x15],
            letter => letter.to_string().into_bytes(),
        }
    }
}
