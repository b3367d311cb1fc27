//! Measures how personas cover the customers: those in none, in exactly one, in several; and how often customers are
//! counted more than once.
//!
//! [`CoverageInquiry`] asks, [`PersonaCoverage`] is the result. The order of the personas is their priority; see
//! [`waterfall`](super::waterfall) for the steps.

mod counts;
mod sums;
pub mod waterfall;

use super::figures;
use super::inquiry::{Inquiry, NewestFact, Open, QuestionSlot};
use super::matrix::NamedSet;
use super::suppress::DisclosedCount;
use crate::engine::{self, Answer, CountsQuestion, CoverageQuestion, CustomerCount, EngineError, Portion, Question};
use crate::model::reference;
use crate::rule::Checked;
use counts::CoverageCounts;
use sums::ShownSums;
use waterfall::{WaterfallStep, steps};

/// Customers and their value, as they may be shown: figures of a suppressed count have no value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoveragePart {
    pub customers: DisclosedCount,
    /// Share of the filter's customers, or of the base without a filter.
    pub share: Option<f64>,
    /// Sum of the value column; `None` without one.
    pub value: Option<f64>,
    /// Share of the filter's value.
    pub value_share: Option<f64>,
}

/// Coverage of the filter's customers by the personas.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonaCoverage {
    /// Everyone in the filter.
    pub whole: CoveragePart,
    /// Customers in no persona.
    pub none: CoveragePart,
    /// Customers in exactly one.
    pub one: CoveragePart,
    /// Customers in two or more.
    pub several: CoveragePart,
    /// Customers in at least one; their share is the coverage: |∪P| / N.
    pub covered: CoveragePart,
    /// Σ|P| / |∪P|, which is 1 if no customer is in two personas.
    pub redundancy: Option<f64>,
    /// Customers in exactly one / |∪P|.
    pub exclusive: Option<f64>,
    /// One step for each persona, in order of priority.
    pub steps: Vec<WaterfallStep>,
    /// Customers in both of two personas: element `[i][j]`, j < i.
    pub both: Vec<Vec<DisclosedCount>>,
    /// True if there is a value column.
    pub has_value: bool,
}

/// Inquiry for the coverage of the filter's customers by the personas. Where counts are suppressed, it also asks for the
/// personas' customers in the base: they stand elsewhere beside those in the filter.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CoverageInquiry {
    coverage: Open<CoverageQuestion>,
    sizes: Open<CountsQuestion>,
    overlap: Option<engine::LayeredOverlap>,
    /// Customers of each persona in the filter and in the base, and of all.
    counts: Option<Vec<CustomerCount>>,
    personas: CoveringPersonas,
    pub found: NewestFact<PersonaCoverage>,
}

/// The personas of a question, in order of priority.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct CoveringPersonas {
    ids: Vec<String>,
    has_value: bool,
    min_cell: u64,
}

impl CoverageInquiry {
    const COVERAGE: QuestionSlot = QuestionSlot(0);
    const SIZES: QuestionSlot = QuestionSlot(1);

    /// Creates an inquiry. The personas come in order of priority; `value` is the value column. Counts below `min_cell`
    /// cannot be derived from the shown ones.
    pub fn new(filter: &Checked, personas: &[NamedSet], value: Option<&str>, min_cell: u64) -> Self {
        let (ids, sets): (Vec<String>, Vec<Checked>) = personas.iter().cloned().unzip();
        let narrows = min_cell > 0 && *filter != Checked::everyone();
        let rules = || sets.iter().cloned().chain([Checked::everyone()]).collect();
        let sizes = narrows.then(|| CountsQuestion { filter: filter.clone(), rules: rules() });
        let coverage = CoverageQuestion { filter: filter.clone(), sets, value: value.map(str::to_owned) };
        Self {
            coverage: Open::new(coverage),
            sizes: sizes.map(Open::new).unwrap_or_default(),
            personas: CoveringPersonas { ids, has_value: value.is_some(), min_cell },
            ..Self::default()
        }
    }

    /// Returns the personas that are asked about, in order of priority.
    pub fn ids(&self) -> &[String] {
        &self.personas.ids
    }

    /// Returns the inquiry with the result of an earlier one, marked as outdated, until it has its own.
    pub fn after(self, earlier: Self) -> Self {
        Self { found: self.found.after(earlier.found), ..self }
    }

    /// Marks the result as outdated and closes the open questions, since the subject has changed.
    pub fn outdate(&mut self) {
        let mut found = std::mem::take(&mut self.found);
        found.outdate();
        *self = Self { found, personas: std::mem::take(&mut self.personas), ..Self::default() };
    }

    /// Returns true if the subject has changed, or nothing was asked yet, and no question is open.
    pub fn needs_asking(&self) -> bool {
        self.found.is_waiting() && !self.coverage.is_open() && !self.sizes.is_open()
    }

    fn fail(&mut self, error: &EngineError) {
        (self.coverage, self.sizes) = (Open::default(), Open::default());
        self.found.fail(error.to_string());
    }

    fn settle(&mut self) {
        if self.coverage.is_open() || self.sizes.is_open() {
            return;
        }
        if let Some(overlap) = self.overlap.take() {
            let CoveringPersonas { ids, has_value, min_cell } = &self.personas;
            let found = PersonaCoverage::new(&overlap, self.counts.as_deref(), ids, *has_value, *min_cell);
            self.found.set(found);
        }
    }
}

impl Inquiry for CoverageInquiry {
    type Result = NewestFact<PersonaCoverage>;

    fn open(&self) -> Vec<(QuestionSlot, Question)> {
        self.coverage.at(Self::COVERAGE.0).into_iter().chain(self.sizes.at(Self::SIZES.0)).collect()
    }

    fn take(&mut self, slot: QuestionSlot, answer: Result<Answer, EngineError>) {
        match slot {
            Self::COVERAGE => match self.coverage.take(answer) {
                Some(Ok(overlap)) => self.overlap = Some(overlap),
                Some(Err(error)) => return self.fail(&error),
                None => return,
            },
            _ => match self.sizes.take(answer) {
                Some(Ok(counts)) => self.counts = Some(counts),
                Some(Err(error)) => return self.fail(&error),
                None => return,
            },
        }
        self.settle();
    }

    fn result(&self) -> &NewestFact<PersonaCoverage> {
        &self.found
    }
}

impl PersonaCoverage {
    fn new(
        answer: &engine::LayeredOverlap,
        counts: Option<&[CustomerCount]>,
        ids: &[String],
        has_value: bool,
        min_cell: u64,
    ) -> Self {
        let hidden = CoverageCounts::new(answer, counts, min_cell);
        let sums = ShownSums::new(answer, min_cell);
        let parts = WholeContext { whole: answer.whole, has_value, may_show: sums.whole };
        let covered = sum(answer.one, answer.several);
        let total: u64 = answer.layers.iter().map(|layer| layer.all.customers).sum();
        let disclosed = hidden.covered.count().filter(|_| hidden.sizes.iter().all(|size| size.count().is_some()));
        let exclusive = hidden.one.count().zip(hidden.covered.count());
        Self {
            whole: parts.part(answer.whole, hidden.whole, sums.whole),
            none: parts.part(answer.none, hidden.none, sums.none),
            one: parts.part(answer.one, hidden.one, sums.one),
            several: parts.part(answer.several, hidden.several, sums.several),
            // The others are those in none.
            covered: parts.part(covered, hidden.covered, sums.none),
            redundancy: disclosed.filter(|covered| *covered > 0).map(|covered| total as f64 / covered as f64),
            exclusive: exclusive.and_then(|(one, covered)| figures::share(one, covered)),
            steps: steps(answer, ids, (&hidden, &sums), &parts),
            both: hidden.both,
            has_value,
        }
    }

    /// Returns |P∩Q| / |P∪Q| of two personas.
    pub fn jaccard(&self, i: usize, j: usize) -> Option<f64> {
        let both = self.pair(i, j)?.count()?;
        let (a, b) = (self.steps.get(i)?.all.customers.count()?, self.steps.get(j)?.all.customers.count()?);
        figures::share(both, (a + b).saturating_sub(both))
    }

    /// Returns the customers in both of two different personas, given in either order.
    pub fn pair(&self, i: usize, j: usize) -> Option<DisclosedCount> {
        self.both.get(i.max(j))?.get(i.min(j)).copied()
    }
}

/// Returns the condition for customers in none of the sets, of which there is at least one. Null is not in a set
/// either, but `NOT (…)` alone would lose those customers.
pub fn in_none(sets: &[&str]) -> String {
    format!("({}) IS NOT TRUE", any_of(sets))
}

/// Returns the condition for customers in two or more of the sets.
pub fn in_several(sets: &[&str]) -> String {
    let pairs = sets
        .iter()
        .enumerate()
        .flat_map(|(i, a)| sets[i + 1..].iter().map(move |b| format!("{} AND {}", reference(a), reference(b))));
    let pairs: Vec<String> = pairs.collect();
    if pairs.is_empty() { "FALSE".into() } else { format!("({})", pairs.join(" OR ")) }
}

/// Returns the conditions for customers in exactly one of the sets.
pub fn in_one(sets: &[&str]) -> Vec<String> {
    let any = format!("({})", any_of(sets));
    if sets.len() < 2 { vec![any] } else { vec![any, format!("{} IS NOT TRUE", in_several(sets))] }
}

/// Returns the conditions for customers whose first set is the last of these.
pub fn first_in_last(sets: &[&str]) -> Vec<String> {
    let Some((last, before)) = sets.split_last() else { return Vec::new() };
    let before = (!before.is_empty()).then(|| in_none(before));
    std::iter::once(reference(last)).chain(before).collect()
}

fn any_of(sets: &[&str]) -> String {
    sets.iter().map(|set| reference(set)).collect::<Vec<_>>().join(" OR ")
}

pub(super) fn sum(mut a: Portion, b: Portion) -> Portion {
    a += b;
    a
}

/// Context for parts of a whole.
pub(super) struct WholeContext {
    whole: Portion,
    has_value: bool,
    /// True if the sum over the whole may be shown, and shares of it.
    may_show: bool,
}

impl WholeContext {
    /// Computes the figures of a part. `may_show` is true if its sum may be shown.
    pub(super) fn part(&self, portion: Portion, customers: DisclosedCount, may_show: bool) -> CoveragePart {
        let disclosed = customers.count().is_some() && may_show && self.may_show;
        let value = (self.has_value && disclosed).then_some(portion.value);
        CoveragePart {
            customers,
            share: customers.count().and_then(|count| figures::share(count, self.whole.customers)),
            value,
            value_share: value.and_then(|value| figures::share_of_sum(value, self.whole.value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Layer;

    fn portion(customers: u64) -> Portion {
        Portion { customers, value: 10.0 * customers as f64, known: customers, largest: 10.0 }
    }

    fn layer(all: u64, first: u64, only: u64, lost: &[u64], both: &[u64]) -> Layer {
        Layer {
            all: portion(all),
            first: portion(first),
            only: portion(only),
            lost: lost.to_vec(),
            both: both.to_vec(),
        }
    }

    fn personas(ids: &[&str]) -> Vec<NamedSet> {
        ids.iter().map(|id| ((*id).to_owned(), Checked::everyone())).collect()
    }

    /// Returns an answer in which of 1000 customers 400 are in a, 300 in b, 100 in c; 100 in a and b, `small` in all
    /// three.
    fn answer(small: u64) -> engine::LayeredOverlap {
        engine::LayeredOverlap {
            whole: portion(1000),
            none: portion(300),
            one: portion(600),
            several: portion(100),
            layers: vec![
                layer(400, 400, 300, &[], &[]),
                layer(300, 200, 200, &[100], &[100]),
                layer(100 + small, 100, 100, &[small, 0], &[small, small]),
            ],
        }
    }

    /// Returns the inquiry's result for the answer about these personas; `None` if it refuses it.
    fn found(answer: &engine::LayeredOverlap, ids: &[&str], min_cell: u64) -> Option<PersonaCoverage> {
        let mut inquiry = CoverageInquiry::new(&Checked::everyone(), &personas(ids), Some("spend"), min_cell);
        inquiry.take(QuestionSlot(0), Ok(Answer::Coverage(answer.clone())));
        inquiry.found.get().cloned()
    }

    fn of(answer: &engine::LayeredOverlap, min_cell: u64) -> PersonaCoverage {
        found(answer, &["a", "b", "c"], min_cell).expect("an answer to the question")
    }

    #[test]
    fn coverage_redundancy_and_exclusive_share_follow_their_formulas() {
        let found = of(&answer(20), 0);
        assert_eq!(found.covered.share, Some(0.7));
        assert_eq!(found.redundancy, Some(820.0 / 700.0));
        assert_eq!(found.exclusive, Some(600.0 / 700.0));
        assert_eq!((found.none.value, found.none.value_share), (Some(3000.0), Some(0.3)));
        assert_eq!(found.jaccard(1, 0), Some(100.0 / 600.0));
        assert_eq!(found.jaccard(0, 1), found.jaccard(1, 0));
        assert!(super::tests::found(&answer(20), &["a"], 0).is_none());
    }

    #[test]
    fn waterfall_step_takes_customers_left_by_previous_steps() {
        let found = of(&answer(20), 0);
        let figures = |step: &WaterfallStep| {
            let of = |part: CoveragePart| part.customers.count();
            (of(step.all), of(step.takes), step.loses.count(), of(step.total))
        };
        let all: Vec<_> = found.steps.iter().map(figures).collect();
        assert_eq!(all[0], (Some(400), Some(400), Some(0), Some(400)));
        assert_eq!(all[1], (Some(300), Some(200), Some(100), Some(600)));
        assert_eq!(all[2], (Some(120), Some(100), Some(20), Some(700)));
        assert_eq!(found.steps[1].loses_share, Some(1.0 / 3.0));
        assert_eq!(found.steps[1].mostly_to(), Some((0, 100)));
        assert_eq!(found.steps[0].mostly_to(), None);
    }

    #[test]
    fn small_loss_of_step_is_hidden_with_its_difference() {
        let found = of(&answer(4), 10);
        let last = &found.steps[2];
        assert_eq!(last.loses, DisclosedCount::Under(10));
        let disclosed = [last.all.customers, last.takes.customers].into_iter().filter(|shown| shown.count().is_some());
        assert!(disclosed.count() < 2, "the size less what it takes would be the loss");
        assert_eq!(last.to[0], DisclosedCount::Under(10));
        assert_eq!(last.takes.value, None);
    }

    /// The filter has 396 of a's 400 customers: this number would tell the other 4.
    #[test]
    fn size_that_reveals_customers_outside_filter_is_hidden_everywhere() {
        let count = |in_filter, in_base| crate::engine::CustomerCount { in_filter, in_base };
        let overlap = engine::LayeredOverlap {
            whole: portion(1000),
            none: portion(304),
            one: portion(596),
            several: portion(100),
            layers: vec![layer(396, 396, 296, &[], &[]), layer(400, 300, 300, &[100], &[100])],
        };
        let filter = Checked::constant(None);
        let mut inquiry = CoverageInquiry::new(&filter, &personas(&["a", "b"]), None, 10);
        assert_eq!(inquiry.open().len(), 2);
        inquiry.take(QuestionSlot(0), Ok(Answer::Coverage(overlap)));
        assert!(inquiry.found.get().is_none());
        let sizes = vec![count(396, 400), count(400, 900), count(1000, 2000)];
        inquiry.take(QuestionSlot(1), Ok(Answer::Counts(sizes)));
        let found = inquiry.found.get().expect("both answers");
        let counts = |step: &WaterfallStep| (step.all.customers.count(), step.takes.customers.count());
        assert_eq!(counts(&found.steps[0]), (None, None));
        assert_eq!(found.steps[1].all.customers, DisclosedCount::Count(400));
        assert!(found.none.customers.count().is_none() || found.steps[1].takes.customers.count().is_none());
    }

    #[test]
    fn in_none_rule_includes_customers_with_null_rules() {
        assert_eq!(in_none(&["a", "b"]), "(@a OR @b) IS NOT TRUE");
        assert_eq!(in_one(&["a", "b"]), ["(@a OR @b)", "(@a AND @b) IS NOT TRUE"]);
        assert_eq!(first_in_last(&["a", "b"]), ["@b", "(@a) IS NOT TRUE"]);
        assert_eq!((in_one(&["a"]), first_in_last(&["a"])), (vec!["(@a)".into()], vec!["@a".into()]));
        assert_eq!((in_several(&["a"]), in_several(&["a", "b"])), ("FALSE".into(), "(@a AND @b)".into()));
    }
}
