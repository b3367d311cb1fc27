//! A screen in ASCII, for locales that are not UTF-8.

use ratatui::buffer::Buffer;

/// Drawing characters with their stand-ins.
const STAND_INS: &[(&str, char)] = &[
    ("─╍┄┈╶╴", '-'),
    ("━╸╺", '='),
    ("╌", '.'),
    ("│┃┊▏▕", '|'),
    ("┌┐└┘├┤┬┴┼╷╵╭╮╰╯", '+'),
    ("█▉▊▋", '#'),
    ("▌▍▎▇", '='),
    ("▓", '%'),
    ("▒", '+'),
    ("░", ':'),
    ("▁▂", '_'),
    ("▃▄", '.'),
    ("▅▆", 'o'),
    ("›▸»", '>'),
    ("‹«", '<'),
    ("▾▼", 'v'),
    ("▲", '^'),
    ("●•◆■", '*'),
    ("○", 'o'),
    ("◐", '/'),
    ("–−‐‑—", '-'),
    ("…⏎", '~'),
    ("·┆", '.'),
    ("≈", '~'),
    ("±", '+'),
    ("×", 'x'),
    ("÷", '/'),
    // Not `0`, which `∅` resembles: a missing value must not read as a number.
    ("∅", '-'),
    ("∞", '8'),
    ("“”„", '"'),
    ("‘’‚", '\''),
    ("✓", 'y'),
    ("✗", 'n'),
    ("→", '>'),
    ("←", '<'),
    ("↑", '^'),
    ("↓", 'v'),
    ("≥", '>'),
    ("≤", '<'),
    ("⠋", '|'),
    ("⠙", '/'),
    ("⠴", '-'),
    ("⠦", '\\'),
    ("\u{a0}", ' '),
];
/// Stand-in for a letter that ASCII does not have.
const UNKNOWN: char = '?';

/// Replaces everything that is not ASCII. A wide character leaves a blank behind its stand-in.
pub fn replace(cells: &mut Buffer) {
    for cell in &mut cells.content {
        let symbol = cell.symbol();
        if symbol.is_ascii() {
            continue;
        }
        let stand_in = symbol.chars().next().map_or(' ', replacement);
        cell.set_char(stand_in);
    }
}

fn replacement(c: char) -> char {
    STAND_INS.iter().find(|(known, _)| known.contains(c)).map_or(UNKNOWN, |(_, stand_in)| *stand_in)
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn ascii_replaces_drawing_characters_and_letters() {
        let mut cells = Buffer::empty(Rect::new(0, 0, 16, 1));
        cells.set_string(0, 0, "┌─▸ é日 █▌ 3 %…", Style::new());
        replace(&mut cells);
        let line: String = cells.content.iter().map(|cell| cell.symbol()).collect();
        assert_eq!(line, "+-> ??  #= 3 %~ ");
    }
}
