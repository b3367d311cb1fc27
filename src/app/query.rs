use serde::{Deserialize, Serialize};

use crate::engine::Sort;

/// All that is asked. Undo is a stack of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Query {
    /// The filter's text, a good rule; empty is everyone.
    pub filter: String,
    /// The column of the group-by pane.
    pub group_by: Option<String>,
    /// The order of the rows view.
    pub sort: Option<Sort>,
}

/// What was asked before, for `u` and Ctrl-r.
#[derive(Debug, Clone, Default)]
pub struct History {
    past: Vec<Query>,
    future: Vec<Query>,
}

impl History {
    /// How many steps are kept; a step is some hundred bytes.
    const DEPTH: usize = 500;

    /// Remembers `before`, the query that was left for another one. What was undone is then forgotten.
    pub fn push(&mut self, before: Query) {
        self.past.push(before);
        self.future.clear();
        if self.past.len() > Self::DEPTH {
            self.past.remove(0);
        }
    }

    pub fn undo(&mut self, now: &Query) -> Option<Query> {
        let before = self.past.pop()?;
        self.future.push(now.clone());
        Some(before)
    }

    pub fn redo(&mut self, now: &Query) -> Option<Query> {
        let after = self.future.pop()?;
        self.past.push(now.clone());
        Some(after)
    }

    /// Changes the filter of every step: a name that filters use has changed.
    pub fn rewrite_filters(&mut self, rewrite: impl Fn(&str) -> String) {
        for query in self.past.iter_mut().chain(&mut self.future) {
            query.filter = rewrite(&query.filter);
        }
    }

    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}
