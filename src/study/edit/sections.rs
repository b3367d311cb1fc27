//! A definition file as its sections: each header with its lines, in the order of the file.
//!
//! Lines that a change does not concern stay byte by byte. Only the section whose keys change is printed again.

use std::ops::Range;

use toml_edit::{Document, Item, RawString, Table};

use super::UneditableText;
use super::style::Style;
use super::tree::{Block, usual_gap};

/// A header and its lines: the comment lines directly above it, its keys, and comment lines at its end that precede
/// nothing else.
#[derive(Default)]
pub(super) struct FileSection {
    /// Path in the header, such as `persona.claim`.
    pub(super) path: String,
    /// Text between the end of the previous section and this one.
    gap: String,
    pub(super) text: String,
    /// Byte of the header in the file, for messages.
    pub(super) at: usize,
}

/// The sections of a file. Without a header, all of its text is the tail.
pub(super) struct Sections {
    pub(super) all: Vec<FileSection>,
    tail: String,
}

impl Sections {
    /// Splits a text. Blocks of this name that are written in one line, as `name = [{…}]`, have no lines of their own.
    pub(super) fn parse(text: &str, name: &str) -> Result<Self, UneditableText> {
        let document =
            Document::parse(text).map_err(|error| UneditableText(error.span().map_or(0, |span| span.start)))?;
        if let Some(Item::Value(value)) = document.get(name) {
            return Err(UneditableText(value.span().map_or(0, |span| span.start)));
        }
        let mut headers = Vec::new();
        add_headers(document.as_table(), "", text, &mut headers);
        headers.sort_unstable();
        let trailing = document.trailing().span();
        headers.push((text.len(), trailing.map_or(text.len(), |trailing| trailing.start), String::new()));
        let (mut all, mut start) = (Vec::new(), 0);
        // Keys above the first header are a section without one.
        let mut section = FileSection::default();
        for (n, (at, above, path)) in headers.into_iter().enumerate() {
            let lead = if at == text.len() { at } else { above + lead_start(&text[above..at]) };
            // Comment lines without a blank line below them belong to the next header.
            let is_foot = n > 0 && lead > above;
            let end = above + if is_foot { comments(text[above..lead].split_inclusive('\n')) } else { 0 };
            text[start..end].clone_into(&mut section.text);
            all.extend(Some(section).filter(|section| !section.text.is_empty()));
            section = FileSection { path, gap: text[end..lead].to_owned(), at, ..FileSection::default() };
            start = lead;
        }
        Ok(Self { all, tail: section.gap })
    }

    pub(super) fn into_text(self) -> String {
        let mut text: String = self.all.into_iter().flat_map(|section| [section.gap, section.text]).collect();
        text.push_str(&self.tail);
        text
    }

    /// Returns the blocks of this path within a range of sections, each with the blocks below it.
    pub(super) fn blocks(&self, within: Range<usize>, path: &str) -> Vec<Range<usize>> {
        let heads = within.clone().filter(|n| self.all[*n].path == path);
        heads.map(|head| head..self.end_below(head, &|_| true).min(within.end)).collect()
    }

    /// Returns the blocks of this path below a header.
    pub(super) fn below(&self, head: usize, path: &str) -> Vec<Range<usize>> {
        self.blocks(head..self.end_below(head, &|_| true), path)
    }

    /// Returns the end of a block and of those blocks directly below it whose keys are wanted.
    fn end_below(&self, head: usize, is_wanted: &dyn Fn(&str) -> bool) -> usize {
        let path = format!("{}.", self.all[head].path);
        let below = self.all[head + 1..].iter().map_while(|section| section.path.strip_prefix(&path));
        let last = below.enumerate().filter(|(_, key)| is_wanted(key.split('.').next().unwrap_or_default())).last();
        last.map_or(head + 1, |(n, _)| head + n + 2)
    }

    /// Removes the n-th of sibling blocks, and the gap between it and its neighbour.
    pub(super) fn remove(&mut self, siblings: &[Range<usize>], n: usize) {
        let block = siblings[n].clone();
        let gap = std::mem::take(&mut self.all[block.start].gap);
        self.all.drain(block.clone());
        let below = self.all.get_mut(block.start).map_or(&mut self.tail, |next| &mut next.gap);
        if n == 0 && (siblings.len() > 1 || block.start == 0) && is_blank(below) {
            *below = gap;
        } else if !is_blank(&gap) {
            let blank: usize =
                below.split_inclusive('\n').take_while(|line| line.trim().is_empty()).map(str::len).sum();
            below.replace_range(..blank, &gap);
        }
        if block.start == self.all.len() {
            self.tail.truncate(without_blank_end(&self.tail).len());
        }
    }

    /// Puts sibling blocks in another order: `order` gives the old index of each place. The gaps stay.
    pub(super) fn reorder(&mut self, blocks: &[Range<usize>], order: &[usize]) {
        let gaps: Vec<String> = blocks.iter().map(|block| std::mem::take(&mut self.all[block.start].gap)).collect();
        let mut old: Vec<Option<FileSection>> = std::mem::take(&mut self.all).into_iter().map(Some).collect();
        let mut at = 0;
        for (place, (block, gap)) in blocks.iter().zip(gaps).enumerate() {
            self.all.extend(old[at..block.start].iter_mut().filter_map(Option::take));
            let first = self.all.len();
            self.all.extend(old[blocks[order[place]].clone()].iter_mut().filter_map(Option::take));
            self.all[first].gap = gap;
            at = block.end;
        }
        self.all.extend(old[at..].iter_mut().filter_map(Option::take));
        if let Some((_, above)) = self.all.split_last_mut() {
            above.iter_mut().for_each(|section| end_line(&mut section.text));
        }
    }

    /// Inserts a block before the n-th of its siblings, or after the last one. Without siblings, it goes to the end of
    /// the file, or of `parent` with those of its blocks whose keys are in `before`.
    pub(super) fn insert(
        &mut self,
        block: &Block,
        path: &str,
        (siblings, n): (&[Range<usize>], usize),
        (parent, before): (Option<usize>, &[&str]),
    ) -> Result<(), UneditableText> {
        let raw = block.rendered(path, &|path| self.style(path));
        let mut new = Sections::parse(&raw, "")?.all;
        let mut gap = self.usual_gap(path, siblings);
        let at = match (siblings.get(n), siblings.last(), parent) {
            (Some(sibling), _, _) => {
                std::mem::swap(&mut gap, &mut self.all[sibling.start].gap);
                sibling.start
            }
            (None, Some(last), _) => last.end,
            (None, None, Some(parent)) => self.end_below(parent, &|key| before.contains(&key)),
            (None, None, None) => {
                let mut above = std::mem::take(&mut self.tail);
                if !above.is_empty() {
                    end_line(&mut above);
                }
                let newlines = above.len() - above.trim_end_matches('\n').len();
                let is_start = self.all.is_empty() && above.trim().is_empty();
                let wanted = if is_start { 0 } else { gap.len().saturating_sub(newlines.saturating_sub(1)) };
                gap = format!("{above}{}", "\n".repeat(wanted));
                self.all.len()
            }
        };
        if let Some(above) = at.checked_sub(1) {
            end_line(&mut self.all[above].text);
        }
        if let Some(first) = new.first_mut() {
            first.gap = gap;
        }
        self.all.splice(at..at, new);
        Ok(())
    }

    /// Returns the gap before such a block: that before the last sibling.
    fn usual_gap(&self, path: &str, siblings: &[Range<usize>]) -> String {
        match siblings {
            [] => "\n".repeat(usual_gap(path)),
            // The first block of a file has no gap before it to copy.
            [_] if !path.contains('.') => "\n".repeat(usual_gap(path)),
            [.., last] => {
                let gap = &self.all[last.start].gap;
                let blank_end = &gap[without_blank_end(gap).len()..];
                if is_blank(gap) && siblings.len() > 1 { gap.clone() } else { blank_end.to_owned() }
            }
        }
    }

    /// Returns the spacing of blocks of this path in the file: that of the last one.
    fn style(&self, path: &str) -> Style {
        let last = self.all.iter().rfind(|section| section.path == path);
        last.and_then(|section| Style::from_section(&section.text, path)).unwrap_or_default()
    }
}

/// Returns true if a gap contains only blank lines and lines drawn as `# ----`.
fn is_blank(gap: &str) -> bool {
    !gap.contains(char::is_alphanumeric)
}

/// Returns the text without the blank lines at its end.
fn without_blank_end(text: &str) -> &str {
    let blank = text.split_inclusive('\n').rev().take_while(|line| line.trim().is_empty() && line.ends_with('\n'));
    &text[..text.len() - blank.map(str::len).sum::<usize>()]
}

/// Ends the last line of a text, an empty text included.
pub(super) fn end_line(text: &mut String) {
    if !text.ends_with('\n') {
        text.push('\n');
    }
}

/// Adds the headers of a table and of those below it: the byte of each, where the lines above it start, and its path.
fn add_headers(table: &Table, path: &str, text: &str, headers: &mut Vec<(usize, usize, String)>) {
    if let Some(span) = table.span().filter(|span| text[span.clone()].starts_with('[')) {
        let above = table.decor().prefix().and_then(RawString::span);
        headers.push((span.start, above.map_or(span.start, |above| above.start), path.to_owned()));
    }
    for (key, item) in table {
        let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        match item {
            Item::Table(table) => add_headers(table, &path, text, headers),
            Item::ArrayOfTables(tables) => tables.iter().for_each(|table| add_headers(table, &path, text, headers)),
            _ => {}
        }
    }
}

/// Returns the start of the comment lines directly above a header, within the lines above it.
fn lead_start(above: &str) -> usize {
    let start = line_start(above, above.len());
    start - comments(above[..start].split_inclusive('\n').rev())
}

/// Returns the number of bytes of the comment lines that come first.
fn comments<'t>(lines: impl Iterator<Item = &'t str>) -> usize {
    lines.take_while(|line| line.trim_start().starts_with('#')).map(str::len).sum()
}

pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// Returns the first byte of the next line.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |newline| at + newline + 1)
}
