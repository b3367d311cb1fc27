//! Spells values in TOML.

use toml_edit::Value;

/// Returns a TOML string, spelled without escapes in a rule whenever TOML allows it.
pub(in crate::study) fn quoted(text: &str) -> String {
    let control = |allowed: &[char]| text.contains(|c: char| c.is_control() && !allowed.contains(&c));
    let has_break = text.contains('\n');
    let opening = if has_break { "\n" } else { "" };
    if !text.contains(['"', '\\']) && !control(&[]) {
        format!("\"{text}\"")
    } else if !text.contains('\'') && !control(&['\t']) {
        format!("'{text}'")
    } else if !text.contains("'''") && !text.ends_with('\'') && !control(&['\t', '\n']) {
        format!("'''{opening}{text}'''")
    } else if !text.contains("\"\"\"") && !text.ends_with('"') && !text.contains('\\') && !control(&['\t', '\n']) {
        format!("\"\"\"{opening}{text}\"\"\"")
    } else {
        Value::from(text).to_string()
    }
}

/// Returns prose as [`quoted`] does, but a long text is broken over lines, with backslashes that hide the breaks.
fn prose(text: &str) -> String {
    let is_odd = text.contains(|c: char| c.is_control() && c != '\n') || text.contains("\"\"\"") || text.ends_with('"');
    let is_short = text.lines().all(|line| line.chars().count() <= MAX_LINE);
    if is_short || is_odd {
        return quoted(text);
    }
    let lines: Vec<String> = text.split('\n').map(broken).collect();
    format!("\"\"\"\n{}\"\"\"", lines.join("\n"))
}

/// Maximum characters of a text in one line.
const MAX_LINE: usize = 100;
/// Maximum characters of a line that a long text is broken into.
const WIDTH: usize = 118;

/// Breaks one line of text at single blanks between words: at other blanks the backslash would remove more.
fn broken(line: &str) -> String {
    let line = line.replace('\\', "\\\\");
    let (mut broken, mut width, mut after_word) = (String::new(), 0, false);
    for (n, word) in line.split(' ').enumerate() {
        let length = word.chars().count();
        if n > 0 {
            broken.push(' ');
            width += 1;
            if after_word && !word.starts_with(char::is_whitespace) && !word.is_empty() && width + length > WIDTH {
                broken.push_str("\\\n");
                width = 0;
            }
        }
        broken.push_str(word);
        width += length;
        after_word = word.ends_with(|c: char| !c.is_whitespace());
    }
    broken
}

/// Returns `["a", "b"]`, with one item per line if that would be long or contains line breaks.
pub(super) fn list(items: &[impl AsRef<str>]) -> String {
    let spelled: Vec<String> = items.iter().map(|item| quoted(item.as_ref())).collect();
    let line = spelled.join(", ");
    if line.chars().count() <= MAX_LINE && !line.contains('\n') {
        return format!("[{line}]");
    }
    let lines: String = spelled.iter().map(|item| format!("    {item},\n")).collect();
    format!("[\n{lines}]")
}

/// Keys of prose: everything else that is a text is a rule, a name or a word.
const PROSE: [&str; 10] =
    ["portrait", "quote", "bio", "note", "stage", "doing", "thinking", "feeling", "touchpoint", "text"];

/// Returns a key's value as it is written; whole numbers without a point.
pub(super) fn spelled(key: &str, value: &Value) -> String {
    match value {
        Value::String(text) if PROSE.contains(&key) => prose(text.value()),
        Value::String(text) => quoted(text.value()),
        Value::Float(number) if number.value().fract() == 0.0 && number.value().abs() < 1e15 => {
            format!("{}", *number.value() as i64)
        }
        Value::Array(items) => match items.iter().map(Value::as_str).collect::<Option<Vec<_>>>() {
            Some(texts) => list(&texts),
            None => format!("[{}]", items.iter().map(|item| spelled(key, item)).collect::<Vec<_>>().join(", ")),
        },
        Value::InlineTable(table) => {
            let entries = table.iter().map(|(key, value)| format!("{key} = {}", spelled(key, value)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string().trim().to_owned(),
    }
}
