//! Edits of definition files as text.
//!
//! The text is parsed by `toml_edit` for the places of things, and only the bytes that change are replaced: printing a
//! parsed document anew would keep comments but not every space and line end.

use std::ops::Range;

use toml_edit::{Document, Item as Node, Table, Value};

use super::layout::{Layout, Style};
use super::place::verbatim;
use super::references::rename_in_span;
use crate::model::{Segment, Segmentation};
use crate::rule::edit::rename_reference;

/// Why a text cannot be edited: the byte at which it is written in a way that this program does not write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unusual(pub usize);

/// A replacement of some bytes.
struct Patch(Range<usize>, String);

/// The text with the segment added after its last one, in the manner of that one.
pub(super) fn add_segment(text: &str, segment: &Segment) -> Result<String, Unusual> {
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
    let lines: String = fields(segment).map(|(key, value)| style.line(key, value.as_deref())).into_iter().collect();
    Ok(format!("{before}{newline}{}{}[[segment]]\n{lines}{after}", "\n".repeat(gap), style.header_indent))
}

/// The text with the n-th segment's changed values changed, and nothing else.
pub(super) fn edit_segment(text: &str, n: usize, old: &Segment, new: &Segment) -> Result<String, Unusual> {
    let document = parsed(text)?;
    let segments = tables(&document, "segment")?;
    let table = segments.get(n).ok_or(Unusual(0))?;
    let style = Style::of(text, table);
    let mut patches = Vec::new();
    // A new key's line goes below the line of the key before it.
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
                patches.push(Patch(below..below, format!("{newline}{}", style.line(key, Some(&value)))));
            }
            (None, None) => {}
        }
        if let Some((_, at)) = entry_place(table, key) {
            below = line_end(text, at.end);
        }
    }
    Ok(apply(text, patches))
}

/// The text without the n-th segment, the comment lines that lead it, and the blank lines it leaves behind.
pub(super) fn delete_segment(text: &str, n: usize) -> Result<String, Unusual> {
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

/// The text with the segmentation added at its end.
pub(super) fn add_segmentation(text: &str, cut: &Segmentation) -> String {
    let mut lines = vec!["[[segmentation]]".to_owned()];
    let mut key = |key: &str, value: Option<String>| lines.extend(value.map(|value| format!("{key} = {value}")));
    let list = |items: Vec<String>| format!("[{}]", items.join(", "));
    let number = |number: &f64| Value::from(*number).to_string();
    key("name", Some(quoted(&cut.name)));
    key("kind", cut.kind.map(|kind| quoted(kind.word())));
    key("column", (!cut.column.is_empty()).then(|| quoted(&cut.column)));
    key("breaks", cut.breaks.as_ref().map(|breaks| list(breaks.iter().map(number).collect())));
    key("top", cut.top.map(|top| top.to_string()));
    key("quantiles", cut.quantiles.map(|parts| parts.to_string()));
    key("part", cut.part.map(|part| quoted(part.word())));
    key("age", cut.age.as_ref().map(|ages| list(ages.iter().map(u32::to_string).collect())));
    key("age_unit", cut.age_unit.map(|unit| quoted(unit.word())));
    key("cross", cut.cross.as_ref().map(|sides| list(sides.iter().map(|side| quoted(side)).collect())));
    key("note", cut.note.as_deref().map(quoted));
    if let Some(rfm) = &cut.rfm {
        lines.extend([String::new(), "[segmentation.rfm]".into()]);
        let columns = [("recency", &rfm.recency), ("frequency", &rfm.frequency), ("monetary", &rfm.monetary)];
        lines.extend(columns.map(|(key, column)| format!("{key} = {}", quoted(column))));
        lines.extend(rfm.scores.map(|scores| format!("scores = {scores}")));
    }
    let newline = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    let gap = if text.trim().is_empty() { "" } else { "\n" };
    format!("{text}{newline}{gap}{}\n", lines.join("\n"))
}

/// The text without the n-th segmentation, its own tables and the comment lines that lead it.
pub(super) fn delete_segmentation(text: &str, n: usize) -> Result<String, Unusual> {
    let document = parsed(text)?;
    let cuts = tables(&document, "segmentation")?;
    let table = cuts.get(n).ok_or(Unusual(0))?;
    let header = table.span().ok_or(Unusual(0))?;
    let layout = Layout::of(text, &document);
    let block = layout.block(header.start);
    let rfm = table.get("rfm").and_then(Node::as_table).and_then(Table::span);
    let cells = table.get("cell").and_then(Node::as_array_of_tables);
    let own = rfm.into_iter().chain(cells.into_iter().flatten().filter_map(Table::span));
    let end = own.map(|own| layout.block(own.start).end).chain([block.end]).max().unwrap_or(block.end);
    let after = text[end..].trim_start_matches(['\n', '\r']);
    let before = if after.is_empty() { text[..block.start].trim_end_matches('\n') } else { &text[..block.start] };
    let newline = if after.is_empty() && !before.is_empty() { "\n" } else { "" };
    Ok(format!("{before}{newline}{after}"))
}

/// The text of a definition file with every reference to a segment renamed: rules, spans, checks.
pub(super) fn rename_references(text: &str, old: &str, new: &str) -> Result<String, Unusual> {
    let document = parsed(text)?;
    let mut patches = Vec::new();
    let mut rule = |node: Option<&Node>| {
        let Some((text_now, at)) = node.and_then(|node| Some((node.as_str()?, node.span()?))) else { return };
        patches.extend(respelled(text, text_now, rename_reference(text_now, old, new), at));
    };
    children(&document, "segment").for_each(|segment| rule(segment.get("where")));
    for cut in children(&document, "segmentation") {
        (0..).map_while(|n| cut.get("cell")?.get(n)).for_each(|cell| rule(cell.get("where")));
    }
    for persona in children(&document, "persona") {
        rule(persona.get("where"));
        (0..).map_while(|n| persona.get("attributes")?.get(n)).for_each(|attribute| rule(Some(attribute)));
        (0..).map_while(|n| persona.get("journey")?.get(n)).for_each(|stage| rule(stage.get("reached")));
        (0..).map_while(|n| persona.get("claim")?.get(n)).for_each(|claim| rule(claim.get("check")));
    }
    for persona in children(&document, "persona") {
        for span in persona.get("spans").and_then(Node::as_array).into_iter().flatten() {
            let Some((name, at)) = span.as_str().zip(span.span()) else { continue };
            patches.extend(respelled(text, name, rename_in_span(name, old, new), at));
        }
    }
    for side in children(&document, "segmentation").filter_map(|cut| cut.get("cross")?.as_array()).flatten() {
        let Some((name, at)) = side.as_str().zip(side.span()) else { continue };
        patches.extend((name == old).then(|| respelled(text, name, new.to_owned(), at)).flatten());
    }
    Ok(apply(text, patches))
}

/// The text of a `config.toml` that names the segments file.
pub(super) fn name_segments_file(text: &str, file: &str) -> Result<String, Unusual> {
    let document = parsed(text)?;
    let line = format!("segments = {}", quoted(file));
    let Some((key, study)) = document.as_table().get_key_value("study") else {
        let gap = if text.trim().is_empty() { "" } else { "\n" };
        let newline = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        return Ok(format!("{text}{newline}{gap}[study]\n{line}\n"));
    };
    let place = study.span().or_else(|| key.span()).ok_or(Unusual(0))?;
    let written = &text[place.clone()];
    let patch = if written.starts_with('[') {
        let at = line_end(text, place.end);
        let newline = if text[..at].ends_with('\n') { "" } else { "\n" };
        Patch(at..at, format!("{newline}{line}\n"))
    } else if let Some(table) = study.as_inline_table() {
        let comma = if table.is_empty() { " " } else { "," };
        Patch(place.start + 1..place.start + 1, format!(" {line}{comma}"))
    } else {
        // `study.name = "shop"`: one more dotted key above it.
        let at = line_start(text, place.start);
        Patch(at..at, format!("study.{line}\n"))
    };
    Ok(apply(text, vec![patch]))
}

/// A TOML string, spelled so that a rule needs no escapes wherever TOML has a way for it.
pub(super) fn quoted(text: &str) -> String {
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

/// The keys of a segment in the order in which they are written.
fn fields(segment: &Segment) -> [(&'static str, Option<String>); 4] {
    [
        ("name", Some(segment.name.clone())),
        ("kind", segment.kind.map(|kind| kind.word().to_owned())),
        ("where", Some(segment.rule.clone())),
        ("note", segment.note.clone()),
    ]
}

/// A changed text in the quotes that it had, if it was written without escapes; anew otherwise.
fn respelled(file: &str, old: &str, new: String, at: Range<usize>) -> Option<Patch> {
    if old == new {
        return None;
    }
    let written = &file[at.clone()];
    let spelled = match verbatim(written, old) {
        Some(start) => format!("{}{new}{}", &written[..start], &written[start + old.len()..]),
        None => quoted(&new),
    };
    Some(Patch(at, spelled))
}

fn parsed(text: &str) -> Result<Document<&str>, Unusual> {
    Document::parse(text).map_err(|error| Unusual(error.span().map_or(0, |span| span.start)))
}

/// The `[[name]]` blocks. Written as `name = [{…}]` they have no lines of their own to edit.
fn tables<'d>(document: &'d Document<&str>, name: &str) -> Result<Vec<&'d Table>, Unusual> {
    match document.as_table().get(name) {
        None => Ok(Vec::new()),
        Some(Node::ArrayOfTables(tables)) => Ok(tables.iter().collect()),
        Some(other) => Err(Unusual(other.span().map_or(0, |span| span.start))),
    }
}

/// The entries of this name, in whatever way they are written.
fn children<'d>(document: &'d Document<&str>, name: &'d str) -> impl Iterator<Item = &'d Node> {
    (0..).map_while(move |n| document.as_table().get(name)?.get(n))
}

/// Where a key and its value stand.
fn entry_place(table: &Table, key: &str) -> Option<(Range<usize>, Range<usize>)> {
    let (key, value) = table.get_key_value(key)?;
    key.span().zip(value.span())
}

fn apply(text: &str, mut patches: Vec<Patch>) -> String {
    let mut text = text.to_owned();
    // From the end, so that places stay true; a stable sort keeps two insertions at one place in order after reversal.
    patches.reverse();
    patches.sort_by_key(|patch| std::cmp::Reverse(patch.0.start));
    for Patch(range, with) in patches {
        text.replace_range(range, &with);
    }
    text
}

pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// The first byte of the next line.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |newline| at + newline + 1)
}
