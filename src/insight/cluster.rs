//! Orders sets so that those that share many customers are adjacent.

use kodama::{Method, linkage};

/// Returns the distance of two sets: 1 − Jaccard, |A∩B| / |A∪B|. The distance of two empty sets is 1.
pub fn distance(both: u64, a: u64, b: u64) -> f64 {
    let either = (a + b).saturating_sub(both);
    if either == 0 { 1.0 } else { 1.0 - both as f64 / either as f64 }
}

/// Returns the leaves of the tree of average linkage (UPGMA), left to right as scipy's `leaves_list` walks it: of two
/// joined branches, the one whose cluster was made first is on the left. `distances` has every pair: the first set with
/// all others, then the second with those after it, and so on. If distances tie, another program may join another pair
/// first.
pub fn leaves(mut distances: Vec<f64>, sets: usize) -> Vec<usize> {
    if sets < 2 || distances.len() != sets * (sets - 1) / 2 {
        return (0..sets).collect();
    }
    let tree = linkage(&mut distances, sets, Method::Average);
    let steps = tree.steps();
    let mut leaves = Vec::with_capacity(sets);
    // Clusters still to be walked, the leftmost on top; the k-th join made cluster sets + k.
    let mut open = vec![sets + steps.len() - 1];
    while let Some(cluster) = open.pop() {
        match cluster.checked_sub(sets).and_then(|step| steps.get(step)) {
            None => leaves.push(cluster),
            Some(step) => open.extend([step.cluster2, step.cluster1]),
        }
    }
    leaves
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cluster_order_puts_near_leaves_together() {
        // 0 and 2 are near, 1 and 3 are nearer: they were joined first, so they are on the left, as in scipy.
        let distances = vec![0.9, 0.2, 0.8, 0.9, 0.1, 0.9];
        assert_eq!(leaves(distances, 4), [1, 3, 0, 2]);
    }

    #[test]
    fn clustering_of_none_or_one_keeps_order() {
        assert_eq!(leaves(Vec::new(), 0), Vec::<usize>::new());
        assert_eq!(leaves(Vec::new(), 1), [0]);
    }

    #[test]
    fn empty_sets_are_far_apart() {
        assert_eq!(distance(0, 0, 0), 1.0);
        assert_eq!(distance(5, 5, 5), 0.0);
        assert_eq!(distance(5, 10, 10), 1.0 - 5.0 / 15.0);
    }
}
