//! Spacing of the keys of a block.

use toml_edit::{DocumentMut, Item, RawString, Table};

/// Spacing of the keys of a block.
#[derive(Debug, Clone)]
pub(super) struct Style {
    pub(super) header_indent: String,
    pub(super) indent: String,
    /// Minimum width of a key with the blanks after it, if the `=` signs are aligned.
    pub(super) width: usize,
    pub(super) before: String,
    pub(super) after: String,
}

impl Default for Style {
    fn default() -> Self {
        let blank = || " ".to_owned();
        Self { header_indent: String::new(), indent: String::new(), width: 0, before: blank(), after: blank() }
    }
}

impl Style {
    /// Returns the spacing of the section with this path in its header.
    pub(super) fn from_section(text: &str, path: &str) -> Option<Self> {
        let mut document = text.parse::<DocumentMut>().ok()?;
        Some(Self::from_table(table_at(&mut document, path)?))
    }

    pub(super) fn from_table(table: &Table) -> Self {
        let header_indent = last_line(table.decor().prefix()).to_owned();
        let mut entries = Vec::new();
        for (key, item) in table {
            let Some((key, value)) = table.key(key).zip(item.as_value()) else { continue };
            let (above, before) = (last_line(key.leaf_decor().prefix()), said(key.leaf_decor().suffix()));
            entries.push((above, key.display_repr().chars().count(), before, said(value.decor().prefix())));
        }
        let Some(&(indent, length, before, after)) = entries.first() else {
            return Self { header_indent, ..Self::default() };
        };
        let width = length + before.len();
        let aligned = entries.iter().any(|entry| entry.1 != length)
            && entries.iter().all(|(_, length, before, _)| length + before.len() == width);
        let (width, before) = if aligned { (width, " ") } else { (0, before) };
        Self { header_indent, indent: indent.to_owned(), width, before: before.to_owned(), after: after.to_owned() }
    }

    /// Returns the line that sets the key to this value, spelled as TOML.
    pub(super) fn line(&self, key: &str, value: &str) -> String {
        let key = format!("{key}{}", self.before);
        format!("{}{key:width$}={}{value}\n", self.indent, self.after, width = self.width)
    }
}

/// Returns the table of a section's header.
pub(super) fn table_at<'d>(document: &'d mut DocumentMut, path: &str) -> Option<&'d mut Table> {
    path.split('.').try_fold(document.as_table_mut(), |table, key| match table.get_mut(key)? {
        Item::Table(table) => Some(table),
        Item::ArrayOfTables(tables) => tables.get_mut(0),
        _ => None,
    })
}

/// Returns the text around a key or a value.
pub(super) fn said(text: Option<&RawString>) -> &str {
    text.and_then(RawString::as_str).unwrap_or_default()
}

pub(super) fn last_line(text: Option<&RawString>) -> &str {
    said(text).rsplit('\n').next().unwrap_or_default()
}
