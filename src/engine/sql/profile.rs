//! The contents of a column: moments from the scan, values and quartiles from a listing, then the bins, whose edges depend
//! on the quartiles.

use super::cut;
use super::listing::{ListedColumn, ListedValues, ListingShape};
use super::plan::{AnswerReader, PlanStep, StatementPlan};
use super::terms::{Resolver, Subset, Term};
use crate::engine::spread::{QUARTILES, quartile_ranks};
use crate::engine::{
    Answer, Bins, ColumnProfile, CustomerCount, EngineError, Moments, ProfileQuestion, Spread, Spreads,
};
use crate::model::{ColumnType, Datum};

/// Maximum number of listed values.
const MAX_LISTED: u64 = 50;

pub(super) fn profile(
    question: &ProfileQuestion,
    resolver: &Resolver,
    plan: &mut StatementPlan,
) -> Result<AnswerReader, EngineError> {
    let column = resolver.column(&question.column)?;
    let filter = Subset::from_condition(&resolver.rule(&question.filter));
    let kind = column.kind();
    if matches!(kind, ColumnType::Duration | ColumnType::Other) {
        return Err(EngineError::Unsupported {
            what: format!("the profile of the {kind} column \"{}\"", question.column),
            way_out: "look at its rows instead".into(),
        });
    }
    let everyone = Subset::everyone();
    let is_number = kind.is_number() || matches!(kind, ColumnType::Date | ColumnType::Timestamp);
    plan.reserve(9);
    let customers = plan.count(&filter);
    let moments = is_number.then(|| [&filter, &everyone].map(|subset| plan.moments(subset, &column)));
    let shape = ListingShape {
        tallies: vec![filter.clone(), everyone],
        lead: 0,
        keep: ListedValues::Places(MAX_LISTED),
        shares: if is_number { vec![(0, QUARTILES.to_vec()), (1, QUARTILES.to_vec())] } else { Vec::new() },
    };
    let place = plan.listing(&shape, &column);
    let (base, name, bins) = (plan.customers, question.column.clone(), question.bins);
    Ok(Box::new(move |results| {
        let listed = results.listed(place)?;
        let both = |figures: &[u64]| CustomerCount { in_filter: figures[0], in_base: figures[1] };
        let in_top = listed.rows.iter().filter(|row| row.place <= MAX_LISTED);
        let top: Vec<(Datum, CustomerCount)> = in_top.map(|row| (row.value.clone(), both(&row.tallies))).collect();
        let mut profile = ColumnProfile {
            column: name,
            customers: CustomerCount { in_filter: results.count(customers)?, in_base: base },
            known: both(&listed.known),
            distinct: Some(both(&listed.distinct)),
            spread: None,
            bins: None,
            left_out: listed.distinct[1].saturating_sub(top.len() as u64),
            top,
            cost: None,
        };
        let Some([in_filter, in_base]) = moments else {
            return Ok(PlanStep::Answer(Answer::Profile(Box::new(profile))));
        };
        let spread = |at: usize, figures| spread(&listed, at, results.moments(figures)?);
        let (in_filter, in_base) = (spread(0, &in_filter)?, spread(1, &in_base)?);
        profile.spread = Some(Spreads { in_filter, in_base });
        let Some(edges) = in_base.bin_edges(kind, bins).filter(|edges| !edges.is_empty()) else {
            return Ok(PlanStep::Answer(Answer::Profile(Box::new(profile))));
        };
        Ok(PlanStep::Next(Box::new(move |plan| count_bins(plan, profile, &column, filter, edges))))
    }))
}

fn spread(listed: &ListedColumn, at: usize, moments: Moments) -> Result<Spread, EngineError> {
    let known = listed.known[at];
    if known == 0 {
        return Ok(Spread::default());
    }
    let values = listed.ranked(at, at, &quartile_ranks(known))?;
    let values: Vec<f64> = values.iter().map(|value| value.number().unwrap_or(f64::NAN)).collect();
    Ok(Spread::from_ranked(known, &values, moments))
}

/// Counts customers by bins: groups by the number of edges that a value has reached.
fn count_bins(
    plan: &mut StatementPlan,
    mut profile: ColumnProfile,
    column: &Term,
    filter: Subset,
    edges: Vec<f64>,
) -> Result<AnswerReader, EngineError> {
    let bin =
        cut::part(column, &edges[1..]).ok_or_else(|| EngineError::failed("a column without numbers has no bins"))?;
    let keep = ListedValues::Places(u64::MAX >> 1);
    let shape = ListingShape { tallies: vec![filter, Subset::everyone()], lead: 1, keep, shares: Vec::new() };
    let place = plan.listing(&shape, &bin);
    Ok(Box::new(move |results| {
        let mut counts = vec![CustomerCount::default(); edges.len()];
        for row in results.listed(place)?.rows {
            let bin = match row.value {
                Datum::Integer(bin) => usize::try_from(bin).ok().and_then(|bin| counts.get_mut(bin)),
                _ => None,
            };
            let bin = bin.ok_or_else(|| EngineError::failed("the engine counted a bin that was not asked for"))?;
            *bin = CustomerCount { in_filter: row.tallies[0], in_base: row.tallies[1] };
        }
        let above = counts.pop().unwrap_or_default();
        profile.bins = Some(Bins { edges, counts, above });
        Ok(PlanStep::Answer(Answer::Profile(Box::new(profile))))
    }))
}
