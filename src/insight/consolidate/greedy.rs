//! Greedy cover: repeatedly chooses the segment that adds the most customers who are in none so far.

use super::ConsolidationStep;
use super::measure::{SegmentOverlaps, SegmentUnion, places};

/// Least share of a segment inside another for it to count as contained.
const MIN_SHARE_INSIDE: f64 = 0.8;

/// Returns a step for each segment that still adds somebody. The gain of every segment is kept up to date: each
/// combination is subtracted from all its segments once, when the first of them is chosen. Ties go to the larger
/// segment, then to the first.
pub fn steps(found: &SegmentOverlaps) -> Vec<ConsolidationStep> {
    let chosen = order(found);
    let both = found.overlaps();
    let step = |k: usize| {
        let mut step = found.step(chosen[..k].iter().map(|&set| vec![set]).collect(), None);
        for group in &mut step.groups {
            group.holds = holds(&both, group, &chosen[..k]);
        }
        step
    };
    (1..=chosen.len()).map(step).collect()
}

fn order(found: &SegmentOverlaps) -> Vec<usize> {
    let mut gains = vec![0u64; found.sets.len()];
    let mut open: Vec<(u64, u64)> = found.combinations.iter().map(|one| (one.sets, one.customers)).collect();
    open.iter().for_each(|(sets, customers)| places(*sets).for_each(|set| gains[set] += customers));
    let sizes = gains.clone();
    let mut chosen = Vec::new();
    let best = |gains: &[u64]| {
        let adds = (0..gains.len()).filter(|&set| gains[set] > 0);
        adds.max_by_key(|&set| (gains[set], sizes[set], std::cmp::Reverse(set)))
    };
    while let Some(set) = best(&gains) {
        chosen.push(set);
        open.retain(|(sets, customers)| {
            let covered = sets >> set & 1 == 1;
            if covered {
                places(*sets).for_each(|set| gains[set] -= customers);
            }
            !covered
        });
    }
    chosen
}

/// Returns the segments that were not chosen and lie inside the group's, largest share first.
fn holds(both: &[Vec<u64>], group: &SegmentUnion, chosen: &[usize]) -> Vec<(usize, f64)> {
    let Some(&of) = group.sets.first() else { return Vec::new() };
    let others = (0..both.len()).filter(|set| !chosen.contains(set) && both[*set][*set] > 0);
    let mut held: Vec<(usize, f64)> = others
        .map(|set| (set, both[set][of] as f64 / both[set][set] as f64))
        .filter(|(_, in_it)| *in_it >= MIN_SHARE_INSIDE)
        .collect();
    held.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    held
}
