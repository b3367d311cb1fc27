//! Adds, edits, deletes and moves personas as text.
//!
//! An edit proceeds step by step until the text has the wanted content: each step finds the first difference, changes
//! only that, and parses the text again. So no step needs to know what another one moved.

use toml_edit::{Item as Node, Table};

use super::super::PersonasFile;
use super::blocks::{Page, blocks};
use super::steps::{self, Step};
use super::tree::{self, Block, Entry};
use super::{Patch, Unusual, apply, entry_place, line_end, line_start, lists};
use crate::model::Persona;

const PERSONA: &str = "persona";
/// Maximum number of steps, more than any persona has fields: an edit beyond it would never end.
pub(super) const MOST_STEPS: usize = 20_000;

/// Returns the text with the persona before the n-th, or after the last, laid out like that one.
pub(in crate::study) fn add_persona(text: &str, n: Option<usize>, persona: &Persona) -> Result<String, Unusual> {
    let page = Page::of(text)?;
    let siblings = blocks(page.root(), PERSONA)?;
    let raw = page.rendered(&tree::persona(persona), PERSONA);
    let n = n.unwrap_or(siblings.len());
    Ok(page.with(&raw, PERSONA, (&siblings, n), (page.root(), &[])))
}

/// Returns the text without the n-th persona, its stages and claims, and the comment lines that precede it.
pub(in crate::study) fn delete_persona(text: &str, n: usize) -> Result<String, Unusual> {
    let page = Page::of(text)?;
    page.without(&blocks(page.root(), PERSONA)?, n)
}

/// Returns the text with the persona moved from index `from` to index `to`.
pub(in crate::study) fn move_persona(text: &str, from: usize, to: usize) -> Result<String, Unusual> {
    let page = Page::of(text)?;
    moved(&page, &blocks(page.root(), PERSONA)?, from, to)
}

/// Returns the text with only the changed values of the n-th persona replaced.
pub(in crate::study) fn edit_persona(text: &str, n: usize, wanted: &Persona) -> Result<String, Unusual> {
    let wanted = tree::persona(wanted);
    let mut text = text.to_owned();
    for _ in 0..MOST_STEPS {
        match nearer(&text, n, &wanted)? {
            Some(next) => text = next,
            None => return Ok(text),
        }
    }
    Err(Unusual(0))
}

/// Returns the text one step nearer to the wanted persona; `None` when it is reached.
fn nearer(text: &str, n: usize, wanted: &Block) -> Result<Option<String>, Unusual> {
    let file: PersonasFile =
        toml::from_str(text).map_err(|error| Unusual(error.span().map_or(0, |span| span.start)))?;
    let have = tree::persona(file.persona.get(n).ok_or(Unusual(0))?);
    let page = Page::of(text)?;
    let table = *blocks(page.root(), PERSONA)?.get(n).ok_or(Unusual(0))?;
    block(&page, table, PERSONA, &have, wanted)
}

/// Performs one step on a block and those below it.
pub(super) fn block(
    page: &Page,
    table: &Table,
    path: &str,
    have: &Block,
    want: &Block,
) -> Result<Option<String>, Unusual> {
    for ((key, have), (_, want_entry)) in have.entries.iter().zip(&want.entries) {
        if have != want_entry {
            return entry(page, table, key, want_entry.as_ref(), &want.entries);
        }
    }
    let mut before = Vec::new();
    for ((key, have), (_, want)) in have.children.iter().zip(&want.children) {
        if have != want {
            return children(page, (table, &before), (path, key), have, want);
        }
        before.push(*key);
    }
    Ok(None)
}

/// Sets one key to the wanted value, or removes it.
pub(super) fn entry(
    page: &Page,
    table: &Table,
    key: &str,
    want: Option<&Entry>,
    order: &[(&'static str, Option<Entry>)],
) -> Result<Option<String>, Unusual> {
    let text = page.text;
    let node = table.get(key);
    if let Some(Node::Table(own)) = node {
        // `[persona.reviewed]`: the next step writes it again as one line.
        let has_header = own.span().is_some_and(|span| text[span].starts_with('['));
        return if has_header {
            page.without(&[own], 0).map(Some)
        } else {
            Err(Unusual(table.span().map_or(0, |at| at.start)))
        };
    }
    let patch = match (entry_place(table, key), want) {
        (None, None) => return Ok(None),
        (None, Some(want)) => {
            let at = line_below(page, table, key, order);
            let newline = if text[..at].ends_with('\n') { "" } else { "\n" };
            Patch(at..at, format!("{newline}{}", page.style_of(table).line(key, &want.spelled())))
        }
        (Some((key_at, at)), None) => Patch(line_start(text, key_at.start)..line_end(text, at.end), String::new()),
        (Some((key_at, at)), Some(want)) => {
            if let (Entry::List(items), Some(array)) = (want, node.and_then(Node::as_array)) {
                return lists::nearer(text, key_at.start, array, items);
            }
            Patch(at, want.spelled())
        }
    };
    Ok(Some(apply(text, vec![patch])))
}

/// Returns the position of a new key's line: below the nearest preceding key that exists, or below the header.
fn line_below(page: &Page, table: &Table, key: &str, order: &[(&'static str, Option<Entry>)]) -> usize {
    let before = order.iter().take_while(|(other, _)| *other != key);
    let lines = before.filter(|(other, _)| table.get(other).is_some_and(Node::is_value));
    let last = lines.filter_map(|(other, _)| entry_place(table, other)).map(|(_, at)| at.end).last();
    let end = last.or_else(|| Some(table.span()?.end)).unwrap_or(0);
    line_end(page.text, end)
}

/// Performs one step on the blocks of one key.
fn children(
    page: &Page,
    (parent, before): (&Table, &[&str]),
    (path, key): (&str, &str),
    have: &[Block],
    want: &[Block],
) -> Result<Option<String>, Unusual> {
    let tables = blocks(parent, key)?;
    let path = format!("{path}.{key}");
    let Some(step) = steps::next(have, want, |a, b| a.id == b.id) else { return Ok(None) };
    match step {
        Step::Change(n) => block(page, tables.get(n).ok_or(Unusual(0))?, &path, &have[n], &want[n]),
        Step::Delete(n) => page.without(&tables, n).map(Some),
        Step::Insert(n) => {
            let raw = page.rendered(&want[n], &path);
            Ok(Some(page.with(&raw, &path, (&tables, n), (parent, before))))
        }
        Step::Move { from, to } => moved(page, &tables, from, to).map(Some),
    }
}

/// Moves one block among its siblings.
fn moved(page: &Page, blocks: &[&Table], from: usize, to: usize) -> Result<String, Unusual> {
    let mut order: Vec<usize> = (0..blocks.len()).collect();
    if from >= order.len() {
        return Err(Unusual(0));
    }
    let block = order.remove(from);
    order.insert(to.min(order.len()), block);
    Ok(page.reordered(blocks, &order))
}
