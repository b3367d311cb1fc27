//! Databases, workbooks, folders, JSON within objects, Arrow streams and rare types of columns. `formats/make.py` writes the
//! files and prints how pyarrow and openpyxl read them.

use std::fs;
use std::path::{Path, PathBuf};

use crosscut::data::{BaseLocation, LoadOptions, TableChoice, TextOptions, load};
use polars::prelude::*;
use polars_io::parquet::write::ParquetWriter;
use rusqlite::Connection;

use super::data::{base_of, error_of, letters, names, notices, open_path, values};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/formats").join(name)
}

fn database(path: &Path, sql: &str) {
    let database = Connection::open(path).unwrap();
    database.execute_batch(sql).unwrap();
}

fn with(path: &Path, options: LoadOptions) -> Result<crosscut::data::Base, crosscut::data::DataError> {
    load(&BaseLocation::Path(path.to_owned()), &options, &mut |_| {}, &|| false)
}

fn table(name: &str) -> LoadOptions {
    let choice = TableChoice { table: Some(name.into()), sheet: None };
    LoadOptions { choice, ..LoadOptions::default() }
}

fn sheet(name: &str) -> LoadOptions {
    let choice = TableChoice { table: None, sheet: Some(name.into()) };
    LoadOptions { choice, ..LoadOptions::default() }
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn sqlite_columns_have_types_of_their_values() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.db");
    database(
        &path,
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, spend NUMERIC, joined TEXT, member BOOLEAN, level BOOLEAN, zip TEXT, mixed, key BLOB, raw BLOB);
         INSERT INTO customers VALUES (1, 10.5, '2024-01-05', 1, 1, '01067', 5, x'00112233445566778899aabbccddeeff', x'00ff');
         INSERT INTO customers VALUES (2, 3, '2024-02-29', 0, 2, '20095', 'x', x'30313233343536373839616263646566', 'text');
         INSERT INTO customers VALUES (3, NULL, NULL, NULL, NULL, '', NULL, NULL, NULL);",
    );
    let base = open_path(&path).unwrap();
    assert_eq!(names(&base), ["id", "spend", "joined", "member", "level", "zip", "mixed", "key"]);
    assert_eq!(letters(&base), "ifdbittt");
    assert_eq!(values(&base, "spend"), ["10.5", "3", "–"]);
    assert_eq!(values(&base, "zip"), ["01067", "20095", ""]);
    assert_eq!(values(&base, "mixed"), ["5", "x", "–"]);
    let ids = ["00112233-4455-6677-8899-aabbccddeeff", "30313233-3435-3637-3839-616263646566", "–"];
    assert_eq!(values(&base, "key"), ids);
    let told = [
        "mixed: text, since some values are numbers and some are not",
        "column \"raw\" is left out: some of its values are bytes that are neither text nor an id of 16",
    ];
    assert_eq!(notices(&base), told);
}

#[test]
fn sqlite_table_is_single_or_named_table() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let sql = "CREATE TABLE \"a \"\"b\"\"\" (x); INSERT INTO \"a \"\"b\"\"\" VALUES (1); CREATE TABLE orders (y); \
               CREATE VIEW recent AS SELECT y + 1 AS z FROM orders; INSERT INTO orders VALUES (7);";
    database(&path, sql);
    let error = open_path(&path).unwrap_err().to_string();
    assert!(
        error.ends_with("(a \"b\", orders, recent): name one by table = 'a \"b\"' under [data], or --table"),
        "{error}"
    );
    assert_eq!(values(&with(&path, table("a \"b\"")).unwrap(), "x"), ["1"]);
    assert_eq!(values(&with(&path, table("RECENT")).unwrap(), "z"), ["8"]);
    let error = with(&path, table("order")).unwrap_err().to_string();
    assert!(error.ends_with("has no table \"order\": did you mean \"orders\"?"), "{error}");
    let named = folder.path().join("Orders.sqlite");
    fs::copy(&path, &named).unwrap();
    let base = open_path(&named).unwrap();
    assert_eq!(
        (values(&base, "y"), notices(&base)),
        (texts(&["7"]), vec!["table orders of 3: it has the file's name; table = \"…\" names another"])
    );
    let empty = folder.path().join("empty.db");
    database(&empty, "PRAGMA user_version = 1");
    assert!(open_path(&empty).unwrap_err().to_string().ends_with("is an SQLite database without a table"));
}

#[test]
fn sqlite_is_read_with_its_log_and_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    let app = Connection::open(&path).unwrap();
    app.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1);").unwrap();
    let files = |folder: &Path| {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    };
    // While the program that writes it runs.
    assert_eq!(values(&open_path(&path).unwrap(), "x"), ["1"]);
    assert_eq!(files(folder.path()), ["app.db", "app.db-shm", "app.db-wal"]);
    // A killed program leaves a log without its index.
    let killed = tempfile::tempdir().unwrap();
    for file in ["app.db", "app.db-wal"] {
        fs::copy(folder.path().join(file), killed.path().join(file)).unwrap();
    }
    assert_eq!(values(&open_path(killed.path().join("app.db")).unwrap(), "x"), ["1"]);
    assert_eq!(files(killed.path()), ["app.db", "app.db-wal"]);
    drop(app);
    assert_eq!(values(&open_path(&path).unwrap(), "x"), ["1"]);
    assert_eq!(files(folder.path()), ["app.db"]);
}

#[test]
fn truncated_sqlite_file_is_refused_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.db");
    let rows =
        "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20000) SELECT x, hex(x) FROM n";
    database(&path, &format!("CREATE TABLE t (x, y); INSERT INTO t {rows};"));
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let error = open_path(&path).unwrap_err().to_string();
    assert!(error.contains("is a damaged or truncated SQLite database") && error.lines().count() == 1, "{error}");
    assert!(error_of("t.db", b"SQLite format 3\0 and then nothing of it").contains("SQLite database"));
}

#[test]
fn workbook_cells_become_typed_columns() {
    let base = open_path(fixture("book.xlsx")).unwrap();
    assert_eq!(names(&base), ["id", "name", "spend", "joined", "seen", "member", "mixed", "at", "zip"]);
    assert_eq!(letters(&base), "itfdTbttt");
    assert_eq!(values(&base, "id"), ["1", "2", "3", "4"]);
    assert_eq!(values(&base, "spend"), ["10.5", "3", "–", "1000000000000000"]);
    assert_eq!(values(&base, "joined"), ["2024-01-05", "2024-02-29", "–", "1999-12-31"]);
    assert_eq!(values(&base, "seen"), ["2024-01-05 10:30:00", "2024-01-06 00:00:00", "–", "–"]);
    assert_eq!(values(&base, "mixed"), ["5", "x", "2.5", "–"]);
    assert_eq!(values(&base, "at"), ["10:30:00", "09:05:00", "–", "36:00:00"]);
    assert_eq!(values(&base, "zip"), ["01067", "20095", "–", "–"]);
    let told = [
        "sheet Customers: it is the first sheet with a value; sheet = \"…\" names another (Notes, Archive)",
        "rows 1 to 2 are not part of the table: titles above the names; skip = 0 takes them in",
        "mixed: text, since some values are numbers and some are not",
        "1 cell holds an error (#N/A): it is read as missing",
        "formulas without a result, read as missing: 1; open the workbook in a spreadsheet and save it",
        "1 empty row is left out",
    ];
    assert_eq!(notices(&base), told);
}

#[test]
fn sheet_is_chosen_by_name() {
    let path = fixture("book.xlsx");
    let base = with(&path, sheet("archive")).unwrap();
    assert_eq!((values(&base, "name"), notices(&base)), (texts(&["Old"]), Vec::new()));
    let error = with(&path, sheet("Custmers")).unwrap_err().to_string();
    assert!(error.ends_with("has no sheet \"Custmers\": did you mean \"Customers\"?"), "{error}");
    let error = with(&path, table("Customers")).unwrap_err().to_string();
    assert!(error.ends_with("is a workbook, to which table does not apply: remove the setting"), "{error}");
    let text = TextOptions { header: Some("false".parse().unwrap()), ..TextOptions::default() };
    let base = with(&path, LoadOptions { text, ..sheet("Archive") }).unwrap();
    assert_eq!((names(&base), values(&base, "column1")), (vec!["column1", "column2"], texts(&["id", "9"])));
    let text = TextOptions { separator: Some(",".parse().unwrap()), ..TextOptions::default() };
    let error = with(&path, LoadOptions { text, ..LoadOptions::default() }).unwrap_err().to_string();
    assert!(error.contains("to which separator does not apply"), "{error}");
}

/// pyxlsb reads the same cells.
#[test]
fn binary_workbook_reads_like_excel_sheet() {
    let base = open_path(fixture("book.xlsb")).unwrap();
    assert_eq!((names(&base), letters(&base)), (vec!["id", "name", "spend", "member"], "itfb".into()));
    assert_eq!(values(&base, "id"), ["1", "2", "3"]);
    assert_eq!(values(&base, "name"), ["Ann", "Bo", "–"]);
    assert_eq!(values(&base, "spend"), ["10.5", "3", "1000000000000000"]);
    assert_eq!(values(&base, "member"), ["true", "false", "–"]);
}

#[test]
fn open_document_sheet_reads_like_excel_sheet() {
    let base = open_path(fixture("book.ods")).unwrap();
    assert_eq!((names(&base), letters(&base)), (vec!["id", "name", "joined", "seen", "member", "at"], "ftdTbt".into()));
    assert_eq!(values(&base, "id"), ["1", "2.5"]);
    assert_eq!(values(&base, "joined"), ["2024-01-05", "2024-02-29"]);
    assert_eq!(values(&base, "seen"), ["2024-01-05 10:30:00", "–"]);
    assert_eq!(values(&base, "at"), ["10:30:00", "–"]);
}

#[test]
fn damaged_or_protected_workbook_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = fs::read(fixture("book.xlsx")).unwrap();
    let mut damaged = bytes.clone();
    let sheet = memchr::memmem::find(&bytes, b"xl/worksheets/sheet2.xml").unwrap();
    damaged[sheet + 40..sheet + 200].fill(0xAA);
    fs::write(folder.path().join("t.xlsx"), damaged).unwrap();
    let error = open_path(folder.path().join("t.xlsx")).unwrap_err().to_string();
    assert!(error.contains("damaged") && error.lines().count() == 1, "{error}");
    assert!(error_of("t.xlsx", &bytes[..bytes.len() / 2]).contains("damaged Excel workbook"));
    let mut office = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    office.extend([0; 600]);
    assert!(error_of("t.xls", office.as_slice()).contains("is not an Excel workbook, or is damaged"));
    office.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert!(error_of("t.xlsx", office.as_slice()).ends_with("is protected by a password: save it without one"));
    let limits = LoadOptions { memory: Some(1_000), ..LoadOptions::default() };
    let error = with(&fixture("book.xlsx"), limits).unwrap_err().to_string();
    assert!(error.contains("unpacks to more than 1,000 bytes") || error.contains("unpacks to more than"), "{error}");
}

#[test]
fn partition_folders_are_one_table() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, mut frame: DataFrame| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        ParquetWriter::new(fs::File::create(path).unwrap()).finish(&mut frame).unwrap();
    };
    let rows = |ids: [i64; 2]| df!("id" => ids, "spend" => [1.0, 2.0]).unwrap();
    write("ds/year=2023/month=01/region=DE/a.parquet", rows([1, 2]));
    write("ds/year=2024/month=11/region=__HIVE_DEFAULT_PARTITION__/a.parquet", rows([3, 4]));
    write("ds/year=2024/month=12/region=a%2Fb/b.parquet", rows([5, 6]));
    fs::write(folder.path().join("ds/_SUCCESS"), "").unwrap();
    for path in ["ds", "ds/*/*/*/*.parquet"] {
        let base = open_path(folder.path().join(path)).unwrap();
        assert_eq!((names(&base), letters(&base)), (vec!["id", "spend", "year", "month", "region"], "ifiit".into()));
        assert_eq!(values(&base, "year"), ["2023", "2023", "2024", "2024", "2024", "2024"]);
        assert_eq!(values(&base, "month"), ["1", "1", "11", "11", "12", "12"]);
        assert_eq!(values(&base, "region"), ["DE", "DE", "–", "–", "a/b", "a/b"]);
    }
    fs::create_dir_all(folder.path().join("ds/_delta_log")).unwrap();
    let error = open_path(folder.path().join("ds")).unwrap_err().to_string();
    assert!(error.contains("is a Delta table, whose log says which files count"), "{error}");
}

#[test]
fn text_partitions_are_typed_by_column() {
    let folder = tempfile::tempdir().unwrap();
    for (day, row) in [("2024-01-05", "1,a"), ("2024-01-06", "2,b")] {
        let path = folder.path().join(format!("day={day}"));
        fs::create_dir(&path).unwrap();
        fs::write(path.join("part.csv"), format!("id,plan\n{row}\n")).unwrap();
        fs::write(path.join("notes.md"), "nothing").unwrap();
    }
    let base = open_path(folder.path()).unwrap();
    assert_eq!((names(&base), letters(&base)), (vec!["id", "plan", "day"], "itd".into()));
    assert_eq!(values(&base, "day"), ["2024-01-05", "2024-01-06"]);
    fs::write(folder.path().join("c.csv"), "id,plan\n3,c\n").unwrap();
    let error = open_path(folder.path()).unwrap_err().to_string();
    assert!(error.contains("has other columns in the names of its folders (year=…)"), "{error}");
}

#[test]
fn nested_json_rows_are_found_and_flattened() {
    let text = r#"{"page": 1, "result": {"rows": [
        {"id": 1, "address": {"city": "Köln", "geo": {"lat": 50.9}}, "tags": ["a"]},
        {"id": 2, "address": null, "tags": []},
        {"id": 3, "address": {"city": "Rome"}}]}, "next": null}"#;
    let base = base_of("t.json", text).unwrap();
    assert_eq!(names(&base), ["id", "address.city", "address.geo.lat", "tags"]);
    assert_eq!(letters(&base), "itft");
    assert_eq!(values(&base, "address.city"), ["Köln", "–", "Rome"]);
    assert_eq!(values(&base, "address.geo.lat"), ["50.9", "–", "–"]);
    assert_eq!(values(&base, "tags"), ["[\"a\"]", "[]", "–"]);
    assert_eq!(notices(&base), ["the rows are those of \"result.rows\""]);
    let error = error_of("t.json", r#"{"a": [{"x": 1}], "b": [{"x": 2}]}"#);
    assert!(error.contains("(a, b): name the one with the rows by table = \"a\""), "{error}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.json");
    fs::write(&path, r#"{"a": [{"x": 1}], "b": [{"x": 2}]}"#).unwrap();
    assert_eq!(values(&with(&path, table("b")).unwrap(), "x"), ["2"]);
    let error = with(&path, table("c")).unwrap_err().to_string();
    assert!(error.ends_with("has no member \"c\" with the rows: name it by table = \"…\" (--table)"), "{error}");
    let error = error_of("t.ndjson", "{\"a.b\": 1, \"a\": {\"b\": 2}}");
    assert!(error.contains("line 1 has two members \"a.b\""), "{error}");
}

#[test]
fn bzip2_is_unpacked() {
    let mut packed = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    std::io::Write::write_all(&mut packed, b"id,v\n1,2\n2,3\n").unwrap();
    assert_eq!(values(&base_of("t.csv.bz2", packed.finish().unwrap()).unwrap(), "v"), ["2", "3"]);
    assert_eq!(values(&base_of("t.csv", "BZh9,b\n1,2\n").unwrap(), "BZh9"), ["1"]);
}

#[test]
fn rare_type_column_is_read_or_left_out_alone() {
    let expected = [
        ("uuid", ["00010203-0405-0607-0809-0a0b0c0d0e0f", "–", "ffffffff-ffff-ffff-ffff-ffffffffffff"]),
        ("json", ["{\"a\": 1}", "–", "[]"]),
        ("bool8", ["true", "–", "false"]),
        ("half", ["0.5", "–", "1.5"]),
        ("list", ["[1,2]", "–", "[]"]),
        ("struct", ["{\"x\":1,\"y\":\"a\"}", "–", "{\"x\":null,\"y\":\"b\"}"]),
        ("pair", ["[1,2]", "–", "[3,4]"]),
        ("time", ["10:30:00", "–", "00:00:01"]),
        ("nothing", ["–", "–", "–"]),
        ("code", ["x", "–", "x"]),
    ];
    for file in ["types.parquet", "types.arrow", "types.arrows"] {
        let base = open_path(fixture(file)).unwrap();
        for (column, wanted) in &expected {
            assert_eq!(values(&base, column), wanted, "{column} of {file}");
        }
        let told = notices(&base);
        assert!(
            told.iter().all(|notice| notice.starts_with("column \"") && notice.contains("is left out")),
            "{told:?}"
        );
    }
    let streamed = open_path(fixture("types.arrows")).unwrap();
    assert_eq!(values(&streamed, "interval"), ["1 month 2 days 00:00:03", "–", "-1 day"]);
    assert!(notices(&streamed).contains(&"column \"runs\" is left out: runs of equal values are not supported"));
}

#[test]
fn arrow_stream_is_read_by_batch_and_refused_if_truncated() {
    let base = open_path(fixture("batches.arrows")).unwrap();
    assert_eq!(values(&base, "id"), ["0", "1", "2", "3", "4"]);
    assert_eq!(values(&base, "plan"), ["pro", "–", "free", "pro", "pro"]);
    let bytes = fs::read(fixture("batches.arrows")).unwrap();
    for cut in [40, bytes.len() / 2, bytes.len() - 60] {
        let error = error_of("t.arrows", &bytes[..cut]);
        assert!(error.contains("is a damaged or truncated Arrow file (it is truncated)"), "{cut}: {error}");
    }
}

#[test]
fn declared_types_apply_to_sheets_databases_and_json() {
    let folder = tempfile::tempdir().unwrap();
    let json = r#"[{"id": 1, "day": "31/12/2023", "sum": "1.234,50", "at": 1700000000}, {"id": 2, "day": "-", "sum": 7, "at": null}]"#;
    fs::write(folder.path().join("t.json"), json).unwrap();
    let rows = "CREATE TABLE t (id, day, sum, at); INSERT INTO t VALUES (1, '31/12/2023', '1.234,50', 1700000000), (2, '-', 7, NULL);";
    database(&folder.path().join("t.db"), rows);
    let types = [
        ("day", "{ type = \"date\", format = \"%d/%m/%Y\", null = [\"-\"] }"),
        ("sum", "{ type = \"number\", decimal = \",\", thousands = \".\" }"),
        ("at", "{ type = \"epoch\" }"),
    ];
    for file in ["t.json", "t.db"] {
        let config: String = types.iter().map(|(column, declared)| format!("{column} = {declared}\n")).collect();
        let config = format!("[data]\npath = \"{file}\"\n[data.types]\n{config}");
        fs::write(folder.path().join("config.toml"), config).unwrap();
        let output = crate::shop::crosscut(folder.path(), &["rows", "--format", "csv"]);
        let rows = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(rows, "id,day,sum,at\n1,2023-12-31,1234.5,2023-11-14 22:13:20\n2,,7,\n", "{file}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{file}");
    }
}
