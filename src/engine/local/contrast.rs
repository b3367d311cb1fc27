//! Compares a column's values between the customers of two rules, in one pass over the column.

use std::ops::Range;

use super::chunks::words_of;
use super::column::{ColumnData, NumberColumn, RowGroups};
use super::grouping::BLOCK;
use super::kernel;
use super::row_set::RowSet;
use super::{LocalEngine, moments, sums};
use crate::engine::contrasting::{chi_square, difference, most_values};
use crate::engine::{BothSides, Cancel, Contrast, ContrastQuestion, Contrasted, EngineError};
use crate::model::Datum;
use crate::rule::Checked;

/// Row sets of both sides, one bit per customer.
type SideBits = BothSides<Vec<u64>>;

/// Compares the column between customers of both sides; customers of both rules are not counted.
pub fn contrast(engine: &LocalEngine, question: &ContrastQuestion, cancel: &Cancel) -> Result<Contrast, EngineError> {
    let ContrastQuestion { inside, outside, column, limit } = question;
    let bits = side_bits(engine, inside, outside.as_ref(), cancel)?;
    let customers = bits.as_ref().map(|words| kernel::count(words));
    let found = match engine.column(column, cancel)? {
        plain if matches!(plain.as_ref(), ColumnData::Plain(plain) if plain.dtype().is_primitive_numeric()) => {
            sums::numbers(engine, column, cancel)?
        }
        other => other,
    };
    let (missing, body) = match (found.as_ref(), found.groups()) {
        (ColumnData::Number(number), _) => {
            let is_guarded = engine.is_guarded && engine.column_type(column).is_number();
            numbers(engine, number, &bits, is_guarded, cancel)?
        }
        (_, Some(groups)) if groups.len() as u64 <= most_values(engine.rows() as u64) => {
            values(engine, &groups, &bits, customers, *limit, cancel)?
        }
        _ => (BothSides::default(), Contrasted::TooDiverse),
    };
    Ok(Contrast { column: column.clone(), customers, missing, body })
}

fn side_bits(
    engine: &LocalEngine,
    inside: &Checked,
    outside: Option<&Checked>,
    cancel: &Cancel,
) -> Result<SideBits, EngineError> {
    let inside = engine.row_set(inside, cancel)?;
    let Some(outside) = outside else {
        let everyone = engine.row_set(&Checked::everyone(), cancel)?;
        let rest = everyone.trues().iter().zip(inside.trues()).map(|(all, inside)| all & !inside);
        return Ok(BothSides { inside: inside.trues().to_vec(), outside: rest.collect() });
    };
    let outside = engine.row_set(outside, cancel)?;
    let without = |a: &RowSet, b: &RowSet| a.trues().iter().zip(b.trues()).map(|(a, b)| a & !b).collect();
    Ok(BothSides { inside: without(&inside, &outside), outside: without(&outside, &inside) })
}

fn numbers(
    engine: &LocalEngine,
    number: &NumberColumn,
    bits: &SideBits,
    is_guarded: bool,
    cancel: &Cancel,
) -> Result<(BothSides<u64>, Contrasted), EngineError> {
    let near = moments::near(number);
    let parts = engine
        .chunks
        .map(cancel, |rows| Ok(bits.as_ref().map(|bits| moments::of_rows(number, bits, rows.clone(), near))))?;
    let mut all = BothSides::<kernel::MomentSums>::default();
    for part in parts {
        all.inside += part.inside;
        all.outside += part.outside;
    }
    let customers = bits.as_ref().map(|words| kernel::count(words));
    let missing =
        BothSides { inside: customers.inside - all.inside.known, outside: customers.outside - all.outside.known };
    let moments = |bits: &[u64], sums| moments::refined(engine, number, bits, (sums, near), cancel);
    let mut found =
        BothSides { inside: moments(&bits.inside, all.inside)?, outside: moments(&bits.outside, all.outside)? };
    if is_guarded {
        found.inside.largest = sums::largest(engine, number, &bits.inside, cancel)?;
        found.outside.largest = sums::largest(engine, number, &bits.outside, cancel)?;
    }
    Ok((missing, Contrasted::Numbers(found)))
}

fn values(
    engine: &LocalEngine,
    groups: &RowGroups,
    bits: &SideBits,
    customers: BothSides<u64>,
    limit: usize,
    cancel: &Cancel,
) -> Result<(BothSides<u64>, Contrasted), EngineError> {
    let empty = || BothSides { inside: vec![0u64; groups.len()], outside: vec![0u64; groups.len()] };
    let tallies = engine.chunks.tally(16, cancel, empty, |counts, rows| tally(groups, bits, rows, counts))?;
    let counts = tallies.into_iter().reduce(|sum, more| BothSides {
        inside: plus(sum.inside, &more.inside),
        outside: plus(sum.outside, &more.outside),
    });
    let counts = counts.unwrap_or_else(empty);
    let null = groups.null_code();
    let missing = null.map_or(BothSides::default(), |null| counts.as_ref().map(|counts| counts[null]));
    let there = |code: &usize| Some(*code) != null && counts.inside[*code] + counts.outside[*code] > 0;
    let codes: Vec<usize> = (0..groups.len()).filter(there).collect();
    let of_code = |code: usize| BothSides { inside: counts.inside[code], outside: counts.outside[code] };
    let table: Vec<BothSides<u64>> = codes.iter().map(|&code| of_code(code)).collect();
    let mut ranked: Vec<(usize, f64)> =
        codes.iter().map(|&code| (code, difference(of_code(code), customers))).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let left_out = ranked.len().saturating_sub(limit) as u64;
    ranked.truncate(limit);
    let values: Vec<(Datum, BothSides<u64>)> =
        ranked.into_iter().map(|(code, _)| (groups.key(code as u32), of_code(code))).collect();
    let chi_square = chi_square(table.iter().copied());
    Ok((missing, Contrasted::Values { values, left_out, chi_square, distinct: table.len() as u64 }))
}

fn plus(mut sum: Vec<u64>, more: &[u64]) -> Vec<u64> {
    sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
    sum
}

fn tally(groups: &RowGroups, bits: &SideBits, rows: Range<usize>, counts: &mut BothSides<Vec<u64>>) {
    let mut codes = [0; BLOCK];
    for start in rows.clone().step_by(BLOCK) {
        let rows = start..rows.end.min(start + BLOCK);
        let words = words_of(&rows);
        let (inside, outside) = (&bits.inside[words.clone()], &bits.outside[words]);
        if inside.iter().chain(outside).all(|&word| word == 0) {
            continue;
        }
        let codes = &mut codes[..rows.len()];
        groups.codes_into(rows, codes);
        kernel::tally(codes, inside, &mut counts.inside);
        kernel::tally(codes, outside, &mut counts.outside);
    }
}
