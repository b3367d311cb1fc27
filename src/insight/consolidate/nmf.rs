//! Non-negative matrix factorisation of customers × segments, X ≈ WH, by the multiplicative updates of Lee and Seung
//! (2001) for the squared error. Customers of one combination are one row, weighted by the root of their number, which
//! leaves the error over all customers unchanged.
//!
//! The start is the tree's k groups (a segment belongs to its group, and a little to the others), so that the same data
//! give the same components. A segment belongs to every component that explains at least half as much of it as the one
//! that explains the most: unlike in the tree, two groups may share it.

use rayon::prelude::*;

use super::measure::{SegmentOverlaps, places};
use super::{ConsolidationStep, tree};

/// Maximum number of components.
pub const MAX_COMPONENTS: usize = 12;
/// Maximum number of combinations that are factorised: the largest ones.
const MAX_ROWS: usize = 1_000;
const ITERATIONS: usize = 200;
/// Initial membership in a group that is not one's own: the updates would keep a 0 forever.
const INITIAL_MEMBERSHIP: f64 = 0.1;
/// Lower bound of divisors, as in scikit-learn.
const TINY: f64 = f64::EPSILON;

/// A row of X: the segments of a combination, each with this weight.
struct CombinationRow {
    sets: Vec<usize>,
    weight: f64,
}

/// X ≈ WH, with `K` components, of which the last ones may be unused: they are 0, and stay so.
///
/// Components lie side by side, so that the compiler computes several at once. Every sum has the same order for every `K`.
struct Factors<const K: usize> {
    /// One element for each row of X.
    w: Vec<[f64; K]>,
    /// One element for each segment: H is transposed.
    h: Vec<[f64; K]>,
}

/// Result of a factorisation.
struct FactorGroups {
    /// The segments of each component, without empty components.
    groups: Vec<Vec<usize>>,
    /// Share of the memberships that remains unexplained.
    unexplained: f64,
}

/// Returns a step for each number of components, and the share of the customers in any segment that the rows hold.
pub fn steps(found: &SegmentOverlaps) -> (Vec<ConsolidationStep>, Option<f64>) {
    let n = found.sets.len();
    let joins = tree::joins(found);
    let leaves = tree::leaves(n, &joins);
    let (rows, made_from) = rows(found);
    let step = |k: usize| {
        let start = tree::cut(n, &joins, k);
        let made = match k {
            0..=4 => factorised::<4>(&rows, n, &start),
            5..=8 => factorised::<8>(&rows, n, &start),
            _ => factorised::<MAX_COMPONENTS>(&rows, n, &start),
        };
        let groups = made.groups.into_iter().map(|sets| found.in_order(&leaves, sets)).collect();
        let mut step = found.step(groups, Some(made.unexplained));
        step.groups.sort_by_key(|group| std::cmp::Reverse(group.customers));
        // The order decides which customers count as added.
        found.step(step.groups.into_iter().map(|group| group.sets).collect(), step.cost)
    };
    ((1..n.min(MAX_COMPONENTS) + 1).into_par_iter().map(step).collect(), made_from)
}

fn rows(found: &SegmentOverlaps) -> (Vec<CombinationRow>, Option<f64>) {
    let in_any = || found.combinations.iter().filter(|one| one.sets != 0);
    let all: u64 = in_any().map(|one| one.customers).sum();
    let used: u64 = in_any().take(MAX_ROWS).map(|one| one.customers).sum();
    let row = |one: &crate::engine::Combination| CombinationRow {
        sets: places(one.sets).collect(),
        weight: (one.customers as f64).sqrt(),
    };
    (in_any().take(MAX_ROWS).map(row).collect(), (all > 0).then(|| used as f64 / all as f64))
}

fn factorised<const K: usize>(rows: &[CombinationRow], sets: usize, start: &[Vec<usize>]) -> FactorGroups {
    let factors = factorise::<K>(rows, sets, start, ITERATIONS);
    FactorGroups { groups: groups(&factors, rows), unexplained: unexplained(&factors, rows) }
}

/// Factorises X, updating first W, then H, `iterations` times.
fn factorise<const K: usize>(
    rows: &[CombinationRow],
    sets: usize,
    start: &[Vec<usize>],
    iterations: usize,
) -> Factors<K> {
    let mut used = [0.0; K];
    used[..start.len()].fill(INITIAL_MEMBERSHIP);
    let mut h = vec![used; sets];
    for (c, group) in start.iter().enumerate() {
        group.iter().for_each(|&set| h[set][c] = 1.0);
    }
    let belongs = |row: &CombinationRow| {
        let mut w = [0.0; K];
        for (w, group) in w.iter_mut().zip(start) {
            let shared = row.sets.iter().filter(|set| group.contains(set)).count();
            *w = row.weight * (shared as f64 / row.sets.len().max(1) as f64 + INITIAL_MEMBERSHIP);
        }
        w
    };
    let mut w: Vec<[f64; K]> = rows.iter().map(belongs).collect();
    for _ in 0..iterations {
        update_w(rows, &mut w, &h);
        update_h(rows, &w, &mut h);
    }
    Factors { w, h }
}

/// Updates W ← W ∘ XHᵀ / WHHᵀ.
fn update_w<const K: usize>(rows: &[CombinationRow], w: &mut [[f64; K]], h: &[[f64; K]]) {
    let mut hht = [[0.0; K]; K];
    h.iter().for_each(|h| add_products(&mut hht, h));
    for (row, w) in rows.iter().zip(w) {
        let mut above = [0.0; K];
        row.sets.iter().for_each(|&set| add(&mut above, &h[set], 1.0));
        let below = product(w, &hht);
        for c in 0..K {
            w[c] = w[c] * (row.weight * above[c]) / below[c].max(TINY);
        }
    }
}

/// Updates H ← H ∘ WᵀX / WᵀWH.
fn update_h<const K: usize>(rows: &[CombinationRow], w: &[[f64; K]], h: &mut [[f64; K]]) {
    let mut wtx = vec![[0.0; K]; h.len()];
    let mut wtw = [[0.0; K]; K];
    for (row, w) in rows.iter().zip(w) {
        row.sets.iter().for_each(|&set| add(&mut wtx[set], w, row.weight));
        add_products(&mut wtw, w);
    }
    for (h, above) in h.iter_mut().zip(&wtx) {
        let below = product(h, &wtw);
        for c in 0..K {
            h[c] *= above[c] / below[c].max(TINY);
        }
    }
}

/// Adds the multiple of a vector.
#[inline(always)]
fn add<const K: usize>(sums: &mut [f64; K], vector: &[f64; K], factor: f64) {
    sums.iter_mut().zip(vector).for_each(|(sum, value)| *sum += value * factor);
}

/// Adds the product of each pair of components.
#[inline(always)]
fn add_products<const K: usize>(sums: &mut [[f64; K]; K], vector: &[f64; K]) {
    sums.iter_mut().zip(vector).for_each(|(sums, &value)| add(sums, vector, value));
}

/// Multiplies a vector by a symmetric matrix.
#[inline(always)]
fn product<const K: usize>(vector: &[f64; K], matrix: &[[f64; K]; K]) -> [f64; K] {
    let mut sums = [0.0; K];
    matrix.iter().zip(vector).for_each(|(row, &value)| add(&mut sums, row, value));
    sums
}

/// Returns ‖X − WH‖² / ‖X‖².
fn unexplained<const K: usize>(factors: &Factors<K>, rows: &[CombinationRow]) -> f64 {
    let (mut error, mut all) = (0.0, 0.0);
    let mut x = vec![0.0; factors.h.len()];
    for (row, w) in rows.iter().zip(&factors.w) {
        row.sets.iter().for_each(|&set| x[set] = row.weight);
        for (x, h) in x.iter().zip(&factors.h) {
            let fitted: f64 = w.iter().zip(h).map(|(w, h)| w * h).sum();
            error += (x - fitted).powi(2);
            all += x * x;
        }
        row.sets.iter().for_each(|&set| x[set] = 0.0);
    }
    if all > 0.0 { error / all } else { 0.0 }
}

/// Returns the segments of each component, without empty components.
fn groups<const K: usize>(factors: &Factors<K>, rows: &[CombinationRow]) -> Vec<Vec<usize>> {
    // Memberships of its segments that a component explains, over all customers.
    let mut reach = [0.0; K];
    rows.iter().zip(&factors.w).for_each(|(row, w)| add(&mut reach, w, row.weight));
    let explains = |c: usize, set: usize| factors.h[set][c] * reach[c];
    let sets = factors.h.len();
    let most: Vec<f64> = (0..sets).map(|set| (0..K).map(|c| explains(c, set)).fold(0.0, f64::max)).collect();
    let serves = |c: usize| (0..sets).filter(|&set| most[set] > 0.0 && explains(c, set) >= most[set] / 2.0).collect();
    (0..K).map(serves).filter(|group: &Vec<usize>| !group.is_empty()).collect()
}
