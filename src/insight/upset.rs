//! Customers by the exact combination of sets that they are in.

use super::combined::{Combine, CombinedInquiry, keep_largest};
use super::matrix::{Named, Set};
use super::suppress::{self, Shown};
use crate::engine::{Combination, Combinations};
use crate::model::reference;
use crate::rule::Checked;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The largest combination first.
    #[default]
    Size,
    /// By how many sets they are of, fewest first; then the largest.
    Sets,
}

#[derive(Debug, Clone, PartialEq)]
pub struct UpSet {
    /// Bit i of a combination is the i-th of these; in the study's order.
    pub sets: Vec<Set>,
    /// Sets that were left out, being smaller.
    pub smaller: usize,
    /// The largest first.
    pub combinations: Vec<Combination>,
    /// Combinations beyond those, each smaller.
    pub left_out: u64,
    /// Their counts as they may be shown.
    pub shown: Vec<Shown>,
    /// Customers of the filter.
    pub whole: u64,
}

/// The segments that are combined: those with a rule of their own. Of a segmentation's cells each customer is in one,
/// so that they only split combinations up; they stand in where there are no others.
pub fn without_cells(segments: Vec<Named>) -> Vec<Named> {
    let (cells, plain): (Vec<Named>, Vec<Named>) = segments.into_iter().partition(|(name, _)| name.contains('.'));
    if plain.is_empty() { cells } else { plain }
}

/// Customers by the exact combination of sets: of the largest, if they are too many.
pub type UpSetInquiry = CombinedInquiry<SetsToCombine>;

/// Sets whose combinations are drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct SetsToCombine {
    pub filter: Checked,
    pub sets: Vec<Named>,
    /// Combinations of fewer customers are hidden.
    pub min_cell: u64,
}

impl Combine for SetsToCombine {
    type Chosen = UpSet;
    type Found = UpSet;

    const LIMIT: usize = 10_000;

    fn filter(&self) -> &Checked {
        &self.filter
    }

    fn sets(&self) -> &[Named] {
        &self.sets
    }

    fn value(&self) -> Option<&str> {
        None
    }

    fn choose(&self, sizes: &[u64], whole: u64) -> (Vec<usize>, UpSet) {
        let mut places = (0..self.sets.len()).collect();
        let smaller = keep_largest(&mut places, sizes).len();
        let set = |&i: &usize| Set { name: self.sets[i].0.clone(), customers: sizes[i] };
        let sets = places.iter().map(set).collect();
        let upset = UpSet { sets, smaller, combinations: Vec::new(), left_out: 0, shown: Vec::new(), whole };
        (places, upset)
    }

    fn found(&self, chosen: UpSet, combinations: Combinations) -> UpSet {
        chosen.with(combinations, self.min_cell)
    }
}

impl UpSet {
    /// Takes the combinations in, and hides those of fewer customers than `min_cell`.
    fn with(mut self, found: Combinations, min_cell: u64) -> Self {
        let parts: Vec<(u64, u64)> = found.combinations.iter().map(|one| (one.sets, one.customers)).collect();
        self.shown = suppress::combinations(&parts, self.sets.len(), min_cell);
        (self.combinations, self.left_out) = (found.combinations, found.left_out);
        self
    }

    /// The places of the combinations, in the order that they are shown in.
    pub fn order(&self, order: Order) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.combinations.len()).collect();
        if order == Order::Sets {
            places.sort_by_key(|&i| self.combinations[i].sets.count_ones());
        }
        places
    }

    /// The names of the sets that a combination is of.
    pub fn names(&self, combination: &Combination) -> Vec<&str> {
        let inside = |i: &usize| combination.sets >> i & 1 == 1;
        (0..self.sets.len()).filter(inside).map(|i| self.sets[i].name.as_str()).collect()
    }

    /// The conditions that together hold for a combination's customers alone. Whose rule is null is not in its set:
    /// `NOT` would leave them out, `IS NOT TRUE` does not.
    pub fn conditions(&self, combination: &Combination) -> Vec<String> {
        let (inside, outside): (Vec<usize>, Vec<usize>) =
            (0..self.sets.len()).partition(|i| combination.sets >> i & 1 == 1);
        let inside = inside.into_iter().map(|i| reference(&self.sets[i].name));
        let outside = outside.into_iter().map(|i| format!("{} IS NOT TRUE", reference(&self.sets[i].name)));
        inside.chain(outside).collect()
    }
}
