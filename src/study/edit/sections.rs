//! A definition file as its sections: each header with its lines, in the order of the file.
//!
//! Lines that a change does not concern stay byte by byte. Only the section whose keys change is printed again.

use std::ops::Range;

use toml_edit::{Document, Item, Table};

use super::Unusual;
use super::style::Style;
use super::tree::{Block, usual_gap};

/// A header and its lines: the comment lines directly above it, its keys, and comment lines at its end that precede
/// nothing else.
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
    pub(super) fn parse(text: &str, name: &str) -> Result<Self, Unusual> {
        let document = Document::parse(text).map_err(|error| Unusual(error.span().map_or(0, |span| span.start)))?;
        if let Some(Item::Value(value)) = document.get(name) {
            return Err(Unusual(value.span().map_or(0, |span| span.start)));
        }
        let mut marks = Marks { text, headers: Vec::new(), ends: Vec::new() };
        marks.visit_table(document.as_table(), "");
        marks.headers.sort_unstable();
        marks.ends.sort_unstable();
        // Keys above the first header are a section without one.
        let first = marks.headers.first().map_or(text.len(), |(start, _)| *start);
        let mut end = marks.ends.iter().rfind(|end| **end <= first).map_or(0, |end| line_end(text, *end));
        let root = FileSection { path: String::new(), gap: String::new(), text: text[..end].to_owned(), at: 0 };
        let mut all: Vec<FileSection> = Some(root).filter(|_| end > 0).into_iter().collect();
        for (n, (at, path)) in marks.headers.iter().enumerate() {
            let lines = marks.lines(n);
            let (gap, text) = (text[end..lines.start].to_owned(), text[lines.clone()].to_owned());
            all.push(FileSection { path: path.clone(), gap, text, at: *at });
            end = lines.end;
        }
        Ok(Self { all, tail: text[end..].to_owned() })
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
    ) -> Result<(), Unusual> {
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
        last.and_then(|section| Style::of_section(&section.text, path)).unwrap_or_default()
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

fn end_line(text: &mut String) {
    if !text.ends_with('\n') {
        text.push('\n');
    }
}

/// Positions of a file's headers and values. A line inside a long text is not a comment, even if it looks like one.
struct Marks<'t> {
    text: &'t str,
    /// Starts and paths of headers.
    headers: Vec<(usize, String)>,
    /// Ends of headers and values.
    ends: Vec<usize>,
}

impl Marks<'_> {
    fn visit_table(&mut self, table: &Table, path: &str) {
        if let Some(span) = table.span().filter(|span| self.text[span.clone()].starts_with('[')) {
            self.ends.push(span.end);
            self.headers.push((span.start, path.to_owned()));
        }
        for (key, item) in table {
            let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            match item {
                Item::Table(table) => self.visit_table(table, &path),
                Item::ArrayOfTables(tables) => tables.iter().for_each(|table| self.visit_table(table, &path)),
                Item::Value(value) => self.ends.extend(value.span().map(|span| span.end)),
                Item::None => {}
            }
        }
    }

    /// Returns the bytes of the lines of the n-th section.
    fn lines(&self, n: usize) -> Range<usize> {
        let header = self.headers[n].0;
        let next = self.headers.get(n + 1).map_or(self.text.len(), |(start, _)| *start);
        let last = self.ends.iter().copied().rfind(|&end| end <= next).unwrap_or(header);
        let end = line_end(self.text, last);
        let comments = self.text[end..].split_inclusive('\n').take_while(|line| line.trim_start().starts_with('#'));
        let foot = end + comments.map(str::len).sum::<usize>();
        let leads = self.text[foot..].lines().next().is_some_and(|line| !line.trim().is_empty());
        self.lead(header)..if leads { end } else { foot }
    }

    /// Returns the start of the comment lines directly above a header.
    fn lead(&self, header: usize) -> usize {
        let above = self.ends.iter().copied().rfind(|&end| end <= header);
        let floor = above.map_or(0, |end| line_end(self.text, end));
        let mut start = line_start(self.text, header);
        while start > floor {
            let line = line_start(self.text, start - 1);
            if !self.text[line..].trim_start_matches([' ', '\t']).starts_with('#') {
                break;
            }
            start = line;
        }
        start
    }
}

pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// Returns the first byte of the next line.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |newline| at + newline + 1)
}
