use std::collections::HashSet;
use std::sync::Arc;

use super::{Consolidation, ConsolidationStep, Method, SegmentOverlaps, SegmentUnion};
use crate::insight::figures;
use crate::insight::matrix::Set;
use crate::insight::suppress::dominance::GuardedSum;
use crate::insight::suppress::{self, DisclosedCount};

/// A step's figures as they may be shown: figures that would disclose fewer than `min_cell` customers have no value.
#[derive(Debug, Clone, PartialEq)]
pub struct StepFigures {
    pub k: usize,
    pub covered: Option<u64>,
    /// Share of the filter's customers.
    pub share: Option<f64>,
    /// Share of the filter's value.
    pub value_share: Option<f64>,
    pub redundancy: Option<f64>,
    pub largest: DisclosedCount,
    pub smallest: DisclosedCount,
    /// Additional customers that k + 1 groups cover.
    pub lost: Option<i64>,
    pub cost: Option<f64>,
}

/// Figures of a consolidation as they may be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct ConsolidationFigures {
    pub steps: Vec<StepFigures>,
    found: Arc<SegmentOverlaps>,
    /// Groups whose size would disclose a few beside those of other steps, by their segments.
    hidden: HashSet<Vec<usize>>,
    /// True if nothing is shown of what a group adds to those before it.
    hides_adds: bool,
    min_cell: u64,
}

impl ConsolidationFigures {
    /// Creates the figures. The customers covered by two steps are both shown only if their difference is zero or large
    /// enough; the same holds for the customers in no group.
    pub fn new(of: &Consolidation, min_cell: u64) -> Self {
        let (hidden, sizes) = sizes_of_groups(of, min_cell);
        let size = |group: &SegmentUnion| size(&of.found, group, &hidden, min_cell);
        // A step's customers beside those of one of its groups are those that the others add.
        let mut disclosed: Vec<u64> = std::iter::once(of.found.whole).chain(sizes).collect();
        let mut covered = Vec::new();
        for step in &of.steps {
            let may = disclosed.iter().all(|other| !suppress::is_few(other.abs_diff(step.covered), min_cell))
                && !suppress::is_small(step.covered, min_cell)
                && !matches!(step.groups.as_slice(), [only] if size(only).count().is_none());
            if may {
                disclosed.push(step.covered);
            }
            covered.push(may.then_some(step.covered));
        }
        let step = |(i, step): (usize, &ConsolidationStep)| {
            let disclosed = covered[i];
            let next = covered.get(i + 1).copied().flatten();
            StepFigures {
                k: i + 1,
                covered: disclosed,
                share: disclosed.and_then(|covered| figures::share(covered, of.found.whole)),
                value_share: disclosed.and_then(|_| {
                    value_share(
                        &of.found,
                        GuardedSum { sum: step.value, known: step.known, largest: step.largest },
                        min_cell,
                    )
                }),
                redundancy: disclosed.and_then(|_| step.redundancy()),
                largest: step.groups.iter().max_by_key(|group| group.customers).map_or(DisclosedCount::Hidden, size),
                smallest: step.groups.iter().min_by_key(|group| group.customers).map_or(DisclosedCount::Hidden, size),
                lost: disclosed.zip(next).map(|(here, next)| next as i64 - here as i64),
                cost: step.cost,
            }
        };
        let steps = of.steps.iter().enumerate().map(step).collect();
        // Their groups are divided or merged from step to step: what one adds is the difference of two others.
        let mut added = of.steps.iter().flat_map(|step| &step.groups).map(|group| group.adds);
        let hides_adds = of.method != Method::Greedy && added.any(|adds| suppress::is_few(adds, min_cell));
        Self { steps, found: of.found.clone(), hidden, hides_adds, min_cell }
    }

    /// Returns the figures of the step with `k` groups.
    pub fn step(&self, k: usize) -> Option<&StepFigures> {
        self.steps.get(k.checked_sub(1)?)
    }

    /// Returns each group's customers who are in no previous group: their sum is what the step covers.
    pub fn adds(&self, step: &ConsolidationStep) -> Vec<DisclosedCount> {
        if self.hides_adds {
            return vec![DisclosedCount::Hidden; step.groups.len()];
        }
        let counts: Vec<u64> = step.groups.iter().map(|group| group.adds).collect();
        // The first group adds all of its customers. If its size is suppressed, this must not disclose it; if it is shown, no
        // other count can hide behind it.
        let first = step.groups.first().map(|group| self.size(group));
        let hides_first = first.is_some_and(|first| first.count().is_none());
        // Hides the customers that the step covers too if few are in no group.
        let shown: Vec<DisclosedCount> = match (first, counts.split_first()) {
            (Some(first), Some((_, others))) if !hides_first => {
                std::iter::once(first).chain(suppress::parts_of_total(others, self.min_cell)).collect()
            }
            _ => suppress::parts_of_total(&counts, self.min_cell),
        };
        let single = |count: u64| match (self.single(count), hides_first) {
            (DisclosedCount::Count(_), true) => DisclosedCount::Hidden,
            (shown, _) => shown,
        };
        shown.into_iter().zip(counts).map(|(shown, count)| suppress::stricter(shown, single(count))).collect()
    }

    /// Returns a group's customers. A segment by itself stands elsewhere beside its customers in the base.
    pub fn size(&self, group: &SegmentUnion) -> DisclosedCount {
        size(&self.found, group, &self.hidden, self.min_cell)
    }

    /// Returns a group's share of the filter's value.
    pub fn value_share(&self, group: &SegmentUnion) -> Option<f64> {
        let sum = GuardedSum { sum: group.value, known: group.known, largest: group.largest };
        self.size(group).count().and_then(|_| value_share(&self.found, sum, self.min_cell))
    }

    /// Returns a segment's customers.
    pub fn size_of(&self, set: &Set) -> DisclosedCount {
        suppress::stricter(self.found.size(set, self.min_cell), self.single(set.customers))
    }

    pub fn single(&self, count: u64) -> DisclosedCount {
        suppress::within(count, self.found.whole, self.min_cell)
    }
}

/// Returns the share of a sum; `None` if few customers have a value in it, in the rest, or in all, or if one of them has more
/// than half.
fn value_share(found: &SegmentOverlaps, part: GuardedSum, min_cell: u64) -> Option<f64> {
    let whole = GuardedSum { sum: found.value?, known: found.known, largest: found.largest };
    let rest = whole.without(part);
    let is_shown = [whole, part].into_iter().chain((rest.known > 0).then_some(rest));
    let is_shown = is_shown.into_iter().all(|sum| sum.may_be_shown(min_cell));
    figures::share_of_sum(part.sum, whole.sum).filter(|_| is_shown)
}

/// Returns the groups whose size is hidden, by their segments, and the sizes that are shown. The size of a union is hidden if
/// it differs by a few from that of a part of it, or if a few are in both of two groups that make it up.
fn sizes_of_groups(of: &Consolidation, min_cell: u64) -> (HashSet<Vec<usize>>, Vec<u64>) {
    if min_cell == 0 {
        return Default::default();
    }
    let mut groups: Vec<&SegmentUnion> = of.steps.iter().flat_map(|step| &step.groups).collect();
    groups.sort_by_key(|group| group.sets.len());
    let none = HashSet::new();
    let (mut hidden, mut shown) = (HashSet::new(), Vec::<(HashSet<usize>, u64)>::new());
    let mut seen = HashSet::new();
    for group in groups.into_iter().filter(|group| seen.insert(group.sets.clone())) {
        let sets: HashSet<usize> = group.sets.iter().copied().collect();
        let parts: Vec<&(HashSet<usize>, u64)> = shown.iter().filter(|(part, _)| part.is_subset(&sets)).collect();
        let few = |count: u64| suppress::is_few(count, min_cell);
        let is_near = parts.iter().any(|(_, part)| few(group.customers.saturating_sub(*part)));
        let is_made_up = |(one, size): &(HashSet<usize>, u64)| {
            let others =
                parts.iter().filter(|(other, _)| one.len() + other.len() == sets.len() && one.is_disjoint(other));
            others.into_iter().any(|(_, other)| few((size + other).saturating_sub(group.customers)))
        };
        if is_near || parts.iter().any(|part| is_made_up(part)) {
            hidden.insert(group.sets.clone());
        } else if let Some(size) = size(&of.found, group, &none, min_cell).count() {
            shown.push((sets, size));
        }
    }
    (hidden, shown.into_iter().map(|(_, size)| size).collect())
}

fn size(found: &SegmentOverlaps, group: &SegmentUnion, hidden: &HashSet<Vec<usize>>, min_cell: u64) -> DisclosedCount {
    if hidden.contains(&group.sets) {
        return DisclosedCount::Hidden;
    }
    let within = suppress::within(group.customers, found.whole, min_cell);
    match group.sets.as_slice() {
        [only] => found.sets.get(*only).map_or(within, |set| suppress::stricter(found.size(set, min_cell), within)),
        _ => within,
    }
}
