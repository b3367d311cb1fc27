//! Text tables as they come: recognized and reported, or read as the study says.

use std::fs;

use crosscut::data::{
    Base, BaseLocation, DataError, DecimalMark, DeclaredKind, DeclaredType, HeaderLine, LoadOptions, NumberForm,
    OnBadRow, TextOptions, explain, load,
};

use super::data::{letters, names, values};

fn read(content: impl AsRef<[u8]>, text: TextOptions) -> Result<Base, DataError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    fs::write(&path, content).unwrap();
    let options = LoadOptions { text, ..LoadOptions::default() };
    load(&BaseLocation::Path(path), &options, &mut |_| {}, &|| false)
}

fn table(content: impl AsRef<[u8]>) -> Base {
    read(content, TextOptions::default()).unwrap()
}

fn notices(base: &Base) -> String {
    base.notices.iter().map(|notice| notice.0.as_str()).collect::<Vec<_>>().join("\n")
}

fn error(content: &str, text: TextOptions) -> String {
    read(content, text).unwrap_err().to_string().split_once("t.csv: ").unwrap().1.to_owned()
}

#[test]
fn table_without_header_keeps_first_row_and_reports() {
    for end in ["\n", "\r\n", "\r"] {
        let base = table(["1,Ann,30", "2,Bob,40", "3,Cy,50"].join(end));
        assert_eq!((names(&base), letters(&base).as_str()), (vec!["column1", "column2", "column3"], "iti"), "{end:?}");
        assert_eq!(base.table.rows(), 3);
        assert!(notices(&base).starts_with("no header line: field 1 of the first row is a number above numbers"));
    }
    let options = TextOptions { header: Some(HeaderLine::First), ..TextOptions::default() };
    let base = read("1,Ann,30\n2,Bob,40\n", options).unwrap();
    assert_eq!((names(&base), notices(&base)), (vec!["1", "Ann", "30"], String::new()));
}

#[test]
fn year_names_are_header_and_reported() {
    let base = table("country,2023,2024\nDE,5,6\nFR,7,9\n");
    assert_eq!(names(&base), ["country", "2023", "2024"]);
    assert!(notices(&base).contains("header = false makes it a row"), "{}", notices(&base));
}

#[test]
fn lines_before_table_are_left_out_and_reported() {
    for (content, notice) in [
        ("sep=;\r\nid;name\r\n1;Ann\r\n", "line 1 is not part of the table: it names the separator (sep=)"),
        (
            "Sales 2024\n\nid;name;sum\n1;Ann;5\n",
            "lines 1 to 2 are not part of the table: the line of names comes after them",
        ),
        ("# made today\nid;name\n1;Ann\n", "line 1 is not part of the table: it is a comment (#)"),
        (
            "Sales;;\nid;name;sum\n1;Ann;5\n2;Bob;6\n",
            "line 1 is not part of the table: the line of names comes after it",
        ),
    ] {
        let base = table(content);
        assert_eq!((names(&base)[0], values(&base, "name")[0].as_str()), ("id", "Ann"), "{content:?}");
        assert!(notices(&base).contains(notice), "{content:?}: {}", notices(&base));
    }
    let utf16: Vec<u8> = "\u{FEFF}sep=;\nid;name\n1;Ä\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(values(&table(utf16), "name"), ["Ä"]);
}

#[test]
fn fault_after_skipped_lines_has_line_of_file() {
    let bad = error("sep=;\nid;name\n1;Ann\n2\n", TextOptions::default());
    assert!(bad.starts_with("line 4 has 1 field, the header has 2"), "{bad}");
    let bad = error("# made today\nid,name\n1,\"a\"b\n", TextOptions::default());
    assert!(bad.starts_with("line 3 has text after the closing quote (\") of field 2 (name)"), "{bad}");
}

#[test]
fn comments_between_rows_are_left_out_and_counted() {
    for end in ["\n", "\r\n", "\r"] {
        let base = table(["id,name", "1,Ann", "# it's \"odd", "2,Bob"].join(end));
        assert_eq!(values(&base, "name"), ["Ann", "Bob"], "{end:?}");
        assert_eq!(notices(&base), "1 line is a comment", "{end:?}");
    }
    let base = table("#id,name\n#1,Ann\n#2,Bob\n");
    assert_eq!(values(&base, "name"), ["Ann", "Bob"]);
}

#[test]
fn repeated_header_row_is_left_out_and_counted() {
    let base = table("id,n\n1,5\nid,n\n2,6\n");
    assert_eq!((letters(&base).as_str(), notices(&base).as_str()), ("ii", "1 line repeats the header: left out"));
    assert_eq!(table("word\nyes\nword\n").table.rows(), 2);
}

#[test]
fn trailing_separators_make_no_column() {
    let base = table("a,b\n1,2,\n3,4,\n");
    assert_eq!((names(&base), values(&base, "b")), (vec!["a", "b"], vec!["2".into(), "4".into()]));
    assert!(notices(&base).starts_with("every row ends with a separator that the header lacks"));
    assert_eq!(names(&table("a,b,,\n1,2,,\n3,4,,\n")), ["a", "b"]);
    assert_eq!(names(&table("a,b,\n1,2,\n3,4,x\n")), ["a", "b", "column3"]);
}

#[test]
fn row_names_of_r_become_column() {
    let base = table("\"mpg\" \"cyl\"\n\"Mazda RX4\" 21 6\n\"Fiat 128\" 32.4 4\n");
    assert_eq!(names(&base), ["row_name", "mpg", "cyl"]);
    assert_eq!((values(&base, "row_name")[0].as_str(), letters(&base).as_str()), ("Mazda RX4", "tfi"));
    assert!(notices(&base).contains("the first is named row_name"));
}

#[test]
fn separator_that_keeps_cells_whole_is_chosen() {
    let base = table("kunde;umsatz, netto;marge, %\nK1;1,5;2,5\nK2;3,0;4,5\n");
    assert_eq!(names(&base), ["kunde", "umsatz, netto", "marge, %"]);
}

#[test]
fn codes_keep_all_digits() {
    for (column, letter) in [
        (["1E5", "2E7", "12"], "t"),
        (["1E5", "2.5", "12"], "f"),
        (["1e+05", "2e-7", "12"], "f"),
        (["9007199254740993", "0.5", "7"], "t"),
        (["9007199254740992", "0.5", "7"], "f"),
        (["0.5", "7", "9007199254740993"], "t"),
        (["+5", "7", "8"], "t"),
        (["007", "8", "9"], "t"),
    ] {
        let base = table(format!("code,n\n{},x\n{},y\n{},z\n", column[0], column[1], column[2]));
        assert_eq!(&letters(&base)[..1], letter, "{column:?}");
        if letter == "t" {
            assert_eq!(values(&base, "code"), column, "{column:?}");
        }
    }
}

#[test]
fn bad_rows_are_skipped_or_repaired_and_listed() {
    let content = "id,name,age\n1,Ann,30\n2,\"Bo,40\n3,Cy\n4,\"Di\" x,60\n5,Ed,70,1\n6,Flo,80\n";
    let options = |way| TextOptions { on_bad_row: Some(way), ..TextOptions::default() };
    let skipped = read(content, options(OnBadRow::Skip)).unwrap();
    assert_eq!(values(&skipped, "id"), ["1", "6"]);
    let lines: Vec<u64> = skipped.rejects.listed.iter().map(|reject| reject.line).collect();
    assert_eq!((skipped.rejects.count, lines), (4, vec![3, 4, 5, 6]));
    assert_eq!(skipped.rejects.listed[1].problem, "has 2 fields, the header has 3");
    assert_eq!(skipped.rejects.listed[2].text, "4,\"Di\" x,60");
    assert!(
        notices(&skipped).starts_with("4 rows left out (lines 3, 4, 5, 6; the first has text after a closing quote)")
    );
    let repaired = read(content, options(OnBadRow::Null)).unwrap();
    assert_eq!(values(&repaired, "id"), ["1", "2", "3", "4", "5", "6"]);
    assert_eq!(values(&repaired, "age"), ["30", "40", "–", "60", "70", "80"]);
    assert_eq!(repaired.rejects.count, 4);
    assert!(error(content, options(OnBadRow::Error)).starts_with("line 3 opens a quote"));
}

#[test]
fn bad_rows_are_listed_once_when_file_is_read_twice() {
    let mut content = String::from("id,code\n");
    (0..100_000).for_each(|n| content.push_str(&format!("{n},0.{}0\n", n % 100 + 1)));
    content.push_str("7\n8,late text\n");
    let options = TextOptions { on_bad_row: Some(OnBadRow::Skip), ..TextOptions::default() };
    let base = read(content, options).unwrap();
    assert_eq!((letters(&base).as_str(), base.rejects.count, base.table.rows()), ("it", 1, 100_001));
}

fn declared(column: &str, kind: DeclaredKind, null: &[&str]) -> TextOptions {
    let declared = DeclaredType { kind, null: null.iter().map(|word| (*word).into()).collect() };
    TextOptions { types: [(column.to_owned(), declared)].into(), ..TextOptions::default() }
}

#[test]
fn declared_number_column_refuses_other_values_at_their_line() {
    let form = NumberForm { decimal: DecimalMark::Comma, thousands: Some('.'), ..NumberForm::default() };
    let options = || declared("Betrag", DeclaredKind::Number(form.clone()), &["-"]);
    let base = read("id;betrag\n1;1.234,50\n2;-\n3;7\n", options()).unwrap();
    assert_eq!(
        (values(&base, "betrag"), letters(&base).as_str()),
        (vec!["1234.5".into(), "–".into(), "7".into()], "if")
    );
    let bad = error("id;betrag\n1;1.234,50\n2;1.5\n", options());
    assert!(bad.starts_with("line 3 field 2 (betrag): \"1.5\" is not a number with a decimal comma"), "{bad}");
    let lenient = TextOptions { on_bad_row: Some(OnBadRow::Null), ..options() };
    let base = read("id;betrag\n1;1.234,50\n2;1.5\n", lenient).unwrap();
    assert_eq!((values(&base, "betrag"), base.rejects.count), (vec!["1234.5".into(), "–".to_owned()], 1));
    let missing = read("id;betrug\n1;2\n", options()).unwrap_err().to_string();
    assert_eq!(missing, "column \"Betrag\" of [data.types] not found: did you mean \"betrug\"?");
}

#[test]
fn declared_text_column_keeps_fields_unchanged() {
    let base = read("zip,n\n01067,1\n,2\n10 ,3\n", declared("zip", DeclaredKind::Text, &[])).unwrap();
    assert_eq!(values(&base, "zip"), ["01067", "–", "10 "]);
    let base = read("zip,n\n10115,1\n,2\n", declared("zip", DeclaredKind::Text, &[])).unwrap();
    assert_eq!((letters(&base).as_str(), values(&base, "zip")[0].as_str()), ("ti", "10115"));
}

#[test]
fn decimal_commas_are_read_if_study_sets_decimal() {
    let options = TextOptions { decimal: Some(DecimalMark::Comma), ..TextOptions::default() };
    let base = read("id;a;b;c\n1;1,5;1.5;x\n2;-0,25;2;y\n3;7;3;z\n", options).unwrap();
    assert_eq!((letters(&base).as_str(), values(&base, "a")), ("iftt", vec!["1.5".into(), "-0.25".into(), "7".into()]));
}

#[test]
fn encodings_beyond_western_europe_are_detected() {
    let russian = "имя,город\nАнна Иванова,Москва\nБорис Петров,Санкт-Петербург\nВера Смирнова,Новосибирск\n";
    let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(russian);
    let base = table(bytes);
    assert_eq!((names(&base)[0], values(&base, "имя")[0].as_str()), ("имя", "Анна Иванова"));
    assert_eq!(notices(&base), "read as windows-1251: not UTF-8");
    let options = TextOptions { encoding: Some("latin1".parse().unwrap()), ..TextOptions::default() };
    assert_eq!(values(&read(b"a,b\n\xe4,1\n", options).unwrap(), "a"), ["ä"]);
}

#[test]
fn decisions_are_known_when_table_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    fs::write(&path, "a;b\n1;2\n3\n").unwrap();
    let (decisions, base) = explain(&BaseLocation::Path(path), &LoadOptions::default());
    assert!(base.is_err());
    let separator = decisions.iter().find(|decision| decision.what == "separator").unwrap();
    assert_eq!((separator.value.as_str(), separator.change.as_deref()), (";", Some("separator = \",\"")));
}

#[test]
fn settings_of_other_format_are_refused() {
    let options = TextOptions { skip: Some(1), ..TextOptions::default() };
    let refused = read("{\"a\":1}\n", options).unwrap_err().to_string();
    assert!(refused.ends_with("is JSON, to which skip does not apply: remove the setting"), "{refused}");
}

#[test]
fn timestamps_are_converted_to_study_time_zone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    fs::write(
        &path,
        "id,at,local\n1,2024-01-05T23:30:00Z,2024-01-05 23:30\n2,2024-07-01 00:00:00+02:00,2024-07-01 00:00\n",
    )
    .unwrap();
    let options = LoadOptions { timezone: Some("Europe/Berlin".parse().unwrap()), ..LoadOptions::default() };
    let base = load(&BaseLocation::Path(path), &options, &mut |_| {}, &|| false).unwrap();
    assert_eq!(values(&base, "at"), ["2024-01-06 00:30:00", "2024-07-01 00:00:00"]);
    assert_eq!(values(&base, "local"), ["2024-01-05 23:30:00", "2024-07-01 00:00:00"]);
    assert_eq!(notices(&base), "at: times with an offset are read in Europe/Berlin");
}
