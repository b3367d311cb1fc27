use crate::report::clean;

/// Escapes what Markdown or HTML would read as markup in a paragraph, a list or a table's cell.
pub fn escape(text: &str) -> String {
    let line = clean::line(text);
    let mut escaped = String::with_capacity(line.len() + 8);
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let is_item = line.chars().nth(digits + 1).is_none_or(|c| c == ' ');
    for (i, c) in line.chars().enumerate() {
        // These start a list or a heading only at the start of the line.
        let begins =
            i == 0 && matches!(c, '#' | '+' | '-' | '=') || (i > 0 && i == digits && is_item && matches!(c, '.' | ')'));
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' | '!' => escaped.extend(['\\', c]),
            c if begins => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Formats text as code, such as a rule or a name. In a table's cell a bar would end the cell even in code, so it is
/// escaped.
pub fn code(text: &str) -> String {
    let line = clean::line(text);
    if line.is_empty() {
        return String::new();
    }
    let longest = line.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let gap = if longest > 0 { " " } else { "" };
    format!("{fence}{gap}{}{gap}{fence}", line.replace('|', "\\|"))
}

/// Same as [`code`], outside of tables, where a bar needs no escape.
pub fn code_in_text(text: &str) -> String {
    code(text).replace("\\|", "|")
}

/// Formats lines as they are, in a code block.
pub fn block(text: &str) -> String {
    let lines = clean::lines(text);
    let longest = lines.iter().flat_map(|line| line.split(|c| c != '`')).map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}text\n{}\n{fence}\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_keeps_markup_as_text() {
        assert_eq!(escape("a|b *c* <img src=x>\n# d"), "a\\|b \\*c\\* &lt;img src=x&gt; # d");
        assert_eq!(escape("- item"), "\\- item");
        assert_eq!(escape("12. item 3.5"), "12\\. item 3.5");
        assert_eq!([escape("76.7 %"), escape("7)")], ["76.7 %", "7\\)"]);
        assert_eq!(escape("![x](y)"), "\\!\\[x\\](y)");
    }

    #[test]
    fn code_span_holds_any_text() {
        assert_eq!(code("a = 'x|y'"), "`a = 'x\\|y'`");
        assert_eq!(code("`` ` ``"), "``` `` ` `` ```");
        assert_eq!((code(" "), code_in_text("a || b")), (String::new(), "`a || b`".into()));
        assert_eq!(block("\n ```\nx"), "````text\n ```\nx\n````\n");
    }
}
