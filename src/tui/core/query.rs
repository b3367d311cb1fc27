use serde::{Deserialize, Serialize};

use super::column_layout::ColumnLayout;
use crate::engine::Sort;
pub use crate::insight::facet::{Facet, FacetCut};

/// Everything that the person asks for. Undo is a stack of queries.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Query {
    /// Text of the filter, a valid rule; empty for everyone.
    pub filter: String,
    /// Columns to group by, at most [`MAX_FACETS`]: the first in the group-by pane, all of them in the facets view.
    pub group_by: Vec<Facet>,
    /// Order of the rows view, the most important column first; empty for file order.
    #[serde(default)]
    pub sort: Vec<Sort>,
    /// Columns of the rows view.
    #[serde(default)]
    pub columns: ColumnLayout,
}

/// Maximum number of facets side by side.
pub const MAX_FACETS: usize = 4;
