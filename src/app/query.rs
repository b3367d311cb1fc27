use serde::{Deserialize, Serialize};

use crate::engine::Sort;
pub use crate::insight::facet::{Facet, FacetCut};

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
