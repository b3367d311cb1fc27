//! Sums of the value column over segments, cells and personas, as they may be shown.

use super::CommandError;
use super::open::CheckedStudy;
use super::output::TableCell;
use crate::engine::{CustomerCount, SummaryQuestion, ValueSums};
use crate::insight::figures;
use crate::insight::suppress::dominance::{GuardedSum, sums_of_parts};
use crate::insight::suppress::{self, DisclosedCount};
use crate::rule::Checked;

/// Names of the columns of [`SetSums::cells`].
pub const COLUMNS: [&str; 3] = ["value", "share_of_value", "mean_value"];

/// Cells of a set whose sums are not known.
pub const NO_SUMS: [TableCell; 3] = [TableCell::Number(None), TableCell::Share(None), TableCell::Number(None)];

/// Sums over some sets, within the filter.
pub struct SetSums {
    /// Sum of each set and of the rest of the filter, and the set's customers with a value in the filter and in the base.
    sets: Vec<(GuardedSum, GuardedSum, CustomerCount)>,
    /// The filter's sum.
    filter: GuardedSum,
    /// Customers with a value.
    whole: CustomerCount,
    /// Sum over the base.
    base: f64,
    min_cell: u64,
}

impl SetSums {
    /// Asks for the sums over the sets; `None` without a value column, and for a filter that has no sums of its own.
    pub fn ask(opened: &CheckedStudy, sets: &[Checked]) -> Result<Option<Self>, CommandError> {
        if opened.value.is_none() {
            return Ok(None);
        }
        let min_cell = opened.min_cell();
        let question = |filter: Checked| SummaryQuestion { filter, value: opened.value.clone() };
        let whole = opened.ask(&question(opened.filter.clone()))?;
        let filter = match suppress::of_base(whole.customers, whole.base, min_cell) {
            DisclosedCount::Count(_) => opened.filter.clone(),
            // The figures are those of all: sums of the filter's own would disclose those of the few.
            DisclosedCount::Over(_) => Checked::everyone(),
            DisclosedCount::Under(_) | DisclosedCount::Hidden => return Ok(None),
        };
        let Some(all) = whole.value else { return Ok(None) };
        let sums = |filter: &Checked| -> Result<Vec<ValueSums>, CommandError> {
            let questions: Vec<_> = sets.iter().map(|set| question(filter.and(set))).collect();
            let answers = opened.ask_each(&questions)?;
            Ok(answers.into_iter().map(|summary| summary.value.unwrap_or_default()).collect())
        };
        let inside = sums(&filter)?;
        // Needed only to find what a few customers outside the filter would disclose.
        let narrows = min_cell > 0 && filter != Checked::everyone();
        let outside = if narrows { sums(&Checked::everyone())? } else { inside.clone() };
        let set = |(inside, base): (&ValueSums, &ValueSums)| {
            let known = CustomerCount { in_filter: inside.known_in_filter, in_base: base.known_in_filter };
            let sum = GuardedSum::in_filter(inside);
            let rest = GuardedSum::in_filter(&all).without(sum);
            // Those outside of the filter are among the others, too.
            let rest = GuardedSum { largest: rest.largest.min(inside.largest_outside), ..rest };
            (sum, rest, known)
        };
        Ok(Some(Self {
            sets: inside.iter().zip(&outside).map(set).collect(),
            filter: GuardedSum::in_filter(&all),
            whole: CustomerCount { in_filter: all.known_in_filter, in_base: all.known_in_base },
            base: all.in_base,
            min_cell,
        }))
    }

    /// Returns the cells of the set at `place`, whose number of customers is shown as `customers`.
    pub fn cells(&self, place: usize, customers: DisclosedCount) -> [TableCell; 3] {
        match self.sets.get(place) {
            Some((sum, rest, known)) => {
                let rest_is_safe = rest.known == 0 || !rest.is_dominated(self.min_cell);
                let may_show = sum.may_be_shown(self.min_cell) && rest_is_safe;
                let known_shown = suppress::pair(*known, self.whole, self.min_cell).0;
                self.shown(sum.sum, *known, may_show && known_shown.count().is_some(), customers)
            }
            None => NO_SUMS,
        }
    }

    /// Returns the cells of the cells of one segmentation: the sets from `first` on.
    pub fn cells_of_parts(&self, first: usize, customers: &[DisclosedCount]) -> Vec<[TableCell; 3]> {
        let sets = self.sets.get(first..).unwrap_or_default();
        let sets = &sets[..customers.len().min(sets.len())];
        let known: Vec<CustomerCount> = sets.iter().map(|(.., known)| *known).collect();
        let shown = suppress::pairs(&known, self.whole, self.min_cell);
        let sums: Vec<GuardedSum> = sets.iter().map(|(sum, ..)| *sum).collect();
        let rest = sums.iter().fold(self.filter, |rest, sum| rest.without(*sum));
        let may_show = sums_of_parts(&sums.into_iter().chain([rest]).collect::<Vec<_>>(), self.min_cell);
        let parts = sets.iter().zip(shown.into_iter().zip(may_show)).zip(customers);
        let cells = parts.map(|(((sum, _, known), (shown, may_show)), customers)| {
            self.shown(sum.sum, *known, may_show && shown.0.count().is_some(), *customers)
        });
        cells.collect()
    }

    /// Returns the cells of a sum, empty if it is suppressed: a sum over a few customers discloses what each of them
    /// spends, and so does one beside a sum over all but a few.
    fn shown(&self, sum: f64, known: CustomerCount, may_show: bool, customers: DisclosedCount) -> [TableCell; 3] {
        match customers.count().filter(|_| may_show) {
            None => NO_SUMS,
            Some(_) => {
                [TableCell::Number(Some(sum)), self.share(sum), TableCell::Number(figures::mean(sum, known.in_filter))]
            }
        }
    }

    /// Returns the cells of a sum that is known otherwise.
    pub fn cells_of_sum(&self, sum: Option<f64>) -> [TableCell; 3] {
        [TableCell::Number(sum), sum.map_or(TableCell::Share(None), |sum| self.share(sum)), TableCell::Number(None)]
    }

    fn share(&self, sum: f64) -> TableCell {
        TableCell::Share(figures::share_of_sum(sum, self.base))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(sum: f64, known: u64, largest: f64) -> GuardedSum {
        GuardedSum { sum, known, largest }
    }

    fn sums(sets: &[(GuardedSum, GuardedSum)], filter: GuardedSum) -> SetSums {
        let known = |known| CustomerCount { in_filter: known, in_base: known };
        SetSums {
            sets: sets.iter().map(|(sum, rest)| (*sum, *rest, known(sum.known))).collect(),
            filter,
            whole: known(filter.known),
            base: filter.sum,
            min_cell: 10,
        }
    }

    fn is_shown(cells: &[TableCell; 3]) -> bool {
        cells[0] != TableCell::Number(None)
    }

    #[test]
    fn sum_of_set_is_hidden_if_one_customer_dominates_rest() {
        let shown = |rest| {
            let sums = sums(&[(sum(600.0, 50, 40.0), rest)], sum(1_000.0, 100, 200.0));
            is_shown(&sums.cells(0, DisclosedCount::Count(50)))
        };
        assert!(shown(sum(400.0, 50, 200.0)));
        assert!(!shown(sum(400.0, 50, 201.0)));
        assert!(!is_shown(&sums(&[], sum(1.0, 1, 1.0)).cells(0, DisclosedCount::Count(50))));
    }

    #[test]
    fn sum_of_cell_is_hidden_beside_few_customers_outside_cells() {
        let shown = |filter| {
            let rest = sum(0.0, 0, 0.0);
            let sums = sums(&[(sum(600.0, 50, 40.0), rest), (sum(390.0, 50, 40.0), rest)], filter);
            sums.cells_of_parts(0, &[DisclosedCount::Count(50); 2]).iter().map(is_shown).collect::<Vec<_>>()
        };
        assert_eq!(shown(sum(990.0, 100, 40.0)), [true, true]);
        // One of many without a cell has most of what they have.
        assert_eq!(shown(sum(1_090.0, 150, 60.0)), [true, false]);
    }
}
