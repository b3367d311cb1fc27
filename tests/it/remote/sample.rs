//! A sample of a base in a database: which customers are drawn, what is kept of them and how, and how far estimates are off.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use crosscut::data::{self, BaseLocation, LoadOptions};
use crosscut::engine::adbc::AdbcOptions;
use crosscut::engine::sql::{Connection, RemoteBase, SqlEngine};
use crosscut::engine::{Cancel, CountsQuestion, CustomerCount, Engine, ask_one};
use crosscut::rule::Checked;
use crosscut::rule::print::SqlDialect;
use crosscut::session::{Sample, Sampling};

use super::canned::Canned;
use super::servers::{ask, connected, library, postgres, with_options};
use crate::rules::today;

const CUSTOMERS: u64 = 40_000;
const WANTED: u64 = 2_000;

/// Columns of many types, made of the key by hashes, so that a sample by key is a random one.
const COLUMNS: &str = "SELECT CAST(i AS BIGINT) AS id, \
     CAST(i * 7919 % 1009 AS BIGINT) AS n, CAST(i * 104729 % 997 AS DOUBLE PRECISION) / 7 AS x, \
     CAST(i * 31 % 10000 / 4.0 AS DECIMAL(12, 2)) AS price, i * 7 % 11 < 3 AS ok, \
     CASE WHEN i * 13 % 17 = 0 THEN NULL ELSE CAST(i * 13 % 17 AS VARCHAR(9)) END AS word, \
     CONCAT('mail', i, '@example.org') AS email, \
     CAST('2020-01-01' AS DATE) + CAST(i * 17 % 2000 AS INTEGER) AS day";

fn made(rows: &str) -> String {
    format!("{COLUMNS} FROM {rows}")
}

/// DuckDB with the table, in a file of this folder.
fn duckdb(folder: &Path, customers: u64) -> Option<Box<dyn Connection>> {
    let options = AdbcOptions { driver: Some(library("duckdb")?), ..AdbcOptions::default() };
    let path = folder.join("shop.duckdb").to_string_lossy().into_owned();
    let connection = connected(&with_options(options, &[("path", &path)]));
    let rows = made(&format!("range(1, {}) AS r(i)", customers + 1));
    ask(&*connection, &format!("CREATE OR REPLACE TABLE customers AS {rows}")).expect("a table");
    Some(connection)
}

fn engine(connection: Box<dyn Connection>, table: &str) -> Arc<SqlEngine> {
    let base = RemoteBase {
        table: table.into(),
        key: Some("id".into()),
        masked: vec!["email".into()],
        today: today(),
        ..RemoteBase::default()
    };
    Arc::new(SqlEngine::open(connection, &base, &Cancel::new()).expect("a good base"))
}

fn sampling(engine: &Arc<SqlEngine>, folder: &Path) -> Sampling {
    Sampling::new(engine.clone(), WANTED, vec!["EMAIL".into()], Some(folder.to_owned()))
}

fn open(engine: &Arc<SqlEngine>, folder: &Path) -> Sample {
    sampling(engine, folder).open(false, &Cancel::new()).expect("a sample")
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files: Vec<_> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.sort();
    files
}

/// Keys of the sample's file.
fn keys(path: &Path) -> Vec<String> {
    let base = data::load(&BaseLocation::Path(path.to_owned()), &LoadOptions::default(), &mut |_| {}, &|| false);
    let column = base.expect("Parquet").table.column("id").expect("the keys");
    let mut keys: Vec<String> = (0..column.len()).map(|row| data::datum(&column, row).to_string()).collect();
    keys.sort();
    keys
}

#[test]
fn sample_is_private_whole_and_without_masked_columns() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(connection) = duckdb(folder.path(), CUSTOMERS) else { return };
    let engine = engine(connection, "customers");
    let samples = folder.path().join("cache/samples");
    let sample = open(&engine, &samples);
    assert!(sample.is_new && sample.size.base == CUSTOMERS, "{:?}", sample.size);
    // Four standard deviations.
    assert!(sample.size.sampled.abs_diff(WANTED) < 180, "{:?}", sample.size);
    assert!(!sample.columns.contains("email"));
    for column in ["id", "n", "x", "price", "ok", "word", "day"] {
        assert!(sample.columns.contains(column), "{column}");
    }
    let [file] = &files(&samples)[..] else { panic!("{:?}", files(&samples)) };
    let mode = |path: &Path| std::fs::metadata(path).expect("it exists").permissions().mode() & 0o777;
    assert_eq!((mode(file), mode(&samples)), (0o600, 0o700));
    let bytes = std::fs::read(file).expect("readable");
    assert!(!bytes.windows(5).any(|part| part == b"email") && !bytes.windows(8).any(|part| part == b"@example"));
    let names: Vec<&str> = sample.engine.schema().columns().iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["id", "n", "x", "price", "ok", "word", "day"]);
}

#[test]
fn sample_is_kept_until_table_or_request_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(connection) = duckdb(folder.path(), CUSTOMERS) else { return };
    let first = engine(connection, "customers");
    let samples = folder.path().join("samples");
    assert!(open(&first, &samples).is_new);
    let before = files(&samples);
    let kept = keys(&before[0]);
    assert!(!open(&first, &samples).is_new);
    let again = sampling(&first, &samples).open(true, &Cancel::new()).expect("a sample");
    assert!(again.is_new);
    assert_eq!((files(&samples), keys(&before[0])), (before.clone(), kept.clone()), "the same customers");
    // Others may read it, it is old, it is damaged.
    let file = &before[0];
    let spoil: [&dyn Fn(); 3] = [
        &|| std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o644)).expect("ours"),
        &|| {
            let yesterday = std::time::SystemTime::now() - std::time::Duration::from_secs(25 * 60 * 60);
            let opened = std::fs::File::options().write(true).open(file).expect("writable");
            opened.set_modified(yesterday).expect("ours");
        },
        &|| std::fs::write(file, b"PAR1 and no more").expect("writable"),
    ];
    for spoil in spoil {
        spoil();
        assert!(open(&first, &samples).is_new);
        assert!(!open(&first, &samples).is_new);
    }
    drop((again, first));
    let Some(connection) = duckdb(folder.path(), CUSTOMERS + 1) else { return };
    let grown = engine(connection, "customers");
    assert!(open(&grown, &samples).is_new);
    let after = files(&samples);
    assert!(after.len() == 1 && after != before, "the old one is removed: {after:?}");
    let more: Vec<String> = keys(&after[0]);
    let common = kept.iter().filter(|key| more.contains(key)).count();
    assert!(common + 1 >= kept.len(), "{common} of {} customers stay", kept.len());
    // Another mask, another file.
    let unmasked = Sampling::new(grown.clone(), WANTED, Vec::new(), Some(samples.clone()));
    assert!(unmasked.open(false, &Cancel::new()).expect("a sample").columns.contains("email"));
    assert!(open(&grown, &samples).is_new);
    assert_eq!(files(&samples).len(), 1);
}

#[test]
fn same_customers_are_drawn_from_postgres_and_duckdb() {
    let folder = tempfile::tempdir().expect("a folder");
    let (Some(duckdb), Some(options)) = (duckdb(folder.path(), CUSTOMERS), postgres("crosscut")) else { return };
    let connection = connected(&options);
    let schema = format!("sample_{}", std::process::id());
    let table = format!("{schema}.customers");
    ask(&*connection, &format!("CREATE SCHEMA {schema}")).expect("a schema");
    let rows = made(&format!("generate_series(CAST(1 AS BIGINT), {CUSTOMERS}) AS i"));
    ask(&*connection, &format!("CREATE TABLE {table} AS {rows}")).expect("a table");
    let (there, here) = (engine(connection, &table), engine(duckdb, "customers"));
    let (in_postgres, in_duckdb) = (folder.path().join("postgres"), folder.path().join("duckdb"));
    let sample = open(&there, &in_postgres);
    open(&here, &in_duckdb);
    let columns: Vec<bool> = ["n", "price", "ok", "word", "day"].map(|column| sample.columns.contains(column)).into();
    drop(there);
    let connection = connected(&options);
    ask(&*connection, &format!("DROP SCHEMA {schema} CASCADE")).expect("gone");
    assert_eq!(columns, [true; 5]);
    assert_eq!(keys(&files(&in_postgres)[0]), keys(&files(&in_duckdb)[0]));
}

/// Rules of one or two conditions; numbers are made of the case's.
fn rule(case: u64) -> String {
    let number = |most: u64, salt: u64| (case * 2_654_435_761 + salt * 40_503) % most;
    let one = |salt: u64| match number(7, salt) {
        0 => format!("n < {}", number(1009, salt + 1)),
        1 => format!("x > {}.5", number(140, salt + 2)),
        2 => format!("price BETWEEN {} AND {}.25", number(1000, salt + 3), number(2500, salt + 4)),
        3 => format!("word IN ('{}', '{}') ", number(17, salt + 5), number(17, salt + 6)),
        4 => format!("day >= DATE '2020-01-01' + {}", number(2000, salt + 7)),
        5 => "ok".to_owned(),
        _ => "word IS NULL".to_owned(),
    };
    match case % 4 {
        0 => one(1),
        1 => format!("{} AND {}", one(1), one(2)),
        2 => format!("{} OR {}", one(1), one(2)),
        _ => format!("NOT ({})", one(1)),
    }
}

#[test]
fn margins_contain_exact_counts_in_95_of_100_cases() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(connection) = duckdb(folder.path(), CUSTOMERS) else { return };
    let engine = engine(connection, "customers");
    let sample = open(&engine, &folder.path().join("samples"));
    let names = crosscut::rule::Namespace::default();
    let cx = crosscut::rule::Context { schema: engine.schema(), names: &names, today: today() };
    let rules: Vec<Checked> = (0..400)
        .map(|case| {
            let text = rule(case);
            crosscut::rule::check(&text, &cx).unwrap_or_else(|error| panic!("{text}: {error}"))
        })
        .collect();
    let question = CountsQuestion { filter: Checked::everyone(), rules };
    let count = |engine: &dyn Engine| ask_one(engine, &question, &Cancel::new()).expect("counts");
    let (exact, found): (Vec<CustomerCount>, Vec<CustomerCount>) = (count(&*engine), count(&*sample.engine));
    let is_within = |(exact, found): (&CustomerCount, &CustomerCount)| {
        let estimate = sample.size.estimate(found.in_base).expect("a sample");
        exact.in_base.abs_diff(estimate.customers) <= estimate.margin
    };
    let within = exact.iter().zip(&found).filter(|pair| is_within(*pair)).count();
    assert!((370..=400).contains(&within), "{within} of 400");
}

#[test]
fn impossible_sample_is_refused_with_remedy() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = |engine: SqlEngine, wanted| {
        let sampling = Sampling::new(Arc::new(engine), wanted, Vec::new(), Some(folder.path().to_owned()));
        sampling.open(false, &Cancel::new()).map(|_| ()).expect_err("no sample")
    };
    let sqlite = refused(Canned::silent(SqlDialect::Sqlite).engine(), 1_000);
    assert!(sqlite.contains("SQLite has no hash function") && sqlite.contains("remove sample from [data]"), "{sqlite}");
    let small = refused(Canned::silent(SqlDialect::Postgres).engine(), 1_000_000);
    assert_eq!(small, "the base has 1,000,000 customers, and [data] sample asks for 1,000,000");
    assert!(files(folder.path()).is_empty());
}

#[test]
fn sub_commands_neither_draw_nor_read_sample() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(connection) = duckdb(folder.path(), CUSTOMERS) else { return };
    let exact = {
        let engine = engine(connection, "customers");
        let names = crosscut::rule::Namespace::default();
        let cx = crosscut::rule::Context { schema: engine.schema(), names: &names, today: today() };
        let rules = vec![crosscut::rule::check("n < 500", &cx).expect("a good rule")];
        let question = CountsQuestion { filter: Checked::everyone(), rules };
        ask_one(&*engine, &question, &Cancel::new()).expect("counts")[0].in_base
    };
    let study = format!(
        "[data]\nengine = \"adbc\"\ndriver = {:?}\ntable = \"customers\"\nkey = \"id\"\nsample = 2000\n\
         options = {{ path = {:?} }}\n[study]\nsegments = \"segments.toml\"\n",
        library("duckdb").expect("just loaded"),
        folder.path().join("shop.duckdb")
    );
    std::fs::write(folder.path().join("config.toml"), study).expect("a writable folder");
    std::fs::write(folder.path().join("segments.toml"), "[[segment]]\nname = \"s\"\nwhere = \"n < 500\"\n")
        .expect("a writable folder");
    let cache = folder.path().join("cache");
    let commands: [&[&str]; 6] =
        [&["count", "n < 500"], &["segments"], &["group", "word"], &["rows", "--limit", "3"], &["report"], &["check"]];
    for command in commands {
        let mut program = Command::new(env!("CARGO_BIN_EXE_crosscut"));
        program.current_dir(folder.path()).env("XDG_CACHE_HOME", &cache).args(command);
        let output = program.output().expect("the program starts");
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(!printed.contains(['≈', '±']), "{command:?}: {printed}");
        assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
        if command[0] == "count" {
            assert_eq!(printed.trim().replace(',', ""), exact.to_string());
        }
        assert!(!cache.join("crosscut").exists(), "{command:?}");
    }
}

#[test]
fn check_names_engine_without_samples() {
    let Some(driver) = library("sqlite") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let uri = format!("file:{}", folder.path().join("shop.db").display());
    let options = AdbcOptions { driver: Some(driver.clone()), uri: Some(uri.clone()), ..AdbcOptions::default() };
    ask(&*connected(&options), "CREATE TABLE customers AS SELECT 1 AS id").expect("a table");
    let study = format!(
        "[data]\nengine = \"adbc\"\ndriver = {driver:?}\nuri = {uri:?}\ntable = \"customers\"\nkey = \"id\"\nsample = 2000\n"
    );
    std::fs::write(folder.path().join("config.toml"), study).expect("a writable folder");
    let output = Command::new(env!("CARGO_BIN_EXE_crosscut")).current_dir(folder.path()).arg("check").output();
    let output = output.expect("the program starts");
    let printed = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{printed}");
    assert!(printed.contains("config.toml:7:") && printed.contains("SQLite has no hash function"), "{printed}");
}
