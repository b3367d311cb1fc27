use std::ops::Range;

use polars::prelude::*;
use polars_arrow::array::PrimitiveArray;

use super::bits::{self, bit};
use super::cells::{self, CellNumber, NumberCells, Run, each_width};
use super::pieces::Pieces;
use super::units;
use crate::data;
use crate::model::{Datum, Decimal};

/// Maximum width of a range of whole numbers in which each number is a group of its own.
const MAX_CODED_RANGE: i64 = 1 << 16;

/// A column of whole numbers, decimals (in units of their last digit), 64-bit floats, dates (in days since
/// 1970-01-01) or timestamps (in microseconds since 1970-01-01).
#[derive(Debug, Clone)]
pub struct NumberColumn {
    name: PlSmallStr,
    data_type: DataType,
    cells: NumberCells,
    known: Option<Vec<u64>>,
    nulls: u64,
    range: Option<(i64, i64)>,
}

/// A range of `distinct` consecutive whole numbers, beginning with `least`, that contains all numbers of the column.
#[derive(Debug, Clone, Copy)]
pub struct NumberRange {
    pub least: i64,
    pub distinct: usize,
}

impl NumberColumn {
    /// Converts a column of one of these types. Returns `None` for other types, and if a whole number does not fit
    /// `i64`.
    pub(super) fn compact(column: &polars::prelude::Column) -> Option<Self> {
        let parts = match column.dtype() {
            DataType::Int8 => whole(column.i8().ok()?),
            DataType::Int16 => whole(column.i16().ok()?),
            DataType::Int32 => whole(column.i32().ok()?),
            DataType::Int64 => whole(column.i64().ok()?),
            DataType::UInt8 => whole(column.u8().ok()?),
            DataType::UInt16 => whole(column.u16().ok()?),
            DataType::UInt32 => whole(column.u32().ok()?),
            DataType::UInt64 => whole(column.u64().ok()?),
            DataType::Date => whole(column.date().ok()?.physical()),
            DataType::Datetime(TimeUnit::Microseconds, None) => whole(column.datetime().ok()?.physical()),
            DataType::Decimal(..) => Some(decimals(column.decimal().ok()?.physical())),
            DataType::Float64 => Some(floats(column.f64().ok()?)),
            _ => None,
        };
        let NumberParts { cells, known, range } = parts?;
        let nulls = bits::nulls(known.as_ref(), cells.len());
        Some(Self { name: column.name().clone(), data_type: column.dtype().clone(), cells, known, nulls, range })
    }

    /// Creates a column of 64-bit floats from their cells.
    pub(super) fn from_floats(name: PlSmallStr, cells: NumberCells, known: Option<Vec<u64>>) -> Self {
        let nulls = bits::nulls(known.as_ref(), cells.len());
        Self { name, data_type: DataType::Float64, cells, known, nulls, range: None }
    }

    /// Creates a column of whole numbers, days or microseconds from their cells, of which `range` are the least and the
    /// greatest that are known.
    pub(super) fn from_whole(
        name: PlSmallStr,
        data_type: DataType,
        cells: NumberCells,
        known: Option<Vec<u64>>,
        range: Option<(i64, i64)>,
    ) -> Self {
        let nulls = bits::nulls(known.as_ref(), cells.len());
        Self { name, data_type, cells, known, nulls, range }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the type that the column had in polars.
    pub fn data_type(&self) -> &DataType {
        &self.data_type
    }

    pub fn rows(&self) -> usize {
        self.cells.len()
    }

    /// Returns the number of digits after the point: that of the type for decimals, otherwise 0.
    pub fn scale(&self) -> u8 {
        units::scale(&self.data_type)
    }

    /// Returns true if the type holds whole numbers only.
    pub fn is_whole(&self) -> bool {
        self.data_type.is_integer() || matches!(self.data_type, DataType::Decimal(_, 0))
    }

    /// Returns one cell per row, in the unit of the type. The cell of a row without a value is arbitrary.
    pub fn cells(&self) -> &NumberCells {
        &self.cells
    }

    /// Returns the bits of the rows that have a value; `None` if all have.
    pub fn known(&self) -> Option<&[u64]> {
        self.known.as_deref()
    }

    pub fn nulls(&self) -> u64 {
        self.nulls
    }

    /// Returns true if floats represent every sum of the cells exactly. Also returns true for a column of floats,
    /// whose values are no more exact than their sums.
    pub fn sums_fit_floats(&self) -> bool {
        const EXACT: u128 = 1 << 53;
        let most = |(least, most): (i64, i64)| u128::from(least.unsigned_abs().max(most.unsigned_abs()));
        match (&self.cells, self.range) {
            (NumberCells::F64(_), _) => true,
            (NumberCells::I128(_), _) => false,
            (_, range) => range.map_or(0, most) * self.rows() as u128 <= EXACT,
        }
    }

    /// Returns the least and the greatest cell of the rows that have a value; `None` for floats and cells of 128 bits,
    /// and if no row has one.
    pub fn range(&self) -> Option<(i64, i64)> {
        self.range
    }

    pub fn bytes(&self) -> usize {
        self.cells.bytes() + self.known.as_ref().map_or(0, |known| size_of_val(&known[..]))
    }

    pub fn is_null(&self, row: usize) -> bool {
        row >= self.rows() || self.known.as_ref().is_some_and(|known| !bit(known, row))
    }

    pub fn datum(&self, row: usize) -> Datum {
        if self.is_null(row) {
            return Datum::Null;
        }
        match &self.cells {
            NumberCells::F64(run) => Datum::Float(run[row]),
            NumberCells::I128(run) => Datum::Decimal(Decimal::new(run[row], self.scale())),
            cells => self.datum_of(each_width!(cells, run => run[row].wide())),
        }
    }

    /// Returns the value of a cell of a whole number, a decimal, a date or a timestamp.
    pub fn datum_of(&self, cell: i64) -> Datum {
        match self.data_type {
            DataType::Decimal(..) => Datum::Decimal(Decimal::new(cell.into(), self.scale())),
            ref other if !other.is_temporal() => Datum::Integer(cell),
            // Creating a column of a single value instead takes a hundred times as long, and facets need each value
            // of a date column.
            ref temporal => data::moment_of(cell, temporal).unwrap_or_else(|| {
                let one = Int64Chunked::from_vec(PlSmallStr::EMPTY, vec![cell]);
                self.polars(one).map_or(Datum::Null, |one| data::datum(&one, 0))
            }),
        }
    }

    /// Converts cells to a polars column with the column's name and type.
    pub(super) fn polars(&self, cells: Int64Chunked) -> PolarsResult<polars::prelude::Column> {
        let cells = cells.with_name(self.name.clone()).into_column();
        match self.data_type {
            DataType::Decimal(precision, scale) => {
                let units = cells.cast(&DataType::Int128)?;
                Ok(units.i128()?.clone().into_decimal_unchecked(precision, scale).into_column())
            }
            ref other => cells.cast(other),
        }
    }

    /// Returns all numbers of the range, followed by null.
    pub(super) fn values(&self, few: NumberRange) -> PolarsResult<polars::prelude::Column> {
        self.polars((few.least..few.least + few.distinct as i64).map(Some).chain([None]).collect())
    }

    pub(super) fn slice(&self, rows: Range<usize>) -> PolarsResult<polars::prelude::Column> {
        let column = match self.data_type {
            DataType::Int8 => self.widened::<Int8Type>(rows).into_column(),
            DataType::Int16 => self.widened::<Int16Type>(rows).into_column(),
            DataType::Int32 => self.widened::<Int32Type>(rows).into_column(),
            DataType::UInt8 => self.widened::<UInt8Type>(rows).into_column(),
            DataType::UInt16 => self.widened::<UInt16Type>(rows).into_column(),
            DataType::UInt32 => self.widened::<UInt32Type>(rows).into_column(),
            DataType::UInt64 => self.widened::<UInt64Type>(rows).into_column(),
            DataType::Date => self.widened::<Int32Type>(rows).into_date().into_column(),
            DataType::Float64 => self.widened::<Float64Type>(rows).into_column(),
            DataType::Decimal(precision, scale) => {
                self.widened::<Int128Type>(rows).into_decimal_unchecked(precision, scale).into_column()
            }
            _ => self.widened::<Int64Type>(rows).into_column(),
        };
        if column.dtype() == &self.data_type { Ok(column) } else { column.cast(&self.data_type) }
    }

    fn widened<T: PolarsNumericType<Native: CellNumber>>(&self, rows: Range<usize>) -> ChunkedArray<T> {
        let known = self.known.as_ref().map(|known| bits::bitmap(known, rows.clone()));
        let array: PrimitiveArray<T::Native> = each_width!(&self.cells, run => run.widened(rows));
        ChunkedArray::with_chunk(self.name.clone(), array.with_validity(known))
    }

    /// Returns the range of the whole numbers, decimals, dates or timestamps if it is at most [`MAX_CODED_RANGE`]
    /// wide.
    pub(super) fn few(&self) -> Option<NumberRange> {
        let (least, most) = self.range?;
        let distinct = most.checked_sub(least).filter(|&distance| distance < MAX_CODED_RANGE)? + 1;
        Some(NumberRange { least, distinct: distinct as usize })
    }
}

/// Cells of a column of numbers, with their range.
struct NumberParts {
    cells: NumberCells,
    known: Option<Vec<u64>>,
    range: Option<(i64, i64)>,
}

/// Converts whole numbers. Returns `None` if a number does not fit `i64`.
fn whole<T: PolarsNumericType<Native: CellNumber + TryInto<i64>>>(numbers: &ChunkedArray<T>) -> Option<NumberParts> {
    let pieces = Pieces::new(numbers);
    let known = pieces.known();
    let range = match cells::range(&pieces, known.as_deref()) {
        Some((least, most)) => Some((least.try_into().ok()?, most.try_into().ok()?)),
        None => None,
    };
    let (least, most) = range.unwrap_or((0, 0));
    Some(NumberParts { cells: NumberCells::narrowest(&pieces, least, most), known, range })
}

fn decimals(units: &Int128Chunked) -> NumberParts {
    let pieces = Pieces::new(units);
    let known = pieces.known();
    let narrow = |(least, most): (i128, i128)| Some((i64::try_from(least).ok()?, i64::try_from(most).ok()?));
    match cells::range(&pieces, known.as_deref()).map(narrow) {
        // A cell needs more than 64 bits.
        Some(None) => NumberParts { cells: NumberCells::I128(Run::from_pieces(&pieces)), known, range: None },
        range => {
            let range = range.flatten();
            let (least, most) = range.unwrap_or((0, 0));
            NumberParts { cells: NumberCells::narrowest(&pieces, least, most), known, range }
        }
    }
}

fn floats(numbers: &Float64Chunked) -> NumberParts {
    let pieces = Pieces::new(numbers);
    NumberParts { cells: NumberCells::F64(Run::from_pieces(&pieces)), known: pieces.known(), range: None }
}
