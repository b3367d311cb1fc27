//! Edits definition files as text.
//!
//! `toml_edit` parses the text to find the positions of its parts, and only the bytes that change are replaced:
//! printing a parsed document anew would keep comments but not every space and line end.

use std::ops::Range;

use toml_edit::{Document, Item as Node, Table};

mod blocks;
mod config;
mod lists;
mod personas;
mod references;
mod segmentations;
mod segments;
mod spell;
mod steps;
mod tree;
mod whole;

pub(super) use config::name_file;
pub(super) use personas::{add_persona, delete_persona, edit_persona, move_persona};
pub(super) use references::rename_references;
pub(super) use segmentations::{add_segmentation, delete_segmentation, edit_segmentation};
pub(super) use segments::{add_segment, delete_segment, edit_segment};
pub(super) use spell::quoted;
pub use whole::{persona_text, read_persona};

/// Reason why a text cannot be edited: the byte at which it has a form that this program does not write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unusual(pub usize);

/// A replacement of a range of bytes.
struct Patch(Range<usize>, String);

fn parsed(text: &str) -> Result<Document<&str>, Unusual> {
    Document::parse(text).map_err(|error| Unusual(error.span().map_or(0, |span| span.start)))
}

/// Returns the `[[name]]` blocks. Written as `name = [{…}]` they have no lines of their own to edit.
fn tables<'d>(document: &'d Document<&str>, name: &str) -> Result<Vec<&'d Table>, Unusual> {
    match document.as_table().get(name) {
        None => Ok(Vec::new()),
        Some(Node::ArrayOfTables(tables)) => Ok(tables.iter().collect()),
        Some(other) => Err(Unusual(other.span().map_or(0, |span| span.start))),
    }
}

/// Returns the positions of a key and of its value.
fn entry_place(table: &Table, key: &str) -> Option<(Range<usize>, Range<usize>)> {
    let (key, value) = table.get_key_value(key)?;
    key.span().zip(value.span())
}

fn apply(text: &str, mut patches: Vec<Patch>) -> String {
    let mut text = text.to_owned();
    // Applied from the end, so that positions stay valid; the stable sort keeps two insertions at one position in
    // order.
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

/// Returns the first byte of the next line.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |newline| at + newline + 1)
}
