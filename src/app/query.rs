use serde::{Deserialize, Serialize};

use crate::engine::Sort;
use crate::model::DateUnit;

/// All that is asked. Undo is a stack of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Query {
    /// The filter's text, a good rule; empty is everyone.
    pub filter: String,
    /// What is grouped by, [`MOST_FACETS`] at most: the first in the group-by pane, all of them in the facets view.
    pub group_by: Vec<Facet>,
    /// The order of the rows view.
    pub sort: Option<Sort>,
}

/// Facets that stand beside each other.
pub const MOST_FACETS: usize = 4;

/// A column to group by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facet {
    pub column: String,
    pub cut: FacetCut,
}

/// How a facet cuts its column. Where the bins lie depends on the column's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FacetCut {
    Values,
    /// So many round parts, about.
    Bins(usize),
    Dates(DateUnit),
}

impl<S: Into<String>> From<S> for Facet {
    fn from(column: S) -> Self {
        Self { column: column.into(), cut: FacetCut::Values }
    }
}

impl Facet {
    /// `signup_date by month`, `age in bins`, `plan`
    pub fn words(&self) -> String {
        match self.cut {
            FacetCut::Values => self.column.clone(),
            FacetCut::Bins(_) => format!("{} in bins", self.column),
            FacetCut::Dates(unit) => format!("{} by {unit}", self.column),
        }
    }
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
