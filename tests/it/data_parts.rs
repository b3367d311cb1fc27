//! Tables that are shown in parts while they are read.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use crosscut::data::{Base, BaseLocation, BaseTable, DataError, LoadOptions, LoadStep, TextOptions, load};

use crate::data::letters;

/// Rows of a text that is longer than what is read before the first part.
const ROWS: usize = 60_000;

fn table(line: impl Fn(usize) -> String) -> String {
    (0..ROWS).fold(String::new(), |mut text, row| {
        let _ = writeln!(text, "{}", line(row));
        text
    })
}

/// Loads a file with these bytes, from the first byte on in parts.
fn grown(name: &str, bytes: impl AsRef<[u8]>, options: LoadOptions) -> (Vec<Base>, Result<Base, DataError>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    grown_at(&path, options)
}

fn grown_at(path: &Path, options: LoadOptions) -> (Vec<Base>, Result<Base, DataError>) {
    let options = LoadOptions { grows_from: Some(1), ..options };
    let source = BaseLocation::Path(path.to_owned());
    let mut parts = Vec::new();
    let mut on_step = |step| {
        if let LoadStep::Part(rows) = step {
            parts.extend(rows.base(&source, &options));
        }
    };
    let base = load(&source, &options, &mut on_step, &|| false);
    (parts, base)
}

fn frame(base: &Base) -> &polars::prelude::DataFrame {
    match &base.table {
        BaseTable::Memory(frame) => frame,
        BaseTable::Files(_) => panic!("read into memory"),
    }
}

/// Checks that there are parts, each with more rows than the previous one, and with the same rows as the whole.
fn check_rows(parts: &[Base], whole: &Base) {
    assert!(!parts.is_empty(), "{}", whole.source);
    for part in parts {
        let (part, rows) = (frame(part), part.table.rows());
        assert!(part.equals_missing(&frame(whole).head(Some(rows))), "{}: {rows} rows", whole.source);
    }
    assert!(parts.windows(2).all(|pair| pair[0].table.rows() < pair[1].table.rows()));
}

#[test]
fn parts_of_any_text_are_its_first_rows() {
    let csv = format!(
        "id,day,spend,name\n{}",
        table(|row| format!("{row},2024-01-{:02},{row}.5,n{}", row % 28 + 1, row % 7))
    );
    let json = table(|row| format!("{{\"id\":{row},\"spend\":{row}.5,\"home\":{{\"city\":\"c{}\"}}}}", row % 7));
    // A quote within a field is read row by row.
    let quoted = format!("id,note\n{}", table(|row| format!("{row},\"a \"\"quoted\"\"\nnote of two lines {row}\"")));
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    zipped.write_all(csv.as_bytes()).unwrap();
    for (name, bytes) in [
        ("t.csv", csv.clone().into_bytes()),
        ("t.csv.gz", zipped.finish().unwrap()),
        ("t.ndjson", json.clone().into_bytes()),
        ("t.json", format!("[{}]", json.trim_end().replace('\n', ",")).into_bytes()),
        ("quoted.csv", quoted.into_bytes()),
    ] {
        let (parts, whole) = grown(name, bytes, LoadOptions::default());
        let whole = whole.unwrap();
        assert_eq!(whole.table.rows(), ROWS, "{name}");
        check_rows(&parts, &whole);
    }
    // With a declared type, rows are read one after the other.
    let spend = ("spend".to_owned(), crosscut::data::DeclaredType::new(crosscut::data::DeclaredKind::Text));
    let text = TextOptions { types: [spend].into(), ..TextOptions::default() };
    let (parts, whole) = grown("t.csv", csv, LoadOptions { text, ..LoadOptions::default() });
    check_rows(&parts, &whole.unwrap());
}

#[test]
fn part_has_types_of_its_rows_and_whole_of_all_rows() {
    let text =
        format!("id,late_text,late_float,zip\n{}", table(|row| format!("{row},{row},{row},{}", row % 90_000 + 10_000)));
    let (parts, whole) = grown("t.csv", format!("{text}x,x,0.5,01234\n"), LoadOptions::default());
    let whole = whole.unwrap();
    assert_eq!((letters(&parts[0]), letters(&whole)), ("iiii".into(), "ttft".into()));
    let plain = crate::data::base_of("t.csv", format!("{text}x,x,0.5,01234\n")).unwrap();
    assert!(frame(&whole).equals_missing(frame(&plain)));
}

#[test]
fn column_in_doubt_ends_parts_and_is_read_right() {
    // The text of the first values is lost when the column turns out to be text.
    let (one, other) = (table(|row| format!("{row}.50,{row}")), table(|row| format!("N/A,{row}")));
    let text = format!("spend,id\n{one}{other}{other}{other}{other}");
    let (parts, whole) = grown("t.csv", &text, LoadOptions::default());
    let whole = whole.unwrap();
    assert!(parts.iter().all(|part| part.table.rows() <= ROWS), "none with a doubtful column");
    assert_eq!(letters(&whole), "ti");
    assert!(frame(&whole).equals_missing(frame(&crate::data::base_of("t.csv", &text).unwrap())));
}

#[test]
fn ragged_line_far_down_fails_with_its_line_after_parts() {
    let text = format!("id,name\n{}7,8,9\n", table(|row| format!("{row},a name that is long enough {row}")));
    let (parts, whole) = grown("t.csv", text, LoadOptions::default());
    assert!(!parts.is_empty());
    let error = whole.unwrap_err().to_string();
    assert!(error.contains(&format!("line {} has 3 fields, the header has 2", ROWS + 2)), "{error}");
}

#[test]
fn part_has_wanted_columns_and_key() {
    let text = format!("id,name,note\n{}", table(|row| format!("{row},n{row},a note that is long enough {row}")));
    let columns = Some(vec!["name".into()]);
    let options = LoadOptions { key: Some("ID".into()), columns, ..LoadOptions::default() };
    let (parts, whole) = grown("t.csv", text, options);
    assert_eq!(parts[0].key.as_deref(), Some("id"));
    check_rows(&parts, &whole.unwrap());
}

#[test]
fn small_table_and_table_without_key_have_no_parts() {
    let text = format!("id,name\n{}", table(|row| format!("{row},a name that is long enough {row}")));
    let (parts, whole) = grown("t.csv", &text, LoadOptions { key: Some("nr".into()), ..LoadOptions::default() });
    assert!(parts.is_empty() && matches!(whole, Err(DataError::Key { .. })));
    let (parts, whole) = grown("t.csv", "id,name\n1,Ann\n", LoadOptions::default());
    assert!(parts.is_empty() && whole.is_ok());
}

#[test]
fn part_has_no_unnamed_empty_column_at_end() {
    let text = format!("id,name,\n{}", table(|row| format!("{row},a name that is long enough {row},")));
    let (parts, whole) = grown("t.csv", text, LoadOptions::default());
    check_rows(&parts, &whole.unwrap());
    assert_eq!(letters(&parts[0]), "it");
}

/// Numbers such as `1E5` beside whole numbers are codes, unless a fraction follows.
#[test]
fn column_of_codes_in_doubt_has_no_part() {
    let text = format!("code,id\n{}", table(|row| format!("{row}E{},{}00000", row % 9, row + 1)));
    let (parts, whole) = grown("t.csv", text, LoadOptions::default());
    assert!(parts.is_empty());
    assert_eq!(letters(&whole.unwrap()), "ti");
}

#[test]
fn table_below_limit_has_no_parts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    std::fs::write(&path, format!("id,name\n{}", table(|row| format!("{row},a name that is long enough {row}"))))
        .unwrap();
    let bytes = std::fs::metadata(&path).unwrap().len();
    let parts = |from| {
        let options = LoadOptions { grows_from: Some(from), ..LoadOptions::default() };
        let mut parts = 0;
        let mut on_step = |step| parts += usize::from(matches!(step, LoadStep::Part(_)));
        load(&BaseLocation::Path(path.clone()), &options, &mut on_step, &|| false).unwrap();
        parts
    };
    assert!(parts(bytes) > 0);
    assert_eq!(parts(bytes + 1), 0);
}

/// The last value shows that a column is text, so that it is read a second time: by then the other columns are done.
#[test]
fn second_pass_over_column_has_no_parts() {
    let lines = table(|row| format!("{row}.50,a name that is long enough {row}"));
    let text = format!("spend,name\n{}N/A,none\n", lines.repeat(6));
    let (parts, whole) = grown("t.csv", text, LoadOptions::default());
    assert_eq!(letters(&whole.unwrap()), "tt");
    assert!(!parts.is_empty() && parts.iter().all(|part| letters(part) == "ft"), "{} parts", parts.len());
}
