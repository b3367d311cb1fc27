//! From many segments to a few personas: for every number of groups k, which segments each group unites, whom the groups
//! cover, and what is lost against one group more.
//!
//! | file | what happens there |
//! | --- | --- |
//! | `plan` | which segments take part; what is asked about them |
//! | `measure` | customers and value of groups of segments, from the combinations |
//! | `greedy`, `tree`, `nmf` | the three ways to group |
//! | `dendrogram` | the tree drawn in characters |
//! | `shown` | figures as they may be shown |
//!
//! All of it stands on one answer: the customers of the filter by the exact combination of segments that they are in. It is
//! exact as long as no combination was left out.

pub mod dendrogram;
mod greedy;
mod measure;
mod nmf;
mod plan;
mod shown;
mod tree;

use std::sync::Arc;

pub use measure::{Found, Group};
pub use plan::{ConsolidateInquiry, Segments, to_bring_together};
pub use shown::{Figures, ShownStep};
pub use tree::Join;

use super::matrix::Set;

/// A way to group segments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    /// One segment a group: repeatedly the one that adds the most customers. With k segments it covers at least
    /// 1 − 1/e (63 %) of what the best k could (Nemhauser, Wolsey and Fisher 1978).
    #[default]
    Greedy,
    /// Average linkage (UPGMA) on 1 − Jaccard, cut where k groups are left.
    Tree,
    /// Non-negative matrix factorisation of customers × segments: a group for each component.
    Nmf,
}

impl Method {
    pub const ALL: [Self; 3] = [Self::Greedy, Self::Tree, Self::Nmf];

    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|method| *method == self).unwrap_or(0);
        Self::ALL[(at + 1) % Self::ALL.len()]
    }

    /// As titles have it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Greedy => "greedy cover",
            Self::Tree => "average linkage",
            Self::Nmf => "NMF",
        }
    }
}

/// The segments that take part, and what was counted of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    pub method: Method,
    pub found: Arc<Found>,
}

/// What a method makes of segments.
#[derive(Debug, Clone, PartialEq)]
pub struct Consolidation {
    pub method: Method,
    pub found: Arc<Found>,
    /// Element k − 1: into k groups. NMF goes no further than [`nmf::MOST`].
    pub steps: Vec<Step>,
    /// Of the tree: which clusters join, the nearest first.
    pub joins: Vec<Join>,
    /// Of NMF: the share of the customers in any segment whose combinations it was made from.
    pub made_from: Option<f64>,
}

/// The segments in k groups.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Of the greedy cover in the order that they were taken in, of the tree as its leaves stand, else the largest first.
    pub groups: Vec<Group>,
    /// In at least one group: |∪G|.
    pub covered: u64,
    /// Their value.
    pub value: f64,
    /// Σ|G|.
    pub total: u64,
    /// What this step cost: of the tree how far the groups were apart that joined last (1 − Jaccard), of NMF the share
    /// of the memberships that it leaves unexplained, ‖X − WH‖² / ‖X‖².
    pub cost: Option<f64>,
}

impl Step {
    /// Σ|G| / |∪G|: 1 when no customer is in two groups.
    pub fn redundancy(&self) -> Option<f64> {
        (self.covered > 0).then(|| self.total as f64 / self.covered as f64)
    }
}

impl Work {
    /// Groups the segments, for every k. It takes up to a second: not for the thread that takes the keys.
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

impl Consolidation {
    pub fn sets(&self) -> &[Set] {
        &self.found.sets
    }

    pub fn step(&self, k: usize) -> Option<&Step> {
        self.steps.get(k.checked_sub(1)?)
    }

    /// Customers that k groups lose against k + 1. None for the last.
    pub fn lost(&self, k: usize) -> Option<i64> {
        Some(self.step(k + 1)?.covered as i64 - self.step(k)?.covered as i64)
    }

    /// The k that is shown first: the fewest groups that cover 90 % of what all can; of methods that always cover all,
    /// the step before the largest jump of the cost.
    pub fn suggested(&self) -> usize {
        let most = self.steps.iter().map(|step| step.covered).max().unwrap_or(0);
        if self.method == Method::Greedy {
            let enough = self.steps.iter().position(|step| step.covered as f64 >= 0.9 * most as f64);
            return enough.map_or(1, |at| at + 1);
        }
        let costs: Vec<f64> = self.steps.iter().map(|step| step.cost.unwrap_or_default()).collect();
        // More than eight personas nobody remembers.
        let jumps = (2..costs.len().min(9)).map(|k| (k, costs[k - 2] - costs[k - 1]));
        jumps.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map_or(costs.len().clamp(1, 2), |(k, _)| k)
    }
}

#[cfg(test)]
mod tests;
