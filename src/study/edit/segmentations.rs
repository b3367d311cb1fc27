//! Adds, edits and deletes segmentations as text.

use toml_edit::{Item as Node, Table};

use super::super::SegmentsFile;
use super::super::layout::{Layout, Style};
use super::blocks::{Page, blocks};
use super::personas::{MOST_STEPS, block, entry};
use super::tree::{self, Block, Entry};
use super::{Patch, Unusual, apply, entry_place, line_end, line_start, parsed, tables};
use crate::model::{Rfm, Segmentation};

const SEGMENTATION: &str = "segmentation";
const RFM: &str = "rfm";

/// Returns the text with the segmentation added at its end.
pub(in crate::study) fn add_segmentation(text: &str, cut: &Segmentation) -> String {
    let Block { id, entries, children } = tree::segmentation(cut);
    let plain = |_: &str| Style::default();
    let mut lines = Block { id, entries, children: Vec::new() }.rendered(SEGMENTATION, &plain);
    lines.extend(cut.rfm.iter().map(|rfm| format!("\n{}", rfm_block(rfm))));
    for (key, cells) in &children {
        let path = format!("{SEGMENTATION}.{key}");
        lines.extend(cells.iter().map(|cell| format!("\n{}", cell.rendered(&path, &plain))));
    }
    let newline = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    let gap = if text.trim().is_empty() { "" } else { "\n" };
    format!("{text}{newline}{gap}{lines}")
}

fn rfm_block(rfm: &Rfm) -> String {
    let style = Style::default();
    let entries = tree::rfm(rfm).entries.into_iter();
    let lines: String = entries.filter_map(|(key, entry)| Some(style.line(key, &entry?.spelled()))).collect();
    format!("[{SEGMENTATION}.{RFM}]\n{lines}")
}

/// Returns the text with only the changed values of the n-th segmentation replaced.
pub(in crate::study) fn edit_segmentation(text: &str, n: usize, wanted: &Segmentation) -> Result<String, Unusual> {
    let mut text = text.to_owned();
    for _ in 0..MOST_STEPS {
        match nearer(&text, n, wanted)? {
            Some(next) => text = next,
            None => return Ok(text),
        }
    }
    Err(Unusual(0))
}

/// Returns the text one step nearer to the wanted segmentation; `None` when it is reached.
fn nearer(text: &str, n: usize, wanted: &Segmentation) -> Result<Option<String>, Unusual> {
    let file: SegmentsFile =
        toml::from_str(text).map_err(|error| Unusual(error.span().map_or(0, |span| span.start)))?;
    let have = file.segmentation.get(n).ok_or(Unusual(0))?;
    let page = Page::of(text)?;
    let table = *blocks(page.root(), SEGMENTATION)?.get(n).ok_or(Unusual(0))?;
    if have.rfm != wanted.rfm {
        return rfm(&page, table, have.rfm.as_ref(), wanted.rfm.as_ref()).map(Some);
    }
    block(&page, table, SEGMENTATION, &tree::segmentation(have), &tree::segmentation(wanted))
}

/// Performs one step on the scored columns, in a block of their own or in one line.
fn rfm(page: &Page, table: &Table, have: Option<&Rfm>, want: Option<&Rfm>) -> Result<String, Unusual> {
    let unusual = || Unusual(table.span().map_or(0, |span| span.start));
    let (own, want) = match (table.get(RFM), want) {
        (None, Some(want)) => {
            let raw = rfm_block(want);
            return Ok(page.with(&raw, "segmentation.rfm", (&[], 0), (table, &[])));
        }
        (Some(Node::Table(own)), Some(want)) => (own, want),
        (Some(Node::Table(own)), None) => return page.without(&[own], 0),
        (Some(_), want) => {
            let (key_at, at) = entry_place(table, RFM).ok_or_else(unusual)?;
            let patch = match want {
                None => Patch(line_start(page.text, key_at.start)..line_end(page.text, at.end), String::new()),
                Some(want) => {
                    let entries = tree::rfm(want).entries.into_iter();
                    let spelled = entries.filter_map(|(key, entry)| Some((key, entry?.spelled())));
                    Patch(at, Entry::Table(spelled.collect()).spelled())
                }
            };
            return Ok(apply(page.text, vec![patch]));
        }
        (None, None) => return Err(unusual()),
    };
    let (have, want) = (have.map(tree::rfm).ok_or_else(unusual)?, tree::rfm(want));
    for ((key, have), (_, entry_wanted)) in have.entries.iter().zip(&want.entries) {
        if have != entry_wanted {
            return entry(page, own, key, entry_wanted.as_ref(), &want.entries)?.ok_or_else(unusual);
        }
    }
    Err(unusual())
}

/// Returns the text without the n-th segmentation, its own tables and the comment lines that precede it.
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
