//! Converts columns to vectors, and vectors to a column.

use std::ops::Range;
use std::sync::Arc;

use polars::prelude::{
    BooleanChunked, ChunkedArray, Column as PolarsColumn, DataType, Float64Type, Int32Type, Int64Type, Int128Type,
    IntoColumn, IntoSeries, PolarsNumericType, Series, StringChunked, TimeUnit,
};
use polars_arrow::bitmap::Bitmap;

use super::loops::{map, packed};
use super::vector::{KnownRows, LoopOperand, NumberVector, TextVector, TruthVector};
use super::{Evaluated, EvaluationError, Evaluator, Vector};
use crate::data::shortest;
use crate::engine::local::chunks::words_of;
use crate::engine::local::column::{CHUNK, ColumnData, NumberColumn, TextColumn, each_width};
use crate::engine::local::{LocalEngine, failed};
use crate::engine::{Cancel, EngineError};
use crate::model::{ColumnType, PERSONA};
use crate::rule::{Expr, Node};

/// Source of the values of the columns in an expression.
pub trait ValueSource: Sync {
    /// Returns the values of the column `source` in the rows.
    fn read(&self, source: &Expr, rows: Range<usize>) -> Evaluated<'_>;
}

/// Columns of one table, by name.
pub struct NamedColumns(Vec<(String, Arc<ColumnData>)>);

impl NamedColumns {
    /// Reads the columns of the expression.
    pub fn new(engine: &LocalEngine, expr: &Expr, cancel: &Cancel) -> Result<Self, EngineError> {
        let column = |source: &Expr| Ok((name(source).to_owned(), engine.source(source, cancel)?));
        expr.sources().into_iter().map(column).collect::<Result<_, _>>().map(Self)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the column, if the expression reads exactly one.
    pub fn single(&self) -> Option<&ColumnData> {
        match self.0.as_slice() {
            [(_, column)] => Some(column),
            _ => None,
        }
    }
}

/// Returns the name by which a column of an expression is found.
pub fn name(source: &Expr) -> &str {
    match &source.node {
        Node::Column(name) => name,
        Node::Persona => PERSONA,
        Node::Computed(computed) => &computed.text,
        _ => "",
    }
}

impl ValueSource for NamedColumns {
    fn read(&self, source: &Expr, rows: Range<usize>) -> Evaluated<'_> {
        let name = name(source);
        let column = self.0.iter().find(|(known, _)| known == name).map(|(_, column)| column.as_ref());
        let column = column.ok_or_else(|| EvaluationError::NoColumn(name.to_owned()))?;
        let known = |known: Option<&[u64]>| known.map(|known| known[words_of(&rows)].to_vec());
        Ok(match column {
            ColumnData::Boolean(booleans) => {
                let trues = booleans.trues()[words_of(&rows)].to_vec();
                Vector::Truth(TruthVector::new(trues, known(booleans.known()), rows.len()))
            }
            ColumnData::Number(number) => numbers(number, rows.clone(), known(number.known())),
            ColumnData::Coded(coded) => {
                let mut codes = vec![0; rows.len()];
                coded.codes().copy_into(rows.start, &mut codes);
                let null = coded.null_code() as u32;
                let known = (coded.nulls() > 0).then(|| bits(codes.iter().map(|code| *code != null)));
                Vector::Text(TextVector::Coded { dictionary: coded, codes, known })
            }
            ColumnData::Text(text) => texts(text, rows.clone(), known(text.known())),
            ColumnData::Plain(plain) => of_polars(&plain.slice(rows.start as i64, rows.len()))?,
        })
    }
}

fn numbers(number: &NumberColumn, rows: Range<usize>, known: KnownRows) -> Vector<'_> {
    use crate::engine::local::column::NumberCells as Stored;
    let whole = |known| match number.cells() {
        Stored::I64(run) => NumberVector::new(&run[rows.clone()], known),
        cells => NumberVector::new(each_width!(cells, run => widened(&run[rows.clone()])), known),
    };
    match (number.data_type(), number.cells()) {
        (_, Stored::F64(run)) => Vector::Float(NumberVector::new(&run[rows], known)),
        (DataType::Decimal(..), Stored::I128(run)) => {
            Vector::Decimal(NumberVector::new(&run[rows], known), number.scale())
        }
        (DataType::Decimal(..), _) => Vector::Decimal(map(&whole(known), i128::from), number.scale()),
        (DataType::Date, _) => Vector::Date(map(&whole(known), |days| days as i32)),
        (DataType::Datetime(..), _) => Vector::Timestamp(whole(known)),
        _ => Vector::Integer(whole(known)),
    }
}

fn widened<T: crate::engine::local::column::CellNumber>(run: &[T]) -> Vec<i64> {
    run.iter().map(|cell| cell.wide()).collect()
}

/// Returns the texts of the rows. They are contiguous, since a block never extends over two chunks.
fn texts(text: &TextColumn, rows: Range<usize>, known: KnownRows) -> Vector<'_> {
    let chunk = &text.chunks()[rows.start / CHUNK];
    let first = rows.start % CHUNK;
    let offsets = &chunk.offsets()[first..=first + rows.len()];
    Vector::Text(TextVector::Flat { offsets: offsets.into(), text: chunk.text().into(), known })
}

/// The distinct values of a column, which are returned for every column name.
pub struct Distinct(pub PolarsColumn);

impl ValueSource for Distinct {
    fn read(&self, _: &Expr, rows: Range<usize>) -> Evaluated<'_> {
        of_polars(&self.0.slice(rows.start as i64, rows.len()))
    }
}

/// Converts a polars column. Whole numbers beyond 64 bits become decimals, and all timestamps become microseconds.
fn of_polars(column: &PolarsColumn) -> Evaluated<'static> {
    let polars = |error| EvaluationError::Engine(failed(error));
    let cast = |to: DataType| column.cast(&to).map_err(polars);
    let known = || {
        let series = column.as_materialized_series();
        (series.null_count() > 0).then(|| bits(series.is_not_null().iter().map(|known| known == Some(true))))
    };
    fn cells<T: PolarsNumericType>(column: &ChunkedArray<T>, known: KnownRows) -> NumberVector<'static, T::Native> {
        let values: Vec<T::Native> = column.downcast_iter().flat_map(|array| array.values_iter().copied()).collect();
        NumberVector::new(values, known)
    }
    Ok(match column.dtype() {
        DataType::Boolean => {
            let truths = column.bool().map_err(polars)?;
            Vector::Truth(TruthVector::new(bits(truths.iter().map(|truth| truth == Some(true))), known(), column.len()))
        }
        DataType::UInt64 | DataType::Int128 => {
            let wide = cast(DataType::Int128)?;
            Vector::Decimal(cells(wide.i128().map_err(polars)?, known()), 0)
        }
        integer if integer.is_integer() => {
            let wide = cast(DataType::Int64)?;
            Vector::Integer(cells(wide.i64().map_err(polars)?, known()))
        }
        DataType::Decimal(_, scale) => {
            let scale = u8::try_from(*scale).unwrap_or(u8::MAX);
            let decimals = column.decimal().map_err(polars)?;
            Vector::Decimal(cells(decimals.physical(), known()), scale)
        }
        DataType::Float32 => {
            let floats = cells(column.f32().map_err(polars)?, known());
            Vector::Float(map(&floats, |real| Some(shortest(real)).filter(|number| !number.is_nan())))
        }
        DataType::Float64 => {
            Vector::Float(super::arithmetic::without_nan(cells(column.f64().map_err(polars)?, known())))
        }
        DataType::String => of_strings(column.str().map_err(polars)?, known()),
        DataType::Categorical(..) | DataType::Enum(..) => {
            let strings = cast(DataType::String)?;
            of_strings(strings.str().map_err(polars)?, known())
        }
        DataType::Date => Vector::Date(cells(column.date().map_err(polars)?.physical(), known())),
        DataType::Datetime(unit, _) => {
            let moments = cells(column.datetime().map_err(polars)?.physical(), known());
            Vector::Timestamp(match unit {
                TimeUnit::Microseconds => moments,
                TimeUnit::Milliseconds => map(&moments, |millis| millis.checked_mul(1000)),
                // Rounds towards the past, since a moment belongs to the microsecond that has begun before it.
                TimeUnit::Nanoseconds => map(&moments, |nanos| nanos.div_euclid(1000)),
            })
        }
        DataType::Null => Vector::Null,
        _ => Vector::Opaque(known(), column.len()),
    })
}

fn of_strings(strings: &StringChunked, known: KnownRows) -> Vector<'static> {
    let mut offsets = Vec::with_capacity(strings.len() + 1);
    let mut text = String::new();
    offsets.push(0);
    for value in strings.iter() {
        text.push_str(value.unwrap_or_default());
        offsets.push(text.len() as u32);
    }
    Vector::Text(TextVector::Flat { offsets: offsets.into(), text: text.into(), known })
}

fn bits(truths: impl Iterator<Item = bool>) -> Vec<u64> {
    packed(&truths.collect::<Vec<_>>())
}

/// Returns the values of an expression for all rows, as a column with the given name.
pub fn column(engine: &LocalEngine, expr: &Expr, name: &str, cancel: &Cancel) -> Result<ColumnData, EngineError> {
    let evaluator = Evaluator::new(expr)?;
    let table = NamedColumns::new(engine, expr, cancel)?;
    let pieces = engine.chunks.map(cancel, |rows| {
        let mut pieces: Vec<Series> = vec![];
        evaluator.each_block(&table, rows, cancel, |rows, values| {
            pieces.push(series(values, rows.len(), expr.kind)?);
            Ok(())
        })?;
        Ok(pieces)
    })?;
    let mut whole = Series::new_empty(name.into(), &data_type(expr.kind));
    for piece in pieces.into_iter().flatten() {
        whole.append_owned(piece).map_err(failed)?;
    }
    Ok(ColumnData::compact(whole.with_name(name.into()).into_column()))
}

fn data_type(kind: ColumnType) -> DataType {
    match kind {
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Integer => DataType::Int64,
        ColumnType::Decimal(scale) => DataType::Decimal(38, scale.into()),
        ColumnType::Float => DataType::Float64,
        ColumnType::Text => DataType::String,
        ColumnType::Date => DataType::Date,
        ColumnType::Timestamp => DataType::Datetime(TimeUnit::Microseconds, None),
        ColumnType::Time | ColumnType::Duration | ColumnType::Other => DataType::Null,
    }
}

/// Converts the values of a block to a polars series. A value that is the same in all rows is repeated.
fn series(values: Vector, rows: usize, kind: ColumnType) -> Result<Series, EngineError> {
    fn numbers<T: PolarsNumericType>(cells: NumberVector<T::Native>) -> ChunkedArray<T> {
        let known = cells.known().as_ref().map(|known| bitmap(known, cells.len()));
        let known = known.filter(|known| known.unset_bits() > 0);
        ChunkedArray::from_vec_validity(Default::default(), cells.values().to_vec(), known)
    }
    let polars = |error| failed(error);
    let series = match super::cast::to_kind(values, kind)? {
        Vector::Null | Vector::Opaque(..) => Series::full_null(Default::default(), rows, &data_type(kind)),
        Vector::Truth(truths) => {
            (0..truths.len()).map(|row| truths.value(row)).collect::<BooleanChunked>().into_series()
        }
        Vector::Integer(cells) => numbers::<Int64Type>(cells).into_series(),
        Vector::Decimal(cells, scale) => {
            numbers::<Int128Type>(cells).into_decimal_unchecked(38, scale.into()).into_series()
        }
        Vector::Float(cells) => numbers::<Float64Type>(cells).into_series(),
        Vector::Text(texts) => (0..texts.len()).map(|row| texts.value(row)).collect::<StringChunked>().into_series(),
        Vector::Date(cells) => numbers::<Int32Type>(cells).into_date().into_series(),
        Vector::Timestamp(cells) => {
            numbers::<Int64Type>(cells).into_datetime(TimeUnit::Microseconds, None).into_series()
        }
    };
    let series = if series.len() == rows { series } else { series.new_from_index(0, rows) };
    if series.dtype() == &data_type(kind) { Ok(series) } else { series.cast(&data_type(kind)).map_err(polars) }
}

fn bitmap(words: &[u64], len: usize) -> Bitmap {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    Bitmap::from_u8_vec(bytes, len)
}
