use super::*;
use crate::engine::Cancel;
use crate::engine::local::column::{NumberedGroups, RowGroups};

/// Checks groups by number: dense codes of the rows, the values of the groups, and the number of rows in each.
fn check_numbered(column: Polars) {
    let compact = ColumnData::compact(column.clone());
    let numbered = NumberedGroups::build(&compact, &Cancel::new()).unwrap();
    let groups = RowGroups::Numbered(&numbered);
    for row in (0..column.len()).step_by(7) {
        assert_eq!(groups.key(numbered.codes()[row]), compact.datum(row));
    }
    let mut counts = vec![0; groups.len()];
    numbered.codes().iter().for_each(|&code| counts[code as usize] += 1);
    assert_eq!(counts, numbered.counts());
    assert!(counts.iter().all(|&count| count > 0));
    let keys: Vec<Datum> = (0..groups.len() as u32).map(|code| groups.key(code)).collect();
    let (null, known): (Vec<_>, Vec<_>) = keys.iter().partition(|key| key.is_null());
    assert!(known.is_sorted_by(|a, b| a < b), "{known:?}");
    assert_eq!(null.len(), usize::from(column.null_count() > 0));
    assert!(null.is_empty() || keys.last().is_some_and(Datum::is_null));
}

#[test]
fn columns_of_every_type_can_be_grouped() {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let mut numbers = |spread: i64| -> Polars {
        let number = |_| Some(rng.next_u64() as i64 % spread).filter(|v| v % 5 != 0);
        named((0..5_000).map(number).collect::<Int64Chunked>().into_series())
    };
    for spread in [6, 300, 9_000, 100_000, 1 << 40] {
        let column = numbers(spread);
        check_numbered(cast(&column, &DataType::Datetime(TimeUnit::Microseconds, None)));
        check_numbered(cast(&column, &DataType::Float64));
        check_numbered(cast(&column, &DataType::Float32));
        check_numbered(cast(&column, &DataType::String));
        check_numbered(column.drop_nulls());
        check_numbered(column);
    }
    check_numbered(decimals(&[5, -3, 5, 1 << 50, 0]));
    check_numbered(decimals(&[5, -3, 5, 10i128.pow(30), 10i128.pow(30) + 1, 10i128.pow(30), -10i128.pow(30)]));
    check_numbered(named(Series::new("".into(), [Some(true), None, Some(false)])));
    check_numbered(named(Series::new("".into(), [0.5, f64::INFINITY, -1.0])));
    check_numbered(named(Series::new("".into(), [u64::MAX, 1])).slice(0, 1));
    check_numbered(named(Series::new("".into(), [None::<i64>, None])));
    check_numbered(named(Series::new("".into(), [] as [i64; 0])));
    check_numbered(random_text(200_000, 150_000, 5));
    let long = |i: u32| format!("the same beginning, and then {}", i.wrapping_mul(0x9E37_79B1) % 170_000);
    check_numbered(named((0..200_000).map(|i| Some(long(i))).collect::<StringChunked>().into_series()));
    check_numbered(named(
        (0..200_000u32)
            .map(|i| Some("a".repeat(i as usize % 500) + &i.to_string()))
            .collect::<StringChunked>()
            .into_series(),
    ));
}
