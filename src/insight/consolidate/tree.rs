//! The dendrogram of average linkage (UPGMA) on 1 − Jaccard, cut where k groups are left.

use kodama::{Method, linkage};

use super::ConsolidationStep;
use super::measure::SegmentOverlaps;
use crate::insight::cluster;

/// A join of two clusters. Clusters below the number n of segments are segments; the k-th join makes cluster n + k.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClusterJoin {
    pub left: usize,
    pub right: usize,
    /// Mean of 1 − Jaccard over the pairs of their segments.
    pub distance: f64,
}

/// Returns all joins, the nearest first. If distances tie, another program may join another pair first.
pub fn joins(found: &SegmentOverlaps) -> Vec<ClusterJoin> {
    let both = found.overlaps();
    let n = both.len();
    let pairs = (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j)));
    let mut distances: Vec<f64> = pairs.map(|(i, j)| cluster::distance(both[i][j], both[i][i], both[j][j])).collect();
    if n < 2 {
        return Vec::new();
    }
    let tree = linkage(&mut distances, n, Method::Average);
    let join = |step: &kodama::Step<f64>| ClusterJoin {
        left: step.cluster1,
        right: step.cluster2,
        distance: step.dissimilarity,
    };
    tree.steps().iter().map(join).collect()
}

/// Returns the segments in the order of the tree's leaves, left to right.
pub fn leaves(sets: usize, joins: &[ClusterJoin]) -> Vec<usize> {
    let mut leaves = Vec::with_capacity(sets);
    // Clusters still to be walked, the leftmost on top.
    let mut open: Vec<usize> = if sets == 0 { Vec::new() } else { vec![sets + joins.len() - 1] };
    while let Some(cluster) = open.pop() {
        match cluster.checked_sub(sets).and_then(|at| joins.get(at)) {
            None => leaves.push(cluster),
            Some(join) => open.extend([join.right, join.left]),
        }
    }
    leaves
}

/// Returns the groups that are left after all joins but the last k − 1, as their segments, in the order of the leaves.
pub fn cut(sets: usize, joins: &[ClusterJoin], k: usize) -> Vec<Vec<usize>> {
    let made = joins.len().min(sets.saturating_sub(k));
    let mut clusters: Vec<Option<Vec<usize>>> = (0..sets).map(|set| Some(vec![set])).collect();
    for join in &joins[..made] {
        let mut united = clusters[join.left].take().unwrap_or_default();
        united.extend(clusters[join.right].take().unwrap_or_default());
        clusters.push(Some(united));
    }
    let order = leaves(sets, joins);
    let place = |set: usize| order.iter().position(|leaf| *leaf == set);
    let mut groups: Vec<Vec<usize>> = clusters.into_iter().flatten().collect();
    groups.sort_by_key(|group| group.first().and_then(|&set| place(set)));
    groups
}

/// Returns a step for each number of groups up to one per segment.
pub fn steps(found: &SegmentOverlaps, joins: &[ClusterJoin]) -> Vec<ConsolidationStep> {
    let n = found.sets.len();
    let cost = |k: usize| n.checked_sub(k + 1).map_or(Some(0.0), |last| joins.get(last).map(|join| join.distance));
    (1..=n).map(|k| found.step(cut(n, joins, k), cost(k))).collect()
}
