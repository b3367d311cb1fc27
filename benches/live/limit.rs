//! The memory limit: a column's bytes in the narrowest types that hold it, and the time one thread takes to sum that
//! many bytes.

use std::hint::black_box;
use std::time::Duration;

use polars::prelude::{Column, DataType};

use super::measure::time;

/// Maximum number of distinct values for which a text column is stored as codes.
const MOST_CODED: usize = 1 << 16;

/// A buffer as large as some columns, to be summed.
pub struct Limit(Vec<u64>);

impl Limit {
    pub fn of(bytes: u64) -> Self {
        // Not zeros: the system does not allocate memory for zeros before they are written.
        Self(vec![1; (bytes as usize).div_ceil(8)])
    }

    pub fn try_once(&self) -> Duration {
        time(|| black_box(black_box(&self.0).iter().fold(0u64, |sum, word| sum.wrapping_add(*word)))).0
    }
}

/// Bytes of a column in narrow types: one bit for a boolean, the narrowest integer, a code for a text with few distinct
/// values, otherwise its bytes and an offset; plus one bit per row where nulls have no code of their own.
pub fn narrow_bytes(column: &Column) -> u64 {
    let rows = column.len() as u64;
    let bits = rows.div_ceil(8);
    let validity = if column.null_count() > 0 { bits } else { 0 };
    match column.dtype() {
        DataType::Boolean => bits + validity,
        DataType::String => text_bytes(column),
        DataType::Float64 => 8 * rows + validity,
        _ => integer_width(column) * rows + validity,
    }
}

fn text_bytes(column: &Column) -> u64 {
    let rows = column.len() as u64;
    let distinct = column.n_unique().expect("texts can be told apart");
    match distinct {
        0..=0x100 => rows,
        0x101..=MOST_CODED => 2 * rows,
        _ => uncoded_bytes(column),
    }
}

/// Bytes of a text column stored as one buffer with an offset per row.
pub fn uncoded_bytes(column: &Column) -> u64 {
    let texts = column.str().expect("a text column");
    4 * column.len() as u64 + texts.iter().flatten().map(|text| text.len() as u64).sum::<u64>()
}

/// Bytes of the narrowest integer type that holds every value.
fn integer_width(column: &Column) -> u64 {
    let integers = column.to_physical_repr().cast(&DataType::Int64).expect("whole numbers");
    let integers = integers.i64().expect("just cast").clone();
    let fits = |least: i64, most: i64| integers.iter().flatten().all(|n| (least..=most).contains(&n));
    match () {
        () if fits(i8::MIN.into(), i8::MAX.into()) => 1,
        () if fits(i16::MIN.into(), i16::MAX.into()) => 2,
        () if fits(i32::MIN.into(), i32::MAX.into()) => 4,
        () => 8,
    }
}
