//! Statements over Spark Connect, on a cluster of Apache Spark and on Sail. The cluster's server ends its streams every
//! five seconds.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use crosscut::engine::spark::{SparkOptions, connect};
use crosscut::engine::sql::{Batches, Connection, RemoteColumn};
use crosscut::engine::{Cancel, EngineError};
use crosscut::model::ColumnType;
use crosscut::rule::print::SqlDialect;

use super::servers::{ask, is_up, number, rows, wait_until, within};

pub const SPARK: u16 = 54331;
pub const SAIL: u16 = 54332;
const SPARK_JOBS: u16 = 54340;
/// Age at which the cluster's server ends a stream.
const STREAM: Duration = Duration::from_secs(5);

pub fn options(port: u16) -> SparkOptions {
    SparkOptions { url: format!("sc://127.0.0.1:{port}"), ..SparkOptions::default() }
}

pub fn connected(options: &SparkOptions) -> Box<dyn Connection> {
    connect(options, &Cancel::new()).expect("the server answers")
}

/// Connections to the running servers, with their names.
fn servers() -> Vec<(&'static str, Box<dyn Connection>)> {
    let all = [("spark", SPARK), ("sail", SAIL)].into_iter();
    all.filter(|(name, port)| is_up(name, *port)).map(|(name, port)| (name, connected(&options(port)))).collect()
}

/// Values of the first column, which has integers.
fn numbers(answer: &Batches) -> BTreeSet<i64> {
    let columns = answer.batches.iter().map(|batch| batch.column(0).as_primitive::<Int64Type>());
    columns.flat_map(|column| column.values().iter().copied()).collect()
}

#[test]
fn spark_answer_of_many_batches_is_complete() {
    for (name, connection) in servers() {
        assert_eq!((connection.name(), connection.dialect()), ("spark", SqlDialect::Spark));
        let answer = ask(&*connection, "SELECT id, repeat('x', 100) AS text FROM range(300000)").expect("an answer");
        assert!(answer.batches.len() > 1, "{name}: the test wants several batches");
        assert_eq!((rows(&answer), numbers(&answer).len()), (300_000, 300_000), "{name}");
    }
}

#[test]
fn spark_answer_without_rows_has_columns() {
    for (name, connection) in servers() {
        let answer = ask(&*connection, "SELECT 1 AS one, 'a' AS two FROM range(3) WHERE id > 9").expect("an answer");
        let names: Vec<_> = answer.schema.fields().iter().map(|field| field.name().as_str()).collect();
        assert_eq!((names, rows(&answer)), (vec!["one", "two"], 0), "{name}");
    }
}

/// Runs longer than a stream lasts, without a result until its end.
#[test]
fn answer_that_outlasts_stream_is_complete() {
    if !is_up("spark", SPARK) {
        return;
    }
    let connection = connected(&options(SPARK));
    let began = Instant::now();
    let slow = "SELECT id, java_method('java.lang.Thread', 'sleep', 700L) FROM range(0, 20, 1, 2)";
    let answer = ask(&*connection, slow).expect("an answer");
    assert!(began.elapsed() > STREAM, "{:?} is too short for this test", began.elapsed());
    assert_eq!(numbers(&answer), (0..20).collect());
}

#[test]
fn rows_over_several_streams_are_complete() {
    if !is_up("spark", SPARK) {
        return;
    }
    let connection = connected(&options(SPARK));
    let began = Instant::now();
    let slow = "SELECT id, java_method('java.lang.Thread', 'sleep', 2L) FROM range(0, 12000, 1, 24)";
    let answer = ask(&*connection, slow).expect("an answer");
    assert!(began.elapsed() > 2 * STREAM, "{:?} is too short for this test", began.elapsed());
    assert!(answer.batches.len() > 10);
    assert_eq!((rows(&answer), numbers(&answer)), (12_000, (0..12_000).collect()));
}

#[test]
fn spark_columns_have_types_of_server() {
    let values = "1L AS id, CAST(1.5 AS DECIMAL(12, 3)) AS price, 1.5D AS ratio, true AS active, 'x' AS name, \
                  DATE'2026-01-31' AS born, TIMESTAMP'2026-01-31 12:00:00' AS seen, array(1) AS list";
    let expected = [
        ("id", ColumnType::Integer),
        ("price", ColumnType::Decimal(3)),
        ("ratio", ColumnType::Float),
        ("active", ColumnType::Boolean),
        ("name", ColumnType::Text),
        ("born", ColumnType::Date),
        ("seen", ColumnType::Timestamp),
        ("list", ColumnType::Other),
    ];
    let column = |(name, column_type): (&str, _)| RemoteColumn { name: name.into(), column_type };
    let expected = expected.map(column).to_vec();
    for (name, connection) in servers() {
        ask(&*connection, &format!("CREATE OR REPLACE TEMPORARY VIEW customers AS SELECT {values}")).expect("a view");
        assert_eq!(connection.columns("customers", &Cancel::new()).as_ref(), Ok(&expected), "{name}");
    }
}

#[test]
fn missing_table_column_and_syntax_errors_are_one_line() {
    for (name, connection) in servers() {
        let failed =
            [("SELECT count(*) FROM nope", "nope"), ("SELECT nocol FROM range(3)", "nocol"), ("SELEC", "SELEC")];
        for (statement, word) in failed {
            let error = ask(&*connection, statement).map(|_| ()).expect_err("wrong");
            let EngineError::Failed(reason) = &error else { panic!("{name}: {error:?}") };
            assert!(
                reason.contains(word) && !reason.contains('\n') && (5..160).contains(&reason.len()),
                "{name}: {reason}"
            );
        }
        assert!(matches!(connection.columns("nope", &Cancel::new()), Err(EngineError::Failed(_))), "{name}");
    }
}

#[test]
fn value_that_stops_statement_is_reported_in_one_line() {
    if !is_up("spark", SPARK) {
        return;
    }
    let answer = ask(&*connected(&options(SPARK)), "SELECT sum(1 / (id - 500)) FROM range(1000)").map(|_| ());
    assert_eq!(answer, Err(EngineError::Failed("Division by zero".into())));
}

#[test]
fn concurrent_spark_statements_are_all_answered() {
    for (name, connection) in servers() {
        let counts = std::thread::scope(|scope| {
            let asking: Vec<_> = (1..7)
                .map(|i| {
                    let statement = format!("SELECT count(*) FROM range({i}000)");
                    let connection = &*connection;
                    scope.spawn(move || number(&ask(connection, &statement).expect("an answer")))
                })
                .collect();
            asking.into_iter().map(|thread| thread.join().expect("no panic")).collect::<Vec<_>>()
        });
        assert_eq!(counts, [1000, 2000, 3000, 4000, 5000, 6000], "{name}");
    }
}

/// Answer of the cluster's REST interface.
pub fn rest(path: &str) -> serde_json::Value {
    let mut stream = TcpStream::connect(("127.0.0.1", SPARK_JOBS)).expect("the REST interface");
    write!(stream, "GET /api/v1/applications{path} HTTP/1.0\r\n\r\n").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    serde_json::from_str(body).expect("JSON")
}

/// Number of this user's running jobs on the cluster.
fn running_jobs(user: &str) -> usize {
    let application = rest("")[0]["id"].as_str().expect("an application").to_owned();
    let jobs = rest(&format!("/{application}/jobs?status=running"));
    let tag = format!("SparkConnect_OperationTag_User_{user}_");
    let is_users = |job: &serde_json::Value| job["jobTags"].to_string().contains(&tag);
    jobs.as_array().map_or(0, |jobs| jobs.iter().filter(|job| is_users(job)).count())
}

#[test]
fn cancelled_statement_is_gone_on_cluster() {
    if !is_up("spark", SPARK) {
        return;
    }
    let user = format!("remote_{}", std::process::id());
    let url = format!("sc://127.0.0.1:{SPARK}/;user_id={user}");
    let connection = connected(&SparkOptions { url, ..SparkOptions::default() });
    let cancel = Cancel::new();
    std::thread::scope(|scope| {
        let slow = "SELECT count(*) FROM range(0, 100000000000, 1, 4) WHERE hash(id) % 7 = 1";
        let asking = scope.spawn(|| {
            let answer = connection.run(slow, &cancel).map(|_| ());
            (answer, Instant::now())
        });
        wait_until("the job runs", || running_jobs(&user) == 1 || asking.is_finished());
        let raised = Instant::now();
        cancel.raise();
        let (answer, ended) = asking.join().expect("no panic");
        assert_eq!(answer, Err(EngineError::Cancelled));
        assert!(ended - raised < Duration::from_millis(500), "returned after {:?}", ended - raised);
        let gone = wait_until("the job is gone", || running_jobs(&user) == 0);
        assert!(gone < Duration::from_secs(2), "gone after {gone:?}");
    });
    assert_eq!(number(&ask(&*connection, "SELECT count(*) FROM range(42)").expect("it serves on")), 42);
}

/// Cancels as fast typing does: before the statement arrives, while it is planned, when it begins to run.
#[test]
fn early_cancel_returns_at_once_and_leaves_no_job() {
    let user = format!("typing_{}", std::process::id());
    for (name, port) in [("spark", SPARK), ("sail", SAIL)] {
        if !is_up(name, port) {
            continue;
        }
        let url = format!("sc://127.0.0.1:{port}/;user_id={user}");
        let connection = connected(&SparkOptions { url, ..SparkOptions::default() });
        for milliseconds in [0, 5, 20, 100, 400] {
            let cancel = Cancel::new();
            std::thread::scope(|scope| {
                let slow = "SELECT count(*) FROM range(100000000000) WHERE hash(id) % 7 = 1";
                let asking = scope.spawn(|| connection.run(slow, &cancel).map(|_| ()));
                std::thread::sleep(Duration::from_millis(milliseconds));
                let raised = Instant::now();
                cancel.raise();
                assert_eq!(asking.join().expect("no panic"), Err(EngineError::Cancelled), "{name}");
                assert!(raised.elapsed() < Duration::from_millis(600), "{name}: {:?}", raised.elapsed());
            });
        }
        let answer = within(Duration::from_secs(40), || ask(&*connection, "SELECT count(*) FROM range(9)"));
        assert_eq!(number(&answer.expect("it serves on")), 9, "{name}");
        if name == "spark" {
            wait_until("no job is left", || running_jobs(&user) == 0);
        }
    }
}

#[test]
fn slow_spark_statement_is_stopped_at_timeout() {
    for (name, port) in [("spark", SPARK), ("sail", SAIL)] {
        if !is_up(name, port) {
            continue;
        }
        let mut options = options(port);
        options.options.insert("statement_timeout".into(), "1.5".into());
        let connection = connected(&options);
        let slow = "SELECT count(*) FROM range(100000000000) WHERE hash(id) % 7 = 1";
        let answer = within(Duration::from_secs(3), || ask(&*connection, slow).map(|_| ()));
        assert_eq!(answer, Err(EngineError::Failed("no answer within 1.5 s".into())), "{name}");
    }
}

#[test]
fn session_settings_are_applied() {
    for (name, port) in [("spark", SPARK), ("sail", SAIL)] {
        if !is_up(name, port) {
            continue;
        }
        let mut options = options(port);
        options.options.insert("spark.sql.session.timeZone".into(), "Asia/Tokyo".into());
        let answer = ask(&*connected(&options), "SELECT hour(TIMESTAMP'2026-01-31 12:00:00 UTC')").expect("an answer");
        assert_eq!(number(&answer), 21, "{name}");
    }
}
