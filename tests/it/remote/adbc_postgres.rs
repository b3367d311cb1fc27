//! Statements on PostgreSQL by its ADBC driver.

use std::time::{Duration, Instant};

use crosscut::engine::sql::RemoteColumn;
use crosscut::engine::{Cancel, EngineError};
use crosscut::model::ColumnType;
use crosscut::rule::print::SqlDialect;

use super::servers::{ask, connected, number, postgres, rows, wait_until, with_options, within};

/// Longest time until a cancelled statement is gone from the server: ten times the goal, for a machine that is busy
/// with other tests.
const GONE: Duration = Duration::from_secs(5);

#[test]
fn answer_of_many_batches_is_complete() {
    let Some(options) = postgres("crosscut") else { return };
    let connection = connected(&options);
    assert_eq!((connection.name(), connection.dialect()), ("adbc:postgresql", SqlDialect::Postgres));
    let answer = ask(&*connection, "SELECT i, repeat('x', 100) AS text FROM generate_series(1, 300000) AS i");
    let answer = answer.expect("an answer");
    assert!(answer.batches.len() > 1, "the test wants several batches");
    assert_eq!(rows(&answer), 300_000);
}

#[test]
fn answer_without_rows_has_columns() {
    let Some(options) = postgres("crosscut") else { return };
    let answer = ask(&*connected(&options), "SELECT 1 AS one, 'a' AS two WHERE false").expect("an answer");
    let names: Vec<_> = answer.schema.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!((names, rows(&answer)), (vec!["one", "two"], 0));
}

#[test]
fn columns_have_types_of_server() {
    let Some(options) = postgres("crosscut") else { return };
    let connection = connected(&options);
    let schema = format!("remote_{}", std::process::id());
    ask(&*connection, &format!("CREATE SCHEMA {schema}")).expect("a schema");
    let table = format!("{schema}.\"My Table\"");
    let declared = "id bigint, small smallint, price numeric(10,2), whole numeric(8), loose numeric, ratio float8, \
                    half real, active boolean, name text, code char(3), tag varchar(9), born date, seen timestamp, \
                    zoned timestamptz, at time, span interval, doc jsonb, mark uuid, list int[], raw bytea, paid money";
    ask(&*connection, &format!("CREATE TABLE {table} ({declared})")).expect("a table");
    let columns = connection.columns(&table, &Cancel::new());
    ask(&*connection, &format!("DROP SCHEMA {schema} CASCADE")).expect("gone");
    let column = |(name, column_type): (&str, _)| RemoteColumn { name: name.into(), column_type };
    let expected = [
        ("id", ColumnType::Integer),
        ("small", ColumnType::Integer),
        ("price", ColumnType::Decimal(2)),
        ("whole", ColumnType::Decimal(0)),
        ("loose", ColumnType::Float),
        ("ratio", ColumnType::Float),
        ("half", ColumnType::Float),
        ("active", ColumnType::Boolean),
        ("name", ColumnType::Text),
        ("code", ColumnType::Text),
        ("tag", ColumnType::Text),
        ("born", ColumnType::Date),
        ("seen", ColumnType::Timestamp),
        ("zoned", ColumnType::Timestamp),
        ("at", ColumnType::Time),
        ("span", ColumnType::Other),
        ("doc", ColumnType::Other),
        ("mark", ColumnType::Other),
        ("list", ColumnType::Other),
        ("raw", ColumnType::Other),
        ("paid", ColumnType::Other),
    ];
    assert_eq!(columns, Ok(expected.map(column).to_vec()));
}

#[test]
fn concurrent_threads_share_few_connections() {
    let Some(options) = postgres("crosscut") else { return };
    let connection = connected(&options);
    let found = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..8)
            .map(|i| {
                let connection = &*connection;
                let statement = format!("SELECT pg_backend_pid() FROM pg_sleep(0.1), generate_series({i}, {i})");
                scope.spawn(move || number(&ask(connection, &statement).expect("an answer")))
            })
            .collect();
        asking.into_iter().map(|thread| thread.join().expect("no panic")).collect::<std::collections::BTreeSet<_>>()
    });
    // A statement may start before the previous one has returned its connection, which opens another one.
    assert!((2..=5).contains(&found.len()), "{found:?}");
}

/// Number of statements on the server that contain these words.
fn running(observer: &dyn crosscut::engine::sql::Connection, mark: &str) -> i64 {
    let activity = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() AND query LIKE '%{mark}%'"
    );
    number(&ask(observer, &activity).expect("the observer's answer"))
}

/// Raises the cancel on drop, so that a failing test does not wait for its statement.
struct RaisedAtTheEnd(Cancel);

impl Drop for RaisedAtTheEnd {
    fn drop(&mut self) {
        self.0.raise();
    }
}

/// Runs the statement, cancels it once the server shows it, and returns how it ended. `MARK` is replaced by a word
/// unique to this run.
fn cancelled_when_seen(statement: &str, mark: &str) -> Option<Result<usize, EngineError>> {
    let options = postgres("crosscut")?;
    let mark = format!("{mark}_{}", std::process::id());
    let (statement, mark) = (statement.replace("MARK", &mark), mark.as_str());
    let (connection, observer) = (connected(&options), connected(&options));
    let cancel = Cancel::new();
    std::thread::scope(|scope| {
        let _end = RaisedAtTheEnd(cancel.clone());
        let asking = scope.spawn(|| {
            let answer = connection.run(&statement, &cancel);
            (answer.map(|answer| rows(&answer)), Instant::now())
        });
        wait_until("the statement runs", || running(&*observer, mark) == 1);
        let raised = Instant::now();
        cancel.raise();
        let gone = wait_until("the statement is gone", || running(&*observer, mark) == 0);
        assert!(gone < GONE, "gone after {gone:?}");
        let (answer, ended) = asking.join().expect("no panic");
        assert!(ended - raised < GONE, "returned after {:?}", ended - raised);
        let again = ask(&*connection, "SELECT 42").expect("the connection serves on");
        assert_eq!(number(&again), 42);
        Some(answer)
    })
}

#[test]
fn cancelled_statement_is_gone_on_server() {
    let Some(answer) = cancelled_when_seen("SELECT 1 FROM pg_sleep(60) AS MARK", "sleeping") else { return };
    assert_eq!(answer, Err(EngineError::Cancelled));
}

#[test]
fn statement_cancelled_while_streaming_is_gone_on_server() {
    // In the SELECT list the function streams its rows; in FROM PostgreSQL would materialize them first.
    let statement = "SELECT generate_series(1, 2000000000) AS MARK, repeat('x', 50)";
    let Some(answer) = cancelled_when_seen(statement, "rows") else { return };
    assert_eq!(answer, Err(EngineError::Cancelled));
}

#[test]
fn statement_of_raised_cancel_is_not_run() {
    let Some(options) = postgres("crosscut") else { return };
    let connection = connected(&options);
    let cancel = Cancel::new();
    cancel.raise();
    let answer = within(GONE, || connection.run("SELECT 1 FROM pg_sleep(60)", &cancel).map(|_| ()));
    assert_eq!(answer, Err(EngineError::Cancelled));
}

/// Cancels after ten different delays, as fast typing does.
#[test]
fn repeated_cancels_leave_no_statement_running() {
    let Some(options) = postgres("crosscut") else { return };
    let (connection, observer) = (connected(&options), connected(&options));
    for milliseconds in [0, 1, 2, 3, 5, 8, 13, 21, 34, 55] {
        let cancel = Cancel::new();
        std::thread::scope(|scope| {
            let asking =
                scope.spawn(|| connection.run("SELECT 1 FROM pg_sleep(60) AS mark_typing", &cancel).map(|_| ()));
            std::thread::sleep(Duration::from_millis(milliseconds));
            cancel.raise();
            assert_eq!(asking.join().expect("no panic"), Err(EngineError::Cancelled));
        });
        assert_eq!(number(&ask(&*connection, "SELECT 7").expect("not reached by an earlier cancel")), 7);
    }
    wait_until("all statements are gone", || running(&*observer, "mark_typing") == 0);
}

#[test]
fn slow_statement_is_stopped_at_timeout() {
    let Some(options) = postgres("crosscut") else { return };
    let connection = connected(&with_options(options.clone(), &[("statement_timeout", "0.5")]));
    let slow = "SELECT 1 FROM pg_sleep(60) AS mark_slow";
    let answer = within(Duration::from_secs(2), || ask(&*connection, slow).map(|_| ()));
    assert_eq!(answer, Err(EngineError::Failed("no answer within 0.5 s".into())));
    let observer = connected(&options);
    wait_until("the statement is gone", || running(&*observer, "mark_slow") == 0);
    assert_eq!(number(&ask(&*connection, "SELECT 1").expect("the connection serves on")), 1);
}
