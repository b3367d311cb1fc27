//! Profiles a column: its number of values, its most frequent values, and their distribution.

use std::ops::Range;

use super::chunks::words_of;
use super::column::{ColumnData, NumberCells, NumberColumn, each_width, first_from};
use super::grouping::GroupAssignment;
use super::memory::MemoryKey;
use super::quantiles::{known_within, ranked};
use super::row_set::RowSet;
use super::{LocalEngine, groups, kernel, moments, sums};
use crate::engine::spread::quartile_ranks;
use crate::engine::{
    Bins, Cancel, ColumnProfile, CustomerCount, EngineError, Grouping, ProfileQuestion, Spread, Spreads,
};
use crate::model::{ColumnType, Datum};
use crate::rule::Checked;

/// Maximum number of listed values.
const MAX_LISTED_VALUES: usize = 50;
/// Maximum number of rows of a base in which the distinct values of any column are counted. In larger bases they are
/// counted only for columns that have them at hand, since finding the distinct values of millions of floats takes
/// seconds.
const MAX_ROWS_COUNTED: usize = 1 << 20;

/// Profiles a column over the filter's customers and over the whole base.
pub fn profile(
    engine: &LocalEngine,
    question: &ProfileQuestion,
    cancel: &Cancel,
) -> Result<ColumnProfile, EngineError> {
    let ProfileQuestion { filter, column, bins } = question;
    let row_set = engine.row_set(filter, cancel)?;
    let everyone = engine.row_set(&Checked::everyone(), cancel)?;
    let found = engine.column(column, cancel)?;
    let column_type = engine.column_type(column);
    let customers = CustomerCount { in_filter: row_set.count(), in_base: engine.rows() as u64 };
    let values = values(engine, &found, column, &row_set, cancel)?;
    let missing = values.as_ref().map(|values| values.missing);
    let mut profile = ColumnProfile {
        column: column.clone(),
        customers,
        known: CustomerCount { in_filter: customers.in_filter, in_base: customers.in_base - found.nulls() },
        distinct: values.as_ref().map(|values| values.distinct),
        spread: None,
        bins: None,
        left_out: values.as_ref().map_or(0, |values| values.left_out),
        top: values.map(|values| values.top).unwrap_or_default(),
        cost: engine.cost(column),
    };
    let is_number = matches!(column_type, ColumnType::Date | ColumnType::Timestamp) || column_type.is_number();
    let numbers = if is_number { Some(sums::numbers(engine, column, cancel)?) } else { None };
    if let Some(ColumnData::Number(number)) = numbers.as_deref() {
        profile.known = CustomerCount {
            in_filter: known_within(engine, number, &row_set, cancel)?,
            in_base: customers.in_base - number.nulls(),
        };
        let base = || spread(engine, number, &everyone, profile.known.in_base, cancel);
        let in_base = *engine.memory.get_or_make(MemoryKey::Spread(column.clone()), base, |_| 0)?;
        let in_filter = spread(engine, number, &row_set, profile.known.in_filter, cancel)?;
        profile.spread = Some(Spreads { in_filter, in_base });
        profile.bins = self::bins(engine, number, (column_type, *bins), in_base, (&row_set, &everyone), cancel)?;
    } else {
        profile.known.in_filter -= match missing {
            Some(missing) => missing,
            None => missing_in_filter(engine, &found, &row_set, cancel)?,
        };
    }
    Ok(profile)
}

/// Number of distinct values of a column, and the most frequent ones.
struct DistinctValues {
    distinct: CustomerCount,
    top: Vec<(Datum, CustomerCount)>,
    left_out: u64,
    /// Number of customers of the filter without a value.
    missing: u64,
}

fn values(
    engine: &LocalEngine,
    found: &ColumnData,
    column: &str,
    row_set: &RowSet,
    cancel: &Cancel,
) -> Result<Option<DistinctValues>, EngineError> {
    if found.groups().is_none() && engine.rows() > MAX_ROWS_COUNTED {
        return Ok(None);
    }
    let by = [Grouping::from(column)];
    let grouping = GroupAssignment::new(engine, &by, cancel)?;
    let in_filter = groups::tally(engine, &grouping, row_set, None, cancel)?.counts;
    let in_base = groups::in_base(engine, &grouping, &by, cancel)?;
    let value = |group: u32| grouping.key(group).pop().unwrap_or(Datum::Null);
    let has_value = |group: &u32| in_base[*group as usize] > 0 && !value(*group).is_null();
    let there: Vec<u32> = (0..grouping.len() as u32).filter(has_value).collect();
    let known: u64 = there.iter().map(|&group| in_filter[group as usize]).sum();
    let here = there.iter().filter(|&&group| in_filter[group as usize] > 0).count() as u64;
    let distinct = CustomerCount { in_filter: here, in_base: there.len() as u64 };
    let (shown, left_out) = groups::largest(there, &in_filter, MAX_LISTED_VALUES);
    let top = shown.into_iter().map(|group| {
        let at = group as usize;
        (value(group), CustomerCount { in_filter: in_filter[at], in_base: in_base[at] })
    });
    Ok(Some(DistinctValues { distinct, top: top.collect(), left_out, missing: row_set.count() - known }))
}

/// Counts customers of the filter without a value, for a column whose distinct values were not counted.
fn missing_in_filter(
    engine: &LocalEngine,
    found: &ColumnData,
    row_set: &RowSet,
    cancel: &Cancel,
) -> Result<u64, EngineError> {
    if found.nulls() == 0 {
        return Ok(0);
    }
    let parts = engine.chunks.map(cancel, |rows| {
        let inside = kernel::set_rows(&row_set.trues()[words_of(&rows)]).map(|row| rows.start + row);
        Ok(inside.filter(|&row| found.datum(row).is_null()).count() as u64)
    })?;
    Ok(parts.into_iter().sum())
}

fn spread(
    engine: &LocalEngine,
    number: &NumberColumn,
    row_set: &RowSet,
    known: u64,
    cancel: &Cancel,
) -> Result<Spread, EngineError> {
    if known == 0 {
        return Ok(Spread::default());
    }
    let values: Vec<f64> =
        ranked(engine, number, row_set, &quartile_ranks(known), cancel)?.iter().map(outside).collect();
    let near = moments::near(number);
    let parts = engine.chunks.map(cancel, |rows| Ok(moments::of_rows(number, row_set.trues(), rows, near)))?;
    let mut sums = kernel::MomentSums::default();
    parts.into_iter().for_each(|part| sums += part);
    let moments = moments::refined(engine, number, row_set.trues(), (sums, near), cancel)?;
    Ok(Spread::from_ranked(known, &values, moments))
}

/// Returns a value in the engine's output units: dates as days, timestamps as seconds since 1970-01-01.
fn outside(value: &Datum) -> f64 {
    value.number().unwrap_or(f64::NAN)
}

fn bins(
    engine: &LocalEngine,
    number: &NumberColumn,
    (column_type, bins): (ColumnType, usize),
    base: Spread,
    (row_set, everyone): (&RowSet, &RowSet),
    cancel: &Cancel,
) -> Result<Option<Bins>, EngineError> {
    let Some(edges) = base.bin_edges(column_type, bins) else { return Ok(None) };
    // Edges in the column's own unit, so that cells are compared without a conversion.
    let inner: Vec<f64> = match number.cells() {
        NumberCells::F64(_) => edges.clone(),
        _ => edges.iter().map(|edge| first_from(*edge, number.data_type()) as f64).collect(),
    };
    let empty = || vec![CustomerCount::default(); edges.len()];
    let tallies = engine.chunks.tally(8, cancel, empty, |counts, rows| {
        tally(number, &inner, (row_set, everyone), rows, counts);
    })?;
    let plus = |mut sum: Vec<CustomerCount>, more: Vec<CustomerCount>| {
        for (sum, more) in sum.iter_mut().zip(more) {
            sum.in_filter += more.in_filter;
            sum.in_base += more.in_base;
        }
        sum
    };
    let mut counts = tallies.into_iter().reduce(plus).unwrap_or_else(empty);
    let above = counts.pop().unwrap_or_default();
    Ok(Some(Bins { edges, counts, above }))
}

/// Adds the customers to the counts of the bins. The last count is that of numbers past the last edge.
fn tally(
    number: &NumberColumn,
    edges: &[f64],
    (row_set, everyone): (&RowSet, &RowSet),
    rows: Range<usize>,
    counts: &mut [CustomerCount],
) {
    let words = words_of(&rows);
    let (known, row_set) = (number.known().map(|known| &known[words.clone()]), &row_set.trues()[words.clone()]);
    let everyone = &everyone.trues()[words];
    each_width!(number.cells(), cells => {
        for (at, cells) in cells[rows].chunks(64).enumerate() {
            let there = everyone[at] & known.map_or(u64::MAX, |known| known[at]);
            for bit in kernel::set_rows(&[there]) {
                let value = kernel::KernelNumber::as_f64(cells[bit]);
                let bin = edges.partition_point(|edge| *edge <= value).saturating_sub(1);
                counts[bin].in_base += 1;
                counts[bin].in_filter += row_set[at] >> bit & 1;
            }
        }
    });
}
