//! Consolidates many segments into a few personas: for every number of groups k, the segments that each group unites,
//! the customers that the groups cover, and the loss compared with one group more.
//!
//! | file | content |
//! | --- | --- |
//! | `plan` | the segments that take part, and the questions about them |
//! | `measure` | customers and value of groups of segments, from the combinations |
//! | `greedy`, `tree`, `nmf` | the three methods |
//! | `dendrogram` | the tree drawn in characters |
//! | `shown` | figures as they may be shown |
//!
//! All figures come from one answer: the customers of the filter by the exact combination of segments that they are in.
//! They are exact as long as no combination was left out.

pub mod dendrogram;
mod figures;
mod greedy;
mod measure;
mod nmf;
mod plan;
mod tree;

use std::sync::Arc;

pub use figures::{ConsolidationFigures, StepFigures};
pub use measure::{ExclusionReason, SegmentOverlaps, SegmentUnion};
pub use plan::{ConsolidateInquiry, SegmentSelection, to_bring_together};
pub use tree::ClusterJoin;

use super::matrix::Set;

/// A method to group segments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    /// One segment per group: repeatedly the one that adds the most customers. With k segments it covers at least 1 −
    /// 1/e (63 %) of what the best k could (Nemhauser, Wolsey and Fisher 1978).
    #[default]
    Greedy,
    /// Average linkage (UPGMA) on 1 − Jaccard, cut where k groups are left.
    Tree,
    /// Non-negative matrix factorisation of customers × segments: one group per component.
    Nmf,
}

impl Method {
    pub const ALL: [Self; 3] = [Self::Greedy, Self::Tree, Self::Nmf];

    /// Returns the next method; after the last one the first.
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|method| *method == self).unwrap_or(0);
        Self::ALL[(at + 1) % Self::ALL.len()]
    }

    /// Returns the name for titles.
    pub fn word(self) -> &'static str {
        match self {
            Self::Greedy => "greedy cover",
            Self::Tree => "average linkage",
            Self::Nmf => "NMF",
        }
    }
}

/// The segments that take part and their counts, ready for a method.
#[derive(Debug, Clone, PartialEq)]
pub struct ConsolidationInput {
    pub method: Method,
    pub found: Arc<SegmentOverlaps>,
}

/// Result of a method.
#[derive(Debug, Clone, PartialEq)]
pub struct Consolidation {
    pub method: Method,
    pub found: Arc<SegmentOverlaps>,
    /// Groups by their number: element k − 1 has k groups. NMF has at most [`nmf::MAX_COMPONENTS`].
    pub steps: Vec<ConsolidationStep>,
    /// Joins of the tree's clusters, the nearest first; empty for other methods.
    pub joins: Vec<ClusterJoin>,
    /// Share of the customers in any segment whose combinations NMF used; `None` for other methods.
    pub made_from: Option<f64>,
}

/// The segments in k groups.
#[derive(Debug, Clone, PartialEq)]
pub struct ConsolidationStep {
    /// Groups: in the order of choice for the greedy cover, in the order of the leaves for the tree, else the largest
    /// first.
    pub groups: Vec<SegmentUnion>,
    /// Customers in at least one group: |∪G|.
    pub covered: u64,
    /// Value of the covered customers.
    pub value: f64,
    /// The largest value of one of them, as in [`crate::engine::Combination::largest`].
    pub largest: f64,
    /// Number of them with a value, as in [`crate::engine::Combination::known`].
    pub known: u64,
    /// Sum of the groups' customers: Σ|G|.
    pub total: u64,
    /// Cost of this step: for the tree the distance of the groups that joined last (1 − Jaccard), for NMF the share of
    /// the memberships that remains unexplained, ‖X − WH‖² / ‖X‖².
    pub cost: Option<f64>,
}

impl ConsolidationStep {
    /// Returns Σ|G| / |∪G|, which is 1 if no customer is in two groups.
    pub fn redundancy(&self) -> Option<f64> {
        (self.covered > 0).then(|| self.total as f64 / self.covered as f64)
    }
}

impl ConsolidationInput {
    /// Groups the segments, for every k. It takes up to a second: do not run it on the thread that reads keys.
    pub fn run(&self) -> Consolidation {
        let (found, method) = (&self.found, self.method);
        let (joins, steps, made_from) = match method {
            Method::Greedy => (Vec::new(), greedy::steps(found), None),
            Method::Tree => {
                let joins = tree::joins(found);
                (joins.clone(), tree::steps(found, &joins), None)
            }
            Method::Nmf => {
                let (steps, made_from) = nmf::steps(found);
                (Vec::new(), steps, made_from)
            }
        };
        Consolidation { method, found: found.clone(), steps, joins, made_from }
    }
}

/// Largest share of the covered customers that one group may hold for the groups to split them.
const MAX_GROUP_SHARE: f64 = 0.75;

impl Consolidation {
    /// Returns the segments that were grouped.
    pub fn sets(&self) -> &[Set] {
        &self.found.sets
    }

    /// Returns the step with `k` groups.
    pub fn step(&self, k: usize) -> Option<&ConsolidationStep> {
        self.steps.get(k.checked_sub(1)?)
    }

    /// Returns the customers that k groups lose against k + 1; `None` for the last step.
    pub fn lost(&self, k: usize) -> Option<i64> {
        Some(self.step(k + 1)?.covered as i64 - self.step(k)?.covered as i64)
    }

    /// Returns true if the k groups split the customers: none holds more than [`MAX_GROUP_SHARE`] of those in any group.
    pub fn splits(&self, k: usize) -> bool {
        self.step(k).is_some_and(|step| {
            let largest = step.groups.iter().map(|group| group.customers).max().unwrap_or(0);
            largest as f64 <= MAX_GROUP_SHARE * step.covered as f64
        })
    }

    /// Returns why the k groups are of little use: too few segments take part, or one group holds nearly everyone.
    pub fn fault(&self, k: usize) -> Option<&'static str> {
        match self.sets().len() {
            0 | 1 => Some("fewer than two segments are included: include more, or widen the filter"),
            _ if k > 1 && !self.splits(k) => Some("one group holds over 75 %: choose more groups"),
            _ => None,
        }
    }

    /// Returns the k that is shown first: the fewest groups that cover 90 % of the maximum; for methods that always
    /// cover all, the step before the largest jump of the cost, among those that split the customers if any does.
    pub fn suggested(&self) -> usize {
        let most = self.steps.iter().map(|step| step.covered).max().unwrap_or(0);
        if self.method == Method::Greedy {
            let enough = self.steps.iter().position(|step| step.covered as f64 >= 0.9 * most as f64);
            return enough.map_or(1, |at| at + 1);
        }
        let costs: Vec<f64> = self.steps.iter().map(|step| step.cost.unwrap_or_default()).collect();
        // Nobody remembers more than eight personas.
        let candidates = 2..costs.len().min(9);
        let splits = candidates.clone().any(|k| self.splits(k));
        // If so few groups do not split the customers, the fewest that do.
        if !splits && let Some(more) = (candidates.end..costs.len().min(13)).find(|k| self.splits(*k)) {
            return more;
        }
        let jumps = candidates.filter(|k| !splits || self.splits(*k)).map(|k| (k, costs[k - 2] - costs[k - 1]));
        jumps.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map_or(costs.len().clamp(1, 2), |(k, _)| k)
    }
}

#[cfg(test)]
mod tests;
