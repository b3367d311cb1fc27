//! Counts customers by the exact combination of sets that they are in, in two questions.

use super::inquiry::{Inquiry, NewestFact, Open, QuestionSlot};
use super::matrix::NamedSet;
use crate::engine::{Answer, Combinations, CombinationsQuestion, CountsQuestion, CustomerCount, EngineError, Question};
use crate::rule::Checked;

/// Maximum number of sets that a combination can distinguish.
pub const MAX_COMBINED: usize = 64;

/// A choice of sets to combine, with a reader of their combinations.
pub trait SetCombination {
    /// Choice made from the sizes, which is needed to read the combinations.
    type Choice;
    /// Figures computed from the combinations.
    type Figures;

    /// Maximum number of combinations in an answer; the others are counted as left out.
    const LIMIT: usize;

    fn filter(&self) -> &Checked;

    fn sets(&self) -> &[NamedSet];

    /// Returns the column that is summed over each combination.
    fn value(&self) -> Option<&str>;

    /// Chooses at most [`MAX_COMBINED`] sets by their indices, ascending. `sizes` are the sets' customers, `whole` are all
    /// customers.
    fn choose(&self, sizes: &[CustomerCount], whole: CustomerCount) -> (Vec<usize>, Self::Choice);

    /// Computes the figures.
    fn figures(&self, chosen: Self::Choice, combinations: Combinations) -> Self::Figures;
}

/// Inquiry for the combinations of sets. It first asks for the sizes of all sets, which decide the ones to combine.
#[derive(Debug, Clone, PartialEq)]
pub struct CombinedInquiry<C: SetCombination> {
    /// Choice of the sets; `None` before anything is asked.
    of: Option<C>,
    sizes: Open<CountsQuestion>,
    combined: Open<CombinationsQuestion>,
    /// Choice made from the sizes, while the combinations are counted.
    chosen: Option<C::Choice>,
    pub found: NewestFact<C::Figures>,
}

const SIZES: QuestionSlot = QuestionSlot(0);
const COMBINED: QuestionSlot = QuestionSlot(1);

/// Creates an inquiry that asks nothing yet.
impl<C: SetCombination> Default for CombinedInquiry<C> {
    fn default() -> Self {
        Self { of: None, sizes: Open::default(), combined: Open::default(), chosen: None, found: NewestFact::default() }
    }
}

impl<C: SetCombination> CombinedInquiry<C> {
    /// Creates an inquiry that first asks for the sizes of all sets.
    pub fn new(of: C) -> Self {
        let rules = of.sets().iter().map(|(_, rule)| rule.clone()).chain([Checked::everyone()]).collect();
        let sizes = Open::new(CountsQuestion { filter: of.filter().clone(), rules });
        Self { of: Some(of), sizes, ..Self::default() }
    }

    /// Returns the inquiry with the result of an earlier one, marked as outdated, until it has its own.
    pub fn after(self, earlier: Self) -> Self {
        Self { found: self.found.after(earlier.found), ..self }
    }

    /// Marks the result as outdated and closes the open questions, since the subject has changed.
    pub fn outdate(&mut self) {
        let mut found = std::mem::take(&mut self.found);
        found.outdate();
        *self = Self { found, ..Self::default() };
    }

    /// Returns true if there is neither a current result nor an open question.
    pub fn needs_asking(&self) -> bool {
        self.found.is_waiting() && !self.sizes.is_open() && !self.combined.is_open()
    }

    fn combine(&mut self, counts: &[CustomerCount]) {
        let (Some((whole, counts)), Some(of)) = (counts.split_last(), &self.of) else { return };
        let (places, chosen) = of.choose(counts, *whole);
        self.chosen = Some(chosen);
        self.combined = Open::new(CombinationsQuestion {
            filter: of.filter().clone(),
            sets: places.iter().map(|&i| of.sets()[i].1.clone()).collect(),
            value: of.value().map(ToOwned::to_owned),
            limit: C::LIMIT,
        });
    }
}

/// Keeps the indices of the [`MAX_COMBINED`] largest sets, ascending. Returns the indices of the others.
pub(super) fn keep_largest(places: &mut Vec<usize>, sizes: &[CustomerCount]) -> Vec<usize> {
    places.sort_by_key(|&i| std::cmp::Reverse(sizes[i].in_filter));
    let smaller = places.split_off(places.len().min(MAX_COMBINED));
    places.sort_unstable();
    smaller
}

impl<C: SetCombination> Inquiry for CombinedInquiry<C> {
    type Result = NewestFact<C::Figures>;

    fn open(&self) -> Vec<(QuestionSlot, Question)> {
        self.sizes.at(SIZES.0).into_iter().chain(self.combined.at(COMBINED.0)).collect()
    }

    fn take(&mut self, slot: QuestionSlot, answer: Result<Answer, EngineError>) {
        match slot {
            SIZES => match self.sizes.take(answer) {
                Some(Ok(counts)) => self.combine(&counts),
                Some(Err(error)) => self.found.fail(error.to_string()),
                None => {}
            },
            COMBINED => {
                let combined = self.combined.take(answer);
                if let (Some(combined), Some(chosen), Some(of)) = (combined, self.chosen.take(), &self.of) {
                    self.found.settle(combined.map(|combinations| of.figures(chosen, combinations)));
                }
            }
            _ => {}
        }
    }

    fn result(&self) -> &NewestFact<C::Figures> {
        &self.found
    }
}

#[cfg(test)]
mod tests {
    use super::super::upset::{SetsToCombine, UpSetInquiry};
    use super::*;
    use crate::engine::QuestionBody;

    fn inquiry(sets: usize) -> UpSetInquiry {
        let sets = (0..sets).map(|n| (format!("s{n}"), Checked::everyone())).collect();
        UpSetInquiry::new(SetsToCombine { filter: Checked::everyone(), sets, min_cell: 0 })
    }

    fn sizes(sizes: impl IntoIterator<Item = u64>) -> Answer {
        Answer::Counts(sizes.into_iter().map(|n| CustomerCount { in_filter: n, in_base: n }).collect())
    }

    #[test]
    fn largest_sets_are_combined_in_original_order() {
        let mut inquiry = inquiry(MAX_COMBINED + 2);
        // The third and the last set are the smallest; the last count is that of the filter.
        let size = |n: usize| if n == 2 || n == MAX_COMBINED + 1 { 1 } else { n as u64 + 10 };
        inquiry.take(SIZES, Ok(sizes((0..MAX_COMBINED + 2).map(size).chain([1_000]))));
        let open = inquiry.open();
        let [(COMBINED, Question { body: QuestionBody::Combinations(asked), .. })] = open.as_slice() else {
            panic!("{open:?}")
        };
        assert_eq!(asked.sets.len(), MAX_COMBINED);
        inquiry.take(COMBINED, Ok(Answer::Combinations(Combinations { combinations: Vec::new(), left_out: 0 })));
        let found = inquiry.result().get().expect("the combinations");
        let names: Vec<&str> = found.sets.iter().map(|set| set.name.as_str()).take(3).collect();
        assert_eq!((names, found.smaller, found.whole), (vec!["s0", "s1", "s3"], 2, 1_000));
    }

    #[test]
    fn failed_sizes_leave_nothing_open() {
        let mut inquiry = inquiry(2);
        inquiry.take(SIZES, Err(EngineError::failed("the disk is gone")));
        assert!(inquiry.open().is_empty() && !inquiry.needs_asking());
        assert_eq!(inquiry.result().error.as_deref(), Some("the disk is gone"));
    }

    #[test]
    fn outdated_inquiry_keeps_result_and_ignores_late_answer() {
        let mut inquiry = inquiry(1);
        inquiry.take(SIZES, Ok(sizes([5, 9])));
        inquiry.take(COMBINED, Ok(Answer::Combinations(Combinations { combinations: Vec::new(), left_out: 0 })));
        inquiry.outdate();
        inquiry.take(SIZES, Ok(sizes([6, 9])));
        assert!(inquiry.open().is_empty() && inquiry.needs_asking());
        assert_eq!(inquiry.result().answer.as_ref().map(|found| found.sets[0].customers), Some(5));
    }
}
