//! Distinct values of a column, and values at shares of it: both from a listing.

use super::listing::{ListedValues, ListingShape};
use super::plan::{AnswerReader, PlanStep, StatementPlan};
use super::terms::{Resolver, Subset};
use crate::engine::{Answer, EngineError, FrequentValues, Quantiles, QuantilesQuestion, ValuesQuestion};
use crate::model::{ColumnType, Datum};

pub(super) fn values(
    question: &ValuesQuestion,
    resolver: &Resolver,
    plan: &mut StatementPlan,
) -> Result<AnswerReader, EngineError> {
    let column = resolver.column(&question.column)?;
    let (name, limit) = (question.column.clone(), question.limit);
    let keep = ListedValues::Places((limit as u64).min(plan.customers));
    let shape = ListingShape { tallies: vec![Subset::everyone()], lead: 0, keep, shares: Vec::new() };
    let place = plan.listing(&shape, &column);
    Ok(Box::new(move |results| {
        let listed = results.listed(place)?;
        let values = listed.rows.into_iter().take(limit).map(|row| (row.value, row.tallies[0]));
        let values: Vec<(Datum, u64)> = values.collect();
        let left_out = listed.distinct[0].saturating_sub(values.len() as u64);
        Ok(PlanStep::Answer(Answer::Values(FrequentValues { column: name, values, left_out })))
    }))
}

pub(super) fn quantiles(
    question: &QuantilesQuestion,
    resolver: &Resolver,
    plan: &mut StatementPlan,
) -> Result<AnswerReader, EngineError> {
    let column = resolver.column(&question.column)?;
    let (name, shares) = (question.column.clone(), question.shares.clone());
    let kind = column.kind();
    if !(kind.is_number() || matches!(kind, ColumnType::Date | ColumnType::Timestamp)) {
        return Err(EngineError::Failed(format!("\"{name}\" has no numbers or dates to put in order")));
    }
    let filter = Subset::from_condition(&resolver.rule(&question.filter));
    let shape = ListingShape {
        tallies: vec![filter],
        lead: 0,
        keep: ListedValues::Places(1),
        shares: vec![(0, shares.clone())],
    };
    let place = plan.listing(&shape, &column);
    Ok(Box::new(move |results| {
        let listed = results.listed(place)?;
        let known = listed.known[0];
        let ranks: Vec<u64> = shares.iter().map(|share| rank(*share, known)).collect();
        let values = match known {
            0 => vec![Datum::Null; shares.len()],
            _ => listed.ranked(0, 0, &ranks)?,
        };
        Ok(PlanStep::Answer(Answer::Quantiles(Quantiles { column: name, known, values })))
    }))
}

/// Returns the rank, from 1, of the first value that at least this share of `known` values does not exceed.
fn rank(share: f64, known: u64) -> u64 {
    // A product a hair beside a whole number was meant to be that number: 0.07 · 100.
    let place = share * known as f64;
    let whole = place.round();
    let place = if (place - whole).abs() <= 1e-9 * whole.max(1.0) { whole } else { place.ceil() };
    (place as u64).clamp(1, known.max(1))
}
