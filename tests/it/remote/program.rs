//! The whole program on the sample study: sub-commands print the same for a database as for the files.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use crosscut::data::{self, BaseLocation, BaseTable, LoadOptions};
use crosscut::engine::adbc::AdbcOptions;
use crosscut::engine::sql::Connection;
use crosscut::model::{ColumnType, Datum};
use polars::prelude::{DataFrame, DataType};

use super::servers::{ask, connected, library, postgres};
use crate::agree::files::whole_parquet;

/// Tables of the sample study.
pub const TABLES: [&str; 4] = ["customers", "orders", "interviews", "survey"];

const FILTER: &str = "country IN ('DE', 'GB') AND spend_12m > 100";

/// Sub-commands that together ask every kind of question.
const COMMANDS: [&[&str]; 24] = [
    &["count"],
    &["segments"],
    &["personas"],
    &["personas", "--claims"],
    &["coverage"],
    &["waterfall"],
    &["matrix"],
    &["upset"],
    &["why"],
    &["profile"],
    &["profile", "spend_12m", "--values"],
    &["profile", "orders_90d", "--values"],
    &["group", "country", "plan"],
    &["group", "signup_date by quarter"],
    &["group", "persona"],
    &["group", "value_recency", "value_monetary"],
    &["attrition"],
    &["customer", "C0000002", "--conditions"],
    &["rows", "--sort", "country,spend_12m:desc", "--limit", "20"],
    &["segmentation", "rfm"],
    &["consolidate"],
    &["research"],
    &["rows", "--limit", "30"],
    &["export", "--columns", "customer_id,signup_date,spend_12m", "--segments", "--personas"],
];

pub fn sample_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Reads a table of the sample.
pub fn frame(table: &str) -> DataFrame {
    let source = BaseLocation::Path(sample_folder().join(format!("sample/{table}.csv")));
    let base = data::load(&source, &LoadOptions::default(), &mut |_| {}, &|| false).expect("the sample");
    let BaseTable::Memory(frame) = base.table else { panic!("a table of text is in memory") };
    let columns = frame.columns().iter().map(|column| match column.dtype() {
        DataType::Categorical(..) => column.cast(&DataType::String).expect("texts"),
        _ => column.clone(),
    });
    DataFrame::new(frame.height(), columns.collect()).expect("columns of one length")
}

/// Writes a table of the sample as a Parquet file in a folder of its own.
pub fn parquet(table: &str, folder: &Path) -> PathBuf {
    let folder = folder.join(table);
    std::fs::create_dir_all(&folder).expect("a writable folder");
    whole_parquet(&frame(table), &folder, 10_000)
}

/// Writes the sample study with its tables in another engine and returns its file. `engine` has the settings of
/// `[data]`.
pub fn study(folder: &Path, engine: &str, table: impl Fn(&str) -> String) -> PathBuf {
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let mut config = std::fs::read_to_string(sample_folder().join("config.toml")).expect("the sample study");
    for name in TABLES {
        let engine = if name == "customers" { engine } else { "" };
        let path = format!("path = \"sample/{name}.csv\"");
        assert!(config.contains(&path), "{path}");
        config = config.replace(&path, &format!("{engine}table = {}", quoted(&table(name))));
    }
    for file in ["segments", "personas"] {
        let path = sample_folder().join(format!("sample/{file}.toml"));
        let path = path.to_str().expect("a path in UTF-8");
        config = config.replace(&format!("\"sample/{file}.toml\""), &quoted(path));
    }
    let file = folder.join("config.toml");
    std::fs::write(&file, config).expect("a writable folder");
    file
}

/// Output of a sub-command under the filter on both streams.
fn output(study: &Path, command: &[&str]) -> String {
    printed(study, &[&["--filter", FILTER], command].concat())
}

/// Output of the program on both streams.
pub fn printed(study: &Path, arguments: &[&str]) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_crosscut"));
    program.arg("--config").arg(study).args(arguments);
    let output = program.output().expect("the program starts");
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Runs all sub-commands on the study and on the sample's files.
fn assert_all_agree(study: &Path) {
    let local = sample_folder().join("config.toml");
    let mut differing = Vec::new();
    for command in COMMANDS {
        let (here, there) = (output(&local, command), output(study, command));
        if here != there {
            let first = here.lines().zip(there.lines()).find(|(here, there)| here != there);
            differing.push(format!("{command:?}: {first:#?}"));
        }
    }
    differing.extend(differing_lists(&local, study));
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

/// Rules over lists in files that the engine answers otherwise than the files do: their counts, how many of the values
/// matched a customer, and which did not.
fn differing_lists(local: &Path, study: &Path) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    // 1,600 keys of 5,000 customers, each written twice, and 40 of nobody.
    let known = (1..=1_600).map(|number| 3 * number).chain((1..=1_600).map(|number| 3 * number));
    let ids: Vec<String> = known.chain(90_001..=90_040).map(|number| format!("C{number:07}")).collect();
    std::fs::write(path("ids.csv"), format!("customer_id\n{}\n", ids.join("\n"))).expect("a writable folder");
    let ages: Vec<String> = (20..45).map(|age| age.to_string()).collect();
    std::fs::write(path("ages.csv"), format!("age\n{}\n211\nforty\n", ages.join("\n"))).expect("a writable folder");
    let rules = [
        format!("customer_id IN FILE '{}'", path("ids.csv")),
        format!("customer_id NOT IN FILE '{}' AND spend_12m > 100", path("ids.csv")),
        format!("age IN FILE '{}' OR customer_id IN FILE '{}'", path("ages.csv"), path("ids.csv")),
        format!("lower(customer_id) IN FILE '{}'", path("ids.csv")),
    ];
    let mut differing = Vec::new();
    for rule in &rules {
        let answers = [(local, "here.csv"), (study, "there.csv")].map(|(study, file)| {
            let file = path(file);
            let told = printed(study, &["count", rule, "--unmatched", &file]);
            (told, std::fs::read_to_string(file).unwrap_or_default())
        });
        let [here, there] = answers;
        assert!(here.0.contains("matched a customer") || here.0.contains("have one of them"), "{rule}: {}", here.0);
        if here.0.replace("here.csv", "") != there.0.replace("there.csv", "") || here.1 != there.1 {
            differing.push(format!("{rule}: {here:?}, there {there:?}"));
        }
    }
    differing
}

#[test]
fn sample_study_prints_alike_from_duckdb() {
    let Some(driver) = library("duckdb") else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let settings = format!(
        "engine = \"adbc\"\ndriver = {driver:?}\ndialect = \"duckdb\"\noptions = {{ entrypoint = \"duckdb_adbc_init\" }}\n"
    );
    let path = |name: &str| format!("read_parquet('{}')", parquet(name, folder.path()).display());
    assert_all_agree(&study(folder.path(), &settings, path));
}

#[test]
fn check_counts_duplicate_keys_of_database() {
    let Some(driver) = library("duckdb") else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let customers = frame("customers");
    let twice = customers.vstack(&customers.slice(0, 20)).expect("the same columns");
    let customers = whole_parquet(&twice, folder.path(), 10_000);
    let settings = format!(
        "engine = \"adbc\"\ndriver = {driver:?}\ndialect = \"duckdb\"\noptions = {{ entrypoint = \"duckdb_adbc_init\" }}\n"
    );
    let path = |name: &str| match name {
        "customers" => format!("read_parquet('{}')", customers.display()),
        name => format!("read_parquet('{}')", parquet(name, folder.path()).display()),
    };
    let told = printed(&study(folder.path(), &settings, path), &["check"]);
    assert!(told.contains("20 customers with a customer_id that came before"), "{told}");
}

/// A schema on the test server, dropped after the test.
pub struct TemporarySchema {
    pub connection: Box<dyn Connection>,
    pub name: String,
}

impl TemporarySchema {
    pub fn new(options: &AdbcOptions, name: &str) -> Self {
        let schema = Self { connection: connected(options), name: format!("{name}_{}", std::process::id()) };
        ask(&*schema.connection, &format!("CREATE SCHEMA {}", schema.name)).expect("a new schema");
        schema
    }
}

impl Drop for TemporarySchema {
    fn drop(&mut self) {
        drop(ask(&*self.connection, &format!("DROP SCHEMA {} CASCADE", self.name)));
    }
}

#[test]
fn sample_study_prints_alike_from_postgresql() {
    let Some(options) = postgres("crosscut") else { return };
    let schema = TemporarySchema::new(&options, "sample");
    for table in TABLES {
        fill(&*schema.connection, &format!("{}.{table}", schema.name), &frame(table));
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (driver, uri) = (options.driver.as_deref().expect("a driver"), options.uri.as_deref().expect("an address"));
    let settings = format!("engine = \"adbc\"\ndriver = {driver:?}\nuri = {uri:?}\ndialect = \"postgres\"\n");
    assert_all_agree(&study(folder.path(), &settings, |name| format!("{}.{name}", schema.name)));
}

/// Creates a table in PostgreSQL with the frame's columns and rows.
pub fn fill(connection: &dyn Connection, table: &str, frame: &DataFrame) {
    let kind = |column: &polars::prelude::Column| match data::column_type(column.dtype()) {
        ColumnType::Integer => "bigint",
        ColumnType::Float => "double precision",
        ColumnType::Boolean => "boolean",
        ColumnType::Date => "date",
        ColumnType::Timestamp => "timestamp",
        ColumnType::Text => "text",
        other => panic!("no column of the sample is {other}"),
    };
    let columns: Vec<String> =
        frame.columns().iter().map(|column| format!("\"{}\" {}", column.name(), kind(column))).collect();
    ask(connection, &format!("CREATE TABLE {table} ({})", columns.join(", "))).expect("a new table");
    let rows: Vec<usize> = (0..frame.height()).collect();
    for some in rows.chunks(500) {
        let mut statement = format!("INSERT INTO {table} VALUES ");
        for (at, row) in some.iter().enumerate() {
            let cells = frame.columns().iter().map(|column| literal(&data::datum(column, *row)));
            let comma = if at == 0 { "" } else { ", " };
            let _ = write!(statement, "{comma}({})", cells.collect::<Vec<_>>().join(", "));
        }
        ask(connection, &statement).expect("rows are added");
    }
}

fn literal(value: &Datum) -> String {
    match value {
        Datum::Null => "NULL".to_owned(),
        other => format!("'{}'", other.to_string().replace('\'', "''")),
    }
}

#[cfg(feature = "spark")]
mod on_spark {
    use super::super::servers::is_up;
    use super::super::spark::{SAIL, SPARK, rest};
    use super::*;

    fn assert_agrees_on(port: u16) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let settings = format!("engine = \"spark\"\nurl = \"sc://127.0.0.1:{port}\"\n");
        let path = |name: &str| format!("parquet.`{}`", parquet(name, folder.path()).display());
        assert_all_agree(&study(folder.path(), &settings, path));
    }

    /// Number of tasks that each executor has completed.
    fn completed_tasks() -> Vec<u64> {
        let application = rest("")[0]["id"].as_str().expect("an application").to_owned();
        let executors = rest(&format!("/{application}/executors"));
        let executors = executors.as_array().into_iter().flatten().filter(|executor| executor["id"] != "driver");
        executors.map(|executor| executor["completedTasks"].as_u64().expect("a number")).collect()
    }

    #[test]
    fn sample_study_prints_alike_from_two_spark_workers() {
        if !is_up("spark", SPARK) {
            return;
        }
        let before = completed_tasks();
        assert_agrees_on(SPARK);
        let after = completed_tasks();
        assert_eq!(after.len(), 2, "{after:?}");
        assert!(after.iter().all(|tasks| *tasks > 0), "{after:?}");
        assert!(after.iter().sum::<u64>() > before.iter().sum::<u64>(), "{before:?}, then {after:?}");
    }

    #[test]
    fn sample_study_prints_alike_from_sail() {
        if is_up("sail", SAIL) {
            assert_agrees_on(SAIL);
        }
    }
}
