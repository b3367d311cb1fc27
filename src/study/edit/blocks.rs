//! Inserts, removes and moves `[[…]]` blocks with everything below them.

use std::ops::Range;

use toml_edit::{Document, Item as Node, Table};

use super::super::layout::{Layout, Style};
use super::tree::{Block, usual_gap};
use super::{Patch, Unusual, apply, parsed};

/// A definition file with the positions of its blocks.
pub(super) struct Page<'t> {
    pub(super) text: &'t str,
    document: Document<&'t str>,
    layout: Layout<'t>,
}

impl<'t> Page<'t> {
    pub(super) fn of(text: &'t str) -> Result<Self, Unusual> {
        let document = parsed(text)?;
        let layout = Layout::of(text, &document);
        Ok(Self { text, document, layout })
    }

    pub(super) fn root(&self) -> &Table {
        self.document.as_table()
    }

    /// Returns the range of all lines of a block and of the blocks below it, including the comment lines that precede
    /// it.
    fn extent(&self, table: &Table) -> Range<usize> {
        let mut headers = Vec::new();
        self.headers(table, &mut headers);
        let blocks = headers.into_iter().map(|header| self.layout.block(header));
        blocks.reduce(|all, block| all.start.min(block.start)..all.end.max(block.end)).unwrap_or(0..0)
    }

    fn headers(&self, table: &Table, found: &mut Vec<usize>) {
        let own = table.span().filter(|span| self.text[span.clone()].starts_with('['));
        found.extend(own.map(|span| span.start));
        for (_, node) in table.iter() {
            match node {
                Node::Table(table) => self.headers(table, found),
                Node::ArrayOfTables(tables) => tables.iter().for_each(|table| self.headers(table, found)),
                _ => {}
            }
        }
    }

    /// Returns the spacing of blocks of this path (`persona.claim`) in the file: that of the last one.
    fn style(&self, path: &str) -> Style {
        let mut tables = vec![self.root()];
        for key in path.split('.') {
            let below = tables.into_iter().filter_map(|table| table.get(key)?.as_array_of_tables());
            tables = below.flat_map(|tables| tables.iter()).collect();
        }
        tables.last().map(|table| Style::of(self.text, table)).unwrap_or_default()
    }

    pub(super) fn rendered(&self, block: &Block, path: &str) -> String {
        block.rendered(path, &|path| self.style(path))
    }

    /// Returns the text without the n-th of these blocks, and without the gap between it and its neighbour.
    pub(super) fn without(&self, blocks: &[&Table], n: usize) -> Result<String, Unusual> {
        let Range { start, end } = self.extent(blocks.get(n).ok_or(Unusual(0))?);
        let above = n.checked_sub(1).map(|n| self.extent(blocks[n]).end);
        let below = blocks.get(n + 1).map(|next| self.extent(next).start);
        let cut =
            match (above.filter(|&above| self.is_gap(above..start)), below.filter(|&below| self.is_gap(end..below))) {
                (Some(above), _) => above..end,
                (None, Some(below)) if n == 0 => start..below,
                _ => start - self.gap_length(start)..end,
            };
        let (before, after) = (&self.text[..cut.start], &self.text[cut.end..]);
        Ok(match after.trim().is_empty() {
            true => format!("{}{}", before.trim_end_matches('\n'), if before.is_empty() { "" } else { "\n" }),
            false => format!("{before}{after}"),
        })
    }

    /// Returns the number of bytes of the blank lines that end here.
    fn gap_length(&self, end: usize) -> usize {
        let blank = |line: &&str| line.trim().is_empty() && line.ends_with('\n');
        self.text[..end].split_inclusive('\n').rev().take_while(blank).map(str::len).sum()
    }

    /// Returns true if the range contains only blank lines and lines drawn as `# ----`.
    fn is_gap(&self, range: Range<usize>) -> bool {
        let says_nothing = |line: &str| !line.contains(char::is_alphanumeric);
        self.text.get(range).is_some_and(|text| text.lines().all(says_nothing))
    }

    /// Returns the text with these blocks in another order: `order` gives the old index of each new block. The text
    /// between them stays.
    pub(super) fn reordered(&self, blocks: &[&Table], order: &[usize]) -> String {
        let places: Vec<Range<usize>> = blocks.iter().map(|block| self.extent(block)).collect();
        let mut patches = Vec::new();
        for (place, &from) in places.iter().zip(order) {
            let mut raw = self.text[places[from].clone()].to_owned();
            if !raw.ends_with('\n') && place.end < self.text.len() {
                raw.push('\n');
            }
            patches.push(Patch(place.clone(), raw));
        }
        apply(self.text, patches)
    }

    /// Returns the text with a block's lines before the n-th of its `siblings`, or after the last. Without siblings,
    /// the block goes after `parent` and those of its own blocks whose keys are in `before`.
    pub(super) fn with(
        &self,
        raw: &str,
        path: &str,
        (siblings, n): (&[&Table], usize),
        (parent, before): (&Table, &[&str]),
    ) -> String {
        let gap = self.gap(path, siblings);
        if let Some(sibling) = siblings.get(n) {
            let (above, below) = self.text.split_at(self.extent(sibling).start);
            return format!("{above}{raw}{gap}{below}");
        }
        let at = match siblings.last() {
            Some(last) => self.extent(last).end,
            None => self.end_of(parent, before),
        };
        let (above, below) = self.text.split_at(at);
        let newline = if above.is_empty() || above.ends_with('\n') { "" } else { "\n" };
        // At the end of a file of comments, the existing blank lines are gap enough.
        let have = if siblings.is_empty() { above.len() - above.trim_end_matches('\n').len() } else { 0 };
        let gap = if above.trim().is_empty() { "" } else { &gap[gap.len().min(have.saturating_sub(1))..] };
        format!("{above}{newline}{gap}{raw}{below}")
    }

    /// Returns the usual gap between such blocks: blank lines, perhaps with a drawn one.
    fn gap(&self, path: &str, siblings: &[&Table]) -> String {
        let usual = "\n".repeat(usual_gap(path));
        match siblings {
            [] => usual,
            // The first block of a file has no gap before it to copy.
            [_] if !path.contains('.') => usual,
            [.., before, last] => {
                let between = self.extent(before).end..self.extent(last).start;
                let is_gap = self.is_gap(between.clone());
                if is_gap { self.text[between].to_owned() } else { "\n".repeat(self.blank_before(last)) }
            }
            [only] => "\n".repeat(self.blank_before(only)),
        }
    }

    fn blank_before(&self, table: &Table) -> usize {
        table.span().map_or(0, |header| self.layout.gap_before(header.start))
    }

    /// Returns the end of a block's keys, and of the blocks below it whose keys are in `before`.
    fn end_of(&self, parent: &Table, before: &[&str]) -> usize {
        let Some(header) = parent.span().filter(|span| self.text[span.clone()].starts_with('[')) else {
            return self.text.len();
        };
        let mut end = self.layout.block(header.start).end;
        for (key, node) in parent.iter() {
            match node {
                Node::Table(table) => end = end.max(self.extent(table).end),
                Node::ArrayOfTables(tables) if before.contains(&key) => {
                    end = tables.iter().map(|table| self.extent(table).end).max().unwrap_or(end).max(end);
                }
                _ => {}
            }
        }
        end
    }

    /// Returns the spacing of the keys of this block.
    pub(super) fn style_of(&self, table: &Table) -> Style {
        Style::of(self.text, table)
    }
}

/// Returns the `[[key]]` blocks of a table. Written as `key = [{…}]` they have no lines of their own to edit.
pub(super) fn blocks<'d>(table: &'d Table, key: &str) -> Result<Vec<&'d Table>, Unusual> {
    match table.get(key) {
        None => Ok(Vec::new()),
        Some(Node::ArrayOfTables(tables)) => Ok(tables.iter().collect()),
        Some(other) => Err(Unusual(other.span().map_or(0, |span| span.start))),
    }
}
