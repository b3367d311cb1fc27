//! Questions that are sums over one scan of the base: all of a batch share it.

use super::plan::{AnswerReader, PlanStep, StatementPlan};
use super::results::Results;
use super::scan::ScanSum;
use super::terms::{Resolver, Subset, Term, Terms};
use crate::engine::{
    Answer, CountsQuestion, CustomerCount, EngineError, MembershipsQuestion, Overlap, OverlapQuestion, Summary,
    SummaryQuestion,
};

/// Maximum number of sets whose memberships are counted by one sum each; with more, they are counted by groups.
const MAX_SUMMED_SETS: usize = 60;

pub(super) fn summary(
    question: &SummaryQuestion,
    resolver: &Resolver,
    plan: &mut StatementPlan,
) -> Result<AnswerReader, EngineError> {
    let rule = resolver.rule(&question.filter);
    let (filter, others) = (Subset::from_condition(&rule), Subset::everyone().without(&rule));
    let value = resolver.numbers(question.value.as_deref())?;
    plan.reserve(if resolver.is_guarded { 7 } else { 5 });
    let customers = plan.count(&filter);
    let sums = value.map(|value| plan.value_sums(&filter, resolver.is_guarded.then_some(&others), &value));
    let base = plan.customers;
    Ok(Box::new(move |results| {
        let value = sums.as_ref().map(|sums| results.value_sums(sums)).transpose()?;
        Ok(PlanStep::Answer(Answer::Summary(Summary { customers: results.count(customers)?, base, value })))
    }))
}

/// Positions of a count in the filter and of the same count in the base.
#[derive(Debug, Clone, Copy)]
struct CountFigures {
    in_filter: ScanSum,
    in_base: ScanSum,
}

impl CountFigures {
    /// Plans both counts. `subset` must be within the base.
    fn new(plan: &mut StatementPlan, subset: &Subset, filter: &Term) -> Self {
        Self { in_filter: plan.count(&subset.and(filter)), in_base: plan.count(subset) }
    }

    fn read(&self, results: &Results) -> Result<CustomerCount, EngineError> {
        Ok(CustomerCount { in_filter: results.count(self.in_filter)?, in_base: results.count(self.in_base)? })
    }
}

fn read_all(figures: &[CountFigures], results: &Results) -> Result<Vec<CustomerCount>, EngineError> {
    figures.iter().map(|figures| figures.read(results)).collect()
}

pub(super) fn counts(
    question: &CountsQuestion,
    resolver: &Resolver,
    plan: &mut StatementPlan,
) -> Result<AnswerReader, EngineError> {
    let filter = resolver.rule(&question.filter);
    let rules = resolver.rules(&question.rules);
    plan.reserve_with_filter(&filter, rules.len());
    let figures: Vec<_> =
        rules.iter().map(|rule| CountFigures::new(plan, &Subset::from_condition(rule), &filter)).collect();
    Ok(Box::new(move |results| Ok(PlanStep::Answer(Answer::Counts(read_all(&figures, results)?)))))
}

pub(super) fn memberships(
    question: &MembershipsQuestion,
    resolver: &Resolver,
    plan: &mut StatementPlan,
) -> Result<AnswerReader, EngineError> {
    let filter = resolver.rule(&question.filter);
    let sets = resolver.rules(&question.sets);
    if sets.len() > MAX_SUMMED_SETS {
        return by_number(&filter, &sets, plan);
    }
    plan.reserve(sets.len() + 1);
    let subset = Subset::from_condition(&filter);
    let figures: Vec<ScanSum> = (0..=sets.len()).map(|number| plan.count_in_exactly(&subset, &sets, number)).collect();
    Ok(Box::new(move |results| Ok(PlanStep::Answer(Answer::Memberships(results.counts(&figures)?)))))
}

/// Counts memberships by grouping the customers by the number of sets that they are in.
fn by_number(filter: &Term, sets: &[Term], plan: &mut StatementPlan) -> Result<AnswerReader, EngineError> {
    let mut terms = Terms::default();
    let conditions: Vec<String> = sets.iter().map(|set| terms.condition(set)).collect();
    let number = terms.derive(conditions.join(" + "));
    let flag = terms.condition(filter);
    let inner = terms.select(plan.dialect, plan.tables, |_| Ok(Vec::new()))?;
    let alias = plan.dialect.alias();
    let place =
        plan.own(format!("SELECT {number}, COUNT(*) AS n FROM ({inner}) {alias}t WHERE {flag} = 1 GROUP BY {number}"));
    let numbers = sets.len() + 1;
    Ok(Box::new(move |results| {
        let table = results.table(place)?;
        let mut memberships = vec![0; numbers];
        for (number, customers) in table.counts(0)?.into_iter().zip(table.counts(1)?) {
            let place = usize::try_from(number).ok().and_then(|number| memberships.get_mut(number));
            *place.ok_or_else(|| EngineError::failed("the engine counted more sets than there are"))? = customers;
        }
        Ok(PlanStep::Answer(Answer::Memberships(memberships)))
    }))
}

pub(super) fn overlap(
    question: &OverlapQuestion,
    resolver: &Resolver,
    plan: &mut StatementPlan,
) -> Result<AnswerReader, EngineError> {
    let filter = resolver.rule(&question.filter);
    let (rows, columns) = (resolver.rules(&question.rows), resolver.rules(&question.columns));
    plan.reserve_overlap(&filter, rows.len() + columns.len(), rows.len() * columns.len());
    let alone = |plan: &mut StatementPlan, sets: &[Term]| -> Vec<CountFigures> {
        sets.iter().map(|set| CountFigures::new(plan, &Subset::from_condition(set), &filter)).collect()
    };
    let of_rows = alone(plan, &rows);
    let of_columns = alone(plan, &columns);
    let mut both = Vec::with_capacity(rows.len());
    for row in &rows {
        plan.reserve_overlap(&filter, 0, columns.len());
        let pairs =
            columns.iter().map(|column| CountFigures::new(plan, &Subset::from_condition(row).and(column), &filter));
        both.push(pairs.collect::<Vec<_>>());
    }
    Ok(Box::new(move |results| {
        let both = both.iter().map(|row| read_all(row, results)).collect::<Result<_, _>>()?;
        let (rows, columns) = (read_all(&of_rows, results)?, read_all(&of_columns, results)?);
        Ok(PlanStep::Answer(Answer::Overlap(Overlap { rows, columns, both })))
    }))
}
