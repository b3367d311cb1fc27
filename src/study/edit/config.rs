//! Adds the name of a new definition file to the study's `config.toml`.

use toml_edit::Document;

use super::sections::{line_end, line_start};
use super::{UneditableText, quoted};

/// Returns the text of a `config.toml` that names a definition file: `key` is `segments` or `personas`.
pub(in crate::study) fn name_file(text: &str, key: &str, file: &str) -> Result<String, UneditableText> {
    let document = Document::parse(text).map_err(|error| UneditableText(error.span().map_or(0, |span| span.start)))?;
    let line = format!("{key} = {}", quoted(file));
    let Some((study_key, study)) = document.as_table().get_key_value("study") else {
        let gap = if text.trim().is_empty() { "" } else { "\n" };
        let newline = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        return Ok(format!("{text}{newline}{gap}[study]\n{line}\n"));
    };
    let place = study.span().or_else(|| study_key.span()).ok_or(UneditableText(0))?;
    let written = &text[place.clone()];
    let (at, new) = if written.starts_with('[') {
        let at = line_end(text, place.end);
        let newline = if text[..at].ends_with('\n') { "" } else { "\n" };
        (at, format!("{newline}{line}\n"))
    } else if let Some(table) = study.as_inline_table() {
        let comma = if table.is_empty() { " " } else { "," };
        (place.start + 1, format!(" {line}{comma}"))
    } else {
        // `study.name = "shop"`: add another dotted key above it.
        (line_start(text, place.start), format!("study.{line}\n"))
    };
    Ok(format!("{}{new}{}", &text[..at], &text[at..]))
}
