//! The contents of a column: moments from the scan, values and quartiles from a listing, then the bins, whose edges depend
//! on the quartiles.

use super::cut;
use super::listing::{Keep, Listed, ListingShape};
use super::plan::{Plan, Reading, Step};
use super::terms::{Resolver, Subset, Term};
use crate::engine::{Answer, Bins, Count, EngineError, Moments, Profile, ProfileQuestion, Spread, Spreads};
use crate::model::{ColumnType, Datum, nice};

/// Values that are listed.
const MAX_LISTED: u64 = 50;
/// Numbers beyond so many times the middle half's width above it are left out of the bins, if they are few.
const FAR: f64 = 6.0;
const QUARTILES: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];

pub(super) fn profile(
    question: &ProfileQuestion,
    resolver: &Resolver,
    plan: &mut Plan,
) -> Result<Reading, EngineError> {
    let column = resolver.column(&question.column)?;
    let filter = Subset::of(&resolver.rule(&question.filter));
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
        keep: Keep::Places(MAX_LISTED),
        shares: if is_number { vec![(0, QUARTILES.to_vec()), (1, QUARTILES.to_vec())] } else { Vec::new() },
    };
    let place = plan.listing(&shape, &column);
    let (base, name, bins) = (plan.customers, question.column.clone(), question.bins);
    Ok(Box::new(move |results| {
        let listed = results.listed(place, &shape)?;
        let both = |figures: &[u64]| Count { in_filter: figures[0], in_base: figures[1] };
        let in_top = listed.rows.iter().filter(|row| row.place <= MAX_LISTED);
        let top: Vec<(Datum, Count)> = in_top.map(|row| (row.value.clone(), both(&row.tallies))).collect();
        let mut profile = Profile {
            column: name,
            customers: Count { in_filter: results.count(customers)?, in_base: base },
            known: both(&listed.known),
            distinct: Some(both(&listed.distinct)),
            spread: None,
            bins: None,
            left_out: listed.distinct[1].saturating_sub(top.len() as u64),
            top,
            cost: None,
        };
        let Some([in_filter, in_base]) = moments else { return Ok(Step::Answer(Answer::Profile(Box::new(profile)))) };
        let spread = |at: usize, figures| spread(&listed, at, results.moments(figures)?);
        let (in_filter, in_base) = (spread(0, &in_filter)?, spread(1, &in_base)?);
        profile.spread = Some(Spreads { in_filter, in_base });
        let Some(edges) = edges(kind, in_base, bins) else {
            return Ok(Step::Answer(Answer::Profile(Box::new(profile))));
        };
        Ok(Step::Next(Box::new(move |plan| count_bins(plan, profile, &column, filter, edges))))
    }))
}

fn spread(listed: &Listed, at: usize, moments: Moments) -> Result<Spread, EngineError> {
    let known = listed.known[at];
    if known == 0 {
        return Ok(Spread::default());
    }
    // Interpolated between the two values that the share lies between: numpy's "linear", R's type 7.
    let place = |share: f64| share * (known - 1) as f64;
    let shares = QUARTILES.map(place);
    let ranks: Vec<u64> = shares.iter().flat_map(|place| [place.floor() as u64 + 1, place.ceil() as u64 + 1]).collect();
    let values = listed.ranked(at, at, &ranks)?;
    let values: Vec<f64> = values.iter().map(|value| value.number().unwrap_or(f64::NAN)).collect();
    let at = |i: usize| {
        let (low, high) = (*values.get(2 * i)?, *values.get(2 * i + 1)?);
        // Infinity less infinity is no number.
        Some(if low == high { low } else { low + (high - low) * shares[i].fract() })
    };
    Ok(Spread {
        least: at(0),
        lower: at(1),
        median: at(2),
        upper: at(3),
        most: at(4),
        mean: Some(moments.mean),
        deviation: (known > 1).then(|| moments.variance.sqrt()),
    })
}

/// Edges of the bins; none where the base has no values, or infinite ones.
fn edges(kind: ColumnType, base: Spread, bins: usize) -> Option<Vec<f64>> {
    let (least, lower, upper, most) = (base.least?, base.lower?, base.upper?, base.most?);
    let far = upper + FAR * (upper - lower);
    let most = if most > far && upper > lower { far } else { most };
    nice::edges(kind, least, most, bins).filter(|edges| !edges.is_empty())
}

/// Bins are groups by the number of edges that a value has reached.
fn count_bins(
    plan: &mut Plan,
    mut profile: Profile,
    column: &Term,
    filter: Subset,
    edges: Vec<f64>,
) -> Result<Reading, EngineError> {
    let bin =
        cut::part(column, &edges[1..]).ok_or_else(|| EngineError::failed("a column without numbers has no bins"))?;
    let keep = Keep::Places(u64::MAX >> 1);
    let shape = ListingShape { tallies: vec![filter, Subset::everyone()], lead: 1, keep, shares: Vec::new() };
    let place = plan.listing(&shape, &bin);
    Ok(Box::new(move |results| {
        let mut counts = vec![Count::default(); edges.len()];
        for row in results.listed(place, &shape)?.rows {
            let bin = match row.value {
                Datum::Integer(bin) => usize::try_from(bin).ok().and_then(|bin| counts.get_mut(bin)),
                _ => None,
            };
            let bin = bin.ok_or_else(|| EngineError::failed("the engine counted a bin that was not asked for"))?;
            *bin = Count { in_filter: row.tallies[0], in_base: row.tallies[1] };
        }
        let above = counts.pop().unwrap_or_default();
        profile.bins = Some(Bins { edges, counts, above });
        Ok(Step::Answer(Answer::Profile(Box::new(profile))))
    }))
}
