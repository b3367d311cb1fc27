use std::collections::BTreeMap;

use super::Checked;

/// The kind of definition that an `@name` refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameKind {
    Segment,
    Cell,
    Persona,
}

/// One entry of the namespace: a rule's text that may itself hold `@names`.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedRule {
    pub kind: NameKind,
    pub rule: String,
    /// The checked rule once there is one; see [`Namespace::remember`].
    pub(super) checked: Option<Checked>,
}

/// The namespace of `@`: rules by full name, as `vip`, `plan.pro` or `dana`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Namespace {
    entries: BTreeMap<String, NamedRule>,
    /// Full names of each segmentation's cells, in its order.
    cells: BTreeMap<String, Vec<String>>,
}

impl Namespace {
    /// Adds a name. The first definition of a name stays; a study's `check` reports the others.
    pub fn insert(&mut self, name: impl Into<String>, kind: NameKind, rule: impl Into<String>) {
        self.entries.entry(name.into()).or_insert_with(|| NamedRule { kind, rule: rule.into(), checked: None });
    }

    /// Adds a segmentation's cells, each by its own name and rule.
    pub fn insert_cells<'c>(&mut self, segmentation: &str, cells: impl IntoIterator<Item = (&'c str, &'c str)>) {
        let mut names = Vec::new();
        for (cell, rule) in cells {
            let full = format!("{segmentation}.{cell}");
            self.insert(&full, NameKind::Cell, rule);
            names.push(full);
        }
        self.cells.insert(segmentation.to_owned(), names);
    }

    /// Returns the full names of a segmentation's cells, in its order; `None` if its cells are unknown.
    pub fn cells(&self, segmentation: &str) -> Option<&[String]> {
        self.cells.get(segmentation).map(Vec::as_slice)
    }

    /// Stores the checked rule of a name, so that rules that mention the name need not read its text again. All names
    /// of a namespace are checked against one schema and one as-of date.
    pub fn remember(&mut self, name: &str, checked: &Checked) {
        if let Some(named) = self.entries.get_mut(name) {
            named.checked = Some(checked.clone());
        }
    }

    pub fn remove(&mut self, name: &str) {
        self.entries.remove(name);
    }

    pub fn get(&self, name: &str) -> Option<&NamedRule> {
        self.entries.get(name)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &NamedRule)> {
        self.entries.iter().map(|(name, named)| (name.as_str(), named))
    }
}

/// Returns the name in double quotes, with quotes inside doubled.
pub(crate) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
