//! Tests of columns of every kind.

mod coded;
mod from_pages;
mod groups;

use polars::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::{CHUNK, CodedColumn, ColumnData, NumberCells};
use crate::data;
use crate::model::Datum;

type Polars = polars::prelude::Column;

/// Gives the column a name that nothing else has, so that a lost name is noticed.
fn named(series: Series) -> Polars {
    series.with_name("a column".into()).into_column()
}

fn cast(column: &Polars, data_type: &DataType) -> Polars {
    column.cast(data_type).unwrap()
}

/// Checks that the compact column agrees with polars on every row and on slices.
fn check(column: Polars) -> ColumnData {
    let compact = ColumnData::compact(column.clone());
    let plain = match column.dtype() {
        DataType::Categorical(..) | DataType::Enum(..) => cast(&column, &DataType::String),
        _ => column,
    };
    let rows = plain.len();
    assert_eq!((compact.name(), compact.rows()), ("a column", rows));
    assert_eq!(compact.nulls(), plain.null_count() as u64);
    let sample = (0..rows).step_by(rows / 997 + 1).chain(rows.saturating_sub(3)..rows + 2);
    for row in sample {
        assert_eq!(compact.datum(row), data::datum(&plain, row), "row {row} of {}", plain.dtype());
    }
    let middles = [(0, rows), (0, 1), (rows / 3, rows / 2), (63, 65), (CHUNK - 1, CHUNK + 1), (rows, rows + 5)];
    for (start, end) in middles {
        let (start, end) = (start.min(rows), end);
        let slice = compact.slice(start..end).unwrap();
        assert_eq!((slice.name(), slice.dtype()), (plain.name(), plain.dtype()));
        let wanted = plain.slice(start as i64, end.min(rows) - start);
        assert!(slice.equals_missing(&wanted), "rows {start} to {end}: {slice:?} is not {wanted:?}");
    }
    compact
}

/// Checks the column whole, in pieces of several arrays, and as part of a larger one.
fn check_cut(column: &Polars) -> ColumnData {
    let rows = column.len();
    let mut pieces = column.slice(0, rows / 3);
    pieces.append(&column.slice((rows / 3) as i64, 0)).unwrap();
    pieces.append(&column.slice((rows / 3) as i64, rows)).unwrap();
    check(pieces);
    check(column.slice(1, rows.saturating_sub(2)));
    check(column.clone())
}

fn with_nulls<T: Clone>(values: &[T]) -> Vec<Option<T>> {
    values.iter().cloned().map(Some).chain([None]).collect()
}

/// Returns a column of decimals with two digits after the point, from their units.
fn decimals(units: &[i128]) -> Polars {
    let units: Int128Chunked = with_nulls(units).into_iter().collect();
    named(units.into_decimal_unchecked(38, 2).into_series())
}

/// Returns columns of a few rows of every type that the engine meets.
fn every_type() -> Vec<Polars> {
    let days = named(Series::new("".into(), with_nulls(&[-719_162, -1, 0, 20_000])));
    let moments =
        named(Series::new("".into(), with_nulls(&[-62_135_596_800_000_000, -1, 0, 1_700_000_000_123_456i64])));
    let plans = named(Series::new(
        "".into(),
        with_nulls(&["pro", "", "basic", "naïve ☕", "pro", "a text of more than twelve bytes"]),
    ));
    let lists = [Series::new("".into(), [1, 2]), Series::new("".into(), [3])];
    let categories = DataType::from_categories(Categories::global());
    vec![
        named(Series::new("".into(), with_nulls(&[true, false, true]))),
        named(Series::new("".into(), with_nulls(&[i8::MIN, 0, i8::MAX]))),
        named(Series::new("".into(), with_nulls(&[i16::MIN, 0, i16::MAX]))),
        named(Series::new("".into(), with_nulls(&[i32::MIN, 0, i32::MAX]))),
        named(Series::new("".into(), with_nulls(&[i64::MIN, 0, i64::MAX]))),
        named(Series::new("".into(), with_nulls(&[0, u8::MAX]))),
        named(Series::new("".into(), with_nulls(&[0, u16::MAX]))),
        named(Series::new("".into(), with_nulls(&[0, u32::MAX]))),
        named(Series::new("".into(), with_nulls(&[0, i64::MAX as u64]))),
        named(Series::new("".into(), with_nulls(&[0, u64::MAX]))),
        named(Series::new("".into(), with_nulls(&[-0.0, 0.1, f64::MAX, f64::MIN_POSITIVE, f64::INFINITY]))),
        named(Series::new("".into(), with_nulls(&[0.1f32, -0.0]))),
        decimals(&[-1250, 0, 7, i64::MAX.into()]),
        decimals(&[-1250, 0, 7, i128::from(i64::MAX) + 1, 10i128.pow(38) - 1]),
        cast(&days, &DataType::Date),
        cast(&moments, &DataType::Datetime(TimeUnit::Microseconds, None)),
        cast(&days, &DataType::Datetime(TimeUnit::Milliseconds, None)),
        cast(&moments, &DataType::Duration(TimeUnit::Microseconds)),
        cast(&named(Series::new("".into(), with_nulls(&[0i64, 3_600_000_000_000]))), &DataType::Time),
        cast(&plans, &categories),
        cast(&plans, &DataType::Binary),
        named(Series::new("".into(), lists)),
        plans,
    ]
}

#[test]
fn compact_column_round_trips_every_type() {
    for column in every_type() {
        check_cut(&column);
        check(column.slice(0, 1));
        check(column.slice(0, 0));
        check(Polars::full_null("a column".into(), 200, column.dtype()));
        // A literal's column: one value repeated in many rows.
        check(column.new_from_index(1, 100));
    }
}

#[test]
fn compact_column_keeps_negative_zero() {
    let Datum::Float(zero) = ColumnData::compact(Polars::new("a".into(), [1.0, -0.0])).datum(1) else {
        panic!("a float")
    };
    assert!(zero.is_sign_negative());
}

#[test]
fn compact_numbers_use_fewest_bytes() {
    let bytes = |values: Vec<i64>| {
        let column = named(Int64Chunked::from_vec("".into(), values).into_series());
        let rows = column.len();
        check(column).bytes() / rows
    };
    assert_eq!(bytes(vec![-128, 127]), 1);
    assert_eq!(bytes(vec![-129, 127]), 2);
    assert_eq!(bytes(vec![-128, 128]), 2);
    assert_eq!(bytes(vec![-32_768, 32_767]), 2);
    assert_eq!(bytes(vec![0, 32_768]), 4);
    assert_eq!(bytes(vec![i32::MIN.into(), i32::MAX.into()]), 4);
    assert_eq!(bytes(vec![0, 1 << 31]), 8);
    // Days of this century exceed 16 bits only from 2059 on.
    let days = |last: i32| cast(&named(Series::new("".into(), [0, last])), &DataType::Date);
    assert_eq!(check(days(20_000)).bytes(), 4);
    assert_eq!(check(days(40_000)).bytes(), 8);
    // The content of a row without a value does not affect the width; its bit does.
    let mut wide = Int64Chunked::from_vec("".into(), vec![1, i64::MAX]);
    wide = wide.set(&BooleanChunked::new("".into(), [false, true]), None).unwrap();
    assert_eq!(check(named(wide.into_series())).bytes(), 2 + 8);
}

#[test]
fn compact_decimals_use_fewest_bytes() {
    let bytes = |units: &[i128]| check(decimals(units)).bytes() - 8;
    assert_eq!(bytes(&[-128, 127]), 3);
    assert_eq!(bytes(&[0, 1 << 40]), 3 * 8);
    assert_eq!(bytes(&[0, 1 << 63]), 3 * 16);
    let ColumnData::Number(number) = check(decimals(&[-1250, 7])) else { panic!("a number") };
    assert_eq!((number.scale(), number.range()), (2, Some((-1250, 7))));
}

#[test]
fn compact_booleans_use_one_bit() {
    let column: BooleanChunked = (0..640).map(|i| i % 3 == 0).collect();
    assert_eq!(check_cut(&named(column.into_series())).bytes(), 640 / 8);
}

#[test]
fn compact_floats_and_wide_numbers_are_not_copied() {
    let floats = Float64Chunked::from_vec("".into(), vec![0.5; 1_000]);
    let place = floats.cont_slice().unwrap().as_ptr();
    let ColumnData::Number(number) = ColumnData::compact(floats.into_column()) else { panic!("a number") };
    let NumberCells::F64(run) = number.cells() else { panic!("floats") };
    assert_eq!(run.as_ptr(), place);
    let slice = number.slice(10..20).unwrap();
    assert_eq!(slice.f64().unwrap().cont_slice().unwrap().as_ptr(), place.wrapping_add(10));
}

#[test]
fn compact_text_reserves_no_extra_memory() {
    let text: StringChunked = (0..200_000).map(|i| Some(format!("customer.{i}@example.org"))).collect();
    let length: usize = text.iter().flatten().map(str::len).sum();
    let text = check_cut(&named(text.into_series()));
    assert!(matches!(&text, ColumnData::Text(text) if text.chunks().len() == 4));
    assert_eq!(text.bytes(), length + 4 * (200_000 + 4));
}

/// Returns text of `distinct` values, some of them null.
fn random_text(rows: usize, distinct: u32, seed: u64) -> Polars {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let value = |i: u32| match i % 3 {
        0 => format!("{i:x}"),
        1 => format!("é{}", i * 7),
        _ => format!("a longer value, the one of number {i}"),
    };
    let text: StringChunked =
        (0..rows).map(|_| Some(rng.next_u32() % (distinct + 1)).filter(|&i| i < distinct).map(value)).collect();
    named(text.into_series())
}

#[test]
fn compact_column_round_trips_random_numbers() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    for bits in [0, 1, 7, 8, 15, 16, 31, 32, 62, 63, 64] {
        let numbers: Int64Chunked = (0..150_000)
            .map(|_| (rng.next_u32() % 5 > 0).then(|| if bits == 0 { 0 } else { rng.next_u64() as i64 >> (64 - bits) }))
            .collect();
        let column = named(numbers.into_series());
        check_cut(&column);
        if bits <= 48 {
            check_cut(&cast(&column, &DataType::Datetime(TimeUnit::Microseconds, None)));
        }
        if bits <= 31 {
            check_cut(&cast(&column, &DataType::Int32));
        }
        if bits <= 16 {
            check_cut(&cast(&column, &DataType::Date));
        }
        check_cut(&cast(&column, &DataType::Float64));
        let even = column.as_materialized_series().i64().unwrap().iter().map(|v| v.map(|v| v % 2 == 0));
        check_cut(&named(even.collect::<BooleanChunked>().into_series()));
    }
}
