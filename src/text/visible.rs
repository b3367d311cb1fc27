//! Sanitizing of text from data, so that everything in it is visible and nothing acts on the terminal.
//!
//! A value may contain anything: escape sequences, bidi overrides, invisible characters. [`visible`] replaces each of
//! them by a visible stand-in, so that nothing in a file can act on the terminal, and two values that differ look
//! different.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

/// Stand-in for characters without a picture of their own.
const REPLACEMENT: char = '\u{fffd}';
/// Base for a combining mark that has nothing to combine with, as in Unicode's own charts.
const DOTTED_CIRCLE: char = '\u{25cc}';
const ZERO_WIDTH_JOINER: char = '\u{200d}';
/// Replaces everything that is invisible, or that would act on the terminal, by a visible stand-in: control characters
/// by their pictures (`␛`, `␉`, `␊`), the rest by `�`. Every text from data goes through here before it is drawn.
///
/// Joiners within an Indic cluster stay, as they affect what is seen. Emoji made of several characters are taken apart
/// (`plain_emoji`): terminals do not agree on their width, and what follows would be misplaced.
pub fn visible(text: &str) -> Cow<'_, str> {
    match replaced(text) {
        Cow::Borrowed(text) => Cow::Borrowed(text),
        // A stand-in may have joined with what follows it, so the result is checked once more.
        Cow::Owned(shown) => match replaced(&shown) {
            Cow::Borrowed(_) => Cow::Owned(shown),
            Cow::Owned(shown) => Cow::Owned(shown),
        },
    }
}

fn replaced(text: &str) -> Cow<'_, str> {
    let leading_mark =
        text.chars().next().is_some_and(|c| c.width() == Some(0) && stand_in(c).is_none() && !changes_emoji(c));
    if !leading_mark && !text.chars().any(|c| stand_in(c).is_some() || makes_emoji(c)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    if leading_mark {
        shown.push(DOTTED_CIRCLE);
    }
    for cluster in text.graphemes(true) {
        if let Some(plain) = plain_emoji(cluster) {
            shown.extend(plain);
            continue;
        }
        for (at, c) in cluster.char_indices() {
            let next = cluster[at + c.len_utf8()..].chars().next();
            let joins = c == ZERO_WIDTH_JOINER && at > 0 && next.is_some_and(|next| stand_in(next).is_none());
            shown.push(if joins { c } else { stand_in(c).unwrap_or(c) });
        }
    }
    Cow::Owned(shown)
}

/// Returns the stand-in for an emoji of several characters: the letters of a flag, the first emoji of a joined
/// sequence, or the sign without its skin tone, keycap or variation selector.
fn plain_emoji(cluster: &str) -> Option<Vec<char>> {
    let first = cluster.chars().next()?;
    if flag_letter(first).is_some() {
        return Some(cluster.chars().filter_map(flag_letter).collect());
    }
    if changes_emoji(first) {
        return Some(vec![REPLACEMENT]);
    }
    let is_wide = |c: char| c.width() == Some(2) && !c.is_alphabetic();
    let joined = cluster.contains(|c| c == ZERO_WIDTH_JOINER || is_tag(c)) && cluster.contains(is_wide);
    if joined {
        return Some(vec![first]);
    }
    let kept = || cluster.chars().skip(1).filter(|c| !makes_emoji(*c)).map(|c| stand_in(c).unwrap_or(c));
    let changed = cluster.chars().skip(1).any(makes_emoji);
    changed.then(|| [stand_in(first).unwrap_or(first)].into_iter().chain(kept()).collect())
}

/// Returns true if the character is part of emoji whose width differs between terminals.
fn makes_emoji(c: char) -> bool {
    changes_emoji(c) || matches!(c, '\u{1f3fb}'..='\u{1f3ff}') || flag_letter(c).is_some()
}

/// Returns true for variation selectors and the keycap. Skin tones can stand alone.
fn changes_emoji(c: char) -> bool {
    matches!(c, '\u{fe0e}' | '\u{fe0f}' | '\u{20e3}')
}

/// Returns true for tags, which spell the region of a flag after a black one.
fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0020}'..='\u{e007f}')
}

/// Returns the letter of a regional indicator. Two of them make a flag.
fn flag_letter(c: char) -> Option<char> {
    let place = u32::from(c).checked_sub(0x1f1e6).filter(|place| *place < 26)?;
    char::from_u32(u32::from('A') + place)
}

fn stand_in(c: char) -> Option<char> {
    match c {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)),
        '\u{7f}' => Some('␡'),
        _ if is_unseen(c) => Some(REPLACEMENT),
        _ => None,
    }
}

/// Returns true for characters that act on a terminal or on the order of a text, and for those that are none: controls,
/// bidi marks, embeddings, overrides and isolates, line separators, the byte order mark, non-characters.
pub fn is_active(c: char) -> bool {
    let code = u32::from(c);
    c.is_control()
        || (0xfdd0..=0xfdef).contains(&code)
        || code & 0xfffe == 0xfffe
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Returns true for invisible characters: active ones, fillers, and the format characters (category Cf) that have no
/// glyph, such as zero-width spaces and joiners, and tags.
fn is_unseen(c: char) -> bool {
    is_active(c)
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{70f}'
            | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}'
            | '\u{3164}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            // Tags; not U+E0100..E01EF, which choose the form of a Japanese name's character.
            | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visible_returns_ordinary_text_uncopied() {
        for text in ["", "plain", "Zoë", "日本", "e\u{301}te\u{301}", "🎉", "क\u{94d}\u{200d}ष"] {
            assert_eq!(visible(text), text);
        }
        assert!(matches!(visible("Zoë"), Cow::Borrowed(_)));
    }

    #[test]
    fn visible_simplifies_emoji_sequences() {
        for (text, shown) in [
            ("🇩🇪 Berlin", "DE Berlin"),
            ("🇩🇪🇫🇷", "DEFR"),
            ("🇩", "D"),
            ("👨\u{200d}👩\u{200d}👧!", "👨!"),
            ("❤\u{fe0f}\u{200d}🔥", "❤"),
            ("👍🏽", "👍"),
            ("1\u{fe0f}\u{20e3}", "1"),
            ("❤\u{fe0f}", "❤"),
            ("\u{fe0f}a", "�a"),
            ("e\u{301}\u{fe0f}", "e\u{301}"),
            ("☺\u{fe0e}", "☺"),
            ("🏴\u{e0067}\u{e0062}\u{e007f}", "🏴"),
        ] {
            assert_eq!(visible(text), shown, "{text:?}");
        }
    }

    #[test]
    fn visible_text_is_unchanged_cell_by_cell() {
        let tricky = [
            "a",
            "日",
            "❤",
            "👍",
            "🏽",
            "🇩",
            "🏴",
            "\u{200d}",
            "\u{fe0f}",
            "\u{20e3}",
            "\u{301}",
            "\u{e0067}",
            "क",
            "\u{94d}",
            "\u{1b}",
        ];
        for a in tricky {
            for (b, c) in tricky.iter().flat_map(|b| tricky.iter().map(move |c| (b, c))) {
                let text = format!("{a}{b}{c}{a}");
                let shown = visible(&text);
                assert_eq!(visible(&shown), shown, "{text:?}");
                for cell in shown.graphemes(true) {
                    assert_eq!(visible(cell), cell, "{text:?}");
                }
            }
        }
    }

    #[test]
    fn visible_shows_control_characters_as_pictures() {
        assert_eq!(visible("a\tb\r\nc\0"), "a␉b␍␊c␀");
        assert_eq!(visible("\x1b]0;owned\x07\x1b[2J\x7f"), "␛]0;owned␇␛[2J␡");
        assert_eq!(visible("\u{9b}2J"), "�2J");
    }

    #[test]
    fn visible_replaces_hiding_and_reordering_characters() {
        assert_eq!(visible("exe\u{202e}gpj"), "exe�gpj");
        assert_eq!(visible("a\u{2066}b\u{2069}\u{200b}\u{feff}\u{ad}"), "a�b����");
        assert_eq!(visible("pro\u{200d}"), "pro�");
        assert_eq!(visible("x\u{e0041}y"), "x�y");
    }

    #[test]
    fn visible_gives_lone_mark_base_letter() {
        assert_eq!(visible("\u{301}a"), "◌\u{301}a");
    }

    #[test]
    fn visible_covers_all_of_unicode() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32) {
            let text = format!("a{c}");
            let shown = visible(&text);
            assert!(!shown.contains(char::is_control), "{c:?}");
            // Combining marks and variation selectors change the letter before them; everything else takes room.
            if shown == "a�" {
                assert_eq!(crate::text::width(&shown), 2);
            }
        }
    }
}
