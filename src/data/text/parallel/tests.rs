//! Compares tables that were read on all cores with the same tables read row by row.

use std::fmt::Write;
use std::path::PathBuf;

use polars::prelude::DataFrame;
use proptest::prelude::*;

use crate::data::format::BaseFormat;
use crate::data::load_progress::LoadWatch;
use crate::data::rows::{self, RowFormat};
use crate::data::selection::Selection;
use crate::data::{BaseLocation, LoadOptions};

/// Result of a load: the table and its notices, or the error.
type Loaded = Result<(DataFrame, Vec<String>), String>;

fn load(files: &[PathBuf], row_by_row: bool) -> Loaded {
    let (options, cancelled, mut ignore) = (LoadOptions::default(), || false, |_| {});
    let mut watch = LoadWatch::new(&mut ignore, &cancelled);
    let mut inputs = Vec::new();
    for file in files {
        let one = BaseLocation::Path(file.clone()).inputs(usize::MAX, &mut watch);
        inputs.extend(one.map_err(|error| error.to_string())?);
    }
    let formats = BaseFormat::detect(&inputs, &options).map_err(|error| error.to_string())?;
    let BaseFormat::Rows(mut formats) = formats else { return Err("no text".into()) };
    for format in &mut formats {
        let RowFormat::Text(text) = format else { return Err("no text".into()) };
        text.row_by_row = row_by_row;
    }
    let selection = Selection::new(&options);
    let loaded = rows::load(&inputs, formats, &selection, &options, usize::MAX, &mut watch);
    let loaded = loaded.map_err(|error| error.to_string())?;
    Ok((loaded.frame, loaded.notices.into_iter().map(|notice| notice.0).collect()))
}

/// Loads files of these texts both ways.
fn both(texts: &[&[u8]]) -> [Loaded; 2] {
    let folder = tempfile::tempdir().unwrap();
    let file = |(at, text): (usize, &&[u8])| {
        let file = folder.path().join(format!("{at}.csv"));
        std::fs::write(&file, text).unwrap();
        file
    };
    let files: Vec<PathBuf> = texts.iter().enumerate().map(file).collect();
    [false, true].map(|row_by_row| load(&files, row_by_row))
}

#[track_caller]
fn assert_same(texts: &[&[u8]]) -> Loaded {
    let [parallel, by_row] = both(texts);
    match (&parallel, &by_row) {
        (Ok((parallel, about)), Ok((by_row, about_row))) => {
            assert_eq!(parallel.schema(), by_row.schema());
            assert!(parallel.equals_missing(by_row), "{parallel:?}\n{by_row:?}");
            assert_eq!(about, about_row);
        }
        _ => assert_eq!(parallel.as_ref().err(), by_row.as_ref().err()),
    }
    parallel
}

/// A table of text: `cells` of the rows of each column come from the column's list, one after the other; the last ones only
/// at the end.
fn table(columns: &[Vec<&str>], rows: usize, line_end: &str) -> String {
    let names: Vec<String> = (0..columns.len()).map(|column| format!("name{column}")).collect();
    let mut text = names.join(",") + line_end;
    for row in 0..rows {
        for (column, cells) in columns.iter().enumerate() {
            let separator = if column > 0 { "," } else { "" };
            let cell = match row + cells.len() >= rows {
                true => cells[cells.len() - (rows - row)],
                false => cells[row % cells.len().div_ceil(2)],
            };
            write!(text, "{separator}{cell}").unwrap();
        }
        text += line_end;
    }
    text
}

/// Cells of all types, and some at which a type ends: blanks, missing numbers, codes, digits beyond floats, quotes.
const CELLS: [&str; 28] = [
    "",
    "0",
    "7",
    "-12",
    "9007199254740993",
    "1.5",
    "-0.25",
    "5.",
    "1E5",
    "1e-5",
    "NaN",
    " ",
    "true",
    "FALSE",
    "false",
    "2024-02-29",
    "2024-02-30",
    "2024-02-29 10:20:30",
    "2024-02-29T10:20:30.1234567+02:00",
    "text",
    "\"x, y\"",
    "\"two\nlines\"",
    "\"say \"\"so\"\"\"",
    "\"\"",
    "\"7\"",
    "Krüger",
    "0001",
    "-0",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn parallel_read_equals_row_by_row_read(
        columns in prop::collection::vec(prop::collection::vec(prop::sample::select(&CELLS[..]), 1..7), 2..9),
        rows in prop::sample::select(&[3_usize, 40, 9_000, 40_000][..]),
        line_end in prop::sample::select(&["\n", "\r\n"][..]),
    ) {
        assert_same(&[table(&columns, rows, line_end).as_bytes()]).ok();
    }
}

/// A regular table of this many rows, of about 700 kB per 50,000 rows.
fn regular(rows: usize) -> String {
    let cells = |row: usize| format!("{row},{}.5,name {}\n", row % 97, row % 31);
    "id,sum,name\n".to_owned() + &(0..rows).map(cells).collect::<String>()
}

#[test]
fn parallel_read_reports_fault_at_its_line() {
    for row in ["1,2\n", "1,2,3,4\n", "1,\"2\"x,3\n", "1,2\",3\n", "1, \"2\",3\n", "1,\"2,3\n"] {
        for before in [0, 1, 30_000] {
            let mut text = regular(before) + row;
            text += &regular(30_000)["id,sum,name\n".len()..];
            let error = assert_same(&[text.as_bytes()]).unwrap_err();
            assert!(error.contains(&format!(" line {} ", before + 2)), "{row:?}: {error}");
        }
    }
}

#[test]
fn parallel_read_handles_blank_lines_and_repeated_headers() {
    let (table, end) = (regular(30_000), "5,6,seven");
    let blank = table.replace("\n77,", "\n\n\n77,");
    let repeated = table.replace("\n300,", "\nid,sum,name\n300,").replace("\n29000,", "\n\"id\",sum,name\n29000,");
    let returns = table.replace("\n500,", "\r500,");
    for text in
        [blank, repeated, returns, table.replace('\n', "\r"), format!("{table}{end}"), format!("{table}{end}\r")]
    {
        assert!(assert_same(&[text.as_bytes()]).is_ok());
    }
}

#[test]
fn parallel_read_handles_non_utf8_characters() {
    let mut text = regular(40_000).into_bytes();
    let place = text.len() - 3;
    text[place] = 0xE9;
    assert!(assert_same(&[&text]).is_ok());
    text.splice(..0, *b"\xEF\xBB\xBF");
    assert!(assert_same(&[&text]).is_ok());
}

#[test]
fn parallel_read_of_files_widens_column_types() {
    let (numbers, words) = (regular(30_000), regular(100).replace(".5,", ",").replace("name 3", "2024-01-01"));
    let texts = regular(20_000).replace("19999,", "n/a,");
    for order in [[&numbers, &words, &texts], [&texts, &numbers, &words], [&words, &texts, &numbers]] {
        assert!(assert_same(&order.map(|text| text.as_bytes())).is_ok());
    }
}
