//! Rules printed as SQL: run on every available database, and parsed in every dialect.

use std::collections::{BTreeMap, BTreeSet};

use crosscut::engine::Engine;
use crosscut::engine::local::LocalEngine;
use crosscut::rule::print::{DatabaseTables, Select, SqlDialect, TableName, statement};

use super::databases::{DATABASES, Database, parse_errors, selected};
use crate::rules::cases::{Case, cases};
use crate::rules::{base, check, with_visits};

/// Columns with dates outside of ClickHouse's range: see `run_sql.py`.
const FAR_DATES: [&str; 2] = ["far", "until"];

/// The reason why a database is exempt from a case, if it is. Each is a limit that docs/rules.md names.
fn exception(dialect: SqlDialect, case: &Case, columns: &BTreeSet<String>) -> Option<&'static str> {
    let names_far_dates = || FAR_DATES.iter().any(|column| columns.contains(*column));
    match dialect {
        // A schema has no width for floats, so that 32-bit columns look like 64-bit ones.
        _ if columns.contains("cents") => Some("columns of 32-bit floats"),
        SqlDialect::ClickHouse if names_far_dates() => Some("dates before 1900 and after 2299"),
        SqlDialect::Sqlite if names_far_dates() && case.topic() == "intervals" => Some("dates after 9999"),
        SqlDialect::Postgres if case.rule.contains("/ edge") => Some("floats that overflow stop the statement"),
        _ => None,
    }
}

impl Database {
    fn dialect(self) -> SqlDialect {
        match self {
            Database::DuckDb => SqlDialect::DuckDb,
            Database::Sqlite => SqlDialect::Sqlite,
            Database::Postgres => SqlDialect::Postgres,
            Database::ClickHouse => SqlDialect::ClickHouse,
        }
    }
}

/// The cases printed in one dialect.
#[derive(Default)]
struct Printed {
    cases: Vec<&'static Case>,
    /// For each case, three statements: the keys for which it is true, and the counts of false and of null.
    statements: Vec<String>,
    /// Number of cases that the database is exempt from, by reason.
    left_out: BTreeMap<&'static str, usize>,
    /// Rules with the reason of the refusal.
    refused: Vec<String>,
    /// Errors: rules that are printed although their negation is refused.
    torn: Vec<String>,
}

fn print(dialect: SqlDialect) -> Printed {
    let engine = with_visits(LocalEngine::new(base()));
    let mut tables = DatabaseTables::new(TableName::Plain("base".into()), engine.schema().clone());
    tables.event_order.insert("visits".into(), "seq".into());
    let mut printed = Printed::default();
    for case in cases() {
        let Case { place, rule, .. } = case;
        // A line break ends a trailing comment.
        let forms = [rule.clone(), format!("NOT ({rule}\n)"), format!("({rule}\n) IS NULL")];
        let forms = forms.map(|text| check(&engine, &text).unwrap_or_else(|error| panic!("{place}: {text}: {error}")));
        let columns = forms[0].columns();
        if let Some(reason) = exception(dialect, case, &columns) {
            *printed.left_out.entry(reason).or_default() += 1;
            continue;
        }
        let [is, is_not, is_null] = &forms;
        let statements = [
            statement(is, Select::Ids, false, dialect, &tables),
            statement(is_not, Select::Count, false, dialect, &tables),
            statement(is_null, Select::Count, false, dialect, &tables),
        ];
        match statements {
            [Ok(is), Ok(is_not), Ok(is_null)] => {
                printed.cases.push(case);
                printed.statements.extend([is, is_not, is_null]);
            }
            [Err(refused), Err(_), Err(_)] => printed.refused.push(format!("{rule}\n    {refused}")),
            torn => printed.torn.push(format!("{place}: {rule}: {torn:?}")),
        }
    }
    printed
}

/// Runs the cases on the database and describes each one with a different count, one per line.
fn wrong_cases(database: Database) -> Option<Vec<String>> {
    let Printed { cases, statements, mut torn, left_out, .. } = print(database.dialect());
    for (reason, cases) in left_out {
        eprintln!("{database}: {cases} cases left out: {reason}");
    }
    let answers = selected(database, &statements)?;
    let counted = answers.chunks(3).map(|answers| {
        let [is, is_not, is_null] = answers else { panic!("three statements to a case") };
        let number = |answer: &Result<(u64, serde_json::Value), String>| {
            let (_, first) = answer.clone()?;
            first.as_u64().or_else(|| first.as_str()?.parse().ok()).ok_or(format!("{first} is no count"))
        };
        Ok::<_, String>([is.clone()?.0, number(is_not)?, number(is_null)?])
    });
    for ((case, counted), statements) in cases.iter().zip(counted).zip(statements.chunks(3)) {
        if counted.as_ref() != Ok(&case.counts) {
            let statement = statements[0].replace('\n', " ");
            torn.push(format!(
                "{}: {}: {counted:?}, expected {:?}\n    {statement}",
                case.place, case.rule, case.counts
            ));
        }
    }
    Some(torn)
}

fn runs_on(database: Database) {
    let Some(wrong) = wrong_cases(database) else { return };
    assert!(wrong.is_empty(), "{} are wrong on {database}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn printed_rules_count_alike_on_duckdb() {
    runs_on(Database::DuckDb);
}

#[test]
fn printed_rules_count_alike_on_postgres() {
    runs_on(Database::Postgres);
}

#[test]
fn printed_rules_count_alike_on_sqlite() {
    runs_on(Database::Sqlite);
}

#[test]
fn printed_rules_count_alike_on_clickhouse() {
    runs_on(Database::ClickHouse);
}

/// Compares the refused rules of each dialect with a recorded list, so that a new refusal shows.
#[test]
fn rules_refused_by_dialect_match_recorded_list() {
    for dialect in SqlDialect::ALL {
        let Printed { refused, torn, .. } = print(dialect);
        assert!(torn.is_empty(), "{dialect}: {}", torn.join("\n"));
        insta::assert_snapshot!(format!("refused_by_{dialect}"), refused.join("\n"));
    }
}

#[test]
fn printed_rules_parse_in_every_dialect() {
    let parsed = SqlDialect::ALL.map(|dialect| {
        let Printed { statements, .. } = print(dialect);
        let errors = parse_errors(dialect.name(), &statements)?;
        let wrong = statements.iter().zip(errors).filter_map(|(sql, error)| Some(format!("{sql}\n    {}", error?)));
        Some((dialect, wrong.collect::<Vec<_>>()))
    });
    for (dialect, wrong) in parsed.into_iter().flatten() {
        assert!(wrong.is_empty(), "{} do not parse as {dialect}:\n{}", wrong.len(), wrong.join("\n"));
    }
}

/// A printed condition works inside another statement, and a segment's name becomes a common table expression.
#[test]
fn printed_conditions_and_steps_run_unchanged() {
    let engine = with_visits(LocalEngine::new(base()));
    let tables = DatabaseTables::new(TableName::Plain("base".into()), engine.schema().clone());
    let mut names = crosscut::rule::Namespace::default();
    names.insert("us", crosscut::rule::NameKind::Segment, "country = 'US' OR visits.count() >= 5");
    let cx = crosscut::rule::Context { schema: engine.schema(), names: &names, today: crate::rules::today() };
    let rule = crosscut::rule::check("@us AND NOT (active AND @us) AND n > 0", &cx).expect("a good rule");
    let plain = "(country = 'US' OR visits.count() >= 5) AND NOT active AND n > 0";
    let [expected, ..] = crate::rules::counts(&engine, plain).expect("a count");
    assert!(expected > 10);
    for database in DATABASES {
        let dialect = database.dialect();
        let steps = statement(&rule, Select::Ids, true, dialect, &tables).expect("a statement");
        assert!(steps.starts_with("WITH"), "{steps}");
        let inlined = statement(&rule, Select::Where, false, dialect, &tables).expect("a condition");
        let own = format!("SELECT id, spend FROM base WHERE id > 0 AND {inlined}");
        let Some(answers) = selected(database, &[steps.clone(), own.clone()]) else { continue };
        for (sql, answer) in [steps, own].iter().zip(answers) {
            assert_eq!(answer.map(|(rows, _)| rows), Ok(expected), "{database}: {sql}");
        }
    }
}
