use super::ConsolidationStep;
use crate::engine::{Combination, CustomerCount};
use crate::insight::matrix::Set;
use crate::insight::suppress::DisclosedCount;
use crate::model::reference;

/// Counts of the segments that take part.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentOverlaps {
    /// The segments; bit i of a combination is the i-th.
    pub sets: Vec<Set>,
    /// Segments that do not take part, with the reason.
    pub out: Vec<(Set, ExclusionReason)>,
    /// Number of customers in the filter.
    pub whole: u64,
    /// Number of customers in the base.
    pub base: u64,
    /// Value of the customers in the listed combinations; `None` without a value column.
    pub value: Option<f64>,
    /// The largest value of one of them, as in [`Combination::largest`].
    pub largest: f64,
    /// Number of them with a value, as in [`Combination::known`].
    pub known: u64,
    /// Combinations, the largest first, including that of customers in no segment.
    pub combinations: Vec<Combination>,
    /// Number of smaller combinations that are not listed.
    pub left_out: u64,
}

/// A union of segments.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentUnion {
    /// Indices of the segments, in the order of the method.
    pub sets: Vec<usize>,
    /// Customers in at least one of them.
    pub customers: u64,
    pub value: f64,
    /// The largest value of one customer, as in [`crate::engine::Combination::largest`].
    pub largest: f64,
    /// Customers with a value, as in [`crate::engine::Combination::known`].
    pub known: u64,
    /// Customers in none of the previous groups.
    pub adds: u64,
    /// Customers in no other group.
    pub only: u64,
    /// Segments outside of every group of which 80 % or more lie inside this one, with that share.
    pub holds: Vec<(usize, f64)>,
}

impl SegmentOverlaps {
    /// Measures groups of segments, given as indices, as one step.
    pub fn step(&self, groups: Vec<Vec<usize>>, cost: Option<f64>) -> ConsolidationStep {
        let bits: Vec<u64> = groups.iter().map(|sets| sets.iter().fold(0, |bits, set| bits | 1 << set)).collect();
        let mut measured: Vec<SegmentUnion> = groups
            .into_iter()
            .map(|sets| SegmentUnion {
                sets,
                customers: 0,
                value: 0.0,
                largest: 0.0,
                known: 0,
                adds: 0,
                only: 0,
                holds: Vec::new(),
            })
            .collect();
        let mut step =
            ConsolidationStep { groups: Vec::new(), covered: 0, value: 0.0, largest: 0.0, known: 0, total: 0, cost };
        for one in &self.combinations {
            let (mut hits, mut last) = (0u64, 0);
            for (i, bits) in bits.iter().enumerate() {
                if one.sets & bits == 0 {
                    continue;
                }
                let group = &mut measured[i];
                group.customers += one.customers;
                group.value += one.value;
                group.largest = group.largest.max(one.largest);
                group.known += one.known;
                if hits == 0 {
                    group.adds += one.customers;
                }
                (hits, last) = (hits + 1, i);
            }
            if hits == 1 {
                measured[last].only += one.customers;
            }
            if hits > 0 {
                step.covered += one.customers;
                step.value += one.value;
                step.largest = step.largest.max(one.largest);
                step.known += one.known;
                step.total += hits * one.customers;
            }
        }
        step.groups = measured;
        step
    }

    /// Returns the customers in both of two segments; on the diagonal, the customers of each.
    pub fn overlaps(&self) -> Vec<Vec<u64>> {
        let n = self.sets.len();
        let mut both = vec![vec![0; n]; n];
        for one in &self.combinations {
            for i in places(one.sets) {
                for j in places(one.sets) {
                    both[i][j] += one.customers;
                }
            }
        }
        both
    }

    /// Returns a segment's customers in the filter, as they may be shown beside those in the base.
    pub fn size(&self, set: &Set, min_cell: u64) -> DisclosedCount {
        set.shown(CustomerCount { in_filter: self.whole, in_base: self.base }, min_cell)
    }

    /// Returns the rule of a group: one of its segments holds.
    pub fn rule(&self, group: &SegmentUnion) -> String {
        let names: Vec<String> = group.sets.iter().map(|&set| reference(&self.sets[set].name)).collect();
        names.join(" OR ")
    }

    /// Sorts the sets of a group in the order of the tree's leaves.
    pub(super) fn in_order(&self, leaves: &[usize], mut sets: Vec<usize>) -> Vec<usize> {
        sets.sort_by_key(|set| leaves.iter().position(|leaf| leaf == set));
        sets
    }
}

/// Returns the positions of the bits that are set.
pub(super) fn places(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = (bits != 0).then(|| bits.trailing_zeros() as usize)?;
        bits &= bits - 1;
        Some(place)
    })
}

/// Reason why a segment does not take part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExclusionReason {
    Everyone,
    /// The segment holds over half of the filter's customers: it would cover them whatever it is united with.
    Broad,
    Nobody,
    /// The segment holds fewer customers than may be shown, or none.
    Few,
    /// The segment leaves out fewer customers than may be shown, or none.
    NearlyEveryone,
    ByHand,
    /// There are too many segments, and this is one of the smaller ones.
    TooMany,
}

impl ExclusionReason {
    pub fn word(self) -> &'static str {
        match self {
            ExclusionReason::Everyone => "holds everyone",
            ExclusionReason::Broad => "holds over half: too broad",
            ExclusionReason::Nobody => "holds nobody",
            ExclusionReason::Few => "holds too few (min_cell)",
            ExclusionReason::NearlyEveryone => "leaves out too few (min_cell)",
            ExclusionReason::ByHand => "excluded",
            ExclusionReason::TooMany => "beyond the 64 largest",
        }
    }
}
