//! A check of every cell before it is sent, in case a widget drew text that was not sanitized.

use ratatui::buffer::Buffer;

use crate::text::visible;

/// Stand-in for the text of a cell that could act on the terminal.
const REPLACEMENT: char = '\u{fffd}';
/// Maximum number of bytes in a cell. A family emoji with skin tones takes 41; hundreds of stacked marks are an
/// attack.
const CELL_BYTES: usize = 64;

/// Replaces the text of every cell that could act on the terminal, and shortens text of too many bytes.
pub(super) fn make_harmless(cells: &mut Buffer) {
    for cell in &mut cells.content {
        let symbol = cell.symbol();
        if is_printable_ascii(symbol) {
            continue;
        }
        if visible(symbol) != symbol {
            cell.set_char(REPLACEMENT);
        } else if symbol.len() > CELL_BYTES {
            let cut = symbol[..symbol.floor_char_boundary(CELL_BYTES)].to_owned();
            cell.set_symbol(&cut);
        }
    }
}

fn is_printable_ascii(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::*;
    use crate::text::width;

    #[test]
    fn width_agrees_with_ratatui() {
        let mut cells = Buffer::empty(Rect::new(0, 0, 40, 1));
        for text in
            ["", "abc", "日本", "e\u{301}", "👨\u{200d}👩\u{200d}👧", "❤\u{fe0f}", "ｶﾞ", "हिन्दी", "\x1b[2J", "\u{301}a"]
        {
            let shown = visible(text);
            let (end, _) = cells.set_stringn(0, 0, &shown, usize::MAX, ratatui::style::Style::new());
            assert_eq!(width(&shown), usize::from(end), "{text:?}");
        }
        assert_eq!((width("日本"), width("e\u{301}"), width("👨\u{200d}👩\u{200d}👧")), (4, 1, 2));
    }

    #[test]
    fn make_harmless_repairs_cell_symbols() {
        let mut cells = Buffer::empty(Rect::new(0, 0, 3, 1));
        cells[(0, 0)].set_symbol("\x1b[31m");
        cells[(1, 0)].set_symbol(&format!("e{}", "\u{301}".repeat(500)));
        cells[(2, 0)].set_symbol("日");
        make_harmless(&mut cells);
        assert_eq!(cells[(0, 0)].symbol(), "�");
        assert!(cells[(1, 0)].symbol().len() <= CELL_BYTES && cells[(1, 0)].symbol().starts_with('e'));
        assert_eq!(cells[(2, 0)].symbol(), "日");
    }
}
