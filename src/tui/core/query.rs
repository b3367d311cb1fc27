use serde::{Deserialize, Serialize};

use crate::engine::Sort;
pub use crate::insight::facet::{Facet, FacetCut};

/// Everything that the person asks for. Undo is a stack of queries.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Query {
    /// Text of the filter, a valid rule; empty for everyone.
    pub filter: String,
    /// Columns to group by, at most [`MOST_FACETS`]: the first in the group-by pane, all of them in the facets view.
    pub group_by: Vec<Facet>,
    /// Order of the rows view.
    pub sort: Option<Sort>,
}

/// Maximum number of facets side by side.
pub const MOST_FACETS: usize = 4;
