//! Word wrapping.

use unicode_segmentation::UnicodeSegmentation;

use super::{visible, width as width_of};

/// Wraps the text into lines of at most `width` cells, breaking between words, and within a word only if it is longer
/// than a line. Returns at least one line.
pub fn wrap(content: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in content.split_whitespace() {
        let word = visible(word);
        let wide = width_of(&word);
        if !line.is_empty() && used + 1 + wide > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if !line.is_empty() {
            line.push(' ');
            used += 1;
        }
        if used + wide <= width {
            line.push_str(&word);
            used += wide;
            continue;
        }
        for cluster in word.graphemes(true) {
            let wide = width_of(cluster);
            if !line.is_empty() && used + wide > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push_str(cluster);
            used += wide;
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrap_breaks_lines_between_words() {
        assert_eq!(wrap("I never pay full price", 11), ["I never pay", "full price"]);
        assert_eq!(wrap("", 5), [""]);
    }

    #[test]
    fn wrap_cuts_overlong_word_between_characters() {
        assert_eq!(wrap("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
        assert_eq!(wrap("日本語", 3), ["日", "本", "語"]);
    }
}
