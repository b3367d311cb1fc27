//! The databases that the tests run SQL on, through `run_sql.py`: one process for all statements of a test.
//!
//! `tests/engines/up.sh` installs and starts them. If one is missing, its tests report that and pass; with
//! `CROSSCUT_ENGINES=required`, which `.ci/run` sets, they fail.

use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::rules::cases::Counts;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    DuckDb,
    Sqlite,
    Postgres,
    ClickHouse,
}

pub const DATABASES: [Database; 4] = [Database::DuckDb, Database::Sqlite, Database::Postgres, Database::ClickHouse];

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Database::DuckDb => "duckdb",
            Database::Sqlite => "sqlite",
            Database::Postgres => "postgres",
            Database::ClickHouse => "clickhouse",
        })
    }
}

/// Counts for how many rows of the base each condition is true, false and null; an error is the database's message.
/// Returns `None` if the database is missing and not required.
pub fn counts(database: Database, conditions: &[String]) -> Option<Vec<Result<Counts, String>>> {
    let answers = run(&[&database.to_string()], conditions.iter().map(|sql| json!({ "where": sql })))?;
    let number = |value: &Value| value.as_u64().expect("a count");
    let three = |answer: Value| [0, 1, 2].map(|n| number(&answer["counts"][n]));
    Some(answers.into_iter().map(|answer| answer.map(three)).collect())
}

/// Returns each statement's number of rows and the first value of its first row.
pub fn selected(database: Database, statements: &[String]) -> Option<Vec<Result<(u64, Value), String>>> {
    let answers = run(&[&database.to_string()], statements.iter().map(|sql| json!({ "select": sql })))?;
    let rows = |answer: Value| (answer["rows"].as_u64().expect("a number of rows"), answer["first"].clone());
    Some(answers.into_iter().map(|answer| answer.map(rows)).collect())
}

/// Parses each statement with `sqlglot` in the dialect and returns its complaint, if any.
pub fn parse_errors(dialect: &str, statements: &[String]) -> Option<Vec<Option<String>>> {
    let answers = run(&["parse", dialect], statements.iter().map(|sql| json!({ "select": sql })))?;
    Some(answers.into_iter().map(Result::err).collect())
}

/// Runs a Python program of the tests and returns its output; `None` if Python is missing and not required.
pub fn python(program: &Path, arguments: &[&str], input: &str) -> Option<Result<String, String>> {
    let python = python_path();
    if !python.is_file() {
        left_out(&format!("{} is missing: run tests/engines/up.sh", python.display()));
        return None;
    }
    let mut child = Command::new(python)
        .arg(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("Python starts");
    // The program reads all its input before it answers.
    let written = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("Python ends");
    Some(match output.status.success() {
        true => written.map(|()| String::from_utf8(output.stdout).expect("UTF-8")).map_err(|e| e.to_string()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    })
}

pub fn python_path() -> PathBuf {
    let variable = |name| std::env::var_os(name).map(PathBuf::from);
    let cache = || variable("HOME").unwrap_or_default().join(".cache/crosscut/engines");
    variable("CROSSCUT_ENGINES_HOME").unwrap_or_else(cache).join("venv/bin/python")
}

/// Reports a skipped test past the test harness, which captures what passing tests print.
pub fn left_out(what: &str) {
    assert!(std::env::var("CROSSCUT_ENGINES").as_deref() != Ok("required"), "{what}");
    drop(writeln!(std::io::stderr(), "conformance: left out: {what}"));
}

fn run(arguments: &[&str], statements: impl Iterator<Item = Value>) -> Option<Vec<Result<Value, String>>> {
    let mut input = String::new();
    let mut wanted = 0;
    for mut statement in statements {
        statement["id"] = wanted.into();
        input += &format!("{statement}\n");
        wanted += 1;
    }
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/conformance/run_sql.py");
    let printed = match python(&program, arguments, &input)? {
        Ok(printed) => printed,
        Err(error) => {
            left_out(&format!("{} does not run: {error}", arguments.join(" ")));
            return None;
        }
    };
    let answer = |(n, line): (usize, &str)| {
        let answer: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(answer["id"], n, "answers come in order");
        answer["error"].as_str().map_or(Ok(answer.clone()), |error| Err(error.to_owned()))
    };
    let answers: Vec<_> = printed.lines().enumerate().map(answer).collect();
    assert_eq!(answers.len(), wanted, "an answer to each statement");
    Some(answers)
}

#[test]
fn recorded_case_counts_equal_duckdb() {
    let program = crate::rules::folder().join("make.py");
    if let Some(Err(differences)) = python(&program, &["--check"], "") {
        panic!("tests/it/rules/make.py --check:\n{differences}");
    }
}

/// The conditions use one column of each type and mean the same in every database.
#[test]
fn databases_hold_base_of_cases() {
    let plain = [
        "n > 5",
        "big > 0",
        "lowest >= 9223372036854775807",
        "spend > 100",
        "edge > 1e308",
        "spend IS NULL",
        "f32 = 0.5",
        "price = 0.1",
        "acct > n",
        "u64 % 2 = 1",
        "u8 > 250",
        "active IS NULL",
        "active AND flag",
        "country = 'US'",
        "city = '東京'",
        "odd LIKE '%lines'",
        "\"say \"\"hi\"\"\" = 1",
        "\"größe\" > 1",
        "n > 0 -- a comment",
    ];
    let find = |rule: &&str| crate::rules::cases::cases().iter().find(|case| case.rule == *rule);
    let cases: Vec<_> = plain.iter().map(|rule| find(rule).unwrap_or_else(|| panic!("no case {rule}"))).collect();
    let conditions: Vec<String> = cases.iter().map(|case| case.rule.clone()).collect();
    for database in DATABASES {
        let Some(answers) = counts(database, &conditions) else { continue };
        for (case, answer) in cases.iter().zip(answers) {
            // SQLite computes remainders of 64-bit integers only, and has no decimals.
            if database == Database::Sqlite && case.rule.starts_with("u64") {
                continue;
            }
            assert_eq!(answer, Ok(case.counts), "{database}: {}", case.rule);
        }
    }
}

#[test]
fn events_and_statements_run_unchanged() {
    let statement = "SELECT count(*) FROM base WHERE id IN (SELECT customer_id FROM visits WHERE minutes > 30)";
    for database in DATABASES {
        let Some(answers) = selected(database, &[statement.into(), "SELECT id FROM base WHERE n > 5".into()]) else {
            continue;
        };
        let number = |value: &Value| value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
        let found: Vec<_> =
            answers.iter().map(|answer| answer.as_ref().map(|(rows, first)| (*rows, number(first)))).collect();
        let with_visits = found[0].map(|(_, first)| first);
        assert_eq!((with_visits, found[1].map(|(rows, _)| rows)), (Ok(Some(197)), Ok(153)), "{database}");
    }
}

#[test]
fn invalid_sql_of_dialect_is_reported() {
    let statements = ["SELECT a FROM t WHERE b = 1".to_owned(), "SELECT FROM WHERE ,".to_owned()];
    let Some(errors) = parse_errors("spark", &statements) else { return };
    assert_eq!(errors[0], None);
    assert!(errors[1].is_some());
}
