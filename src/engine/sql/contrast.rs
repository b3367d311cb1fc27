//! Differences of a column between two rules' customers: moments from the scan, or values from a listing.

use super::listing::{ListedColumn, ListedValues, ListingShape};
use super::plan::{AnswerReader, PlanStep, StatementPlan};
use super::scan::ScanSum;
use super::terms::{Resolver, Subset};
use crate::engine::contrasting::{chi_square, difference, most_values};
use crate::engine::{Answer, BothSides, Contrast, ContrastQuestion, Contrasted, EngineError};
use crate::model::{ColumnType, Datum};

pub(super) fn contrast(
    question: &ContrastQuestion,
    resolver: &Resolver,
    plan: &mut StatementPlan,
) -> Result<AnswerReader, EngineError> {
    let column = resolver.column(&question.column)?;
    let inside = resolver.rule(&question.inside);
    let sides = match &question.outside {
        Some(outside) => {
            let outside = resolver.rule(outside);
            BothSides {
                inside: Subset::from_condition(&inside).without(&outside),
                outside: Subset::from_condition(&outside).without(&inside),
            }
        }
        None => BothSides { inside: Subset::from_condition(&inside), outside: Subset::everyone().without(&inside) },
    };
    let (kind, name, limit) = (column.kind(), question.column.clone(), question.limit);
    plan.reserve(12);
    let customers = sides.as_ref().map(|side| plan.count(side));
    if kind.is_number() || matches!(kind, ColumnType::Date | ColumnType::Timestamp) {
        let moments = sides.as_ref().map(|side| plan.moments(side, &column));
        let is_guarded = resolver.is_guarded && kind.is_number();
        let largest = is_guarded.then(|| sides.as_ref().map(|side| plan.largest(side, &column)));
        return Ok(Box::new(move |results| {
            let customers = both(customers, |figure| results.count(figure))?;
            let mut moments = both(moments, |figures| results.moments(&figures))?;
            if let Some(largest) = largest {
                let largest = both(largest, |figure| Ok(results.float(figure)?.unwrap_or(0.0)))?;
                (moments.inside.largest, moments.outside.largest) = (largest.inside, largest.outside);
            }
            let missing = BothSides {
                inside: customers.inside.saturating_sub(moments.inside.known),
                outside: customers.outside.saturating_sub(moments.outside.known),
            };
            let body = Contrasted::Numbers(moments);
            Ok(PlanStep::Answer(Answer::Contrast(Contrast { column: name, customers, missing, body })))
        }));
    }
    let too_diverse = move |customers| {
        let body = Contrasted::TooDiverse;
        PlanStep::Answer(Answer::Contrast(Contrast { column: name, customers, missing: BothSides::default(), body }))
    };
    if matches!(kind, ColumnType::Duration | ColumnType::Other) {
        return Ok(Box::new(move |results| Ok(too_diverse(both(customers, |figure| results.count(figure))?))));
    }
    let most = most_values(plan.customers);
    let tallies = vec![sides.inside, sides.outside, Subset::everyone()];
    let shape = ListingShape { tallies, lead: 2, keep: ListedValues::AllOf { tally: 2, most }, shares: Vec::new() };
    let place = plan.listing(&shape, &column);
    let name = question.column.clone();
    Ok(Box::new(move |results| {
        let customers = both(customers, |figure: ScanSum| results.count(figure))?;
        let listed = results.listed(place)?;
        if listed.distinct[2] > most {
            return Ok(too_diverse(customers));
        }
        let missing = BothSides {
            inside: customers.inside.saturating_sub(listed.known[0]),
            outside: customers.outside.saturating_sub(listed.known[1]),
        };
        let body = values(listed, customers, limit);
        Ok(PlanStep::Answer(Answer::Contrast(Contrast { column: name, customers, missing, body })))
    }))
}

fn both<T, U>(sides: BothSides<T>, read: impl Fn(T) -> Result<U, EngineError>) -> Result<BothSides<U>, EngineError> {
    Ok(BothSides { inside: read(sides.inside)?, outside: read(sides.outside)? })
}

fn values(listed: ListedColumn, customers: BothSides<u64>, limit: usize) -> Contrasted {
    let mut values: Vec<(Datum, BothSides<u64>)> = listed
        .rows
        .into_iter()
        .map(|row| (row.value, BothSides { inside: row.tallies[0], outside: row.tallies[1] }))
        .filter(|(_, count)| count.inside + count.outside > 0)
        .collect();
    let chi_square = chi_square(values.iter().map(|(_, count)| *count));
    let distinct = values.len() as u64;
    values.sort_by(|(a, of_a), (b, of_b)| {
        let by_value = || a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal);
        difference(*of_b, customers).total_cmp(&difference(*of_a, customers)).then_with(by_value)
    });
    values.truncate(limit);
    Contrasted::Values { left_out: distinct - values.len() as u64, values, chi_square, distinct }
}
