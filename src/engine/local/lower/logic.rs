//! Evaluates three-valued logic, and expressions that choose one of several values.

use std::sync::Arc;

use super::loops::{bit, spread_known, write_rows};
use super::vector::{KnownRows, LoopOperand, NumberVector, TextVector};
use super::{Evaluated, Evaluation, EvaluationError, TruthVector, Vector, cast, compare};
use crate::model::ColumnType;
use crate::rule::{Comparison, Expr};

impl<'s> Evaluation<'s> {
    /// Evaluates AND or OR in three-valued logic. `neutral` is the truth that does not change the result: true for
    /// AND.
    pub(super) fn chain(&self, parts: &[Arc<Expr>], neutral: bool) -> Evaluated<'s> {
        let mut whole = TruthVector::one(Some(neutral));
        for part in parts {
            whole = joined(whole, self.truths(part)?, neutral);
        }
        Ok(Vector::Truth(whole))
    }

    pub(super) fn case(
        &self,
        whens: &[(Arc<Expr>, Arc<Expr>)],
        otherwise: Option<&Expr>,
        kind: ColumnType,
    ) -> Evaluated<'s> {
        let conditions = whens.iter().map(|(when, _)| self.truths(when)).collect::<Result<Vec<_>, _>>()?;
        let mut results = whens.iter().map(|(_, then)| self.value(then)).collect::<Result<Vec<_>, _>>()?;
        results.push(otherwise.map_or(Ok(Vector::Null), |otherwise| self.value(otherwise))?);
        let rows = longest(conditions.iter().map(TruthVector::len).chain(results.iter().map(Vector::len)));
        let mut choice = vec![whens.len(); rows];
        for (at, condition) in conditions.into_iter().enumerate().rev() {
            condition.spread(rows).true_rows().for_each(|row| choice[row] = at);
        }
        chosen(&choice, results, kind, self.limit)
    }
}

/// Combines two conditions by AND if `neutral` is true, otherwise by OR, in three-valued logic.
pub fn joined(a: TruthVector, b: TruthVector, neutral: bool) -> TruthVector {
    let rows = longest([a.len(), b.len()]);
    let (a, b) = (a.spread(rows), b.spread(rows));
    let no_nulls = a.known().is_none() && b.known().is_none();
    let (yes, no) = (sides(&a), sides(&b));
    let word = |(a, b): ((u64, u64), (u64, u64))| match neutral {
        true => (a.0 & b.0, a.1 | b.1),
        false => (a.0 | b.0, a.1 & b.1),
    };
    let (trues, falses): (Vec<u64>, Vec<u64>) = yes.zip(no).map(word).unzip();
    let known = || trues.iter().zip(&falses).map(|(yes, no)| yes | no).collect();
    let known: KnownRows = (!no_nulls).then(known);
    TruthVector::new(trues, known, rows)
}

/// Returns, for each word of 64 rows, the bits of the rows that are true and of those that are false.
fn sides(truths: &TruthVector) -> impl Iterator<Item = (u64, u64)> {
    let (trues, known) = (truths.trues(), truths.known());
    trues
        .into_iter()
        .enumerate()
        .map(move |(at, word)| (word, known.as_ref().map_or(u64::MAX, |known| known[at]) & !word))
}

/// Negates a condition. Null stays null.
pub fn not(truths: TruthVector) -> TruthVector {
    let opposite = truths.trues().iter().map(|word| !word).collect();
    TruthVector::new(opposite, truths.known().clone(), truths.len())
}

/// Evaluates IS TRUE: null becomes false, so the result is never null.
pub fn is_true(truths: &TruthVector) -> TruthVector {
    TruthVector::new(truths.trues(), None, truths.len())
}

/// Evaluates IS NULL; the result is never null.
pub fn is_null(values: &Vector) -> TruthVector {
    let rows = values.len();
    match values.known() {
        Some(known) => TruthVector::new(known.iter().map(|word| !word).collect(), None, rows),
        None => TruthVector::one(Some(false)),
    }
}

/// Evaluates COALESCE: the first of the values that is not null.
pub fn coalesce<'s>(values: Vec<Vector<'s>>, kind: ColumnType, limit: usize) -> Evaluated<'s> {
    let rows = longest(values.iter().map(Vector::len));
    // The index past the last value stands for null.
    let mut choice = vec![values.len(); rows];
    for (at, value) in values.iter().enumerate().rev() {
        match spread_known(value.known(), value.len(), rows) {
            None => choice.fill(at),
            Some(known) => (0..rows).filter(|&row| bit(&known, row)).for_each(|row| choice[row] = at),
        }
    }
    chosen(&choice, values, kind, limit)
}

/// Evaluates GREATEST or LEAST. Nulls are ignored.
pub fn extreme<'s>(values: Vec<Vector<'s>>, greatest: bool, kind: ColumnType, limit: usize) -> Evaluated<'s> {
    let better = if greatest { Comparison::Greater } else { Comparison::Less };
    let mut values = values.into_iter();
    let mut best = values.next().unwrap_or(Vector::Null);
    for value in values {
        let rows = longest([best.len(), value.len()]);
        let is_better = compare::compare(better, value.clone(), best.clone())?.into_truths()?.spread(rows);
        let mut choice = vec![0; rows];
        is_better.true_rows().for_each(|row| choice[row] = 1);
        is_null(&best).spread(rows).true_rows().for_each(|row| choice[row] = 1);
        best = chosen(&choice, vec![best, value], kind, limit)?;
    }
    Ok(best)
}

/// Returns, in each row, the value of the part with the index in `choice`; null if there is no such part.
fn chosen<'s>(choice: &[usize], parts: Vec<Vector<'s>>, kind: ColumnType, limit: usize) -> Evaluated<'s> {
    let kind = match kind {
        // Declared types do not say whether whole numbers exceed 64 bits and are therefore decimals here.
        ColumnType::Integer | ColumnType::Other => common_kind(&parts),
        kind => kind,
    };
    let parts = parts.into_iter().map(|part| cast::to_kind(part, kind)).collect::<Result<Vec<_>, _>>()?;
    fn unfit<T>(part: &Vector) -> Result<T, EvaluationError> {
        Err(part.unfit("a value of the same kind as the others"))
    }
    macro_rules! gathered {
        ($variant:ident) => {{
            let sides = parts.iter().map(|part| match part {
                Vector::$variant(side) => Ok(Some(side)),
                Vector::Null => Ok(None),
                other => unfit(other),
            });
            let sides = sides.collect::<Result<Vec<_>, EvaluationError>>()?;
            Vector::$variant(gather(choice, &sides))
        }};
    }
    Ok(match kind {
        ColumnType::Boolean => gathered!(Truth),
        ColumnType::Integer => gathered!(Integer),
        ColumnType::Float => gathered!(Float),
        ColumnType::Date => gathered!(Date),
        ColumnType::Timestamp => gathered!(Timestamp),
        ColumnType::Decimal(scale) => {
            let side = |part: Vector<'s>| match part {
                Vector::Decimal(cells, _) => Ok(Some(cells)),
                Vector::Null => Ok(None),
                other => unfit(&other),
            };
            let sides = parts.into_iter().map(side).collect::<Result<Vec<Option<NumberVector<i128>>>, _>>()?;
            Vector::Decimal(gather(choice, &sides.iter().map(Option::as_ref).collect::<Vec<_>>()), scale)
        }
        ColumnType::Text => {
            let side = |part: Vector<'s>| match part {
                Vector::Null => Ok(None),
                other => other.into_texts().map(Some),
            };
            let sides = parts.into_iter().map(side).collect::<Result<Vec<Option<TextVector>>, _>>()?;
            Vector::Text(write_rows(choice.len(), limit, |row, out| {
                let text = sides.get(choice[row]).and_then(Option::as_ref).and_then(|side| side.value(row));
                text.inspect(|text| out.push_str(text)).is_some()
            })?)
        }
        ColumnType::Time | ColumnType::Duration | ColumnType::Other => {
            match parts.iter().find(|part| !matches!(part, Vector::Null)) {
                Some(part) => return unfit(part),
                None => Vector::Null,
            }
        }
    })
}

fn gather<'a, S: LoopOperand, R>(choice: &[usize], parts: &'a [Option<&'a S>]) -> R
where
    Option<S::Item<'a>>: super::loops::Gather<Output = R>,
{
    let value = |(row, &part): (usize, &usize)| parts.get(part).copied().flatten().and_then(|side| side.value(row));
    super::loops::Gather::gather(choice.iter().enumerate().map(value), None)
}

/// Returns the kind that can represent all of the values.
fn common_kind(parts: &[Vector]) -> ColumnType {
    let kinds = || parts.iter().map(Vector::kind).filter(|kind| *kind != ColumnType::Other);
    let scale = kinds().filter_map(|kind| if let ColumnType::Decimal(scale) = kind { Some(scale) } else { None }).max();
    match scale {
        _ if kinds().any(|kind| kind == ColumnType::Float) => ColumnType::Float,
        Some(scale) => ColumnType::Decimal(scale),
        None => kinds().next().unwrap_or(ColumnType::Other),
    }
}

/// Returns the length of the longest vector.
fn longest(lengths: impl IntoIterator<Item = usize>) -> usize {
    lengths.into_iter().max().unwrap_or(1)
}

/// Evaluates BETWEEN: `value` is at least `low` and at most `high`.
pub fn between<'s>(value: Vector<'s>, low: Vector<'s>, high: Vector<'s>) -> Evaluated<'s> {
    let from = compare::compare(Comparison::GreaterOrEqual, value.clone(), low)?.into_truths()?;
    let to = compare::compare(Comparison::LessOrEqual, value, high)?.into_truths()?;
    Ok(Vector::Truth(joined(from, to, true)))
}
