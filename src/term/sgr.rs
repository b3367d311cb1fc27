//! Styles of cells, and the shortest codes (SGR) that lead from one to another.

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// Modifiers that show on a blank.
pub(super) const ON_BLANKS: Modifier = Modifier::UNDERLINED.union(Modifier::REVERSED).union(Modifier::CROSSED_OUT);
/// Codes that turn a modifier on, and off.
const MODIFIERS: [(Modifier, &str, &str); 8] = [
    (Modifier::BOLD, "1", "22"),
    (Modifier::DIM, "2", "22"),
    (Modifier::ITALIC, "3", "23"),
    (Modifier::UNDERLINED, "4", "24"),
    (Modifier::SLOW_BLINK, "5", "25"),
    (Modifier::REVERSED, "7", "27"),
    (Modifier::HIDDEN, "8", "28"),
    (Modifier::CROSSED_OUT, "9", "29"),
];

/// Style of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CellStyle {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl CellStyle {
    pub(super) const PLAIN: Self = Self { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

    /// Returns the colours and modifiers of a cell.
    pub(super) fn from_cell(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, modifier: cell.modifier }
    }

    /// Returns true if a blank in this style looks like one in the plain style.
    pub(super) fn leaves_blanks(self) -> bool {
        self.bg == Color::Reset && !self.modifier.intersects(ON_BLANKS)
    }
}

/// Returns the fewest codes that lead from one style to another.
pub(super) fn shortest_codes(from: CellStyle, to: CellStyle) -> String {
    let (change, anew) = (change_codes(from, to), anew_codes(to));
    if anew.len() < change.len() { anew } else { change }
}

/// Returns the codes that lead from one style to another.
fn change_codes(from: CellStyle, to: CellStyle) -> String {
    let mut codes: Vec<String> = Vec::new();
    let mut kept = from.modifier;
    for (modifier, _, off) in MODIFIERS {
        if kept.contains(modifier) && !to.modifier.contains(modifier) {
            codes.push(off.to_owned());
            // One code ends bold and dim.
            kept = MODIFIERS.iter().filter(|(_, _, other)| *other == off).fold(kept, |kept, (other, ..)| kept - *other);
        }
    }
    let added = MODIFIERS.iter().filter(|(modifier, ..)| to.modifier.contains(*modifier) && !kept.contains(*modifier));
    codes.extend(added.map(|(_, on, _)| (*on).to_owned()));
    if from.fg != to.fg {
        codes.push(colour(to.fg, false));
    }
    if from.bg != to.bg {
        codes.push(colour(to.bg, true));
    }
    codes.join(";")
}

/// Returns the codes that lead to a style from any other. Empty for the plain style, as SGR without codes resets.
fn anew_codes(to: CellStyle) -> String {
    let codes = change_codes(CellStyle::PLAIN, to);
    if codes.is_empty() { codes } else { format!("0;{codes}") }
}

/// Returns the code of a colour of the text, or of the background.
fn colour(colour: Color, is_background: bool) -> String {
    let base = if is_background { 40 } else { 30 };
    let named = |n: u8| (u16::from(n) + if n < 8 { base } else { base + 52 }).to_string();
    match colour {
        Color::Reset => (base + 9).to_string(),
        Color::Black => named(0),
        Color::Red => named(1),
        Color::Green => named(2),
        Color::Yellow => named(3),
        Color::Blue => named(4),
        Color::Magenta => named(5),
        Color::Cyan => named(6),
        Color::Gray => named(7),
        Color::DarkGray => named(8),
        Color::LightRed => named(9),
        Color::LightGreen => named(10),
        Color::LightYellow => named(11),
        Color::LightBlue => named(12),
        Color::LightMagenta => named(13),
        Color::LightCyan => named(14),
        Color::White => named(15),
        Color::Indexed(n) => format!("{};5;{n}", base + 8),
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", base + 8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(fg: Color, modifier: Modifier) -> CellStyle {
        CellStyle { fg, modifier, ..CellStyle::PLAIN }
    }

    #[test]
    fn style_change_sends_shortest_codes() {
        let cyan = style(Color::Cyan, Modifier::empty());
        assert_eq!(change_codes(CellStyle::PLAIN, cyan), "36");
        assert_eq!(anew_codes(CellStyle::PLAIN), "");
        let (bold, dim) = (style(Color::Reset, Modifier::BOLD), style(Color::Reset, Modifier::DIM));
        assert_eq!(change_codes(bold, dim), "22;2");
        assert_eq!(change_codes(style(Color::Reset, Modifier::BOLD | Modifier::DIM), bold), "22;1");
        let tinted = CellStyle { bg: Color::Indexed(237), ..cyan };
        assert_eq!(change_codes(tinted, style(Color::LightRed, Modifier::empty())), "91;49");
        assert_eq!(change_codes(cyan, CellStyle { bg: Color::Rgb(1, 2, 3), ..cyan }), "48;2;1;2;3");
    }
}
