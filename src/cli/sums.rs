//! Sums of the value column over segments, cells and personas, as they may be shown.

use super::Failure;
use super::open::Opened;
use super::output::Cell;
use crate::engine::{Count, SummaryQuestion, ValueSums};
use crate::insight::figures;
use crate::insight::suppress::{self, Shown};
use crate::rule::Checked;

/// Names of the columns of [`Sums::cells`].
pub const COLUMNS: [&str; 3] = ["value", "share_of_value", "mean_value"];

/// Cells of a set whose sums are not known.
pub const NO_SUMS: [Cell; 3] = [Cell::Number(None), Cell::Share(None), Cell::Number(None)];

/// Sums over some sets, within the filter.
pub struct Sums {
    /// Sum of each set, and its customers with a value in the filter and in the base.
    sets: Vec<(f64, Count)>,
    /// Customers with a value.
    whole: Count,
    /// Sum over the base.
    base: f64,
    min_cell: u64,
}

impl Sums {
    /// Asks for the sums over the sets; `None` without a value column, and for a filter that has no sums of its own.
    pub fn ask(opened: &Opened, sets: &[Checked]) -> Result<Option<Self>, Failure> {
        if opened.value.is_none() {
            return Ok(None);
        }
        let min_cell = opened.min_cell();
        let question = |filter: Checked| SummaryQuestion { filter, value: opened.value.clone() };
        let whole = opened.ask(&question(opened.filter.clone()))?;
        let filter = match suppress::of_base(whole.customers, whole.base, min_cell) {
            Shown::Count(_) => opened.filter.clone(),
            // The figures are those of all: sums of the filter's own would disclose those of the few.
            Shown::Over(_) => Checked::everyone(),
            Shown::Under(_) | Shown::Hidden => return Ok(None),
        };
        let Some(all) = whole.value else { return Ok(None) };
        let sums = |filter: &Checked| -> Result<Vec<ValueSums>, Failure> {
            let questions: Vec<_> = sets.iter().map(|set| question(filter.and(set))).collect();
            let answers = opened.ask_each(&questions)?;
            Ok(answers.into_iter().map(|summary| summary.value.unwrap_or_default()).collect())
        };
        let inside = sums(&filter)?;
        // Needed only to find what a few customers outside the filter would disclose.
        let narrows = min_cell > 0 && filter != Checked::everyone();
        let outside = if narrows { sums(&Checked::everyone())? } else { inside.clone() };
        let set = |(inside, base): (&ValueSums, &ValueSums)| {
            (inside.in_filter, Count { in_filter: inside.known_in_filter, in_base: base.known_in_filter })
        };
        Ok(Some(Self {
            sets: inside.iter().zip(&outside).map(set).collect(),
            whole: Count { in_filter: all.known_in_filter, in_base: all.known_in_base },
            base: all.in_base,
            min_cell,
        }))
    }

    /// Returns the cells of the set at `place`, whose number of customers is shown as `customers`.
    pub fn cells(&self, place: usize, customers: Shown) -> [Cell; 3] {
        match self.sets.get(place) {
            Some((sum, known)) => {
                self.shown(*sum, *known, suppress::pair(*known, self.whole, self.min_cell).0, customers)
            }
            None => NO_SUMS,
        }
    }

    /// Returns the cells of the cells of one segmentation: the sets from `first` on.
    pub fn cells_of_parts(&self, first: usize, customers: &[Shown]) -> Vec<[Cell; 3]> {
        let sets = self.sets.get(first..).unwrap_or_default();
        let sets = &sets[..customers.len().min(sets.len())];
        let known: Vec<Count> = sets.iter().map(|(_, known)| *known).collect();
        let shown = suppress::pairs(&known, self.whole, self.min_cell);
        let parts = sets.iter().zip(shown).zip(customers);
        parts.map(|(((sum, known), shown), customers)| self.shown(*sum, *known, shown.0, *customers)).collect()
    }

    /// A sum over a few customers discloses what each of them spends; so does one beside a sum over all but a few.
    fn shown(&self, sum: f64, known: Count, known_shown: Shown, customers: Shown) -> [Cell; 3] {
        match customers.count().and(known_shown.count()) {
            None => NO_SUMS,
            Some(_) => [Cell::Number(Some(sum)), self.share(sum), Cell::Number(figures::mean(sum, known.in_filter))],
        }
    }

    /// Returns the cells of a sum that is known otherwise.
    pub fn cells_of_sum(&self, sum: Option<f64>) -> [Cell; 3] {
        [Cell::Number(sum), sum.map_or(Cell::Share(None), |sum| self.share(sum)), Cell::Number(None)]
    }

    fn share(&self, sum: f64) -> Cell {
        Cell::Share(figures::share_of_sum(sum, self.base))
    }
}
