//! Counts customers by the exact combination of sets that they are in.

use super::combined::{CombinedInquiry, SetCombination, keep_largest};
use super::matrix::{NamedSet, Set};
use super::suppress::{self, DisclosedCount};
use crate::engine::{Combination, Combinations, CustomerCount};
use crate::model::reference;
use crate::rule::Checked;

/// Order in which combinations are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UpSetOrder {
    /// By size, the largest combination first.
    #[default]
    Size,
    /// By the number of sets, the fewest first; then by size.
    Sets,
}

/// Combinations of sets with their customers, as an UpSet plot shows them.
#[derive(Debug, Clone, PartialEq)]
pub struct UpSet {
    /// Sets in the study's order. Bit i of a combination stands for the i-th set.
    pub sets: Vec<Set>,
    /// Number of sets that were left out because they are smaller.
    pub smaller: usize,
    /// Combinations, the largest first.
    pub combinations: Vec<Combination>,
    /// Number of combinations beyond those, all smaller.
    pub left_out: u64,
    /// Counts of the combinations as they may be shown.
    pub shown: Vec<DisclosedCount>,
    /// Number of customers in the filter.
    pub whole: u64,
    /// Number of customers in the base.
    pub base: u64,
}

/// Returns the segments to combine: those with a rule of their own. Cells would only split the combinations, since each
/// customer is in one cell of a segmentation; they are used if there are no other segments.
pub fn without_cells(segments: Vec<NamedSet>) -> Vec<NamedSet> {
    let (cells, plain): (Vec<NamedSet>, Vec<NamedSet>) = segments.into_iter().partition(|(name, _)| name.contains('.'));
    if plain.is_empty() { cells } else { plain }
}

/// Inquiry for customers by the exact combination of sets: of the largest sets, if there are too many.
pub type UpSetInquiry = CombinedInquiry<SetsToCombine>;

/// Sets to combine.
#[derive(Debug, Clone, PartialEq)]
pub struct SetsToCombine {
    pub filter: Checked,
    pub sets: Vec<NamedSet>,
    /// Number of customers below which a combination is suppressed.
    pub min_cell: u64,
}

impl SetCombination for SetsToCombine {
    type Choice = UpSet;
    type Figures = UpSet;

    const LIMIT: usize = 10_000;

    fn filter(&self) -> &Checked {
        &self.filter
    }

    fn sets(&self) -> &[NamedSet] {
        &self.sets
    }

    fn value(&self) -> Option<&str> {
        None
    }

    fn choose(&self, sizes: &[CustomerCount], whole: CustomerCount) -> (Vec<usize>, UpSet) {
        let mut places = (0..self.sets.len()).collect();
        let smaller = keep_largest(&mut places, sizes).len();
        let set =
            |&i: &usize| Set { name: self.sets[i].0.clone(), customers: sizes[i].in_filter, in_base: sizes[i].in_base };
        let sets = places.iter().map(set).collect();
        let CustomerCount { in_filter: whole, in_base: base } = whole;
        let upset = UpSet { sets, smaller, combinations: Vec::new(), left_out: 0, shown: Vec::new(), whole, base };
        (places, upset)
    }

    fn figures(&self, chosen: UpSet, combinations: Combinations) -> UpSet {
        chosen.with(combinations, self.min_cell)
    }
}

impl UpSet {
    /// Adds the combinations, and suppresses those of fewer customers than `min_cell`.
    fn with(mut self, found: Combinations, min_cell: u64) -> Self {
        let parts: Vec<(u64, u64)> = found.combinations.iter().map(|one| (one.sets, one.customers)).collect();
        let shown = suppress::combinations(&parts, self.sets.len(), min_cell);
        let mut lines: Vec<(Combination, DisclosedCount)> = found.combinations.into_iter().zip(shown).collect();
        // The place of a suppressed one between others would bound it.
        lines.sort_by_key(|(one, shown)| shown.count().is_none().then_some((one.sets.count_ones(), one.sets)));
        (self.combinations, self.shown) = lines.into_iter().unzip();
        self.left_out = found.left_out;
        self
    }

    /// Returns a set's customers in the filter, as they may be shown beside those in the base.
    pub fn size(&self, set: &Set, min_cell: u64) -> DisclosedCount {
        set.shown(CustomerCount { in_filter: self.whole, in_base: self.base }, min_cell)
    }

    /// Returns the indices of the combinations in display order.
    pub fn order(&self, order: UpSetOrder) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.combinations.len()).collect();
        if order == UpSetOrder::Sets {
            places.sort_by_key(|&i| self.combinations[i].sets.count_ones());
        }
        places
    }

    /// Returns the names of the sets of a combination.
    pub fn names(&self, combination: &Combination) -> Vec<&str> {
        let inside = |i: &usize| combination.sets >> i & 1 == 1;
        (0..self.sets.len()).filter(inside).map(|i| self.sets[i].name.as_str()).collect()
    }

    /// Returns the conditions that together hold for a combination's customers alone. A customer for whom a rule is
    /// null is not in its set: `NOT` would lose that customer, `IS NOT TRUE` does not.
    pub fn conditions(&self, combination: &Combination) -> Vec<String> {
        let (inside, outside): (Vec<usize>, Vec<usize>) =
            (0..self.sets.len()).partition(|i| combination.sets >> i & 1 == 1);
        let inside = inside.into_iter().map(|i| reference(&self.sets[i].name));
        let outside = outside.into_iter().map(|i| format!("{} IS NOT TRUE", reference(&self.sets[i].name)));
        inside.chain(outside).collect()
    }
}
