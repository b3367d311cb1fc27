//! Segmentations: added and deleted as text.

use toml_edit::{Item as Node, Table, Value};

use super::super::layout::Layout;
use super::{Unusual, parsed, quoted, tables};
use crate::model::Segmentation;

/// The text with the segmentation added at its end.
pub(in crate::study) fn add_segmentation(text: &str, cut: &Segmentation) -> String {
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
pub(in crate::study) fn delete_segmentation(text: &str, n: usize) -> Result<String, Unusual> {
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
