use std::collections::HashMap;

use super::*;

/// Checks the dictionary against polars: its values in order, and their counts.
fn check_coded(column: &Polars) -> CodedColumn {
    let ColumnData::Coded(coded) = check_cut(column) else { panic!("{} rows are not coded", column.len()) };
    let text = cast(column, &DataType::String);
    let values = text.drop_nulls().unique().unwrap().sort(SortOptions::default()).unwrap();
    assert!(coded.values().equals(&values));
    assert_eq!(coded.counts().len(), values.len() + 1);
    assert_eq!(coded.counts().iter().sum::<u64>(), column.len() as u64);
    assert_eq!(coded.counts()[coded.null_code()], column.null_count() as u64);
    let counted = text.as_materialized_series().value_counts(false, true, "count".into(), false).unwrap();
    let found = counted.columns()[0].str().unwrap().iter().zip(counted.columns()[1].idx().unwrap().iter().flatten());
    let wanted: HashMap<_, _> = found.collect();
    for (code, &count) in coded.counts().iter().enumerate() {
        assert_eq!(u64::from(*wanted.get(&coded.value(code)).unwrap_or(&0)), count);
    }
    coded
}

#[test]
fn text_with_few_values_gets_narrowest_codes() {
    for (rows, distinct, width) in [
        (100_000, 1, 1),
        (100_000, 255, 1),
        (100_000, 256, 2),
        (400_000, 20_000, 2),
        (300_000, 60_000, 2),
        (900_000, 90_000, 4),
    ] {
        let column = random_text(rows, distinct, distinct.into());
        let coded = check_coded(&column);
        assert_eq!(coded.codes().bytes(), rows * width, "{distinct} values");
    }
    assert_eq!(check_coded(&random_text(50, 3, 7)).codes().bytes(), 50);
}

#[test]
fn text_with_many_values_stays_text() {
    let even = random_text(300_000, 200_000, 1);
    assert!(matches!(check_cut(&even), ColumnData::Text(_)));
    // The sample from all over the column sees few values; the rest of it has too many.
    let late: StringChunked = (0..1_000_000u32).map(|i| Some(format!("{}", if i % 4 == 0 { i } else { 1 }))).collect();
    assert!(matches!(check(named(late.into_series())), ColumnData::Text(_)));
    let sorted = even.sort(SortOptions::default()).unwrap();
    assert!(matches!(check(sorted), ColumnData::Text(_)));
}

#[test]
fn categories_keep_codes_unless_too_many() {
    for (physical, distinct, width) in
        [(CategoricalPhysical::U8, 100, 1), (CategoricalPhysical::U16, 1_000, 2), (CategoricalPhysical::U32, 50_000, 2)]
    {
        let categories = Categories::new("".into(), "tests".into(), physical);
        let category = DataType::from_categories(categories.clone());
        // Categories that no row of this column uses.
        let _others = cast(&named(Series::new("".into(), ["unused", "0 unused"])), &category);
        let text = random_text(100_000, distinct, 3);
        let coded = check_coded(&cast(&text, &category));
        assert_eq!(coded.codes().bytes(), 100_000 * width);
    }
    for order in [["a", "b", "c"], ["c", "a", "b"]] {
        let physical = Categories::new("".into(), "order".into(), CategoricalPhysical::U8);
        let text: StringChunked = (0..150_000).map(|row| Some(order[row * row % 7 % 3])).collect();
        let numbered = cast(&named(Series::new("".into(), order)), &DataType::from_categories(physical.clone()));
        check_coded(&cast(&named(text.into_series()), numbered.dtype()));
    }
    let unique: StringChunked = (0..200_000).map(|i| Some(i.to_string())).collect();
    let category = DataType::from_categories(Categories::global());
    assert!(matches!(check(cast(&named(unique.into_series()), &category)), ColumnData::Text(_)));
}
