use std::collections::HashMap;

use super::super::query::Query;
use crate::insight::facet::{Facet, FacetInquiry, Range};
use crate::insight::inquiry::Several;

/// Up to four columns at once, each filtering the others.
#[derive(Debug, Clone, Default)]
pub struct FacetsView {
    /// Index of the facet with the focus.
    pub at: usize,
    /// Inquiries, one for each facet of the query.
    pub panes: Several<FacetInquiry>,
    /// Index of the selected line in each pane.
    pub cursors: Vec<usize>,
    /// Ranges of numbers that were found so far, by column.
    pub ranges: HashMap<String, Range>,
}

impl FacetsView {
    pub fn is_waiting(&self) -> bool {
        self.panes.0.iter().any(|pane| pane.found.groups.is_waiting())
    }

    /// Marks all facets as outdated: the query has changed.
    pub fn outdate(&mut self) {
        self.panes.0.iter_mut().for_each(FacetInquiry::outdate);
    }

    /// Gives every facet of the query its pane. A pane whose facet has changed is reset.
    pub fn fit(&mut self, query: &Query) {
        let panes = &mut self.panes.0;
        panes.resize_with(query.group_by.len(), FacetInquiry::default);
        self.cursors.resize(query.group_by.len(), 0);
        for ((pane, cursor), facet) in panes.iter_mut().zip(&mut self.cursors).zip(&query.group_by) {
            if pane.facet().is_some_and(|other| other != facet) {
                (*pane, *cursor) = Default::default();
            }
        }
        self.at = self.at.min(panes.len().saturating_sub(1));
    }

    pub fn range(&self, facet: &Facet) -> Option<Range> {
        self.ranges.get(&facet.column).copied()
    }
}
