//! Edits definition files: what does not change stays byte by byte, comments, order and spacing included.
//!
//! A file is a list of [`sections`], which are added, removed and moved as text; [`keys`] sets the keys of one section by
//! `toml_edit`. [`tree`] lists the keys and blocks of a definition.
//!
//! `toml_edit` parses, and knows where headers begin and what stands around a key. The rest has to be done here, because it
//! drops the comments above a removed key or item, appends each new key, moves no block together with the lines around it,
//! ends every line with `\n`, and escapes texts that TOML could hold as they are. A section is text and not a table of one
//! document, so that a block can be moved or removed without printing the others.

use std::ops::Range;

use serde::Serialize;
use toml_edit::Value;

mod config;
mod keys;
mod lists;
mod persona_text;
mod references;
mod sections;
mod style;
mod toml_text;
mod tree;

use self::sections::Sections;
use self::tree::{BELOW, Block};
pub(super) use config::name_file;
pub use persona_text::{persona_text, read_persona};
pub(super) use references::rename_references;
pub(super) use toml_text::quoted;

/// Reason why a text cannot be edited: the byte at which it has a form that this program does not write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UneditableText(pub usize);

/// Returns the text with a block before the n-th of its kind (`segment`), or after the last, laid out like that one.
pub(super) fn add(text: &str, kind: &str, n: Option<usize>, new: &impl Serialize) -> Result<String, UneditableText> {
    change(text, kind, |file, blocks| {
        file.insert(&Block::new(new)?, kind, (blocks, n.unwrap_or(blocks.len())), (None, &[]))
    })
}

/// Returns the text with only the changed values of the n-th block replaced.
pub(super) fn edit<T: Serialize>(
    text: &str,
    kind: &str,
    n: usize,
    have: &T,
    want: &T,
) -> Result<String, UneditableText> {
    change(text, kind, |file, blocks| {
        edit_block(file, blocks.get(n).ok_or(UneditableText(0))?.start, &Block::new(have)?, &Block::new(want)?)
    })
}

/// Returns the text without the n-th block, the blocks below it, and the comment lines that precede it.
pub(super) fn delete(text: &str, kind: &str, n: usize) -> Result<String, UneditableText> {
    change(text, kind, |file, blocks| {
        blocks.get(n).ok_or(UneditableText(0))?;
        file.remove(blocks, n);
        Ok(())
    })
}

/// Returns the text with a block moved from index `from` to index `to`.
pub(super) fn shift(text: &str, kind: &str, from: usize, to: usize) -> Result<String, UneditableText> {
    change(text, kind, |file, blocks| {
        let mut order: Vec<usize> = (0..blocks.len()).filter(|n| *n != from).collect();
        if from < blocks.len() {
            order.insert(to.min(order.len()), from);
            file.reorder(blocks, &order);
        }
        Ok(())
    })
}

/// Changes the blocks of a kind in a text.
fn change(
    text: &str,
    kind: &str,
    edit: impl FnOnce(&mut Sections, &[Range<usize>]) -> Result<(), UneditableText>,
) -> Result<String, UneditableText> {
    let mut file = Sections::parse(text, kind)?;
    let blocks = file.blocks(0..file.all.len(), kind);
    edit(&mut file, &blocks)?;
    Ok(file.into_text())
}

/// Changes the block whose header is this section.
fn edit_block(file: &mut Sections, head: usize, have: &Block, want: &Block) -> Result<(), UneditableText> {
    let (path, unusual) = (file.all[head].path.clone(), UneditableText(file.all[head].at));
    let spelled = |value: Option<&Value>| value.map(Value::to_string);
    let removed = have.entries.iter().filter(|(key, _)| !want.entries.contains_key(key)).map(|(key, _)| (key, None));
    let new = want.entries.iter().filter(|(key, value)| spelled(have.entries.get(key)) != Some(value.to_string()));
    let mut changed: Vec<(&str, Option<Value>)> = removed.collect();
    changed.extend(new.map(|(key, value)| (key, Some(value.clone()))));
    for (key, _) in &changed {
        // `[persona.reviewed]` becomes one line.
        let tables = file.below(head, &format!("{path}.{key}"));
        (0..tables.len()).for_each(|n| file.remove(&tables, n));
    }
    let order: Vec<&str> = want.entries.iter().map(|(key, _)| key).collect();
    for (n, key) in BELOW.into_iter().enumerate() {
        let (have, want) = (have.below(key), want.below(key));
        let blocks = file.below(head, &format!("{path}.{key}"));
        match (have == want, blocks.len() == have.len(), have) {
            (true, ..) => {}
            (false, true, _) => {
                let before = [&order, &BELOW[..n]].concat();
                edit_children(file, head, (&path, key), (have, want), &before)?;
            }
            // `rfm = { … }`
            (false, false, [_]) if n == 0 => {
                changed.push((key, want.first().map(|block| Value::InlineTable(block.entries.clone()))))
            }
            _ => return Err(unusual),
        }
    }
    if changed.is_empty() {
        return Ok(());
    }
    keys::edit_section(&mut file.all[head], |document, path| {
        changed.iter().try_for_each(|(key, want)| keys::set(document, path, key, want.as_ref(), &order))
    })
}

/// Changes the blocks of one key below a section.
fn edit_children(
    file: &mut Sections,
    head: usize,
    (path, key): (&str, &str),
    (have, want): (&[Block], &[Block]),
    before: &[&str],
) -> Result<(), UneditableText> {
    let path = format!("{path}.{key}");
    let from = matching(have, want, |have, want| have.identity() == want.identity());
    let blocks = file.below(head, &path);
    for at in (0..have.len()).rev().filter(|at| !from.contains(&Some(*at))) {
        file.remove(&blocks, at);
    }
    let wanted: Vec<usize> = from.iter().flatten().copied().collect();
    let place = |old: &usize| wanted.iter().filter(|other| *other < old).count();
    file.reorder(&file.below(head, &path), &wanted.iter().map(place).collect::<Vec<_>>());
    for (n, (from, want)) in from.iter().zip(want).enumerate() {
        let blocks = file.below(head, &path);
        match from {
            Some(from) => edit_block(file, blocks[n].start, &have[*from], want)?,
            None => file.insert(want, &path, (&blocks, n), (Some(head), before))?,
        }
    }
    Ok(())
}

/// Returns for each wanted item the old one that it is, or that it replaces in its place; `None` for a new item. `is_same`
/// returns true for two versions of one item.
fn matching<T>(have: &[T], want: &[T], is_same: impl Fn(&T, &T) -> bool) -> Vec<Option<usize>> {
    let mut is_free = vec![true; have.len()];
    let mut from = vec![None; want.len()];
    for (n, want) in want.iter().enumerate() {
        let same = |at: &usize| is_free[*at] && is_same(&have[*at], want);
        from[n] = Some(n).filter(|n| *n < have.len()).filter(same).or_else(|| (0..have.len()).find(same));
        from[n].into_iter().for_each(|at| is_free[at] = false);
    }
    // The others take places in the same order, beginning with the last.
    let mut free: Vec<usize> = (0..have.len()).filter(|at| is_free[*at]).collect();
    for n in (0..want.len()).rev() {
        let fits =
            |at: usize| from[..n].iter().flatten().all(|x| *x < at) && from[n..].iter().flatten().all(|x| *x > at);
        if from[n].is_none() && free.last().is_some_and(|at| fits(*at)) {
            from[n] = free.pop();
        }
    }
    from
}
