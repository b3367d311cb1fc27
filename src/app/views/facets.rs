use std::collections::HashMap;

use super::super::answers::Pending;
use super::super::query::{Facet, FacetCut, Query};
use crate::engine::{Group, Groups};
use crate::model::{ColumnType, Cut, Datum, nice};

/// Up to four columns at once, each filtering the others.
#[derive(Debug, Clone, Default)]
pub struct FacetsView {
    /// The facet that has the keys.
    pub at: usize,
    /// One for each facet of the query.
    pub panes: Vec<FacetPane>,
    /// What the whole filter keeps of the group-by pane's groups, which are counted without the conditions on its column.
    pub main_kept: Pending<Kept>,
    /// Where the bulk of a column's numbers lies, by column: what bins are cut from. None if nobody has one.
    pub ranges: HashMap<String, Option<(f64, f64)>>,
}

#[derive(Debug, Clone, Default)]
pub struct FacetPane {
    /// What the answers are about.
    pub facet: Option<Facet>,
    pub cursor: usize,
    pub groups: Pending<Groups>,
    pub kept: Pending<Kept>,
}

/// Customers whom the whole filter keeps, by group; nothing where the filter says nothing of the column alone.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Kept(pub Vec<(Datum, u64)>);

impl Kept {
    /// Whether all, some or none of a group's customers are kept; None where nothing is chosen at all.
    pub fn of(&self, group: &Group) -> Option<Part> {
        if self.0.is_empty() {
            return None;
        }
        let key = group.key.first()?;
        let kept = self.0.iter().find(|(kept, _)| kept == key).map_or(0, |(_, count)| *count);
        Some(match kept {
            0 => Part::Nothing,
            kept if kept < group.customers.in_filter => Part::Some,
            _ => Part::All,
        })
    }

    pub fn keys(&self) -> Vec<Datum> {
        self.0.iter().map(|(key, _)| key.clone()).collect()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Nothing,
    Some,
    All,
}

impl FacetsView {
    pub fn is_waiting(&self) -> bool {
        self.panes.iter().any(|pane| pane.groups.is_waiting())
    }

    /// What is asked has changed: what is here is old.
    pub fn outdate(&mut self) {
        self.main_kept.outdate();
        for pane in &mut self.panes {
            pane.groups.outdate();
            pane.kept.outdate();
        }
    }

    /// Gives every facet of the query its pane, an empty one where it is another facet than before.
    pub fn fit(&mut self, query: &Query) {
        self.panes.resize_with(query.group_by.len(), FacetPane::default);
        for (pane, facet) in self.panes.iter_mut().zip(&query.group_by) {
            if pane.facet.as_ref() != Some(facet) {
                *pane = FacetPane { facet: Some(facet.clone()), ..FacetPane::default() };
            }
        }
        self.at = self.at.min(self.panes.len().saturating_sub(1));
    }

    /// How the engine is to cut; None while the range of the numbers is not known.
    pub fn cut(&self, facet: &Facet, column_type: ColumnType) -> Option<Cut> {
        Some(match facet.cut {
            FacetCut::Values => Cut::Values,
            FacetCut::Dates(unit) => Cut::Dates(unit),
            FacetCut::Bins(bins) => {
                let (least, most) = match self.ranges.get(&facet.column)? {
                    Some(range) => *range,
                    None => return Some(Cut::Values),
                };
                // Noughts and ones are two values, and no range.
                if column_type.is_whole() && most - least <= 1.0 {
                    return Some(Cut::Values);
                }
                // Beyond the outer edges nothing is cut: the first and the last part are open.
                match nice::edges(column_type, least, most, bins).as_deref() {
                    Some([_, inner @ .., _]) if !inner.is_empty() => Cut::Breaks(inner.to_vec()),
                    _ => Cut::Values,
                }
            }
        })
    }
}
