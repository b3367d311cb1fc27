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
fn columns_of_pages_are_what_polars_reads() {
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
fn whole_numbers_are_as_narrow_as_the_statistics_say() {
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
fn whole_numbers_without_statistics_are_read_in_the_other_way() {
    let (_folder, path) = in_folder();
    write(&path, &customers(), ParquetCompression::Snappy, None, false);
    assert!(open(&path).flat("whole").is_none());
    check(&open(&path), "spend");
}

#[test]
fn pages_that_pyarrow_writes_are_read() {
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
fn texts_of_files_that_differ_are_united() {
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
fn file_that_was_replaced_is_refused() {
    let (_folder, path) = in_folder();
    write(&path, &customers(), ParquetCompression::Snappy, None, true);
    let files = open(&path);
    let flat = files.flat("plan").unwrap();
    write(&path, &customers().head(Some(100)), ParquetCompression::Snappy, None, true);
    let read = super::super::from_pages::column(&files, &flat, "plan", &Counter::default(), &|| false);
    assert!(read.is_err_and(|error| error.to_string().contains("changed since it was opened")));
}

#[test]
fn reading_stops_when_it_is_cancelled() {
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
fn table_of_no_rows_has_columns_of_no_rows() {
    let (_folder, path) = in_folder();
    write(&path, &customers().head(Some(0)), ParquetCompression::Snappy, None, true);
    let files = open(&path);
    for column in customers().columns() {
        assert_eq!(check(&files, column.name()).rows(), 0);
    }
}

#[test]
fn values_of_a_dictionary_that_no_row_has_are_left_out() {
    let (codes, values, counts) = (Codes::U16(vec![2, 0, 3, 2]), vec!["a", "b", "c"], vec![1, 0, 2, 1]);
    let (codes, values, counts) = super::super::from_pages::only_used(codes, values, counts);
    assert_eq!((values, counts), (vec!["a", "c"], vec![1, 2, 1]));
    assert!(matches!(codes, Codes::U8(codes) if codes == [1, 0, 2, 1]));
}
