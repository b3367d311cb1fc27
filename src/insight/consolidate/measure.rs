use super::plan::Out;
use super::{Step, tree};
use crate::engine::Combination;
use crate::insight::matrix::Set;
use crate::model::reference;

/// What was counted of the segments that take part.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Bit i of a combination is the i-th of these.
    pub sets: Vec<Set>,
    /// Segments that do not take part.
    pub out: Vec<(Set, Out)>,
    /// Customers of the filter.
    pub whole: u64,
    /// The value of those whose combinations are here; none without a value column.
    pub value: Option<f64>,
    /// The largest first; customers in no segment are one of them.
    pub combinations: Vec<Combination>,
    /// Combinations that are not here, being smaller.
    pub left_out: u64,
}

/// Some segments, united.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Their places, in the order of the method.
    pub sets: Vec<usize>,
    /// Customers in at least one of them.
    pub customers: u64,
    pub value: f64,
    /// Customers in none of the groups before this one.
    pub adds: u64,
    /// Customers in no other group.
    pub only: u64,
    /// Segments outside of every group that lie inside this one, 80 % or more of each, with that share.
    pub holds: Vec<(usize, f64)>,
}

impl Found {
    /// Groups of segments, given as their places, as one step.
    pub fn step(&self, groups: Vec<Vec<usize>>, cost: Option<f64>) -> Step {
        let masks: Vec<u64> = groups.iter().map(|sets| sets.iter().fold(0, |mask, set| mask | 1 << set)).collect();
        let mut measured: Vec<Group> = groups
            .into_iter()
            .map(|sets| Group { sets, customers: 0, value: 0.0, adds: 0, only: 0, holds: Vec::new() })
            .collect();
        let mut step = Step { groups: Vec::new(), covered: 0, value: 0.0, total: 0, cost };
        for one in &self.combinations {
            let (mut hits, mut last) = (0u64, 0);
            for (i, mask) in masks.iter().enumerate() {
                if one.sets & mask == 0 {
                    continue;
                }
                let group = &mut measured[i];
                group.customers += one.customers;
                group.value += one.value;
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
                step.total += hits * one.customers;
            }
        }
        step.groups = measured;
        step
    }

    /// Customers in both of two segments, and on the diagonal in each.
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

    /// The rule of a group: one of its segments holds.
    pub fn rule(&self, group: &Group) -> String {
        let names: Vec<String> = group.sets.iter().map(|&set| reference(&self.sets[set].name)).collect();
        names.join(" OR ")
    }

    /// The order of the sets in a group as the tree has its leaves.
    pub(super) fn in_order(&self, leaves: &[usize], mut sets: Vec<usize>) -> Vec<usize> {
        sets.sort_by_key(|set| leaves.iter().position(|leaf| leaf == set));
        sets
    }

    pub(super) fn leaves(&self) -> Vec<usize> {
        tree::leaves(self.sets.len(), &tree::joins(self))
    }
}

/// The places of the bits that are set.
pub(super) fn places(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = (bits != 0).then(|| bits.trailing_zeros() as usize)?;
        bits &= bits - 1;
        Some(place)
    })
}
