//! Columns that are decoded from the pages of Parquet files, compared with the same columns read by polars.

use std::fs::File;
use std::path::{Path, PathBuf};

use polars::prelude::*;
use polars_io::parquet::write::{ParquetCompression, ParquetWriter, StatisticsOptions};
use tempfile::TempDir;

use super::super::{Codes, ColumnData, NumberCells};
use crate::data::{BaseLocation, BaseTable, Counter, DataError, DataFiles, LoadOptions, load};
use crate::model::Datum;

const ROWS: usize = 5000;

/// Columns of each kind, with nulls in many rows and none in the rest of the first part.
fn customers() -> DataFrame {
    let some = |row: usize| !row.is_multiple_of(3) || row < 500;
    let whole = |factor: i64| (0..ROWS).map(|row| some(row).then_some(row as i64 * factor - 4)).collect::<Vec<_>>();
    let plan = |row: usize| some(row).then_some(["pro", "basic", "a plan with a long name", ""][row % 4]);
    let spend = |row: usize| some(row).then_some(if row == 7 { f64::NAN } else { row as f64 / 8.0 });
    let frame = df!(
        "tiny" => (0..ROWS).map(|row| some(row).then_some(row as i64 % 100)).collect::<Vec<_>>(),
        "short" => whole(3),
        "whole" => whole(100_000),
        "far" => whole(1 << 40),
        "spend" => (0..ROWS).map(spend).collect::<Vec<_>>(),
        "plan" => (0..ROWS).map(plan).collect::<Vec<_>>(),
        "city" => (0..ROWS).map(|row| format!("city {}", row % 170)).collect::<Vec<_>>(),
        "lately" => (0..ROWS).map(|row| (row > 4000).then_some(row as i64)).collect::<Vec<_>>(),
        "nothing" => vec![None::<i64>; ROWS],
    );
    let mut frame = frame.unwrap();
    let day = frame.column("short").unwrap().cast(&DataType::Int32).unwrap().cast(&DataType::Date).unwrap();
    frame.with_column(day.with_name("day".into())).unwrap();
    frame
}

fn write(path: &Path, frame: &DataFrame, compression: ParquetCompression, page: Option<usize>, statistics: bool) {
    let statistics = if statistics { StatisticsOptions::full() } else { StatisticsOptions::empty() };
    let writer = ParquetWriter::new(File::create(path).unwrap()).with_compression(compression);
    let writer = writer.with_row_group_size(Some(700)).with_data_page_size(page).with_statistics(statistics);
    writer.finish(&mut frame.clone()).unwrap();
}

fn in_folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("customers.parquet");
    (folder, path)
}

fn open(path: &Path) -> DataFiles {
    let location = BaseLocation::Path(path.to_owned());
    match load(&location, &LoadOptions::default(), &mut |_| {}, &|| false).unwrap().table {
        BaseTable::Files(files) => files,
        BaseTable::Memory(_) => panic!("it was read into memory"),
    }
}

fn from_pages(files: &DataFiles, name: &str) -> Option<ColumnData> {
    let flat = files.flat(name)?;
    super::super::from_pages::column(files, &flat, name, &Counter::default(), &|| false).unwrap()
}

/// Checks that a column of pages is what polars reads, in the same form.
fn check(files: &DataFiles, name: &str) -> ColumnData {
    let decoded = from_pages(files, name).unwrap_or_else(|| panic!("{name} is not decoded"));
    let read = ColumnData::compact(files.read(name, &Counter::default(), &|| false).unwrap());
    assert_eq!((decoded.name(), decoded.rows(), decoded.nulls()), (name, read.rows(), read.nulls()));
    assert_eq!(decoded.bytes(), read.bytes(), "{name}");
    for row in 0..read.rows() {
        assert_eq!(decoded.datum(row), read.datum(row), "{name}, row {row}");
    }
    match (&decoded, &read) {
        (ColumnData::Number(one), ColumnData::Number(other)) => {
            assert_eq!((one.range(), one.data_type()), (other.range(), other.data_type()), "{name}");
            assert_eq!((one.known(), one.nulls()), (other.known(), other.nulls()), "{name}");
        }
        (ColumnData::Coded(one), ColumnData::Coded(other)) => {
            assert_eq!(one.counts(), other.counts(), "{name}");
            assert!(one.values().equals_missing(&other.values()), "{name}");
        }
        _ => panic!("{name} has another form"),
    }
    decoded
}

#[test]
fn columns_from_pages_equal_polars_columns() {
    let (_folder, path) = in_folder();
    for (compression, page) in [
        (ParquetCompression::Uncompressed, None),
        (ParquetCompression::Snappy, Some(500)),
        (ParquetCompression::Zstd(None), Some(100)),
    ] {
        write(&path, &customers(), compression, page, true);
        let files = open(&path);
        for column in customers().columns() {
            // Polars writes no bounds for a chunk with a page that has no value.
            if page.is_some() && ["lately", "nothing"].contains(&column.name().as_str()) {
                assert!(files.flat(column.name()).is_none());
                continue;
            }
            check(&files, column.name());
        }
    }
}

#[test]
fn integers_from_pages_use_width_of_statistics() {
    let (_folder, path) = in_folder();
    write(&path, &customers(), ParquetCompression::Snappy, None, true);
    let cells = |name: &str| match check(&open(&path), name) {
        ColumnData::Number(number) => number.cells().clone(),
        _ => panic!("no numbers"),
    };
    assert!(matches!(cells("tiny"), NumberCells::I8(_)));
    assert!(matches!(cells("short"), NumberCells::I16(_)));
    assert!(matches!(cells("whole"), NumberCells::I32(_)));
    assert!(matches!(cells("far"), NumberCells::I64(_)));
    assert!(matches!(cells("nothing"), NumberCells::I8(_)));
}

#[test]
fn integers_without_statistics_are_read_by_polars() {
    let (_folder, path) = in_folder();
    write(&path, &customers(), ParquetCompression::Snappy, None, false);
    assert!(open(&path).flat("whole").is_none());
    check(&open(&path), "spend");
}

#[test]
fn pages_written_by_pyarrow_are_read() {
    let files = open(Path::new("tests/it/formats/pages.parquet"));
    for name in ["tiny", "whole", "far", "unsigned", "day", "moment", "share", "plan", "nothing"] {
        check(&files, name);
    }
    // Their dictionaries end before the rows do.
    assert!(from_pages(&files, "city").is_none() && from_pages(&files, "email").is_none());
    let read = |name: &str| ColumnData::read_by_parts(&files, name, &Counter::default(), &|| false).unwrap();
    assert!(read("city").is_none());
    // The formulas of pages.py.
    let share = check(&files, "share");
    assert_eq!((share.datum(16), share.datum(50), share.datum(700)), (Datum::Float(2.0), Datum::Null, Datum::Null));
    let plan = check(&files, "plan");
    assert_eq!(plan.datum(1), Datum::Text("basic".into()));
    assert_eq!((plan.nulls(), plan.datum(1799)), (300 + 1500 / 7, Datum::Text("é – a long name of a plan".into())));
    assert_eq!(check(&files, "far").datum(1799), Datum::Integer(1799 * 10i64.pow(15)));
}

#[test]
fn dictionaries_of_several_files_are_merged() {
    let folder = tempfile::tempdir().unwrap();
    for (file, plans) in [("a", ["pro", "basic"]), ("b", ["trial", "basic"])] {
        let frame =
            df!("plan" => plans.repeat(20), "age" => vec![if file == "a" { 7i64 } else { 70_000 }; 40]).unwrap();
        write(&folder.path().join(format!("{file}.parquet")), &frame, ParquetCompression::Snappy, None, true);
    }
    let files = open(folder.path());
    let ColumnData::Coded(plan) = check(&files, "plan") else { panic!("no codes") };
    assert_eq!((plan.counts(), plan.get(0), plan.get(79)), (&[40, 20, 20, 0][..], Some("pro"), Some("basic")));
    let ColumnData::Number(age) = check(&files, "age") else { panic!("no numbers") };
    assert_eq!(age.range(), Some((7, 70_000)));
}

#[test]
fn replaced_file_is_refused() {
    let (_folder, path) = in_folder();
    write(&path, &customers(), ParquetCompression::Snappy, None, true);
    let files = open(&path);
    let flat = files.flat("plan").unwrap();
    write(&path, &customers().head(Some(100)), ParquetCompression::Snappy, None, true);
    let read = super::super::from_pages::column(&files, &flat, "plan", &Counter::default(), &|| false);
    assert!(read.is_err_and(|error| error.to_string().contains("changed since it was opened")));
}

#[test]
fn reading_pages_stops_when_cancelled() {
    let (_folder, path) = in_folder();
    write(&path, &customers(), ParquetCompression::Snappy, None, true);
    let files = open(&path);
    for name in ["plan", "whole", "spend"] {
        let flat = files.flat(name).unwrap();
        let read = super::super::from_pages::column(&files, &flat, name, &Counter::default(), &|| true);
        assert!(matches!(read, Err(DataError::Cancelled)), "{name}");
    }
}

#[test]
fn empty_table_has_empty_columns() {
    let (_folder, path) = in_folder();
    write(&path, &customers().head(Some(0)), ParquetCompression::Snappy, None, true);
    let files = open(&path);
    for column in customers().columns() {
        assert_eq!(check(&files, column.name()).rows(), 0);
    }
}

#[test]
fn unused_dictionary_values_are_dropped() {
    let (codes, values, counts) = (Codes::U16(vec![2, 0, 3, 2]), vec!["a", "b", "c"], vec![1, 0, 2, 1]);
    let (codes, values, counts) = super::super::from_pages::only_used(codes, values, counts);
    assert_eq!((values, counts), (vec!["a", "c"], vec![1, 2, 1]));
    assert!(matches!(codes, Codes::U8(codes) if codes == [1, 0, 2, 1]));
}

#[test]
fn variety_of_first_texts_is_counted_in_plain_pages_only() {
    let (_folder, path) = in_folder();
    let ids = (0..ROWS).map(|row| (row % 5 != 1).then(|| format!("C{}", if row < 100 { row / 2 } else { row })));
    let mut frame = customers();
    frame.with_column(Column::new("id".into(), ids.collect::<Vec<_>>())).unwrap();
    let of_writer = |file: &Path, page: Option<usize>| {
        write(file, &frame, ParquetCompression::Zstd(None), page, true);
        let files = open(file);
        [10, 300, 650, 10_000].map(|rows| files.variety_of_head("id", rows).map(|found| (found.known, found.distinct)))
    };
    write(&path, &frame, ParquetCompression::Zstd(None), None, true);
    let first_part = open(&path).parts_of_rows()[0].len();
    let counted = |rows: usize| {
        let ids = frame.column("id").unwrap().head(Some(rows.min(first_part))).drop_nulls();
        (ids.len(), ids.as_materialized_series().n_unique().unwrap())
    };
    let wanted = [10, 300, 650, 10_000].map(|rows| Some(counted(rows)));
    for page in [None, Some(500)] {
        let found = of_writer(&path, page);
        assert_eq!(found, wanted);
    }
    assert_eq!(open(&path).variety_of_head("tiny", 10), None);
    assert_eq!(open(&path).variety_of_head("plan", 10), None);
}
