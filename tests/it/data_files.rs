//! Parquet and Arrow files: opened by their metadata, read one column at a time.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use crosscut::data::{BaseLocation, Counter, DataError, LoadOptions, check_key, load};
use crosscut::model::ColumnType;
use polars::prelude::*;
use polars_io::SerWriter;
use polars_io::ipc::{IpcCompression, IpcWriter};
use polars_io::parquet::write::{ParquetCompression, ParquetWriter};
use tempfile::TempDir;

use super::data::{guessed, letters, names, open_path, values};

/// Rows per part, large enough to stay a chunk of its own.
const PART: usize = 20_000;

/// Customers with one column for each way of reading, in three parts. The values of a row do not depend on the file's
/// format.
fn customers() -> DataFrame {
    let rows = 3 * PART;
    let plan = |row: usize| (!row.is_multiple_of(5)).then_some(["pro", "basic", "a plan with a long name"][row % 3]);
    let spend = |row: usize| if row == 7 { f64::NAN } else { row as f64 / 4.0 };
    let data = df!(
        "id" => (0..rows as i64).collect::<Vec<_>>(),
        "plan" => (0..rows).map(plan).collect::<Vec<_>>(),
        "spend" => (0..rows).map(|row| (!row.is_multiple_of(9)).then_some(spend(row))).collect::<Vec<_>>(),
        "email" => (0..rows).map(|row| format!("customer.{row}@shop.example")).collect::<Vec<_>>(),
        // Few values in the first part, none in the second, different and many in the third.
        "region" => (0..rows).map(|row| match row / PART {
            0 => Some(["north", "south"][row % 2].to_owned()),
            1 => None,
            _ => Some(format!("region {}", row % 300)),
        }).collect::<Vec<_>>(),
        // Few values, then as many as there are rows.
        "note" => (0..rows).map(|row| format!("note {}", if row < PART { row % 3 } else { row })).collect::<Vec<_>>(),
    );
    data.unwrap()
}

#[derive(Debug, Clone, Copy)]
enum Format {
    Parquet(ParquetCompression),
    Arrow(Option<IpcCompression>),
}

const FORMATS: [Format; 4] = [
    Format::Parquet(ParquetCompression::Uncompressed),
    Format::Parquet(ParquetCompression::Snappy),
    Format::Arrow(None),
    Format::Arrow(Some(IpcCompression::LZ4)),
];

const PARQUET: Format = Format::Parquet(ParquetCompression::Uncompressed);

fn write(path: &Path, frame: &DataFrame, format: Format) {
    let (mut frame, file) = (frame.clone(), fs::File::create(path).unwrap());
    match format {
        Format::Parquet(compression) => {
            let writer = ParquetWriter::new(file).with_compression(compression).with_row_group_size(Some(PART));
            writer.finish(&mut frame).unwrap();
        }
        Format::Arrow(compression) => {
            let mut writer = IpcWriter::new(file).with_compression(compression).with_record_batch_size(Some(PART));
            writer.finish(&mut frame).unwrap();
        }
    }
}

/// A folder with a file of the customers.
fn folder(format: Format) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("customers");
    write(&path, &customers(), format);
    (folder, path)
}

/// The column before it was written, in the form of [`values`].
fn written(column: &str) -> Vec<String> {
    let column = customers().column(column).unwrap().clone();
    let shown = |row| crosscut::data::datum(&column, row).to_string();
    (0..column.len()).map(shown).map(|text| if text == "NaN" { "–".to_owned() } else { text }).collect()
}

/// Overwrites the first occurrence of these bytes in the file.
fn overwrite(path: &Path, bytes: &[u8]) {
    let mut file = fs::read(path).unwrap();
    let at = file.windows(bytes.len()).position(|window| window == bytes).unwrap();
    file[at..at + bytes.len()].fill(0xFF);
    fs::write(path, file).unwrap();
}

/// Writes the customers as Parquet of which the column `email` cannot be read.
pub fn write_damaged(path: &Path) {
    write(path, &customers(), PARQUET);
    overwrite(path, b"customer.12345@shop.example");
}

#[test]
fn columnar_columns_read_as_written() {
    for format in FORMATS {
        let (_folder, path) = folder(format);
        let base = open_path(path).unwrap();
        assert_eq!((base.table.rows(), letters(&base).as_str()), (3 * PART, "itfttt"), "{format:?}");
        for column in names(&base) {
            assert_eq!(values(&base, column), written(column), "{column} of {format:?}");
        }
        assert_eq!(guessed(base), (Some("id".into()), Some("spend".into())));
    }
}

#[test]
fn categorical_column_stays_coded() {
    let (_folder, path) = folder(PARQUET);
    let base = open_path(path).unwrap();
    let plan = base.table.column("plan").unwrap();
    assert_eq!(plan.dtype().cat_physical().unwrap(), CategoricalPhysical::U8);
    let mapping = plan.dtype().cat_mapping().unwrap();
    let categories: Vec<_> = (0..mapping.num_cats_upper_bound() as u32).map(|code| mapping.cat_to_str(code)).collect();
    assert_eq!(categories, [Some("a plan with a long name"), Some("basic"), Some("pro")]);
    // One dictionary for each row group, of which one has none, merged into one.
    let region = base.table.column("region").unwrap();
    assert_eq!((region.dtype().cat_physical().unwrap(), region.null_count()), (CategoricalPhysical::U16, PART));
    for column in ["email", "note"] {
        assert_eq!(base.table.column(column).unwrap().dtype(), &DataType::String);
    }
    assert_eq!(base.table.data_type("plan"), Some(DataType::String));
}

#[test]
fn arrow_categories_become_codes_without_unused_values() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.arrow");
    let categories = DataType::from_frozen_categories(FrozenCategories::new(["x", "unused", "b", "a"]).unwrap());
    let enumerated = Column::new("e".into(), [Some("x"), None, Some("b")]).cast(&categories).unwrap();
    write(&path, &DataFrame::new(3, vec![enumerated]).unwrap(), Format::Arrow(None));
    let base = open_path(path).unwrap();
    assert_eq!((letters(&base).as_str(), values(&base, "e")), ("t", vec!["x".into(), "–".into(), "b".to_owned()]));
    let column = base.table.column("e").unwrap();
    assert_eq!(column.dtype().cat_mapping().unwrap().num_cats_upper_bound(), 2);
}

#[test]
fn damaged_column_is_reported_when_needed_and_others_are_read() {
    let (_folder, path) = folder(PARQUET);
    write_damaged(&path);
    let base = open_path(&path).unwrap();
    assert_eq!(values(&base, "spend"), written("spend"));
    assert_eq!(values(&base, "plan"), written("plan"));
    let error = base.table.column("email").unwrap_err().to_string();
    let start = format!("{}: column \"email\" cannot be read (", path.display());
    assert!(error.starts_with(&start) && error.ends_with("): write the file without it"), "{error}");
    assert_eq!(base.table.column("mail").unwrap_err().to_string(), "there is no column \"mail\"");
}

#[test]
fn replaced_or_removed_file_is_reported() {
    for format in [PARQUET, Format::Arrow(None)] {
        let (_folder, path) = folder(format);
        let base = open_path(&path).unwrap();
        let told = || base.table.column("spend").unwrap_err().to_string();
        write(&path, &customers().head(Some(PART)), format);
        assert!(told().ends_with("customers: changed since it was opened: open it again once it is written"));
        fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(100).unwrap();
        assert!(told().contains("changed since it was opened"));
        fs::remove_file(&path).unwrap();
        assert!(told().contains("customers: vanished while it was read"), "{}", told());
    }
}

#[test]
fn file_replaced_with_same_size_and_time_is_reported() {
    let (folder, path) = folder(PARQUET);
    let base = open_path(&path).unwrap();
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    let told = || base.table.column("spend").unwrap_err().to_string();
    // In its place, and by a rename over it.
    let bytes = fs::read(&path).unwrap();
    let other = folder.path().join("other");
    fs::write(&other, &bytes).unwrap();
    fs::File::open(&other).unwrap().set_modified(modified).unwrap();
    fs::rename(&other, &path).unwrap();
    assert!(told().contains("changed since it was opened"), "{}", told());
    let base = open_path(&path).unwrap();
    assert!(base.table.column("spend").is_ok());
    std::thread::sleep(std::time::Duration::from_millis(20));
    fs::write(&path, &bytes).unwrap();
    fs::File::open(&path).unwrap().set_modified(modified).unwrap();
    let told = base.table.column("spend").unwrap_err().to_string();
    assert!(told.contains("changed since it was opened"), "{told}");
}

#[test]
fn file_added_to_or_removed_from_pattern_is_reported() {
    let (folder, path) = folder(PARQUET);
    let other = folder.path().join("customers_2");
    fs::copy(&path, &other).unwrap();
    let base = open_path(folder.path().join("customers*")).unwrap();
    let told = || base.table.column("spend").unwrap_err().to_string();
    let third = folder.path().join("customers_3");
    fs::copy(&path, &third).unwrap();
    assert!(told().contains("customers_3 came since it was opened: open it again"), "{}", told());
    fs::remove_file(&third).unwrap();
    assert!(base.table.column("spend").is_ok());
    fs::remove_file(&other).unwrap();
    assert!(told().contains("customers_2 went since it was opened: open it again"), "{}", told());
}

#[test]
fn truncated_arrow_file_is_damaged() {
    let (_folder, path) = folder(Format::Arrow(None));
    let bytes = fs::read(&path).unwrap();
    for cut in [100, bytes.len() / 2, bytes.len() - 1] {
        fs::write(&path, &bytes[..cut]).unwrap();
        let error = open_path(&path).unwrap_err().to_string();
        assert!(error.contains("is a damaged or truncated Arrow file"), "{error}");
    }
}

#[test]
fn glob_files_are_merged_by_column_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (all, third) = (customers(), PART as i64);
    for part in 0..3 {
        write(&path(&format!("a{part}")), &all.slice(part * third, PART), PARQUET);
    }
    let base = open_path(path("a*")).unwrap();
    for column in names(&base) {
        assert_eq!(values(&base, column), written(column), "{column}");
    }
    write(&path("b1"), &df!("id" => [1], "n" => [1]).unwrap(), PARQUET);
    write(&path("b2"), &df!("m" => [0.5], "id" => [2_i64]).unwrap(), PARQUET);
    let base = open_path(path("b*")).unwrap();
    assert_eq!((names(&base), values(&base, "id")), (vec!["id", "n", "m"], vec!["1".into(), "2".to_owned()]));
    assert_eq!(
        (values(&base, "n"), values(&base, "m")),
        (vec!["1".into(), "–".into()], vec!["–".into(), "0.5".to_owned()])
    );
    assert_eq!(base.notices[0].to_string(), "n, m are missing in 1 of 2 files: null there");
    write(&path("c1"), &df!("n" => [1]).unwrap(), PARQUET);
    write(&path("c2"), &df!("n" => ["1"]).unwrap(), PARQUET);
    write(&path("d1"), &df!("n" => [1], "m" => [1]).unwrap(), PARQUET);
    write(&path("d2"), &df!("x" => [1], "y" => [1], "z" => [1]).unwrap(), PARQUET);
    write(&path("e1"), &df!("n" => [(1_i64 << 53) + 1]).unwrap(), PARQUET);
    write(&path("e2"), &df!("n" => [0.5]).unwrap(), PARQUET);
    let told = |pattern: &str| open_path(path(pattern)).unwrap_err().to_string();
    let ends = |pattern: &str, end: &str| assert!(told(pattern).ends_with(end), "{}", told(pattern));
    ends("c*", "c2: column \"n\" is str, in the previous files i32: list only files of one table");
    ends("d*", "d2: has no column in common with the previous files: list only files of one table");
    let error = open_path(path("e*")).unwrap().table.column("n").unwrap_err().to_string();
    assert!(error.contains("e1: column \"n\" cannot be read (a whole number of it has too many digits"), "{error}");
}

#[test]
fn binary_columns_are_typed_by_content() {
    let folder = tempfile::tempdir().unwrap();
    let ids: [&[u8]; 2] = [b"\xff\0\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee", &[0xff; 16]];
    let frame = df!(
        "text" => [b"ab".as_slice(), b"\xc3\xa9"],
        "id" => ids,
        "raw" => [b"\xff".as_slice(), b"ab"],
    );
    for format in FORMATS {
        let path = folder.path().join("t");
        write(&path, frame.as_ref().unwrap(), format);
        let base = open_path(&path).unwrap();
        assert_eq!((letters(&base).as_str(), values(&base, "text")), ("tto", vec!["ab".into(), "é".to_owned()]));
        let id = "ff001122-3344-5566-7788-99aabbccddee";
        assert_eq!(values(&base, "id"), [id, "ffffffff-ffff-ffff-ffff-ffffffffffff"]);
        assert_eq!(base.table.column("raw").unwrap().dtype(), &DataType::Binary);
    }
}

#[test]
fn columnar_base_has_only_selected_columns() {
    let (_folder, path) = folder(PARQUET);
    let open = |columns: &[&str]| {
        let columns = Some(columns.iter().map(|name| name.to_string()).collect());
        let options = LoadOptions { key: Some("ID".into()), columns, ..LoadOptions::default() };
        load(&BaseLocation::Path(path.clone()), &options, &mut |_| {}, &|| false)
    };
    let base = open(&["spend"]).unwrap();
    assert_eq!((names(&base), values(&base, "spend")), (vec!["id", "spend"], written("spend")));
    assert!(base.table.column("plan").is_err());
    assert_eq!(
        open(&["spent"]).unwrap_err().to_string(),
        "column \"spent\" to keep not found: did you mean \"spend\"?"
    );
}

#[test]
fn keys_are_checked_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    write(&path, &df!("id" => [Some("a"), None, Some("b"), Some("a")]).unwrap(), PARQUET);
    let options = LoadOptions { key: Some("id".into()), ..LoadOptions::default() };
    let base = load(&BaseLocation::Path(path.clone()), &options, &mut |_| {}, &|| false).unwrap();
    assert!(base.notices.is_empty());
    let notices: Vec<String> = check_key(&base, 0).unwrap().into_iter().map(|notice| notice.0).collect();
    assert_eq!(notices, ["1 customer has no id", "2 customers share an id with another (first: row 1)"]);
    fs::remove_file(path).unwrap();
    assert!(check_key(&base, 0).is_err());
}

#[test]
fn column_reading_is_counted_and_cancellable() {
    let (_folder, path) = folder(PARQUET);
    let base = open_path(path).unwrap();
    let (counter, asked) = (Counter::default(), AtomicUsize::new(0));
    base.table.read("spend", &counter, &|| false).unwrap();
    assert_eq!((counter.done(), counter.total()), (3 * PART as u64, 3 * PART as u64));
    let stop = base.table.read("spend", &counter, &|| asked.fetch_add(1, Ordering::Relaxed) > 0);
    assert!(matches!(stop, Err(DataError::Cancelled)));
    assert!(counter.done() <= PART as u64);
}

#[test]
fn table_without_rows_has_columns() {
    let folder = tempfile::tempdir().unwrap();
    for format in FORMATS {
        let path = folder.path().join("t");
        write(&path, &customers().head(Some(0)), format);
        let base = open_path(&path).unwrap();
        assert_eq!((base.table.rows(), letters(&base).as_str()), (0, "itfttt"), "{format:?}");
        assert_eq!(base.schema.get("plan").unwrap().column_type, ColumnType::Text);
        for column in names(&base) {
            let read = base.table.column(column).unwrap();
            assert_eq!((read.len(), Some(read.dtype().clone())), (0, base.table.data_type(column)), "{column}");
        }
    }
}
