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
