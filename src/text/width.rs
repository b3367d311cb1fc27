//! Widths in terminal columns, and cutting to them.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Returns the number of columns that `text`, already [`visible`], takes on the screen.
pub fn width(text: &str) -> usize {
    text.graphemes(true).map(grapheme_width).sum()
}

/// Cuts `text`, already [`visible`], to at most `columns`. The last of them is an `…` if something was cut. A wide
/// character is never halved, so the result may be one column short.
pub fn truncate(text: &str, columns: usize) -> Cow<'_, str> {
    let mut used = 0;
    // Position to cut at so that an ellipsis still fits.
    let mut cut = 0;
    for (at, cluster) in text.grapheme_indices(true) {
        let next = used + grapheme_width(cluster);
        if next > columns {
            let ellipsis = if columns == 0 { "" } else { "…" };
            return Cow::Owned(format!("{}{ellipsis}", &text[..cut]));
        }
        if next < columns {
            cut = at + cluster.len();
        }
        used = next;
    }
    Cow::Borrowed(text)
}

fn grapheme_width(cluster: &str) -> usize {
    // Controls that were not made visible are not drawn, so they take no room. The half-width sound marks of katakana
    // have a column of their own in terminals, although Unicode lets them combine.
    if cluster.contains(char::is_control) {
        return 0;
    }
    let marks = cluster.chars().filter(|c| matches!(c, '\u{ff9e}' | '\u{ff9f}')).count();
    cluster.width() + marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truncated_text_ends_in_ellipsis() {
        for (columns, cut) in [(0, ""), (1, "…"), (2, "a…"), (4, "abc…"), (5, "abcde"), (9, "abcde")] {
            assert_eq!(truncate("abcde", columns), cut);
        }
    }

    #[test]
    fn truncate_never_halves_wide_character() {
        for (columns, cut) in [(1, "…"), (2, "…"), (3, "日…"), (4, "日…"), (5, "日本…"), (6, "日本語")]
        {
            assert_eq!(truncate("日本語", columns), cut);
            assert!(width(cut) <= columns);
        }
        assert_eq!(truncate("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
    }
}
