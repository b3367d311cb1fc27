//! Non-negative matrix factorisation of customers × segments, X ≈ WH, by the multiplicative updates of Lee and Seung
//! (2001) for the squared error. Customers of one combination are one row, weighted by the root of their number, which
//! leaves the error over all customers unchanged.
//!
//! The start is the tree's k groups (a segment belongs to its group, and a little to the others), so that the same data
//! give the same components. A segment belongs to every component that explains at least half as much of it as the one
//! that explains the most: unlike in the tree, two groups may share it.

use super::measure::{SegmentOverlaps, places};
use super::{ConsolidationStep, tree};

/// Maximum number of components.
pub const MAX_COMPONENTS: usize = 12;
/// Maximum number of combinations that are factorised: the largest ones.
const ROWS: usize = 1_000;
const ITERATIONS: usize = 200;
/// Initial membership in a group that is not one's own: the updates would keep a 0 forever.
const INITIAL_MEMBERSHIP: f64 = 0.1;
/// Lower bound of divisors, as in scikit-learn.
const TINY: f64 = f64::EPSILON;

/// A row of X: the segments of a combination, each with this weight.
pub struct CombinationRow {
    pub sets: Vec<usize>,
    pub weight: f64,
}

/// X ≈ WH.
pub struct Factors {
    /// One row for each row of X, one column for each component.
    pub w: Vec<Vec<f64>>,
    /// One row for each component, one column for each segment.
    pub h: Vec<Vec<f64>>,
}

/// Returns a step for each number of components, and the share of the customers in any segment that the rows hold.
pub fn steps(found: &SegmentOverlaps) -> (Vec<ConsolidationStep>, Option<f64>) {
    let n = found.sets.len();
    let joins = tree::joins(found);
    let leaves = tree::leaves(found.sets.len(), &tree::joins(found));
    let (rows, made_from) = rows(found);
    let step = |k: usize| {
        let factors = factorise(&rows, n, &tree::cut(n, &joins, k), ITERATIONS);
        let groups = groups(&factors, &rows).into_iter().map(|sets| found.in_order(&leaves, sets)).collect();
        let mut step = found.step(groups, Some(unexplained(&factors, &rows)));
        step.groups.sort_by_key(|group| std::cmp::Reverse(group.customers));
        // The order decides which customers count as added.
        found.step(step.groups.into_iter().map(|group| group.sets).collect(), step.cost)
    };
    ((1..=n.min(MAX_COMPONENTS)).map(step).collect(), made_from)
}

fn rows(found: &SegmentOverlaps) -> (Vec<CombinationRow>, Option<f64>) {
    let in_any = || found.combinations.iter().filter(|one| one.sets != 0);
    let all: u64 = in_any().map(|one| one.customers).sum();
    let used: u64 = in_any().take(ROWS).map(|one| one.customers).sum();
    let row = |one: &crate::engine::Combination| CombinationRow {
        sets: places(one.sets).collect(),
        weight: (one.customers as f64).sqrt(),
    };
    (in_any().take(ROWS).map(row).collect(), (all > 0).then(|| used as f64 / all as f64))
}

/// Factorises X, updating first W, then H, `iterations` times.
pub fn factorise(rows: &[CombinationRow], sets: usize, start: &[Vec<usize>], iterations: usize) -> Factors {
    let k = start.len();
    let mut h = vec![vec![INITIAL_MEMBERSHIP; sets]; k];
    start.iter().zip(&mut h).for_each(|(group, h)| group.iter().for_each(|&set| h[set] = 1.0));
    let belongs = |row: &CombinationRow, group: &Vec<usize>| {
        let shared = row.sets.iter().filter(|set| group.contains(set)).count();
        row.weight * (shared as f64 / row.sets.len().max(1) as f64 + INITIAL_MEMBERSHIP)
    };
    let mut w: Vec<Vec<f64>> = rows.iter().map(|row| start.iter().map(|group| belongs(row, group)).collect()).collect();
    for _ in 0..iterations {
        update_w(rows, &mut w, &h);
        update_h(rows, &w, &mut h);
    }
    Factors { w, h }
}

/// Updates W ← W ∘ XHᵀ / WHHᵀ.
fn update_w(rows: &[CombinationRow], w: &mut [Vec<f64>], h: &[Vec<f64>]) {
    let k = h.len();
    let hht: Vec<Vec<f64>> = h.iter().map(|a| h.iter().map(|b| dot(a, b)).collect()).collect();
    for (row, w) in rows.iter().zip(w) {
        let xht = |c: usize| row.weight * row.sets.iter().map(|&set| h[c][set]).sum::<f64>();
        let new: Vec<f64> = (0..k).map(|c| w[c] * xht(c) / dot(w, &hht[c]).max(TINY)).collect();
        *w = new;
    }
}

/// Updates H ← H ∘ WᵀX / WᵀWH.
fn update_h(rows: &[CombinationRow], w: &[Vec<f64>], h: &mut [Vec<f64>]) {
    let (k, sets) = (h.len(), h.first().map_or(0, Vec::len));
    let mut wtx = vec![vec![0.0; sets]; k];
    let mut wtw = vec![vec![0.0; k]; k];
    for (row, w) in rows.iter().zip(w) {
        for (c, &of_c) in w.iter().enumerate() {
            row.sets.iter().for_each(|&set| wtx[c][set] += of_c * row.weight);
            wtw[c].iter_mut().zip(w).for_each(|(sum, other)| *sum += of_c * other);
        }
    }
    let old = h.to_vec();
    for (c, h) in h.iter_mut().enumerate() {
        for (set, value) in h.iter_mut().enumerate() {
            let below: f64 = (0..k).map(|other| wtw[c][other] * old[other][set]).sum();
            *value *= wtx[c][set] / below.max(TINY);
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Returns ‖X − WH‖² / ‖X‖².
pub fn unexplained(factors: &Factors, rows: &[CombinationRow]) -> f64 {
    let (mut error, mut all) = (0.0, 0.0);
    let sets = factors.h.first().map_or(0, Vec::len);
    for (row, w) in rows.iter().zip(&factors.w) {
        for set in 0..sets {
            let x = if row.sets.contains(&set) { row.weight } else { 0.0 };
            let fitted: f64 = w.iter().zip(&factors.h).map(|(w, h)| w * h[set]).sum();
            error += (x - fitted).powi(2);
            all += x * x;
        }
    }
    if all > 0.0 { error / all } else { 0.0 }
}

/// Returns the segments of each component, without empty components.
fn groups(factors: &Factors, rows: &[CombinationRow]) -> Vec<Vec<usize>> {
    let k = factors.h.len();
    // Memberships of its segments that a component explains, over all customers.
    let reach: Vec<f64> = (0..k).map(|c| rows.iter().zip(&factors.w).map(|(row, w)| row.weight * w[c]).sum()).collect();
    let explains = |c: usize, set: usize| factors.h[c][set] * reach[c];
    let sets = factors.h.first().map_or(0, Vec::len);
    let most: Vec<f64> = (0..sets).map(|set| (0..k).map(|c| explains(c, set)).fold(0.0, f64::max)).collect();
    let serves = |c: usize| (0..sets).filter(|&set| most[set] > 0.0 && explains(c, set) >= most[set] / 2.0).collect();
    (0..k).map(serves).filter(|group: &Vec<usize>| !group.is_empty()).collect()
}
