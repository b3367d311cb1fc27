//! The answers of plain polars: each question as the obvious query on the whole table, each rule as one expression.

mod queries;
mod sets;

use crosscut::engine::{Answer, Question};
use crosscut::rule::{Checked, Tree};
use polars::prelude::*;

/// A rule's truth for every customer; the reason if polars cannot say it.
pub type Truths = Vec<Option<bool>>;

pub fn truths(frame: &DataFrame, rule: &Checked) -> PolarsResult<Truths> {
    Ok(truth_column(frame, rule)?.bool()?.iter().collect())
}

/// The same of many rules, faster.
pub fn all_truths(frame: &DataFrame, rules: &[Checked]) -> PolarsResult<Vec<Truths>> {
    let names: Vec<String> = (0..rules.len()).map(|i| format!("#{i}")).collect();
    let named = rules.iter().zip(&names).map(|(rule, name)| Ok(expression(&rule.tree)?.alias(name)));
    let all = frame.clone().lazy().with_columns(named.collect::<PolarsResult<Vec<_>>>()?).collect()?;
    names.iter().map(|name| Ok(all.column(name)?.bool()?.iter().collect())).collect()
}

/// What plain polars answers to the question on a base of this table.
pub fn answer(frame: &DataFrame, question: &Question) -> PolarsResult<Answer> {
    let all = |rules: &[Checked]| rules.iter().map(|rule| truths(frame, rule)).collect::<PolarsResult<Vec<_>>>();
    Ok(match question {
        Question::Summary { filter, value } => {
            Answer::Summary(queries::summary(&marked(frame, filter)?, value.as_deref())?)
        }
        Question::Counts { filter, rules } => Answer::Counts(sets::counts(&truths(frame, filter)?, &all(rules)?)),
        Question::Memberships { filter, sets } => {
            Answer::Memberships(sets::memberships(&truths(frame, filter)?, &all(sets)?))
        }
        Question::Coverage { filter, sets, value } => {
            let value = value.as_deref().map(|column| queries::numbers(frame, column)).transpose()?;
            Answer::Coverage(sets::coverage(&truths(frame, filter)?, &all(sets)?, value.as_deref()))
        }
        Question::Overlap { filter, rows, columns } => {
            Answer::Overlap(sets::overlap(&truths(frame, filter)?, &all(rows)?, &all(columns)?))
        }
        Question::Combinations { filter, sets, value, limit } => {
            let value = value.as_deref().map(|column| queries::numbers(frame, column)).transpose()?;
            let (filter, sets) = (truths(frame, filter)?, all(sets)?);
            Answer::Combinations(sets::combinations(&filter, &sets, value.as_deref(), *limit))
        }
        Question::Groups { filter, by, value, limit } => {
            let by: Vec<String> = by.iter().map(|by| by.column.clone()).collect();
            Answer::Groups(queries::groups(&marked(frame, filter)?, &by, value.as_deref(), *limit)?)
        }
        Question::Page { filter, columns, sort, offset, limit } => {
            Answer::Page(queries::page(&marked(frame, filter)?, columns, sort.as_ref(), (*offset, *limit))?)
        }
        Question::Quantiles { filter, column, shares } => {
            Answer::Quantiles(queries::quantiles(&marked(frame, filter)?, column, shares)?)
        }
        Question::Profile { .. } | Question::Contrast { .. } | Question::Voices(_) | Question::Events { .. } => {
            polars_bail!(ComputeError: "plain polars is not asked for it yet")
        }
        Question::Values { column, limit } => Answer::Values(queries::values(frame, column, *limit)?),
    })
}

/// The column that says whether a customer is in the filter.
const INSIDE: &str = "#inside";

/// The table and [`INSIDE`].
fn marked(frame: &DataFrame, filter: &Checked) -> PolarsResult<DataFrame> {
    let mut marked = frame.clone();
    marked.with_column(truth_column(frame, filter)?)?;
    Ok(marked)
}

fn truth_column(frame: &DataFrame, rule: &Checked) -> PolarsResult<Column> {
    // Beside the others, so that a constant becomes as long as they are.
    let truth = expression(&rule.tree)?.alias(INSIDE);
    frame.clone().lazy().with_columns([truth]).collect()?.column(INSIDE).cloned()
}

fn expression(tree: &Tree) -> PolarsResult<Expr> {
    let all = |parts: &[std::sync::Arc<Tree>]| parts.iter().map(|p| expression(p)).collect::<PolarsResult<Vec<_>>>();
    Ok(match tree {
        Tree::Constant(Some(truth)) => lit(*truth),
        Tree::Constant(None) => lit(NULL).cast(DataType::Boolean),
        Tree::Atom(atom) => polars::sql::sql_expr(&atom.sql)?,
        Tree::Not(part) => expression(part)?.not(),
        Tree::And(parts) => all(parts)?.into_iter().reduce(Expr::and).unwrap_or(lit(true)),
        Tree::Or(parts) => all(parts)?.into_iter().reduce(Expr::or).unwrap_or(lit(false)),
    })
}
