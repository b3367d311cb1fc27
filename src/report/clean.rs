//! Sanitizing of text that people wrote: drops characters that act on a terminal or change the direction of the text.

use crate::text::is_active;

/// Joins the text into one line, without control characters and marks that change the direction of what follows.
pub fn line(text: &str) -> String {
    let parts: Vec<&str> = text.split_whitespace().collect();
    parts.join(" ").chars().filter(|c| !is_active(*c)).collect()
}

/// Returns a page without control characters and marks that change the direction of what follows, but for line ends.
pub fn inactive(page: &str) -> String {
    page.chars().filter(|c| *c == '\n' || !is_active(*c)).collect()
}

/// Returns the paragraphs of a longer text, which blank lines separate.
pub fn paragraphs(text: &str) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    for line in text.lines() {
        match (line.trim().is_empty(), paragraphs.last_mut()) {
            (false, Some(last)) => *last = format!("{last} {line}"),
            _ => paragraphs.push(String::new()),
        }
    }
    paragraphs.iter().map(|text| self::line(text)).filter(|text| !text.is_empty()).collect()
}

/// Returns the lines as they are, for a portrait in characters, without hidden characters and with tabs as spaces.
pub fn lines(text: &str) -> Vec<String> {
    let line = |line: &str| line.trim_end().replace('\t', " ").chars().filter(|c| !is_active(*c)).collect();
    text.trim_matches(['\n', '\r']).lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clean_removes_hidden_characters() {
        assert_eq!(line(" a\tb\r\n\u{1b}[31m\u{202e}c\u{0} "), "a b [31mc");
        assert_eq!(lines("\n /\\\n\tx\u{7} \n"), [" /\\", " x"]);
        assert_eq!(paragraphs("One\ntwo.\n\n\nThree."), ["One two.", "Three."]);
        assert!(paragraphs(" \n").is_empty());
        assert_eq!(inactive("a\nb\u{202e}c\u{7}"), "a\nbc");
    }
}
