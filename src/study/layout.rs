//! Determines the layout of a definition file: which lines belong to a block, and how its keys are spaced.

use std::ops::Range;

use toml_edit::{Document, Item as Node, Table};

use super::edit::{line_end, line_start};

/// Positions of a file's headers and values. A line inside a long text is not a comment, even if it looks like one.
pub(super) struct Layout<'t> {
    text: &'t str,
    /// Ends of headers and values, ascending.
    ends: Vec<usize>,
    /// Starts of headers, ascending.
    headers: Vec<usize>,
}

impl<'t> Layout<'t> {
    pub(super) fn of(text: &'t str, document: &Document<&str>) -> Self {
        let mut layout = Self { text, ends: Vec::new(), headers: Vec::new() };
        layout.visit(document.as_item());
        layout.ends.sort_unstable();
        layout.headers.sort_unstable();
        layout
    }

    fn visit(&mut self, node: &Node) {
        match node {
            Node::Table(table) => self.visit_table(table),
            Node::ArrayOfTables(tables) => tables.iter().for_each(|table| self.visit_table(table)),
            Node::Value(value) => self.ends.extend(value.span().map(|span| span.end)),
            Node::None => {}
        }
    }

    fn visit_table(&mut self, table: &Table) {
        if let Some(span) = table.span().filter(|span| self.text[span.clone()].starts_with('[')) {
            self.ends.push(span.end);
            self.headers.push(span.start);
        }
        table.iter().for_each(|(_, node)| self.visit(node));
    }

    /// Returns the lines of the block whose header begins here: the comment lines that precede it, its body, and
    /// comment lines at its end that precede nothing else.
    pub(super) fn block(&self, header: usize) -> Range<usize> {
        let next = self.headers.iter().copied().find(|&start| start > header).unwrap_or(self.text.len());
        let body_end = self.ends.iter().copied().rfind(|&end| end <= next).unwrap_or(header);
        let end = line_end(self.text, body_end);
        let foot = end + comment_length(&self.text[end..]);
        let leads = self.text[foot..].lines().next().is_some_and(|line| !line.trim().is_empty());
        self.lead(header)..if leads { end } else { foot }
    }

    /// Returns the number of blank lines before the block.
    pub(super) fn gap_before(&self, header: usize) -> usize {
        self.text[..self.lead(header)].lines().rev().take_while(|line| line.trim().is_empty()).count()
    }

    /// Returns the start of the comment lines directly above a header.
    fn lead(&self, header: usize) -> usize {
        let floor = self.ends.iter().copied().rfind(|&end| end <= header).map_or(0, |end| line_end(self.text, end));
        let mut start = line_start(self.text, header);
        while start > floor {
            let above = line_start(self.text, start - 1);
            if !self.text[above..].trim_start_matches([' ', '\t']).starts_with('#') {
                break;
            }
            start = above;
        }
        start
    }
}

/// Returns the number of bytes of the comment lines at the start of the text.
fn comment_length(text: &str) -> usize {
    text.split_inclusive('\n').take_while(|line| line.trim_start().starts_with('#')).map(str::len).sum()
}

/// Spacing of the keys of a block.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Style {
    pub(super) header_indent: String,
    indent: String,
    /// Minimum width of a key with the blanks after it, if the `=` signs are aligned.
    width: usize,
    before: String,
    after: String,
}

impl Default for Style {
    fn default() -> Self {
        let blank = || " ".to_owned();
        Self { header_indent: String::new(), indent: String::new(), width: 0, before: blank(), after: blank() }
    }
}

impl Style {
    pub(super) fn of(text: &str, table: &Table) -> Self {
        let header_indent = table.span().map(|span| indent_of(text, span.start)).unwrap_or_default();
        let mut entries = Vec::new();
        for (key, node) in table.iter().filter(|(_, node)| node.is_value()) {
            let places = table.key(key).and_then(|key| key.span()).zip(node.span());
            let Some((key, value)) = places.filter(|(key, value)| key.end <= value.start) else { continue };
            let Some((before, after)) = text[key.end..value.start].split_once('=') else { continue };
            entries.push((indent_of(text, key.start), text[key].chars().count(), before, after));
        }
        let Some((indent, length, before, after)) = entries.first().cloned() else {
            return Self { header_indent, ..Self::default() };
        };
        let width = length + before.len();
        let aligned = entries.iter().any(|entry| entry.1 != length)
            && entries.iter().all(|(_, length, before, _)| length + before.len() == width);
        let (width, before) = if aligned { (width, " ") } else { (0, before) };
        Self { header_indent, indent, width, before: before.to_owned(), after: after.to_owned() }
    }

    /// Returns the line that sets the key to this value, spelled as TOML.
    pub(super) fn line(&self, key: &str, value: &str) -> String {
        let key = format!("{key}{}", self.before);
        format!("{}{key:width$}={}{value}\n", self.indent, self.after, width = self.width)
    }
}

fn indent_of(text: &str, at: usize) -> String {
    text[line_start(text, at)..at].chars().take_while(|c| c.is_whitespace()).collect()
}
