//! Drivers other than PostgreSQL's: their columns, an answer, a cancel.

use std::time::{Duration, Instant};

use crosscut::engine::adbc::{AdbcOptions, connect};
use crosscut::engine::sql::RemoteColumn;
use crosscut::engine::{Cancel, EngineError};
use crosscut::model::ColumnType;
use crosscut::rule::print::SqlDialect;

use super::servers::{ask, connected, is_up, library, number, rows, with_options};

fn column((name, column_type): (&str, ColumnType)) -> RemoteColumn {
    RemoteColumn { name: name.into(), column_type }
}

/// Cancels a statement that runs for minutes; the caller continues even if the driver does not react.
fn cancelled(connection: &dyn crosscut::engine::sql::Connection, statement: &str) {
    let cancel = Cancel::new();
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| connection.run(statement, &cancel).map(|_| ()));
        std::thread::sleep(Duration::from_millis(200));
        let raised = Instant::now();
        cancel.raise();
        assert_eq!(asking.join().expect("no panic"), Err(EngineError::Cancelled));
        assert!(raised.elapsed() < Duration::from_millis(500), "{:?}", raised.elapsed());
    });
}

#[test]
fn sqlite_has_declared_columns_answers_and_cancels() {
    let Some(driver) = library("sqlite") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let uri = Some(format!("file:{}", folder.path().join("shop.db").display()));
    let connection = connected(&AdbcOptions { driver: Some(driver), uri, ..AdbcOptions::default() });
    assert_eq!((connection.name(), connection.dialect()), ("adbc:sqlite", SqlDialect::Sqlite));
    ask(&*connection, "CREATE TABLE customers (id INTEGER, name TEXT, spend REAL, joined DATE)").expect("a table");
    ask(&*connection, "INSERT INTO customers VALUES (1, 'Ada', 2.5, '2026-01-31')").expect("a row");
    let expected = [
        ("id", ColumnType::Integer),
        ("name", ColumnType::Text),
        ("spend", ColumnType::Float),
        ("joined", ColumnType::Date),
    ];
    assert_eq!(connection.columns("customers", &Cancel::new()), Ok(expected.map(column).to_vec()));
    let missing = connection.columns("nope", &Cancel::new());
    assert_eq!(missing, Err(EngineError::Failed("no such table: nope".into())));
    assert_eq!(number(&ask(&*connection, "SELECT count(*) FROM customers").expect("a count")), 1);
    cancelled(
        &*connection,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000000) SELECT count(*) FROM n",
    );
    assert_eq!(number(&ask(&*connection, "SELECT 8").expect("it serves on")), 8);
}

#[test]
fn duckdb_has_columns_answers_and_cancels() {
    let Some(driver) = library("duckdb") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let options = AdbcOptions { driver: Some(driver), ..AdbcOptions::default() };
    let path = folder.path().join("shop.duckdb").to_string_lossy().into_owned();
    let connection = connected(&with_options(options, &[("path", &path)]));
    assert_eq!((connection.name(), connection.dialect()), ("adbc:duckdb", SqlDialect::DuckDb));
    ask(
        &*connection,
        "CREATE TABLE customers (id BIGINT, price DECIMAL(12, 3), born DATE, seen TIMESTAMP, ok BOOLEAN)",
    )
    .expect("a table");
    ask(&*connection, "INSERT INTO customers SELECT i, 1.5, DATE '2026-01-31', NULL, true FROM range(5000) AS r(i)")
        .expect("rows");
    let expected = [
        ("id", ColumnType::Integer),
        ("price", ColumnType::Decimal(3)),
        ("born", ColumnType::Date),
        ("seen", ColumnType::Timestamp),
        ("ok", ColumnType::Boolean),
    ];
    assert_eq!(connection.columns("customers", &Cancel::new()), Ok(expected.map(column).to_vec()));
    assert_eq!(rows(&ask(&*connection, "SELECT * FROM customers").expect("all rows")), 5000);
    let missing = ask(&*connection, "SELECT * FROM nope").map(|_| ());
    assert!(matches!(&missing, Err(EngineError::Failed(reason)) if reason.contains("nope")), "{missing:?}");
    cancelled(&*connection, "SELECT count(*) FROM range(1000000000) a, range(1000) b WHERE a.range % 7 = b.range % 5");
    assert_eq!(number(&ask(&*connection, "SELECT 8").expect("it serves on")), 8);
}

#[test]
fn flight_sql_needs_dialect_and_answers() {
    let Some(driver) = library("flightsql") else { return };
    if !is_up("sail", 54333) {
        return;
    }
    let uri = Some("grpc://127.0.0.1:54333".to_owned());
    let options = AdbcOptions { driver: Some(driver), uri, ..AdbcOptions::default() };
    let refused = connect(&options, &Cancel::new()).map(|_| ());
    assert!(
        matches!(&refused, Err(EngineError::Unsupported { way_out, .. }) if way_out.contains("dialect")),
        "{refused:?}"
    );
    let connection = connected(&AdbcOptions { dialect: Some(SqlDialect::Spark), ..options.clone() });
    assert_eq!(number(&ask(&*connection, "SELECT count(*) FROM range(1000)").expect("a count")), 1000);
    assert_eq!(rows(&ask(&*connection, "SELECT id FROM range(100000)").expect("all rows")), 100_000);
    let columns = connection.columns("(SELECT id, CAST(1.5 AS DECIMAL(9, 2)) AS price FROM range(3))", &Cancel::new());
    let expected = [("id", ColumnType::Integer), ("price", ColumnType::Decimal(2))];
    assert_eq!(columns, Ok(expected.map(column).to_vec()));
    let missing = ask(&*connection, "SELECT count(*) FROM nope").map(|_| ());
    assert!(matches!(&missing, Err(EngineError::Failed(reason)) if reason.contains("nope")), "{missing:?}");
    let nobody = AdbcOptions { uri: Some("grpc://127.0.0.1:1".into()), dialect: Some(SqlDialect::Spark), ..options };
    let refused = connect(&nobody, &Cancel::new()).map(|_| ());
    assert!(matches!(refused, Err(EngineError::Unreachable(_))), "{refused:?}");
}
