//! Adds, edits and deletes segments as text.

use super::super::layout::{Layout, Style};
use super::{Patch, Unusual, apply, entry_place, line_end, line_start, parsed, quoted, tables};
use crate::model::Segment;

/// Returns the text with the segment added after the last one, laid out like that one.
pub(in crate::study) fn add_segment(text: &str, segment: &Segment) -> Result<String, Unusual> {
    let document = parsed(text)?;
    let layout = Layout::of(text, &document);
    let segments = tables(&document, "segment")?;
    let last = segments.last();
    let style = last.map(|table| Style::of(text, table)).unwrap_or_default();
    let at = last.and_then(|table| table.span()).map_or(text.len(), |header| layout.block(header.start).end);
    let (before, after) = text.split_at(at);
    let newline = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
    let gap = match last.and_then(|table| table.span()) {
        Some(header) if segments.len() > 1 => layout.gap_before(header.start),
        _ => usize::from(!before.trim().is_empty()),
    };
    let have = before.len() - before.trim_end_matches('\n').len();
    let gap = if last.is_none() { gap.saturating_sub(have.saturating_sub(1)) } else { gap };
    let lines: String =
        fields(segment).into_iter().filter_map(|(key, value)| Some(style.line(key, &quoted(&value?)))).collect();
    Ok(format!("{before}{newline}{}{}[[segment]]\n{lines}{after}", "\n".repeat(gap), style.header_indent))
}

/// Returns the text with only the changed values of the n-th segment replaced.
pub(in crate::study) fn edit_segment(text: &str, n: usize, old: &Segment, new: &Segment) -> Result<String, Unusual> {
    let document = parsed(text)?;
    let segments = tables(&document, "segment")?;
    let table = segments.get(n).ok_or(Unusual(0))?;
    let style = Style::of(text, table);
    let mut patches = Vec::new();
    // A new key's line goes below the line of the preceding key.
    let mut below = table.span().map_or(0, |header| line_end(text, header.end));
    for ((key, value), (_, old_value)) in fields(new).into_iter().zip(fields(old)) {
        let place = entry_place(table, key);
        match (place, value) {
            (Some(_), value) if value == old_value => {}
            (Some((_, at)), Some(value)) => patches.push(Patch(at, quoted(&value))),
            (Some((key_at, at)), None) => {
                patches.push(Patch(line_start(text, key_at.start)..line_end(text, at.end), String::new()))
            }
            (None, Some(value)) => {
                let newline = if text[..below].ends_with('\n') { "" } else { "\n" };
                patches.push(Patch(below..below, format!("{newline}{}", style.line(key, &quoted(&value)))));
            }
            (None, None) => {}
        }
        if let Some((_, at)) = entry_place(table, key) {
            below = line_end(text, at.end);
        }
    }
    Ok(apply(text, patches))
}

/// Returns the text without the n-th segment, the comment lines that precede it, and the blank lines after it.
pub(in crate::study) fn delete_segment(text: &str, n: usize) -> Result<String, Unusual> {
    let document = parsed(text)?;
    let segments = tables(&document, "segment")?;
    let header = segments.get(n).and_then(|table| table.span()).ok_or(Unusual(0))?;
    let block = Layout::of(text, &document).block(header.start);
    let (before, after) = (&text[..block.start], text[block.end..].trim_start_matches(['\n', '\r']));
    let before = match after.trim().is_empty() {
        true => before.trim_end_matches('\n').len() + usize::from(before.contains(|c: char| c != '\n')),
        false => before.len(),
    };
    Ok(format!("{}{after}", &text[..before.min(block.start)]))
}

/// Returns the keys of a segment in the order in which they are written.
fn fields(segment: &Segment) -> [(&'static str, Option<String>); 4] {
    [
        ("name", Some(segment.name.clone())),
        ("kind", segment.kind.map(|kind| kind.word().to_owned())),
        ("where", Some(segment.rule.clone())),
        ("note", segment.note.clone()),
    ]
}
