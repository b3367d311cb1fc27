//! Sums the value column, finds its largest values, and counts customers by the number of sets that they are in.

use std::ops::Range;
use std::sync::Arc;

use super::LocalEngine;
use super::chunks::words_of;
use super::column::{ColumnData, ColumnOrder, NumberColumn, each_width};
use super::first_rows::first_rows;
use super::kernel::{self, Sum};
use super::memory::MemoryKey;
use super::row_set::RowSet;
use crate::engine::{Cancel, EngineError, ValueSums};
use crate::model::Decimal;
use crate::rule::Checked;

/// Returns the value column's sums over a rule's customers and over the base.
pub fn value_sums(
    engine: &LocalEngine,
    column: &str,
    rule: &Checked,
    cancel: &Cancel,
) -> Result<ValueSums, EngineError> {
    let numbers = numbers(engine, column, cancel)?;
    let total = |rule: &Checked| {
        let make = || sum(engine, &numbers, engine.row_set(rule, cancel)?.as_ref(), cancel);
        engine.memory.get_or_make(MemoryKey::Sums(rule.canonical(), column.to_owned()), make, |_| 0)
    };
    let (inside, everyone) = (total(rule)?, total(&Checked::everyone())?);
    let value = |sum: Arc<Sum>| value_of(&numbers, *sum);
    let (largest_in_filter, largest_outside) = match (engine.is_guarded, numbers.as_ref()) {
        (true, ColumnData::Number(number)) => {
            let ends = ends(engine, column, &numbers, cancel)?;
            let (row_set, everyone) = (engine.row_set(rule, cancel)?, engine.row_set(&Checked::everyone(), cancel)?);
            let all = || {
                let others = everyone.trues().iter().zip(row_set.trues()).map(|(all, inside)| all & !inside);
                largest(engine, number, &others.collect::<Vec<_>>(), cancel)
            };
            let inside = ends.largest(number, |row| row_set.is_true(row));
            let outside = ends.largest(number, |row| !row_set.is_true(row));
            (
                inside.map_or_else(|| largest(engine, number, row_set.trues(), cancel), Ok)?,
                outside.map_or_else(all, Ok)?,
            )
        }
        _ => (0.0, 0.0),
    };
    Ok(ValueSums {
        largest_in_filter,
        largest_outside,
        known_in_filter: inside.known,
        known_in_base: everyone.known,
        in_filter: value(inside),
        in_base: value(everyone),
    })
}

/// Converts a sum of a column's cells to the engine's output units. The sum is exact until it is converted to a
/// float.
pub fn value_of(numbers: &ColumnData, sum: Sum) -> f64 {
    match numbers {
        ColumnData::Number(number) => in_units(number, sum),
        _ => sum.total,
    }
}

/// Converts a sum as [`value_of`] does, for a column that is known to be of numbers.
pub fn in_units(number: &NumberColumn, sum: Sum) -> f64 {
    if number.scale() == 0 {
        return sum.total;
    }
    match (sum.total as i128).checked_add(sum.rest as i128) {
        Some(units) if sum.total.abs() < 1e38 => Decimal::new(units, number.scale()).to_f64(),
        // The sum has more digits than a decimal can have.
        _ => sum.total / 10f64.powi(number.scale() as i32),
    }
}

/// Returns a column whose values can be summed, converted to floats if it has no compact form. Returns an error for
/// columns of other types.
pub fn numbers(engine: &LocalEngine, column: &str, cancel: &Cancel) -> Result<Arc<ColumnData>, EngineError> {
    let found = engine.column(column, cancel)?;
    match found.as_ref() {
        ColumnData::Number(_) => Ok(found),
        ColumnData::Plain(plain) => {
            let floats = plain.cast(&polars::prelude::DataType::Float64).map_err(super::failed)?;
            Ok(Arc::new(ColumnData::compact(floats)))
        }
        _ => Err(EngineError::Failed(format!("\"{column}\" holds no numbers to sum"))),
    }
}

fn sum(engine: &LocalEngine, numbers: &ColumnData, row_set: &RowSet, cancel: &Cancel) -> Result<Sum, EngineError> {
    let ColumnData::Number(numbers) = numbers else { return Ok(Sum::default()) };
    let sums = engine.chunks.map(cancel, |rows| Ok(sum_of(numbers, &row_set.trues()[words_of(&rows)], rows)))?;
    let mut total = Sum::default();
    sums.into_iter().for_each(|sum| total += sum);
    Ok(total)
}

/// Returns the sum of the rows whose bit is set in `words`.
pub fn sum_of(numbers: &NumberColumn, words: &[u64], rows: Range<usize>) -> Sum {
    let known = numbers.known().map(|known| &known[words_of(&rows)]);
    each_width!(numbers.cells(), cells => match numbers.sums_fit_floats() {
        true => kernel::sum(&cells[rows], known, words),
        false => kernel::sum_whole(&cells[rows], known, words),
    })
}

/// Number of rows at each end of an order that are kept. Hardly any set of customers contains none of them.
const END_ROWS: usize = 64;

/// The rows with the least numbers of a column, and those with the greatest. The outermost rows come first, and nulls
/// last.
struct EndRows([Vec<usize>; 2]);

/// Returns the rows at both ends of a column's order. They are kept, so that the largest value of each rule's
/// customers is found without a pass over the column.
fn ends(
    engine: &LocalEngine,
    column: &str,
    numbers: &ColumnData,
    cancel: &Cancel,
) -> Result<Arc<EndRows>, EngineError> {
    let make = || {
        let everyone = engine.row_set(&Checked::everyone(), cancel)?;
        let end = |is_descending| {
            let order = ColumnOrder::new(numbers, is_descending).into_iter().collect::<Vec<_>>();
            first_rows(&order, &everyone, END_ROWS.min(numbers.rows()), &engine.chunks, cancel)
        };
        Ok(EndRows([end(false)?, end(true)?]))
    };
    engine.memory.get_or_make(MemoryKey::Ends(column.to_owned()), make, |_| 2 * 8 * END_ROWS)
}

impl EndRows {
    /// Returns the largest absolute number of the customers, in the engine's output units. Returns `None` if no kept
    /// row of one of the ends is among the customers.
    fn largest(&self, number: &NumberColumn, is_among: impl Fn(usize) -> bool) -> Option<f64> {
        let size = |row: usize| match number.is_null(row) {
            true => 0.0,
            false => each_width!(number.cells(), cells => kernel::KernelNumber::as_f64(cells[row])).abs(),
        };
        let [least, greatest] = self.0.each_ref().map(|rows| rows.iter().copied().find(|row| is_among(*row)).map(size));
        Some(in_units(number, Sum { total: least?.max(greatest?), ..Sum::default() }))
    }
}

/// Returns the largest absolute value of one of the row set's customers, in the engine's output units.
pub fn largest(
    engine: &LocalEngine,
    number: &NumberColumn,
    row_set: &[u64],
    cancel: &Cancel,
) -> Result<f64, EngineError> {
    let of_chunk = |rows: Range<usize>| Ok(largest_of(number, &row_set[words_of(&rows)], rows));
    let largest = engine.chunks.map(cancel, of_chunk)?.into_iter().fold(0.0, f64::max);
    Ok(in_units(number, Sum { total: largest, ..Sum::default() }))
}

/// Returns the largest absolute number of the rows whose bit is set in `words`, in cells of the column.
pub fn largest_of(numbers: &NumberColumn, words: &[u64], rows: Range<usize>) -> f64 {
    let known = numbers.known().map(|known| &known[words_of(&rows)]);
    each_width!(numbers.cells(), cells => kernel::largest(&cells[rows], known, words))
}

/// Raises each code's element of `largest` to the largest absolute number of its rows whose bit is set in `words`.
pub fn largest_by_code(numbers: &NumberColumn, codes: &[u32], words: &[u64], rows: Range<usize>, largest: &mut [f64]) {
    let known = numbers.known().map(|known| &known[words_of(&rows)]);
    each_width!(numbers.cells(), cells => kernel::largest_by_code(codes, &cells[rows], known, words, largest));
}

/// Adds to each code's sum its rows whose bit is set in `words`.
pub fn tally_of(numbers: &NumberColumn, codes: &[u32], words: &[u64], rows: Range<usize>, sums: &mut [Sum]) {
    let known = numbers.known().map(|known| &known[words_of(&rows)]);
    each_width!(numbers.cells(), cells => match numbers.sums_fit_floats() {
        true => kernel::tally_sums(codes, &cells[rows], known, words, sums),
        false => kernel::tally_whole(codes, &cells[rows], known, words, sums),
    });
}

/// Counts the filter's customers who are in exactly k of the sets; element k of the result is that number. Processes
/// 64 customers at a time: their numbers of sets are kept as binary digits, one word per digit ("vertical counters").
pub fn memberships(
    engine: &LocalEngine,
    filter: &RowSet,
    sets: &[Arc<RowSet>],
    cancel: &Cancel,
) -> Result<Vec<u64>, EngineError> {
    let parts = engine.chunks.map(cancel, |rows| {
        let words = words_of(&rows);
        Ok(memberships_of(&filter.trues()[words.clone()], &slices(sets, words)))
    })?;
    let mut by_number = vec![0; sets.len() + 1];
    for part in parts {
        by_number.iter_mut().zip(part).for_each(|(sum, count)| *sum += count);
    }
    Ok(by_number)
}

/// Returns the given range of words of each row set.
pub fn slices(row_sets: &[Arc<RowSet>], words: Range<usize>) -> Vec<&[u64]> {
    row_sets.iter().map(|row_set| &row_set.trues()[words.clone()]).collect()
}

fn memberships_of(filter: &[u64], sets: &[&[u64]]) -> Vec<u64> {
    let digits = usize::BITS as usize - sets.len().leading_zeros() as usize;
    let mut by_number = vec![0u64; sets.len() + 1];
    let mut planes = vec![0u64; digits];
    for (i, &inside) in filter.iter().enumerate().filter(|(_, inside)| **inside != 0) {
        planes.fill(0);
        for set in sets {
            let mut carry = set[i];
            for plane in &mut planes {
                (*plane, carry) = (*plane ^ carry, *plane & carry);
            }
        }
        for (number, count) in by_number.iter_mut().enumerate() {
            let exactly = planes.iter().enumerate().fold(inside, |rest, (digit, plane)| {
                if number >> digit & 1 == 1 { rest & plane } else { rest & !plane }
            });
            *count += u64::from(exactly.count_ones());
        }
    }
    by_number
}

#[cfg(test)]
mod tests {
    use polars::prelude::{IntoColumn, NamedFrom, Series};

    use super::*;

    #[test]
    fn largest_value_is_found_at_ends_of_order() {
        let values = [Some(-9i64), Some(3), None, Some(5), Some(-2), Some(4)];
        let column = ColumnData::compact(Series::new("n".into(), values).into_column());
        let ColumnData::Number(number) = &column else { panic!("numbers") };
        // Nulls come last at both ends, and some rows are at neither end.
        let ends = EndRows([vec![0, 4], vec![3, 5]]);
        let largest = |rows: &[usize]| ends.largest(number, |row| rows.contains(&row));
        assert_eq!((largest(&[0, 3]), largest(&[4, 5, 1])), (Some(9.0), Some(4.0)));
        assert_eq!((largest(&[0, 1, 4]), largest(&[3, 1])), (None, None), "the other end is not known");
        let all = EndRows([vec![0, 4, 1, 5, 3, 2], vec![3, 5, 1, 4, 0, 2]]);
        let largest = |rows: &[usize]| all.largest(number, |row| rows.contains(&row));
        assert_eq!((largest(&[2]), largest(&[2, 4]), largest(&[])), (Some(0.0), Some(2.0), None));
    }

    /// Numbers from 599 down to 0, in chunks of 256.
    fn engine() -> LocalEngine {
        use crate::data::{Base, BaseTable};
        use crate::engine::local::Tuning;
        use crate::model::{Column, ColumnType, Schema};

        let numbers = Series::new("n".into(), (0..600i64).rev().collect::<Vec<_>>());
        let frame = polars::prelude::DataFrame::new(600, vec![numbers.into_column()]).expect("a table");
        let base = Base {
            table: BaseTable::Memory(frame),
            schema: Schema::new(vec![Column { name: "n".into(), column_type: ColumnType::Integer }]),
            key: None,
            source: "test".into(),
            notices: Vec::new(),
            rejects: Default::default(),
        };
        LocalEngine::with(base, Tuning { chunk: 256, ..Tuning::default() })
    }

    fn guarded(engine: &LocalEngine, question: impl Into<crate::engine::Question>) -> crate::engine::Answer {
        let mut question = question.into();
        question.is_guarded = true;
        let mut found = None;
        let mut take = |_, answer| found = Some(answer);
        crate::engine::Engine::ask(engine, &[question], &Cancel::new(), &mut take);
        found.expect("an answer").expect("a good answer")
    }

    /// No row of these sets is at an end of the order, so that all chunks are searched. The largest number is in the
    /// first chunk.
    #[test]
    fn largest_value_between_ends_is_found_in_all_chunks() {
        use crate::engine::{Answer, ContrastQuestion, Contrasted, CoverageQuestion, SummaryQuestion};
        use crate::rule::{Context, Namespace, check};

        let engine = engine();
        let rule = |text: &str| {
            let (schema, names) = (crate::engine::Engine::schema(&engine), Namespace::default());
            check(text, &Context { schema, names: &names, today: "2026-06-30".parse().expect("a date") })
        };
        let inner = rule("n >= 100 AND n < 500").expect("a rule");
        let value = Some("n".to_owned());
        let largest =
            |filter: &Checked| match guarded(&engine, SummaryQuestion { filter: filter.clone(), value: value.clone() })
            {
                Answer::Summary(summary) => {
                    summary.value.map(|value| (value.largest_in_filter, value.largest_outside)).expect("sums")
                }
                other => panic!("{other:?}"),
            };
        assert_eq!((largest(&inner), largest(&inner.negated())), ((499.0, 599.0), (599.0, 499.0)));
        let (filter, sets) = (Checked::everyone(), vec![inner.clone()]);
        let Answer::Coverage(coverage) = guarded(&engine, CoverageQuestion { filter, sets, value }) else {
            panic!("no coverage")
        };
        assert_eq!((coverage.layers[0].all.largest, coverage.none.largest), (499.0, 599.0));
        let contrast = ContrastQuestion { inside: inner, outside: None, column: "n".into(), limit: 9 };
        let Answer::Contrast(contrast) = guarded(&engine, contrast) else { panic!("no contrast") };
        let Contrasted::Numbers(moments) = contrast.body else { panic!("no numbers") };
        assert_eq!((moments.inside.largest, moments.outside.largest), (499.0, 599.0));
    }

    #[test]
    fn memberships_count_each_customer_once() {
        let everyone = [u64::MAX, (1 << 6) - 1];
        let sets: [&[u64]; 3] = [&[0b0111, 0], &[0b0110, 0], &[0b1100, 0]];
        assert_eq!(memberships_of(&everyone, &sets), [66, 2, 1, 1]);
        assert_eq!(memberships_of(&everyone, &[]), [70]);
        assert_eq!(memberships_of(&[0b1001, 0], &sets), [0, 2, 0, 0]);
    }
}
