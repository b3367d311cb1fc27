//! Groups of segments: what each group holds, and each method's own objective.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crosscut::insight::consolidate::{
    ConsolidateInquiry, Consolidation, ConsolidationFigures, ConsolidationInput, ExclusionReason, Method,
    SegmentOverlaps, SegmentSelection,
};

use super::table::{Customer, RandomBase, Rule, named};
use super::{answer, assert_near, each, is_near, ratio};
use crate::agree::tables::Dice;
use crate::insight_random::sets::checked;

/// The filter's customers, each by the places of the segments that hold it.
struct Members<'b> {
    customers: Vec<&'b Customer>,
    segments: Vec<BTreeSet<usize>>,
    number: usize,
}

impl Members<'_> {
    /// Returns the customers in at least one of these segments.
    fn in_any(&self, sets: &[usize]) -> Vec<usize> {
        (0..self.customers.len()).filter(|&one| sets.iter().any(|set| self.segments[one].contains(set))).collect()
    }

    fn value(&self, ones: &[usize]) -> f64 {
        ones.iter().filter_map(|&one| self.customers[one].x).sum()
    }

    fn distance(&self, a: usize, b: usize) -> f64 {
        let both = self.segments.iter().filter(|sets| sets.contains(&a) && sets.contains(&b)).count() as f64;
        let either = self.segments.iter().filter(|sets| sets.contains(&a) || sets.contains(&b)).count() as f64;
        1.0 - ratio(both, either).unwrap_or(0.0)
    }
}

/// Asks for a random selection, and checks which segments take part.
fn overlaps<'b>(base: &'b RandomBase, dice: &mut Dice) -> (Arc<SegmentOverlaps>, Members<'b>) {
    let filter = if dice.below(2) == 0 { Rule::Everyone } else { Rule::random(dice) };
    let number = 2 + dice.below(8);
    let segments: Vec<(String, Rule)> = named(dice, number);
    let switched: BTreeSet<String> =
        segments.iter().filter(|_| dice.below(6) == 0).map(|(name, _)| name.clone()).collect();
    let with_broad = dice.below(3) == 0;
    let selection = SegmentSelection {
        filter: base.checked(&filter.text()),
        segments: checked(base, &segments),
        switched: switched.clone(),
        with_broad,
        value: Some("x".into()),
        min_cell: 0,
    };
    let mut inquiry = ConsolidateInquiry::new(selection);
    answer(base, &mut inquiry);
    let found = inquiry.found.get().expect("overlaps").clone();
    let customers = base.rows(&filter);
    let whole = customers.len() as u64;
    let size = |rule: &Rule| base.count(&[&filter, rule]);
    let narrow = segments.iter().filter(|(_, rule)| size(rule) > 0 && 2 * size(rule) <= whole).count();
    let reason = |name: &String, size: u64| {
        let is_switched = switched.contains(name);
        let is_broad = 2 * size > whole && narrow >= 3 && !with_broad;
        match size {
            0 => Some(ExclusionReason::Nobody),
            all if all == whole && !is_switched && !with_broad => Some(ExclusionReason::Everyone),
            all if all == whole => None,
            // A switch takes out what would take part, and puts in what would not.
            _ if is_broad => (!is_switched).then_some(ExclusionReason::Broad),
            _ => is_switched.then_some(ExclusionReason::ByHand),
        }
    };
    let mut places = Vec::new();
    let mut out = Vec::new();
    for (at, (name, rule)) in segments.iter().enumerate() {
        match reason(name, size(rule)) {
            None => places.push(at),
            Some(reason) => out.push((name.clone(), reason)),
        }
    }
    let names = |places: &[usize]| places.iter().map(|&at| segments[at].0.clone()).collect::<Vec<_>>();
    assert_eq!(found.sets.iter().map(|set| set.name.clone()).collect::<Vec<_>>(), names(&places), "{segments:?}");
    assert_eq!(found.out.iter().map(|(set, out)| (set.name.clone(), *out)).collect::<Vec<_>>(), out);
    for (set, &at) in found.sets.iter().zip(&places) {
        assert_eq!((set.customers, set.in_base), (size(&segments[at].1), base.count(&[&segments[at].1])));
    }
    let is_in = |at: usize, one: &Customer| segments[at].1.truth(one) == Some(true);
    let of = |one: &&Customer| (0..places.len()).filter(|&set| is_in(places[set], one)).collect();
    let segments = customers.iter().map(of).collect();
    assert_eq!((found.whole, found.base, found.left_out), (whole, base.customers.len() as u64, 0));
    (found, Members { customers, segments, number: places.len() })
}

/// Compares every step with what its groups hold.
fn assert_measured(made: &Consolidation, members: &Members) {
    let figures = ConsolidationFigures::new(made, 0);
    let whole = members.customers.len() as f64;
    let everybody: Vec<usize> = (0..members.customers.len()).collect();
    for (at, step) in made.steps.iter().enumerate() {
        let all: Vec<usize> = step.groups.iter().flat_map(|group| group.sets.iter().copied()).collect();
        let covered = members.in_any(&all);
        assert_eq!(step.covered, covered.len() as u64);
        assert!(is_near(step.value, members.value(&covered)));
        let mut taken: Vec<usize> = Vec::new();
        let mut total = 0;
        for (n, group) in step.groups.iter().enumerate() {
            let own = members.in_any(&group.sets);
            let others: Vec<usize> = step
                .groups
                .iter()
                .enumerate()
                .filter(|(m, _)| *m != n)
                .flat_map(|(_, other)| other.sets.clone())
                .collect();
            let others = members.in_any(&others);
            let adds = own.iter().filter(|one| !taken.contains(one)).count() as u64;
            let only = own.iter().filter(|one| !others.contains(one)).count() as u64;
            assert_eq!((group.customers, group.adds, group.only), (own.len() as u64, adds, only));
            assert!(is_near(group.value, members.value(&own)));
            assert!(!group.sets.is_empty());
            total += own.len();
            taken.extend(own);
        }
        let shown = figures.step(at + 1).expect("a step");
        assert_eq!((shown.k, shown.covered), (at + 1, Some(step.covered)));
        assert_near(shown.share, ratio(covered.len() as f64, whole), "share");
        assert_near(shown.value_share, ratio(members.value(&covered), members.value(&everybody)), "share of value");
        assert_near(shown.redundancy, ratio(total as f64, covered.len() as f64), "redundancy");
        let sizes = || step.groups.iter().map(|group| group.customers);
        assert_eq!((shown.largest.count(), shown.smallest.count()), (sizes().max(), sizes().min()));
        let next = made.steps.get(at + 1).map(|next| next.covered as i64 - step.covered as i64);
        assert_eq!((shown.lost, made.lost(at + 1)), (next, next));
    }
}

fn run(found: &Arc<SegmentOverlaps>, method: Method) -> Consolidation {
    ConsolidationInput { method, found: found.clone() }.run()
}

#[test]
fn greedy_cover_takes_largest_gain_until_all_are_covered() {
    each(120, |base, dice| {
        let (found, members) = overlaps(base, dice);
        let made = run(&found, Method::Greedy);
        assert_measured(&made, &members);
        let mut chosen: Vec<usize> = Vec::new();
        for step in &made.steps {
            assert_eq!(step.groups.len(), chosen.len() + 1);
            let gain = |set: usize| {
                let before = members.in_any(&chosen);
                members.in_any(&[set]).iter().filter(|one| !before.contains(one)).count()
            };
            let next = step.groups[chosen.len()].sets.clone();
            assert_eq!(next.len(), 1);
            assert!(gain(next[0]) > 0);
            assert_eq!(Some(gain(next[0])), (0..members.number).map(gain).max());
            chosen.push(next[0]);
            for group in &step.groups {
                let inside = |other: usize| {
                    let own = members.in_any(&[other]);
                    let both = own.iter().filter(|one| members.segments[**one].contains(&group.sets[0])).count();
                    ratio(both as f64, own.len() as f64).unwrap_or(0.0)
                };
                let held: BTreeSet<usize> =
                    (0..members.number).filter(|set| !chosen.contains(set) && inside(*set) >= 0.8).collect();
                assert_eq!(group.holds.iter().map(|(set, _)| *set).collect::<BTreeSet<_>>(), held);
                assert!(group.holds.iter().all(|(set, share)| is_near(*share, inside(*set))));
            }
        }
        let all: Vec<usize> = (0..members.number).collect();
        assert_eq!(members.in_any(&chosen), members.in_any(&all));
    });
}

/// Sokal and Michener 1958: every join is of two clusters of the least mean distance.
#[test]
fn average_linkage_joins_nearest_clusters() {
    each(120, |base, dice| {
        let (found, members) = overlaps(base, dice);
        let made = run(&found, Method::Tree);
        assert_measured(&made, &members);
        let n = members.number;
        assert_eq!(made.joins.len(), n.saturating_sub(1));
        assert_eq!(made.steps.len(), n);
        let mut clusters: BTreeMap<usize, Vec<usize>> = (0..n).map(|set| (set, vec![set])).collect();
        let mut groups: Vec<BTreeSet<BTreeSet<usize>>> = Vec::new();
        let now = |clusters: &BTreeMap<usize, Vec<usize>>| {
            clusters.values().map(|sets| sets.iter().copied().collect()).collect()
        };
        groups.push(now(&clusters));
        for (at, join) in made.joins.iter().enumerate() {
            let mean = |a: &[usize], b: &[usize]| {
                let pairs = a.iter().flat_map(|a| b.iter().map(move |b| (*a, *b)));
                pairs.map(|(a, b)| members.distance(a, b)).sum::<f64>() / (a.len() * b.len()) as f64
            };
            let least = clusters
                .iter()
                .flat_map(|(i, a)| clusters.iter().filter(move |(j, _)| i < *j).map(move |(_, b)| (a, b)));
            let least = least.map(|(a, b)| mean(a, b)).fold(f64::INFINITY, f64::min);
            let (left, right) =
                (clusters.remove(&join.left).expect("a cluster"), clusters.remove(&join.right).expect("another"));
            assert!(
                is_near(join.distance, mean(&left, &right)) && is_near(join.distance, least),
                "{join:?} and not {least}"
            );
            clusters.insert(n + at, [left, right].concat());
            groups.push(now(&clusters));
        }
        for (at, step) in made.steps.iter().enumerate() {
            let k = at + 1;
            let own: BTreeSet<BTreeSet<usize>> =
                step.groups.iter().map(|group| group.sets.iter().copied().collect()).collect();
            assert_eq!(own, groups[n - k], "{k} groups");
            let cost = if k == n { 0.0 } else { made.joins[n - k - 1].distance };
            assert_near(step.cost, Some(cost), "cost");
        }
    });
}

/// Rows of numbers.
type Matrix = Vec<Vec<f64>>;

/// The factors of customers × segments by Lee and Seung's updates, a row for each customer, from the start that the
/// documentation describes.
fn factors(members: &Members, start: &[Vec<usize>]) -> (Matrix, Matrix, Matrix) {
    let rows: Vec<&BTreeSet<usize>> = members.segments.iter().filter(|sets| !sets.is_empty()).collect();
    let (n, k) = (members.number, start.len());
    let x: Vec<Vec<f64>> =
        rows.iter().map(|sets| (0..n).map(|set| f64::from(u8::from(sets.contains(&set)))).collect()).collect();
    let mut h: Vec<Vec<f64>> =
        start.iter().map(|group| (0..n).map(|set| if group.contains(&set) { 1.0 } else { 0.1 }).collect()).collect();
    let share = |sets: &BTreeSet<usize>, group: &Vec<usize>| {
        sets.iter().filter(|set| group.contains(set)).count() as f64 / sets.len() as f64 + 0.1
    };
    let mut w: Vec<Vec<f64>> = rows.iter().map(|sets| start.iter().map(|group| share(sets, group)).collect()).collect();
    let product = |w: &[Vec<f64>], h: &[Vec<f64>]| -> Vec<Vec<f64>> {
        w.iter().map(|w| (0..n).map(|set| (0..k).map(|c| w[c] * h[c][set]).sum()).collect()).collect()
    };
    for _ in 0..200 {
        let fitted = product(&w, &h);
        w = (0..x.len())
            .map(|row| {
                let of = |c: usize, values: &[f64]| (0..n).map(|set| values[set] * h[c][set]).sum::<f64>();
                (0..k).map(|c| w[row][c] * of(c, &x[row]) / of(c, &fitted[row]).max(f64::EPSILON)).collect()
            })
            .collect();
        let fitted = product(&w, &h);
        h = (0..k)
            .map(|c| {
                let of =
                    |set: usize, values: &[Vec<f64>]| (0..x.len()).map(|row| w[row][c] * values[row][set]).sum::<f64>();
                (0..n).map(|set| h[c][set] * of(set, &x) / of(set, &fitted).max(f64::EPSILON)).collect()
            })
            .collect();
    }
    (x, w, h)
}

/// Returns the eigenvalues of a symmetric matrix, the largest first, by Jacobi's rotations.
fn eigenvalues(mut a: Vec<Vec<f64>>) -> Vec<f64> {
    let n = a.len();
    for _ in 0..100 {
        for p in 0..n {
            for q in p + 1..n {
                if a[p][q].abs() < 1e-14 {
                    continue;
                }
                let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
                let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let t = if theta == 0.0 { 1.0 } else { t };
                let c = 1.0 / (t * t + 1.0).sqrt();
                let s = t * c;
                for row in a.iter_mut() {
                    (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
                }
                let (before, after) = a.split_at_mut(q);
                for (one, other) in before[p].iter_mut().zip(&mut after[0]) {
                    (*one, *other) = (c * *one - s * *other, s * *one + c * *other);
                }
            }
        }
    }
    let mut values: Vec<f64> = (0..n).map(|at| a[at][at]).collect();
    values.sort_by(|a, b| b.total_cmp(a));
    values
}

/// The error is that of an implementation by customers, and never below the least that any k factors have (Eckart and
/// Young 1936).
#[test]
fn nmf_has_error_and_groups_of_plain_implementation() {
    each(40, |base, dice| {
        let (found, members) = overlaps(base, dice);
        let (made, tree) = (run(&found, Method::Nmf), run(&found, Method::Tree));
        assert_measured(&made, &members);
        let n = members.number;
        let in_any = members.segments.iter().filter(|sets| !sets.is_empty()).count();
        assert_near(made.made_from, (in_any > 0).then_some(1.0), "share of the customers that are used");
        assert_eq!(made.steps.len(), n);
        if members.customers.len() > 60 {
            return;
        }
        let both = |a: usize, b: usize| {
            members.segments.iter().filter(|sets| sets.contains(&a) && sets.contains(&b)).count() as f64
        };
        let values = eigenvalues((0..n).map(|a| (0..n).map(|b| both(a, b)).collect()).collect());
        let all: f64 = (0..n).map(|set| both(set, set)).sum();
        for (at, step) in made.steps.iter().enumerate() {
            let start: Vec<Vec<usize>> = tree.steps[at].groups.iter().map(|group| group.sets.clone()).collect();
            let (x, w, h) = factors(&members, &start);
            let fitted = |row: usize, set: usize| (0..start.len()).map(|c| w[row][c] * h[c][set]).sum::<f64>();
            let cells = (0..x.len()).flat_map(|row| (0..n).map(move |set| (row, set)));
            let error: f64 = cells.map(|(row, set)| (x[row][set] - fitted(row, set)).powi(2)).sum();
            let cost = step.cost.expect("a cost");
            let wanted = if all > 0.0 { error / all } else { 0.0 };
            assert!((cost - wanted).abs() < 1e-6, "{} components: {cost} and not {wanted}", at + 1);
            let least = 1.0 - values[..=at].iter().sum::<f64>() / all.max(1.0);
            assert!(cost >= least - 1e-9 && cost <= 1.0 + 1e-9, "{cost} is below {least}");
            // A segment is in each component that explains at least half as much of it as the one that explains the most.
            let explains = |c: usize, set: usize| h[c][set] * w.iter().map(|w| w[c]).sum::<f64>();
            let most = |set: usize| (0..start.len()).map(|c| explains(c, set)).fold(0.0, f64::max);
            let close = (0..start.len())
                .any(|c| (0..n).any(|set| (explains(c, set) - most(set) / 2.0).abs() < 1e-4 * most(set)));
            if !close {
                let group = |c: usize| {
                    (0..n)
                        .filter(|&set| most(set) > 0.0 && explains(c, set) >= most(set) / 2.0)
                        .collect::<BTreeSet<_>>()
                };
                let mut groups: Vec<BTreeSet<usize>> =
                    (0..start.len()).map(group).filter(|group| !group.is_empty()).collect();
                let mut own: Vec<BTreeSet<usize>> =
                    step.groups.iter().map(|group| group.sets.iter().copied().collect()).collect();
                groups.sort();
                own.sort();
                assert_eq!(own, groups);
            }
            assert!(step.groups.is_sorted_by_key(|group| std::cmp::Reverse(group.customers)));
        }
    });
}
