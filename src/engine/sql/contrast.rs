//! Differences of a column between two rules' customers: moments from the scan, or values from a listing.

use super::listing::{Keep, Listed, ListingShape};
use super::plan::{Figure, Plan, Reading, Step};
use super::terms::{Resolver, Subset};
use crate::engine::{Answer, Contrast, ContrastQuestion, Contrasted, EngineError, Sides};
use crate::model::{ColumnType, Datum};

/// More distinct values than this say something of hardly anyone each.
const MAX_VALUES: u64 = 10_000;
/// Columns with at most this many values are always listed, however small the base.
const FEW_VALUES: u64 = 50;

pub(super) fn contrast(
    question: &ContrastQuestion,
    resolver: &Resolver,
    plan: &mut Plan,
) -> Result<Reading, EngineError> {
    let column = resolver.column(&question.column)?;
    let inside = resolver.rule(&question.inside);
    let sides = match &question.outside {
        Some(outside) => {
            let outside = resolver.rule(outside);
            Sides { inside: Subset::of(&inside).without(&outside), outside: Subset::of(&outside).without(&inside) }
        }
        None => Sides { inside: Subset::of(&inside), outside: Subset::everyone().without(&inside) },
    };
    let (kind, name, limit) = (column.kind(), question.column.clone(), question.limit);
    plan.reserve(10);
    let customers = sides.as_ref().map(|side| plan.count(side));
    if kind.is_number() || matches!(kind, ColumnType::Date | ColumnType::Timestamp) {
        let moments = sides.as_ref().map(|side| plan.moments(side, &column));
        return Ok(Box::new(move |results| {
            let customers = both(customers, |figure| results.count(figure))?;
            let moments = both(moments, |figures| results.moments(&figures))?;
            let missing = Sides {
                inside: customers.inside.saturating_sub(moments.inside.known),
                outside: customers.outside.saturating_sub(moments.outside.known),
            };
            let body = Contrasted::Numbers(moments);
            Ok(Step::Answer(Answer::Contrast(Contrast { column: name, customers, missing, body })))
        }));
    }
    let too_diverse = move |customers| {
        let body = Contrasted::TooDiverse;
        Step::Answer(Answer::Contrast(Contrast { column: name, customers, missing: Sides::default(), body }))
    };
    if matches!(kind, ColumnType::Duration | ColumnType::Other) {
        return Ok(Box::new(move |results| Ok(too_diverse(both(customers, |figure| results.count(figure))?))));
    }
    let most = FEW_VALUES.max(MAX_VALUES.min(plan.customers / 2));
    let tallies = vec![sides.inside, sides.outside, Subset::everyone()];
    let shape = ListingShape { tallies, lead: 2, keep: Keep::AllOf { tally: 2, most }, shares: Vec::new() };
    let place = plan.listing(&shape, &column);
    let name = question.column.clone();
    Ok(Box::new(move |results| {
        let customers = both(customers, |figure: Figure| results.count(figure))?;
        let listed = results.listed(place, &shape)?;
        if listed.distinct[2] > most {
            return Ok(too_diverse(customers));
        }
        let missing = Sides {
            inside: customers.inside.saturating_sub(listed.known[0]),
            outside: customers.outside.saturating_sub(listed.known[1]),
        };
        let body = values(listed, customers, limit);
        Ok(Step::Answer(Answer::Contrast(Contrast { column: name, customers, missing, body })))
    }))
}

fn both<T, U>(sides: Sides<T>, read: impl Fn(T) -> Result<U, EngineError>) -> Result<Sides<U>, EngineError> {
    Ok(Sides { inside: read(sides.inside)?, outside: read(sides.outside)? })
}

fn values(listed: Listed, customers: Sides<u64>, limit: usize) -> Contrasted {
    let mut values: Vec<(Datum, Sides<u64>)> = listed
        .rows
        .into_iter()
        .map(|row| (row.value, Sides { inside: row.tallies[0], outside: row.tallies[1] }))
        .filter(|(_, count)| count.inside + count.outside > 0)
        .collect();
    let chi_square = chi_square(&values);
    let distinct = values.len() as u64;
    values.sort_by(|(a, of_a), (b, of_b)| {
        let by_value = || a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal);
        difference(*of_b, customers).total_cmp(&difference(*of_a, customers)).then_with(by_value)
    });
    values.truncate(limit);
    Contrasted::Values { left_out: distinct - values.len() as u64, values, chi_square, distinct }
}

/// Difference of a value's shares of both sides.
fn difference(count: Sides<u64>, customers: Sides<u64>) -> f64 {
    let share = |count: u64, of: u64| if of == 0 { 0.0 } else { count as f64 / of as f64 };
    (share(count.inside, customers.inside) - share(count.outside, customers.outside)).abs()
}

/// Pearson's χ² of a table of values and both sides; 0 where a side is empty.
fn chi_square(table: &[(Datum, Sides<u64>)]) -> f64 {
    let (inside, outside) =
        table.iter().fold((0, 0), |(inside, outside), (_, row)| (inside + row.inside, outside + row.outside));
    let n = (inside + outside) as f64;
    if inside == 0 || outside == 0 {
        return 0.0;
    }
    let part = |observed: u64, side: u64, row: u64| {
        let expected = side as f64 * row as f64 / n;
        (observed as f64 - expected).powi(2) / expected
    };
    let row = |(_, row): &(Datum, Sides<u64>)| {
        let both = row.inside + row.outside;
        part(row.inside, inside, both) + part(row.outside, outside, both)
    };
    table.iter().map(row).sum()
}
