//! The columns of the rows view as the person arranged them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::model::Schema;

/// Arrangement of the base's columns: which are hidden, which are pinned, and their order. Columns are named as in the
/// schema; names that the schema lacks are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ColumnLayout {
    /// Columns that the rows view does not show.
    pub hidden: BTreeSet<String>,
    /// Columns that stay on the left, beside the key, in this order.
    pub pinned: Vec<String>,
    /// All columns in the order of the person; empty for the order of the file.
    pub order: Vec<String>,
}

/// Shown columns, as indexes into the schema.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShownColumns {
    /// All shown columns, the pinned ones first.
    pub indexes: Vec<usize>,
    /// Number of pinned columns, the key or first column included.
    pub pinned: usize,
}

impl ColumnLayout {
    /// Returns the columns to show. The key (the first column if there is no key) counts as pinned.
    pub fn shown(&self, schema: &Schema) -> ShownColumns {
        let columns = schema.columns();
        let at = |name: &String| columns.iter().position(|column| column.name == *name);
        let mut all: Vec<usize> = self.order.iter().filter_map(at).collect();
        // Columns that were added to the base after the person arranged them come last.
        let missing: Vec<usize> = (0..columns.len()).filter(|at| !all.contains(at)).collect();
        all.extend(missing);
        all.retain(|at| !self.hidden.contains(&columns[*at].name));
        let key = schema.key().and_then(|key| at(&key.to_owned()));
        let first = key.filter(|key| all.contains(key)).or(all.first().copied());
        let mut indexes: Vec<usize> = first.into_iter().collect();
        for at in self.pinned.iter().filter_map(at) {
            if all.contains(&at) && !indexes.contains(&at) {
                indexes.push(at);
            }
        }
        let pinned = indexes.len();
        all.retain(|at| !indexes.contains(at));
        indexes.extend(all);
        ShownColumns { indexes, pinned }
    }

    /// Hides a column.
    pub fn hide(&mut self, column: &str) {
        self.hidden.insert(column.to_owned());
    }

    /// Shows a hidden column again.
    pub fn show(&mut self, column: &str) {
        self.hidden.remove(column);
    }

    /// Pins a column, or unpins it. Returns true if it is pinned now.
    pub fn toggle_pin(&mut self, column: &str) -> bool {
        match self.pinned.iter().position(|pinned| pinned == column) {
            Some(at) => {
                self.pinned.remove(at);
                false
            }
            None => {
                self.pinned.push(column.to_owned());
                true
            }
        }
    }

    /// Moves the column at this index of the schema past its neighbour among the shown columns that scroll. Returns
    /// false at the edge.
    pub fn shift(&mut self, schema: &Schema, at: usize, by: isize) -> bool {
        let shown = self.shown(schema);
        let Some(place) = shown.indexes.iter().position(|other| *other == at) else { return false };
        let Some(to) = place.checked_add_signed(by).filter(|to| *to >= shown.pinned && *to < shown.indexes.len())
        else {
            return false;
        };
        if place < shown.pinned {
            return false;
        }
        let name = |at: usize| schema.columns()[at].name.clone();
        let mut order: Vec<String> = match self.order.is_empty() {
            true => schema.columns().iter().map(|column| column.name.clone()).collect(),
            false => self.order.clone(),
        };
        for column in schema.columns() {
            if !order.contains(&column.name) {
                order.push(column.name.clone());
            }
        }
        let (own, neighbour) = (name(at), name(shown.indexes[to]));
        order.retain(|other| *other != own);
        let beside = order.iter().position(|other| *other == neighbour).unwrap_or(order.len());
        order.insert(if by > 0 { beside + 1 } else { beside }, own);
        self.order = order;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Column, ColumnType};

    fn schema() -> Schema {
        let column = |name: &str| Column { name: name.into(), column_type: ColumnType::Text };
        Schema::new(["a", "b", "id", "c", "d"].map(column).into()).with_key(Some("id".into()))
    }

    fn names(layout: &ColumnLayout) -> String {
        let (schema, shown) = (schema(), layout.shown(&schema()));
        let name = |at: &usize| schema.columns()[*at].name.clone();
        let [pinned, others] = [&shown.indexes[..shown.pinned], &shown.indexes[shown.pinned..]]
            .map(|part| part.iter().map(name).collect::<Vec<_>>().join(" "));
        format!("{pinned} | {others}")
    }

    #[test]
    fn key_and_pinned_columns_come_first_and_hidden_are_omitted() {
        let mut layout = ColumnLayout::default();
        assert_eq!(names(&layout), "id | a b c d");
        assert!(layout.toggle_pin("d"));
        layout.hide("a");
        assert_eq!(names(&layout), "id d | b c");
        layout.hide("id");
        assert_eq!(names(&layout), "b d | c", "the first shown column stays in place of the key");
        assert!(!layout.toggle_pin("d"));
        layout.hidden.clear();
        assert_eq!(names(&layout), "id | a b c d");
    }

    #[test]
    fn column_moves_past_shown_neighbours_up_to_edge() {
        let (schema, mut layout) = (schema(), ColumnLayout::default());
        layout.hide("b");
        assert!(layout.shift(&schema, 3, -1));
        assert_eq!(names(&layout), "id | c a d");
        assert!(!layout.shift(&schema, 3, -1), "left of it is the pinned key");
        assert!(layout.shift(&schema, 3, 1) && layout.shift(&schema, 3, 1));
        assert_eq!(names(&layout), "id | a d c");
        assert!(!layout.shift(&schema, 3, 1));
        assert!(!layout.shift(&schema, 2, 1), "the key does not move");
    }
}
