//! Customers by the exact combination of sets that they are in.

use super::inquiry::{Fact, Inquiry, Open, Slot};
use super::matrix::{Named, Set};
use super::suppress::{self, Shown};
use crate::engine::{
    Answer, Combination, Combinations, CombinationsQuestion, Count, CountsQuestion, EngineError, Question,
};
use crate::model::reference;
use crate::rule::Checked;

/// Sets that a combination can tell apart.
pub const MOST: usize = 64;
/// Combinations that are asked for; more are counted as left out.
const LIMIT: usize = 10_000;

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

/// Customers by the exact combination of sets that they are in: first the sizes of all sets, which decide which of them are
/// combined, then the combinations of the largest, [`MOST`] at most.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UpSetInquiry {
    filter: Option<Checked>,
    sets: Vec<Named>,
    min_cell: u64,
    sizes: Open<CountsQuestion>,
    combined: Open<CombinationsQuestion>,
    /// The sets that are combined, while that is counted.
    chosen: Option<UpSet>,
    pub found: Fact<UpSet>,
}

impl UpSetInquiry {
    const SIZES: Slot = Slot(0);
    const COMBINED: Slot = Slot(1);

    /// Combinations of fewer customers than `min_cell` are hidden.
    pub fn new(filter: &Checked, sets: Vec<Named>, min_cell: u64) -> Self {
        let sizes = Open::new(sizes(filter, &sets));
        Self { filter: Some(filter.clone()), sets, min_cell, sizes, ..Self::default() }
    }

    /// The same inquiry, which has the result of an earlier one, as outdated, until it has its own.
    pub fn after(self, earlier: Self) -> Self {
        Self { found: self.found.after(earlier.found), ..self }
    }

    /// What is asked has changed: the result is outdated, and what is open is not asked any more.
    pub fn outdate(&mut self) {
        let mut found = std::mem::take(&mut self.found);
        found.outdate();
        *self = Self { found, ..Self::default() };
    }

    pub fn needs_asking(&self) -> bool {
        self.found.is_waiting() && !self.sizes.is_open() && !self.combined.is_open()
    }

    /// Chooses the largest sets, and asks for their combinations.
    fn combine(&mut self, counts: &[Count]) {
        let (Some((whole, counts)), Some(filter)) = (counts.split_last(), &self.filter) else { return };
        let sets = &self.sets;
        let mut places: Vec<usize> = (0..sets.len()).collect();
        places.sort_by_key(|&i| std::cmp::Reverse(counts[i].in_filter));
        places.truncate(MOST);
        places.sort_unstable();
        let chosen = places.iter().map(|&i| Set { name: sets[i].0.clone(), customers: counts[i].in_filter }).collect();
        let rules = places.iter().map(|&i| sets[i].1.clone()).collect();
        self.chosen = Some(UpSet {
            sets: chosen,
            smaller: sets.len() - places.len(),
            combinations: Vec::new(),
            left_out: 0,
            shown: Vec::new(),
            whole: whole.in_filter,
        });
        let question = CombinationsQuestion { filter: filter.clone(), sets: rules, value: None, limit: LIMIT };
        self.combined = Open::new(question);
    }
}

/// The sizes of all the sets and, last, of the filter.
pub(super) fn sizes(filter: &Checked, sets: &[Named]) -> CountsQuestion {
    let rules = sets.iter().map(|(_, rule)| rule.clone()).chain([Checked::everyone()]);
    CountsQuestion { filter: filter.clone(), rules: rules.collect() }
}

impl Inquiry for UpSetInquiry {
    type Result = Fact<UpSet>;

    fn open(&self) -> Vec<(Slot, Question)> {
        self.sizes.at(Self::SIZES.0).into_iter().chain(self.combined.at(Self::COMBINED.0)).collect()
    }

    fn take(&mut self, slot: Slot, answer: Result<Answer, EngineError>) {
        match slot {
            Self::SIZES => match self.sizes.take(answer) {
                Some(Ok(counts)) => self.combine(&counts),
                Some(Err(error)) => self.found.fail(error.to_string()),
                None => {}
            },
            Self::COMBINED => {
                if let (Some(found), Some(chosen)) = (self.combined.take(answer), self.chosen.take()) {
                    self.found.settle(found.map(|found| chosen.with(found, self.min_cell)));
                }
            }
            _ => {}
        }
    }

    fn result(&self) -> &Fact<UpSet> {
        &self.found
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
