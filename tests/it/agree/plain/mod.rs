//! Answers of plain polars: each question as the obvious query on the whole table, each rule as one expression.

mod expression;
mod queries;
mod sets;

use crosscut::engine::{
    Answer, CombinationsQuestion, CountsQuestion, CoverageQuestion, FindQuestion, GroupsQuestion, MembershipsQuestion,
    OverlapQuestion, PageQuestion, QuantilesQuestion, Question, QuestionBody, SummaryQuestion, ValueSums,
    ValuesQuestion,
};
use crosscut::rule::Checked;
use polars::prelude::*;

use self::expression::expression;

/// A rule's truth for every customer, or the reason why polars cannot evaluate it.
pub type Truths = Vec<Option<bool>>;

pub fn truths(frame: &DataFrame, rule: &Checked) -> PolarsResult<Truths> {
    Ok(truth_column(frame, rule)?.bool()?.iter().collect())
}

/// Returns true if the rule has a node that the plain translation does not support.
pub fn is_untold(error: &PolarsError) -> bool {
    error.to_string().contains(expression::UNTOLD)
}

/// Evaluates many rules in one query, which is faster.
pub fn all_truths(frame: &DataFrame, rules: &[Checked]) -> PolarsResult<Vec<Truths>> {
    let names: Vec<String> = (0..rules.len()).map(|i| format!("#{i}")).collect();
    let named = rules.iter().zip(&names).map(|(rule, name)| Ok(expression(rule.expr(), frame.schema())?.alias(name)));
    let all = frame.clone().lazy().with_columns(named.collect::<PolarsResult<Vec<_>>>()?).collect()?;
    names.iter().map(|name| Ok(all.column(name)?.bool()?.iter().collect())).collect()
}

/// Answers the question on a base of this table.
pub fn answer(frame: &DataFrame, question: &Question) -> PolarsResult<Answer> {
    let all = |rules: &[Checked]| rules.iter().map(|rule| truths(frame, rule)).collect::<PolarsResult<Vec<_>>>();
    let mut answer = match &question.body {
        QuestionBody::Summary(SummaryQuestion { filter, value }) => {
            Answer::Summary(queries::summary(&marked(frame, filter)?, value.as_deref())?)
        }
        QuestionBody::Counts(CountsQuestion { filter, rules }) => {
            Answer::Counts(sets::counts(&truths(frame, filter)?, &all(rules)?))
        }
        QuestionBody::Memberships(MembershipsQuestion { filter, sets }) => {
            Answer::Memberships(sets::memberships(&truths(frame, filter)?, &all(sets)?))
        }
        QuestionBody::Coverage(CoverageQuestion { filter, sets, value }) => {
            let value = value.as_deref().map(|column| queries::numbers(frame, column)).transpose()?;
            Answer::Coverage(sets::coverage(&truths(frame, filter)?, &all(sets)?, value.as_deref()))
        }
        QuestionBody::Overlap(OverlapQuestion { filter, rows, columns }) => {
            Answer::Overlap(sets::overlap(&truths(frame, filter)?, &all(rows)?, &all(columns)?))
        }
        QuestionBody::Combinations(CombinationsQuestion { filter, sets, value, limit }) => {
            let value = value.as_deref().map(|column| queries::numbers(frame, column)).transpose()?;
            let (filter, sets) = (truths(frame, filter)?, all(sets)?);
            Answer::Combinations(sets::combinations(&filter, &sets, value.as_deref(), *limit))
        }
        QuestionBody::Groups(GroupsQuestion { filter, by, value, limit }) => {
            let by: Vec<String> = by.iter().map(|by| by.column.clone()).collect();
            Answer::Groups(queries::groups(
                &marked(frame, filter)?,
                &by,
                value.as_deref(),
                (*limit, question.is_guarded),
            )?)
        }
        QuestionBody::Page(PageQuestion { filter, columns, sort, tests, offset, limit }) => {
            let (marked, rows) = (marked(frame, filter)?, (*offset, *limit));
            Answer::Page(queries::page(&marked, columns, sort, &all(tests)?, rows)?)
        }
        QuestionBody::Find(FindQuestion { filter, rule, sort, from, backwards }) => {
            let places = queries::places(&marked(frame, filter)?, sort, &truths(frame, rule)?)?;
            Answer::Find(match backwards {
                false => places.into_iter().find(|place| place >= from),
                true => places.into_iter().rfind(|place| place <= from),
            })
        }
        QuestionBody::Quantiles(QuantilesQuestion { filter, column, shares }) => {
            Answer::Quantiles(queries::quantiles(&marked(frame, filter)?, column, shares)?)
        }
        QuestionBody::Profile(_) | QuestionBody::Contrast(_) | QuestionBody::Voices(_) | QuestionBody::Events(_) => {
            polars_bail!(ComputeError: "plain polars is not asked for it yet")
        }
        QuestionBody::Values(ValuesQuestion { column, limit }) => {
            Answer::Values(queries::values(frame, column, *limit)?)
        }
    };
    if !question.is_guarded {
        forget_largest(&mut answer);
    }
    Ok(answer)
}

/// Removes the largest values, which the question does not ask for.
fn forget_largest(answer: &mut Answer) {
    let forget = |value: &mut Option<ValueSums>| {
        if let Some(value) = value {
            (value.largest_in_filter, value.largest_outside) = (0.0, 0.0);
        }
    };
    match answer {
        Answer::Summary(summary) => forget(&mut summary.value),
        Answer::Groups(groups) => {
            forget(&mut groups.value);
            groups.groups.iter_mut().for_each(|group| group.value_largest = 0.0);
        }
        Answer::Combinations(found) => {
            found.combinations.iter_mut().for_each(|one| (one.largest, one.known) = (0.0, 0))
        }
        Answer::Coverage(coverage) => {
            let layers =
                coverage.layers.iter_mut().flat_map(|layer| [&mut layer.all, &mut layer.first, &mut layer.only]);
            let whole = [&mut coverage.whole, &mut coverage.none, &mut coverage.one, &mut coverage.several];
            layers.chain(whole).for_each(|portion| portion.largest = 0.0);
        }
        _ => {}
    }
}

/// Name of the column that marks the filter's customers.
const INSIDE: &str = "#inside";

/// Adds the column [`INSIDE`] to the table.
fn marked(frame: &DataFrame, filter: &Checked) -> PolarsResult<DataFrame> {
    let mut marked = frame.clone();
    marked.with_column(truth_column(frame, filter)?)?;
    Ok(marked)
}

fn truth_column(frame: &DataFrame, rule: &Checked) -> PolarsResult<Column> {
    // Selected together with the other columns, so that a constant gets their length.
    let truth = expression(rule.expr(), frame.schema())?.cast(DataType::Boolean).alias(INSIDE);
    frame.clone().lazy().with_columns([truth]).collect()?.column(INSIDE).cloned()
}
