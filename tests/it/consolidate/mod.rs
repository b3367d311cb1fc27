//! Groups of segments against scipy, scikit-learn and plain counting; see `make.py`.

use std::collections::BTreeSet;
use std::sync::Arc;

use crosscut::engine::Combination;
use crosscut::insight::consolidate::{Consolidation, ConsolidationInput, Method, SegmentOverlaps};
use crosscut::insight::matrix::Set;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    sets: usize,
    /// Bits, customers, value.
    rows: Vec<(u64, u64, f64)>,
    greedy: Vec<usize>,
    covered: Vec<u64>,
    value: Vec<f64>,
    /// Customers that the best k sets cover, found by trying all.
    best: Vec<u64>,
    joins: Vec<f64>,
    /// For each k, the group of each set.
    cuts: Vec<Vec<usize>>,
    loss: Vec<f64>,
    /// Loss that coordinate descent reaches from a different start.
    loss_cd: Vec<f64>,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("expected.json")).expect("cases")
}

fn run(case: &Case, method: Method) -> Consolidation {
    let combinations: Vec<Combination> = case
        .rows
        .iter()
        .map(|&(sets, customers, value)| Combination { sets, customers, value, largest: 0.0, known: customers })
        .collect();
    let size = |set: usize| combinations.iter().filter(|one| one.sets >> set & 1 == 1).map(|one| one.customers).sum();
    let found = SegmentOverlaps {
        sets: (0..case.sets)
            .map(|set| Set { name: format!("s{set}"), customers: size(set), in_base: size(set) })
            .collect(),
        out: Vec::new(),
        whole: combinations.iter().map(|one| one.customers).sum(),
        base: combinations.iter().map(|one| one.customers).sum(),
        value: Some(combinations.iter().map(|one| one.value).sum()),
        largest: 0.0,
        known: combinations.iter().map(|one| one.known).sum(),
        combinations,
        left_out: 0,
    };
    ConsolidationInput { method, found: Arc::new(found) }.run()
}

#[test]
fn greedy_cover_equals_plain_counting_and_keeps_guarantee() {
    for case in cases() {
        let found = run(&case, Method::Greedy);
        let order: Vec<usize> = found.steps.last().expect("steps").groups.iter().map(|group| group.sets[0]).collect();
        assert_eq!(order, case.greedy);
        for (k, step) in found.steps.iter().enumerate() {
            assert_eq!((step.covered, step.value), (case.covered[k], case.value[k]));
            assert!(step.covered as f64 >= (1.0 - (-1f64).exp()) * case.best[k] as f64);
            let total: u64 = step.groups.iter().map(|group| group.customers).sum();
            assert_eq!((step.total, step.groups.iter().map(|group| group.adds).sum::<u64>()), (total, step.covered));
            assert_eq!(found.lost(k + 1), case.covered.get(k + 1).map(|next| *next as i64 - step.covered as i64));
        }
    }
}

#[test]
fn tree_and_its_cuts_equal_scipy() {
    for case in cases() {
        let found = run(&case, Method::Tree);
        let joins: Vec<f64> = found.joins.iter().map(|join| join.distance).collect();
        assert!(joins.iter().zip(&case.joins).all(|(a, b)| (a - b).abs() < 1e-12), "{joins:?} {:?}", case.joins);
        for (step, cut) in found.steps.iter().zip(&case.cuts) {
            let groups = |of: &dyn Fn(usize) -> usize| {
                let groups: BTreeSet<BTreeSet<usize>> =
                    (0..case.sets).map(|set| (0..case.sets).filter(|other| of(*other) == of(set)).collect()).collect();
                groups
            };
            let ours = |set: usize| step.groups.iter().position(|group| group.sets.contains(&set)).expect("a group");
            assert_eq!(groups(&ours), groups(&|set| cut[set]));
        }
    }
}

#[test]
fn nmf_loss_equals_scikit_learn() {
    for case in cases() {
        let found = run(&case, Method::Nmf);
        for (k, step) in found.steps.iter().enumerate() {
            let loss = step.cost.expect("a loss");
            assert!((loss - case.loss[k]).abs() <= 1e-6, "{k}: {loss} {}", case.loss[k]);
            assert!(loss <= case.loss_cd[k] + 0.04, "{k}: {loss} {}", case.loss_cd[k]);
        }
        assert_eq!(found.made_from, Some(1.0));
    }
}
