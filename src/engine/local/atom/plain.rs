//! Evaluates simple conditions directly on a column's bytes.

use std::ops::{Bound, Range};

use super::bounds::{self, CellRange};
use super::simple::SimpleCondition;
use crate::engine::local::LocalEngine;
use crate::engine::local::chunks::words_of;
use crate::engine::local::column::{CHUNK, CellNumber, ColumnData, NumberCells, NumberColumn, TextColumn, each_width};
use crate::engine::local::kernel;
use crate::engine::local::lower::{Members, float_key};
use crate::engine::local::row_set::{RowSet, RowSetChunk};
use crate::engine::{Cancel, EngineError};
use crate::model::{ColumnType, Datum};

/// Maximum number of literals that are compared one by one; more literals are looked up in a set.
const MAX_LITERALS: usize = 16;

/// Returns the row set, or `None` if the form of the column has no fast way.
pub fn row_set(
    engine: &LocalEngine,
    column: &ColumnData,
    simple: &SimpleCondition,
    kind: ColumnType,
    cancel: &Cancel,
) -> Option<Result<RowSet, EngineError>> {
    match (column, simple) {
        (ColumnData::Boolean(booleans), SimpleCondition::Holds) => {
            Some(copied(engine, Some(booleans.trues()), booleans.known(), cancel))
        }
        (ColumnData::Boolean(booleans), SimpleCondition::Null) => Some(unknown(engine, booleans.known(), cancel)),
        (ColumnData::Number(number), SimpleCondition::Null) => Some(unknown(engine, number.known(), cancel)),
        (ColumnData::Text(text), SimpleCondition::Null) => Some(unknown(engine, text.known(), cancel)),
        (ColumnData::Number(number), SimpleCondition::Between(low, high)) => {
            within(engine, number, &[(low.clone(), high.clone())], cancel)
        }
        (ColumnData::Number(number), SimpleCondition::OneOf(literals)) if literals.len() <= MAX_LITERALS => {
            let same = |literal: &Datum| (Bound::Included(literal.clone()), Bound::Included(literal.clone()));
            within(engine, number, &literals.iter().map(same).collect::<Vec<_>>(), cancel)
        }
        (ColumnData::Number(number), SimpleCondition::OneOf(literals)) => {
            looked_up(engine, number, &Members::new(literals, kind), cancel)
        }
        (ColumnData::Text(text), SimpleCondition::OneOf(literals)) if literals.len() > MAX_LITERALS => {
            match Members::new(literals, kind) {
                Members::Texts(texts) => Some(tested(engine, text.known(), cancel, |row| {
                    texts.contains(text.chunks()[row / CHUNK].get(row % CHUNK))
                })),
                _ => None,
            }
        }
        (ColumnData::Text(text), simple) => searched(engine, text, simple, cancel),
        _ => None,
    }
}

/// Copies the bits of a column; rows without a value are null.
fn copied(
    engine: &LocalEngine,
    trues: Option<&[u64]>,
    known: Option<&[u64]>,
    cancel: &Cancel,
) -> Result<RowSet, EngineError> {
    RowSet::write(&engine.chunks, known.is_some(), cancel, |rows, words| {
        if let Some(trues) = trues {
            words.trues.copy_from_slice(&trues[words_of(&rows)]);
        }
        put_nulls(known, &rows, words.nulls);
        Ok(())
    })
}

fn unknown(engine: &LocalEngine, known: Option<&[u64]>, cancel: &Cancel) -> Result<RowSet, EngineError> {
    let Some(known) = known else { return Ok(RowSet::constant(Some(false), engine.rows())) };
    RowSet::write(&engine.chunks, false, cancel, |rows, words| {
        words.trues.iter_mut().zip(&known[words_of(&rows)]).for_each(|(truth, known)| *truth = !known);
        Ok(())
    })
}

/// Returns the rows whose number is within any of the bounds.
fn within(
    engine: &LocalEngine,
    number: &NumberColumn,
    bounds: &[(Bound<Datum>, Bound<Datum>)],
    cancel: &Cancel,
) -> Option<Result<RowSet, EngineError>> {
    let known = number.known();
    if let NumberCells::F64(cells) = number.cells() {
        let bounds: Option<Vec<_>> = bounds.iter().map(|(low, high)| bounds::float(low, high)).collect();
        return Some(between(engine, cells, known, &bounds?, cancel));
    }
    let data_type = number.data_type();
    if let NumberCells::I128(cells) = number.cells() {
        let bounds: Option<Vec<_>> = bounds.iter().map(|(low, high)| bounds::wide(low, high, data_type)).collect();
        return Some(between(engine, cells, known, &bounds?, cancel));
    }
    let bounds: Option<Vec<_>> = bounds.iter().map(|(low, high)| bounds::whole(low, high, data_type)).collect();
    let bounds = bounds?;
    Some(match number.cells() {
        NumberCells::I8(cells) => between(engine, cells, known, &narrow(&bounds, i8::MIN, i8::MAX), cancel),
        NumberCells::I16(cells) => between(engine, cells, known, &narrow(&bounds, i16::MIN, i16::MAX), cancel),
        NumberCells::I32(cells) => between(engine, cells, known, &narrow(&bounds, i32::MIN, i32::MAX), cancel),
        NumberCells::I64(cells) => between(engine, cells, known, &bounds, cancel),
        NumberCells::I128(_) | NumberCells::F64(_) => return None,
    })
}

/// Clamps each bound to the narrower integer type.
fn narrow<T: Copy + Into<i64> + TryFrom<i64>>(bounds: &[CellRange<i64>], least: T, most: T) -> Vec<CellRange<T>> {
    let fit = |(low, high): (i64, i64)| {
        let (low, high) = (low.max(least.into()), high.min(most.into()));
        Some((T::try_from(low).ok()?, T::try_from(high).ok()?)).filter(|_| low <= high)
    };
    bounds.iter().map(|between| between.and_then(fit)).collect()
}

fn between<T: kernel::KernelNumber>(
    engine: &LocalEngine,
    cells: &[T],
    known: Option<&[u64]>,
    bounds: &[CellRange<T>],
    cancel: &Cancel,
) -> Result<RowSet, EngineError> {
    let bounds: Vec<(T, T)> = bounds.iter().copied().flatten().collect();
    RowSet::write(&engine.chunks, known.is_some(), cancel, |rows, words| {
        let RowSetChunk { trues, nulls } = words;
        any(&bounds, trues, |(low, high), out| kernel::between(&cells[rows.clone()], *low, *high, out));
        put_nulls(known, &rows, nulls);
        Ok(())
    })
}

/// Returns the rows whose number is in a set.
fn looked_up(
    engine: &LocalEngine,
    number: &NumberColumn,
    members: &Members,
    cancel: &Cancel,
) -> Option<Result<RowSet, EngineError>> {
    let known = number.known();
    match (number.cells(), members) {
        (NumberCells::F64(run), Members::Floats(set)) => {
            Some(tested(engine, known, cancel, |row| set.contains(&float_key(run[row]))))
        }
        (NumberCells::F64(_), _) => None,
        (cells, Members::Whole(set)) => {
            Some(each_width!(cells, run => tested(engine, known, cancel, |row| set.contains(run[row].wide()))))
        }
        (cells, Members::Decimals(set, scale)) if *scale == number.scale() => {
            Some(each_width!(cells, run => tested(engine, known, cancel, |row| set.contains(&run[row].whole()))))
        }
        _ => None,
    }
}

/// Returns the rows for which the test is true; null where there is no value.
fn tested(
    engine: &LocalEngine,
    known: Option<&[u64]>,
    cancel: &Cancel,
    test: impl Fn(usize) -> bool + Sync,
) -> Result<RowSet, EngineError> {
    RowSet::write(&engine.chunks, known.is_some(), cancel, |rows, words| {
        for (word, start) in words.trues.iter_mut().zip(rows.clone().step_by(64)) {
            let of_word = start..rows.end.min(start + 64);
            *word = of_word.fold(0, |word, row| word | u64::from(test(row)) << (row % 64));
        }
        put_nulls(known, &rows, words.nulls);
        Ok(())
    })
}

fn searched(
    engine: &LocalEngine,
    text: &TextColumn,
    simple: &SimpleCondition,
    cancel: &Cancel,
) -> Option<Result<RowSet, EngineError>> {
    let (search, needles): (RowSearch, Vec<&str>) = match simple {
        SimpleCondition::StartsWith(start) => (kernel::starts_with, vec![start]),
        SimpleCondition::EndsWith(end) => (kernel::ends_with, vec![end]),
        SimpleCondition::Contains(part) => (kernel::contains, vec![part]),
        SimpleCondition::Between(Bound::Included(Datum::Text(a)), Bound::Included(Datum::Text(b))) if a == b => {
            (kernel::equals, vec![a])
        }
        SimpleCondition::OneOf(literals) if literals.len() <= MAX_LITERALS => {
            (kernel::equals, literals.iter().map(Datum::text).collect::<Option<_>>()?)
        }
        _ => return None,
    };
    Some(RowSet::write(&engine.chunks, text.known().is_some(), cancel, |rows, words| {
        let RowSetChunk { trues, nulls } = words;
        let mut at = 0;
        for (offsets, bytes) in pieces(text, rows.clone()) {
            let out = &mut trues[at..at + (offsets.len() - 1).div_ceil(64)];
            at += out.len();
            any(&needles, out, |needle, out| search(offsets, bytes, needle.as_bytes(), out));
        }
        put_nulls(text.known(), &rows, nulls);
        Ok(())
    }))
}

/// Returns the offsets and bytes of the rows, one item per chunk of the column.
fn pieces(text: &TextColumn, rows: Range<usize>) -> impl Iterator<Item = (&[u32], &[u8])> {
    let chunks = rows.start / CHUNK..rows.end.div_ceil(CHUNK);
    chunks.map(move |at| {
        let chunk = &text.chunks()[at];
        let (first, last) = (rows.start.saturating_sub(at * CHUNK), chunk.rows().min(rows.end - at * CHUNK));
        (&chunk.offsets()[first..=last], chunk.bytes())
    })
}

/// Searches rows, given by offsets and bytes, for a needle and sets a bit for each row that matches.
type RowSearch = fn(&[u32], &[u8], &[u8], &mut [u64]);

/// Calls `write` for each of the items and combines the written words by OR.
fn any<T>(items: &[T], out: &mut [u64], write: impl Fn(&T, &mut [u64])) {
    match items {
        [] => out.fill(0),
        [first, others @ ..] => {
            write(first, out);
            let mut one = vec![0; if others.is_empty() { 0 } else { out.len() }];
            for item in others {
                write(item, &mut one);
                kernel::or_into(out, &one);
            }
        }
    }
}

fn put_nulls(known: Option<&[u64]>, rows: &Range<usize>, nulls: &mut [u64]) {
    if let Some(known) = known {
        nulls.iter_mut().zip(&known[words_of(rows)]).for_each(|(null, known)| *null = !known);
    }
}
