//! Numbers of a column in contiguous memory, in the narrowest integers that hold them.

use std::any::Any;
use std::ops::{Deref, Range};

use polars_arrow::array::PrimitiveArray;
use polars_arrow::types::NativeType;
use rayon::prelude::*;

use super::CHUNK;
use super::pieces::Pieces;

/// The numbers of a column, one cell per row. The cell of a row without a value is arbitrary.
#[derive(Debug, Clone)]
pub enum NumberCells {
    I8(Run<i8>),
    I16(Run<i16>),
    I32(Run<i32>),
    I64(Run<i64>),
    /// Units of decimals that do not fit 64 bits.
    I128(Run<i128>),
    F64(Run<f64>),
}

/// Numbers in contiguous memory, which may be shared with polars. Dereferences to a slice.
#[derive(Debug, Clone)]
pub struct Run<N: NativeType>(PrimitiveArray<N>);

impl<N: NativeType> Deref for Run<N> {
    type Target = [N];

    fn deref(&self) -> &[N] {
        self.0.values()
    }
}

/// A number type of polars arrays, with conversions to other widths.
pub trait CellNumber: NativeType + Default + PartialOrd {
    const MIN: Self;
    const MAX: Self;

    /// Converts to 64 bits; wraps numbers that do not fit.
    fn wide(self) -> i64;

    /// Converts to 128 bits; truncates a float.
    fn whole(self) -> i128;

    /// Converts from 64 bits; wraps numbers that do not fit.
    fn from_wide(wide: i64) -> Self;
}

macro_rules! cell {
    ($($native:ty),*) => {$(
        impl CellNumber for $native {
            const MIN: Self = <$native>::MIN;
            const MAX: Self = <$native>::MAX;

            fn wide(self) -> i64 {
                self as i64
            }

            fn whole(self) -> i128 {
                self as i128
            }

            fn from_wide(wide: i64) -> Self {
                wide as $native
            }
        }
    )*};
}

cell!(i8, i16, i32, i64, i128, u8, u16, u32, u64, f64);

/// Evaluates the expression with the run bound to `$run`, whatever its width.
macro_rules! each_width {
    ($cells:expr, $run:ident => $work:expr) => {
        match $cells {
            $crate::engine::local::column::NumberCells::I8($run) => $work,
            $crate::engine::local::column::NumberCells::I16($run) => $work,
            $crate::engine::local::column::NumberCells::I32($run) => $work,
            $crate::engine::local::column::NumberCells::I64($run) => $work,
            $crate::engine::local::column::NumberCells::I128($run) => $work,
            $crate::engine::local::column::NumberCells::F64($run) => $work,
        }
    };
}
pub(in crate::engine::local) use each_width;

impl NumberCells {
    /// Returns the narrowest cells that hold whole numbers from `least` to `most`.
    pub(super) fn narrowest<T: CellNumber>(numbers: &Pieces<PrimitiveArray<T>>, least: i64, most: i64) -> Self {
        let fits = |low: i64, high: i64| low <= least && most <= high;
        if fits(i8::MIN.into(), i8::MAX.into()) {
            NumberCells::I8(Run::from_pieces(numbers))
        } else if fits(i16::MIN.into(), i16::MAX.into()) {
            NumberCells::I16(Run::from_pieces(numbers))
        } else if fits(i32::MIN.into(), i32::MAX.into()) {
            NumberCells::I32(Run::from_pieces(numbers))
        } else {
            NumberCells::I64(Run::from_pieces(numbers))
        }
    }

    pub fn len(&self) -> usize {
        each_width!(self, run => run.len())
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn bytes(&self) -> usize {
        each_width!(self, run => size_of_val(&run[..]))
    }
}

impl<N: CellNumber> Run<N> {
    /// Creates a run. Shares the memory of the numbers if they have the same type and are in one array; copies them
    /// otherwise.
    pub(super) fn from_pieces<T: CellNumber>(numbers: &Pieces<PrimitiveArray<T>>) -> Self {
        if let Some(same) = numbers.single().and_then(|array| (array as &dyn Any).downcast_ref::<PrimitiveArray<N>>()) {
            return Self(same.clone().with_validity(None));
        }
        let mut cells = vec![N::default(); numbers.rows()];
        cells.par_chunks_mut(CHUNK).enumerate().for_each(|(at, mut chunk)| {
            for (array, part) in numbers.within(at * CHUNK..at * CHUNK + chunk.len()) {
                let (cells, rest) = chunk.split_at_mut(part.len());
                copy(array, part, cells);
                chunk = rest;
            }
        });
        Self(PrimitiveArray::from_vec(cells))
    }

    pub(super) fn from_vec(cells: Vec<N>) -> Self {
        Self(PrimitiveArray::from_vec(cells))
    }

    /// Returns the rows as an array of the type that polars had them in.
    pub(super) fn widened<T: CellNumber>(&self, rows: Range<usize>) -> PrimitiveArray<T> {
        match (&self.0 as &dyn Any).downcast_ref::<PrimitiveArray<T>>() {
            Some(same) => same.clone().sliced(rows.start, rows.len()),
            None => PrimitiveArray::from_vec(self[rows].iter().map(|cell| T::from_wide(cell.wide())).collect()),
        }
    }
}

/// Copies numbers to cells of another width. Both must be floats or both whole numbers.
fn copy<T: CellNumber, N: CellNumber>(array: &PrimitiveArray<T>, part: Range<usize>, cells: &mut [N]) {
    match (array as &dyn Any).downcast_ref::<PrimitiveArray<N>>() {
        Some(same) => cells.copy_from_slice(&same.values()[part]),
        None => array.values()[part].iter().zip(cells).for_each(|(from, to)| *to = N::from_wide(from.wide())),
    }
}

/// Returns the least and the greatest number of the rows that have one.
pub(super) fn range<T: CellNumber>(numbers: &Pieces<PrimitiveArray<T>>, known: Option<&[u64]>) -> Option<(T, T)> {
    let chunks = numbers.rows().div_ceil(CHUNK);
    let none = (T::MAX, T::MIN);
    let of_chunk = |chunk: usize| {
        let mut row = chunk * CHUNK;
        numbers.within(row..row + CHUNK).fold(none, |found, (array, part)| {
            let values = &array.values()[part];
            let first = row;
            row += values.len();
            match known {
                None => values.iter().fold(found, |found, &v| wider(found, (v, v))),
                Some(known) => known_range(values, first, known, found),
            }
        })
    };
    let (least, most) = (0..chunks).into_par_iter().map(of_chunk).reduce(|| none, wider::<T>);
    (least <= most).then_some((least, most))
}

/// Widens the range `found` so that it contains the numbers of the rows from `first` on that have a value. Works word
/// by word, since a branch per row would be hard to predict.
fn known_range<T: CellNumber>(values: &[T], first: usize, known: &[u64], mut found: (T, T)) -> (T, T) {
    let mut at = 0;
    while at < values.len() {
        let (word, shift) = ((first + at) / 64, (first + at) % 64);
        let len = (64 - shift).min(values.len() - at);
        let of_word = &values[at..at + len];
        let mut bits = known[word] >> shift & u64::MAX >> (64 - len);
        if bits.count_ones() as usize == len {
            found = of_word.iter().fold(found, |found, &v| wider(found, (v, v)));
            bits = 0;
        }
        while bits != 0 {
            let v = of_word[bits.trailing_zeros() as usize];
            bits &= bits - 1;
            found = wider(found, (v, v));
        }
        at += len;
    }
    found
}

fn wider<T: CellNumber>(a: (T, T), b: (T, T)) -> (T, T) {
    (if b.0 < a.0 { b.0 } else { a.0 }, if b.1 > a.1 { b.1 } else { a.1 })
}
